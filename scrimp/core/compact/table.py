"""Tables: CSV, psql, MySQL, sqlite, docker ps, kubectl get. What the client shows whole stays whole, but for padding.

Of more the header, the first and the last rows, the odd ones, and how many rows there are.
"""

from __future__ import annotations

from scrimp.core import limits, rows
from scrimp.core.compact import blobs, fit, tree
from scrimp.core.compact.fit import DETAIL, KEY, LAST, MUST, NEAR, REST, SILENT
from scrimp.core.compact.lines import errors
from scrimp.core.compact.records import Member, odd
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "table"
GAPS = fit.COUNTED_GAPS
WHOLE = frozenset[int]()
NEEDLES = ("\nERROR", "rror: ", "BackOff", " rows)", " rows in set", "ailed", "FAILED")

_COMMAND = pattern(
    r"\b(?:psql|sqlite3|mysql|mariadb|duckdb|docker|podman|kubectl|helm|ps|csv\w*|xsv|qsv|mlr)\b|\.[ct]sv\b"
)
_PADDING = pattern(r" {3,}")
_RULED = pattern(r"([-─=═])\1{4,}")
_FIRST, _LAST = 8, 4
_TURNED_LEAST = 4
_MEMBER = pattern(r"([^|:]{1,80}?) *[|:] ?(.*)")
_SHARE, _SHARE_BY_COMMAND = 0.7, 0.4


def looks_like(text: str, command: str) -> bool:
    """Whether most of the lines of `text` (the ends and the middle of the output) are those of tables."""
    lines = [line for line in text.split("\n") if line.strip()]
    if _is_turned(lines):
        return True
    inside = sum(table.end - table.start for table in rows.tables(lines))
    share = _SHARE_BY_COMMAND if _COMMAND.search(command) else _SHARE
    return inside > 0 and inside >= share * _looked_at(text, lines, inside)


def _is_turned(lines: Sequence[str]) -> bool:
    return sum(map(rows.turned, lines)) >= _TURNED_LEAST and any(map(rows.turned, lines[:_FIRST]))


def _looked_at(text: str, lines: Sequence[str], inside: int) -> int:
    """How many lines may be rows: of a sample taken in three places those of the first, where the header is."""
    if len(text) < 3 * limits.LOOK_CHARS:
        return len(lines)
    return max(inside, len(text[: limits.LOOK_CHARS].split("\n")) - 1)


def target(case: Case) -> int:
    """How many characters to cut to."""
    return case.whole_or(limits.DATA_CHARS)


def lay_out(text: str) -> str:
    """The text with less padding, where bars tell the cells apart."""
    if not _has_bars(text):
        return text
    found = text.split("\n")
    for table in rows.tables(found):
        if table.kind == "|":
            for index in range(table.start, table.end):
                found[index] = _PADDING.sub("  ", found[index])
    return "\n".join(found)


def _has_bars(text: str) -> bool:
    return "|" in text or "│" in text


def shorten(line: str) -> str:
    """A line as it is shown: of a drawn one a little, of an encoded value the ends."""
    if rows.is_rule(line):
        return _RULED.sub(r"\1\1\1", line)
    return blobs.shorten(line)


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    if case.fits:
        return [KEY] * len(lines)
    worths = tree.grade(lines, _TURNED) if _is_turned(lines) else [DETAIL] * len(lines)
    for index in errors(lines):
        worths[index] = MUST
    for table in rows.tables(lines):
        _grade_table(lines, table, worths)
    return worths


def _grade_table(lines: Sequence[str], table: rows.Table, worths: list[int]) -> None:
    for index in range(table.start, table.end):
        worths[index] = SILENT if rows.is_rule(lines[index]) else REST
    worths[table.header] = KEY
    if table.kind == "|" and table.header + 1 < table.end:
        worths[table.header + 1] = KEY
    names = lines[table.header]
    records = [
        [Member(str(at), cell, index) for at, cell in enumerate(rows.cells(lines[index], table.kind, names))]
        for index in table.rows
    ]
    for at, _ in odd(records):
        worths[table.rows[at]] = NEAR
    for at, record in enumerate(records):
        uneven = len(record) != len(records[0])
        if at < _FIRST or at >= len(records) - _LAST:
            worths[table.rows[at]] = KEY
        elif uneven and worths[table.rows[at]] > NEAR:
            worths[table.rows[at]] = LAST if table.kind == " " else DETAIL


def _depth(line: str) -> int:
    return 1 if _MEMBER.match(line) and not rows.turned(line) else 0


def _closes(line: str) -> bool:  # noqa: ARG001 a record ends where the next begins
    return False


def _name(line: str) -> str:
    member = _MEMBER.match(line[: limits.LINE_CHARS])
    return "" if rows.turned(line) else member.group(1).strip() if member else line[: limits.LINE_CHARS]


def _members(line: str) -> list[tuple[str, str]]:
    member = _MEMBER.match(line[: limits.LINE_CHARS])
    return [] if rows.turned(line) or not member else [(member.group(1).strip(), member.group(2))]


_TURNED = tree.Reading(_depth, _closes, _name, _members)
