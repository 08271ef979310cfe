"""Facts of git blame: each commit where it first appears, with its author and time; what git complains of."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.facts import diff
from scrimp.core.facts.fact import DETAIL, FAILURE, WARNING, Fact, part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE = pattern(r"\^?([0-9a-f]{7,40})[ \t][^)]{0,300}?\d+\)")
_HEADER = pattern(r"([0-9a-f]{40}) \d+ \d+(?: \d+)?$")
_HEADER_ROWS = 14


def extract(text: str) -> list[Fact]:
    """The facts of `text`, in order."""
    facts: list[Fact] = []
    seen: set[str] = set()
    rows = text.split("\n")
    for at, row in enumerate(rows):
        header = _HEADER.match(row[:100])
        found = header or _LINE.match(row[: limits.LINE_CHARS])
        if found and found.group(1) not in seen:
            seen.add(found.group(1))
            parts = (found.group(1), *_told(rows, at)) if header else (part_of(found.group()),)
            facts.append(Fact(DETAIL, "commit", parts))
        elif row.startswith(("fatal: ", "error: ", "warning: ")):
            facts.append(Fact(WARNING if row[0] == "w" else FAILURE, "error", (part_of(row),)))
    return list(diff.flood(facts, "commit", limits.LOG_COMMITS))


def _told(rows: Sequence[str], header: int) -> tuple[str, ...]:
    """Of a porcelain header: who, and the commit's subject."""
    below = rows[header + 1 : header + _HEADER_ROWS]
    return tuple(part_of(row) for row in below if row.startswith(("author ", "summary ")))[:2]
