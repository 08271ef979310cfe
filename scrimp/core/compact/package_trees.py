"""Trees of packages as `npm ls`, `pnpm list`, `uv tree` and `cargo tree` draw them."""

from __future__ import annotations

from scrimp.core.compact.fit import EXTRA, KEY, MUST, NEAR, NOISE
from scrimp.core.lazy import pattern
from scrimp.core.package_rows import is_repeated, row_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scrimp.core.package_rows import Row

_LEAST = 3
"""Fewer rows are no tree."""
_MISSING = pattern(r"npm (?:error|ERR!) missing: (\S+), required by ")
_PEERS = ("✕", "✖")


def grade(lines: Sequence[str], worths: list[int]) -> None:
    """Give the rows of a tree their worth: roots, direct dependencies, problems; of the rest, whole levels."""
    rows = {at: row for at, line in enumerate(lines) if line for row in (row_of(line),) if row}
    if sum(1 for row in rows.values() if row.indent >= 0) < _LEAST:
        return
    second = min((row.indent for row in rows.values() if row.indent > 0), default=0)
    flat = sum(1 for row in rows.values() if row.indent < 0 and "/" not in row.text.partition(" ")[2]) > 1
    for at, row in rows.items():
        worths[at] = _worth(row, second=second, flat=flat)
    told = {found.group(1) for line in lines if line.startswith("npm ") for found in (_MISSING.match(line),) if found}
    _problems(rows, worths, told)


def _worth(row: Row, *, second: int, flat: bool) -> int:
    if row.indent < 0 or (row.indent == 0 and not flat):
        return MUST
    if is_repeated(row.text):
        return NOISE
    return EXTRA if row.indent == (0 if flat else second) else NOISE


def _problems(rows: dict[int, Row], worths: list[int], told: Collection[str]) -> None:
    """Each problem once, and what it stands below; of missing and invalid peers each.

    told: what npm's errors below the tree call missing; they also say by whom it is required.
    """
    seen: set[str] = set()
    path: list[int] = []
    for at, row in rows.items():
        while path and rows[path[-1]].indent >= row.indent:
            path.pop()
        if row.problem and not (row.indent > 0 and row.problem.rpartition(" ")[2] in told):
            first = row.problem not in seen
            seen.add(row.problem)
            if first or row.problem.startswith(_PEERS):
                worths[at] = MUST if first else KEY
                for above in path:
                    worths[above] = min(worths[above], KEY if row.problem.startswith(_PEERS) else NEAR)
        path.append(at)
