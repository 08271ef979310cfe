"""Tables as programs print them: which lines are rows, and where the cells of a row are.

Known are values between separators (CSV, TSV), cells between bars (psql, MySQL, sqlite, Markdown), and columns below
names in capitals (docker, kubectl, ps).
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NamedTuple

    class Table(NamedTuple):
        """The lines [start, end) of a table; `kind` is its separator: `|`, `,`, `;`, a tab, or a blank for columns.

        header: the line of its names; rows: the lines of its rows.
        """

        kind: str
        start: int
        end: int
        header: int
        rows: Sequence[int]
else:
    from collections import namedtuple

    Table = namedtuple("Table", "kind start end header rows")

_RULE = pattern(r"\s*[-+|:=─┼├┤┌┐└┘┬┴╞╪╡═│]{3,}[-+|:= ─┼├┤┌┐└┘┬┴╞╪╡═│]*$")
_CAPITALS = pattern(r"(?:[A-Z%][A-Z0-9%()/_#+-]*(?: ID| NAME)?\s+){2,}[A-Z%][A-Z0-9%()/_#+-]*(?: ID)?\s*$")
_TURNED = pattern(r"(?:-\[ RECORD \d+ \]|\*{20,} \d+\. row \*{20,}$)")
_UNDERLINES = pattern(r"-{2,}(?: {1,2}-+)+ *$")
_COLUMN = pattern(r"\S+(?: \S+)*")
_GAP = pattern(r"\s{2,}|\t")
_HEADING = pattern(r"[^\W\d][\w .()%/#$&+-]{0,60}$")
_QUOTED = pattern(r'"(?:[^"]|"")*"?|[^",;\t]+|[,;\t]')
_LEAST = 8
_LOOK_ROWS = 200
_SHARE = 0.9


def tables(lines: Sequence[str]) -> list[Table]:
    """The tables in `lines`, in order; each has at least eight rows."""
    found: list[Table] = []
    at = 0
    while at < len(lines):
        table = _bars(lines, at) or _columns(lines, at) or (_separated(lines, at) if not found else None)
        if table and len(table.rows) >= _LEAST:
            found.append(table)
        at = table.end if table else at + 1
    return found


def cells(line: str, kind: str, names: str = "") -> list[str]:
    """The cells of a row without their margins; names: the header, which tells where columns and frames are."""
    line = line[: limits.LINE_CHARS]
    if kind == "|":
        bare = line.strip().replace("│", "|")
        if not (names.strip() or bare).startswith(("|", "│")):  # as psql draws it: a bar at an end parts empty cells
            return [cell.strip() for cell in line.replace("│", "|").split("|")]
        start, end = bare.startswith("|"), len(bare) - bare.endswith("|")
        return [cell.strip() for cell in bare[start:end].split("|")]
    if kind == " ":
        starts = [found.start() for found in _COLUMN.finditer(names)] or [0]
        if any(start and line[start - 1 : start].strip() for start in starts):
            return _GAP.split(line.strip())  # a cell is wider than its column
        return [line[a:b].strip() for a, b in zip(starts, [*starts[1:], len(line)])]
    if '"' not in line:
        return [cell.strip() for cell in line.split(kind)]
    return _unquoted(line, kind)


def is_rule(line: str) -> bool:
    """Whether a line is only drawn."""
    return _RULE.match(line[: limits.LINE_CHARS]) is not None


def _unquoted(line: str, kind: str) -> list[str]:
    found = [""]
    for piece in _QUOTED.findall(line):
        if piece == kind:
            found.append("")
        else:
            found[-1] += piece.strip('"')
    return [cell.strip() for cell in found]


def _has_bar(line: str) -> bool:
    return "|" in line or "│" in line


def _bars(lines: Sequence[str], at: int) -> Table | None:
    """A header and a drawn line below it, or above and below it, and the lines with bars below that."""
    head = at + is_rule(lines[at])
    if head + 1 >= len(lines) or not is_rule(lines[head + 1]) or is_rule(lines[head]) or not lines[head].strip():
        return None
    one = not _has_bar(lines[head])  # psql's table of one column has no bar
    if one and (head == at or "+" not in lines[at]) and not lines[head].startswith(" "):
        return None
    end = head + 2
    rows: list[int] = []
    while end < len(lines) and (_has_bar(lines[end]) or is_rule(lines[end]) or (one and lines[end].startswith(" "))):
        if not is_rule(lines[end]):
            rows.append(end)
        end += 1
    return Table("|", at, end, head, rows)


def turned(line: str) -> bool:
    """Whether a record begins whose members stand below one another, as psql -x prints them."""
    return _TURNED.match(line) is not None


def _columns(lines: Sequence[str], at: int) -> Table | None:
    """Names in capitals or underlined, and the lines below them up to an empty one or the next names."""
    if at + 1 < len(lines) and lines[at].strip() and _UNDERLINES.match(lines[at + 1][: limits.LINE_CHARS]):
        end = at + 2
        while end < len(lines) and lines[end].strip():
            end += 1
        return Table(" ", at, end, at, range(at + 2, end))
    if not _CAPITALS.match(lines[at][: limits.LINE_CHARS]):
        return None
    end = at + 1
    while end < len(lines) and lines[end].strip() and not _CAPITALS.match(lines[end][: limits.LINE_CHARS]):
        end += 1
    return Table(" ", at, end, at, range(at + 1, end))


def _separated(lines: Sequence[str], at: int) -> Table | None:
    """Names without numbers between separators, and nearly all of the lines below with as many values."""
    line = lines[at][: limits.LINE_CHARS]
    for kind in ("\t", ",", ";", "|"):
        names = cells(line, kind)
        if len(names) < 3 or not all(map(_HEADING.match, names)):  # noqa: PLR2004 two may be prose
            continue
        end = at + 1
        while end < len(lines) and (kind in lines[end] or '"' in lines[end]):
            end += 1
        looked = range(at + 1, min(end, at + 1 + _LOOK_ROWS))
        even = sum(1 for index in looked if len(cells(lines[index], kind)) == len(names))
        if looked and even >= _SHARE * len(looked):
            return Table(kind, at, end, at, range(at + 1, end))
    return None
