"""Of many records alike those that are odd: by a value, or by a part, that few of them have."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NamedTuple

    class Member(NamedTuple):
        """One value of a record: where in the record it stands, what it is, and on which line."""

        path: str
        value: str
        line: int
else:
    from collections import namedtuple

    Member = namedtuple("Member", "path value line")

_LEAST = 8
"""Of fewer records none is odd: nearly all of them are shown."""
_RARE = 0.05
_MOST = 0.8
_KINDS = 10
"""A member with at most so many values tells kinds apart."""
_FIRST, _LAST = 8, 4
"""So many odd records are told for each reason."""
_VALUE_CHARS = 100


def odd(records: Sequence[Sequence[Member]]) -> list[tuple[int, int]]:
    """Which record is odd, and the line that says so."""
    if len(records) < _LEAST:
        return []
    counts: dict[str, dict[str, int]] = {}
    for record in records:
        for path, value, _ in record:
            of_path = counts.setdefault(path, {})
            value = value[:_VALUE_CHARS]  # noqa: PLW2901 what follows is by this value
            of_path[value] = of_path.get(value, 0) + 1
    usual = {path: _usual(of_path, len(records)) for path, of_path in counts.items()}
    reasons: dict[str, list[tuple[int, int]]] = {}
    for at, record in enumerate(records):
        for path, value, line in record:
            expected = usual[path]
            if expected is not None and value[:_VALUE_CHARS] not in expected:
                reasons.setdefault(path, []).append((at, line))
    found: set[tuple[int, int]] = set()
    for places in reasons.values():
        found.update(places[:_FIRST])
        found.update(places[-_LAST:])
    return sorted(found)


def _usual(counts: dict[str, int], records: int) -> frozenset[str] | None:
    """The values that are not odd; None where any value is as good as another."""
    rare = max(1, int(records * _RARE))
    total = sum(counts.values())
    if total <= rare:
        return frozenset()
    value = max(counts, key=counts.__getitem__)
    if counts[value] >= _MOST * total:
        return frozenset((value,))
    if len(counts) <= _KINDS and 4 * len(counts) <= total:
        return frozenset(value for value, count in counts.items() if count > rare)
    return None
