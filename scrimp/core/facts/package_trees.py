"""Rows of the trees that npm, pnpm, uv and cargo draw: how deep each stands, what it names, what it says is wrong.

Read from the drawing itself, character by character, and by none of the patterns that the compactor goes by: a row
that one of them overlooks is seen by the other.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NamedTuple

    class Row(NamedTuple):
        """How many columns are left of the branch (-1: a row at the margin), what stands behind it, its problem."""

        indent: int
        text: str
        problem: str
else:
    from collections import namedtuple

    Row = namedtuple("Row", ("indent", "text", "problem"))

_LINES = " │|"
_FORKS = "├└+`|"
_DRAWN = "─┬- "
_DEEPEST = 200
_VERSION = pattern(r"(?:@|[ ]v?)(?:[\^~<>=]*v?\d+\.\d|[\^~]?v?\d|npm:|file:|\*|[<>=])")
_AT_MARGIN = pattern(
    r"@?[\w.+~/-]+(?:\[[\w,-]+\])?(?:@[\^~]?v?\d\S*| v?\d+\.\d\S*)(?: /\S.*| [A-Z]:\\.*| peer| \(.*\))?$"
)
_MISSING = pattern(r"npm (?:error|ERR!) missing: (\S+), required by ")


def row_of(line: str) -> Row | None:
    """The row that a line is, or None."""
    line = line[: limits.LINE_CHARS]
    at = 0
    while at < min(len(line), _DEEPEST) and line[at] in _LINES and not line.startswith("|--", at):
        at += 1
    begin = at + 1
    while begin < len(line) and line[begin] in _DRAWN:
        begin += 1
    if line[at : at + 1] in tuple(_FORKS) and begin - at > 2:  # noqa: PLR2004 a fork and a line of at least one
        text = line[begin:]
        problem = problem_in(text)
        return Row(at, text, problem) if problem or _is_named(text) else None
    return Row(-1, line, "") if at == 0 and _AT_MARGIN.match(line) else None


def problem_in(text: str) -> str:
    """What a row says is wrong with its package: what is to be found again; '' for nothing."""
    words = text.split(" ")
    if words[0] in ("✕", "✖"):
        return text
    if words[0] == "UNMET":
        return "" if words[1:2] == ["OPTIONAL"] else " ".join(words[:3])
    wrong = [at for at, word in enumerate(words) if word in ("invalid", "invalid:", "extraneous")]
    if not wrong or "@" not in words[0][1:]:
        return ""
    named = words[: wrong[0]]
    return " ".join(named[:-1] if named[-1] == "deduped" else named)


def missing_in(rows: Iterable[str]) -> frozenset[str]:
    """What npm's own list of errors calls missing, as `name@range`, and by whom it is required."""
    return frozenset(found.group(1) for row in rows if row.startswith("npm ") and (found := _MISSING.match(row)))


def _is_named(text: str) -> bool:
    return text.startswith("UNMET ") or (text[:1] not in ("", " ") and _VERSION.search(text) is not None)
