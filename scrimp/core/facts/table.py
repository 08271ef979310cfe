"""Facts of tables: the names of the columns, rows whose state is bad, how many rows there are, what else was said."""

from __future__ import annotations

from scrimp.core import limits, rows
from scrimp.core.facts.data import Found, is_bad, short
from scrimp.core.facts.fact import DETAIL, TOTAL, Fact
from scrimp.core.lazy import pattern

_COUNT = pattern(r"\(\d+ rows?\)$|\d+ rows? in set|Empty set|Query OK|(?:INSERT|UPDATE|DELETE|SELECT|COPY) \d+")
_STATE = pattern(r"(?i).*(?:status|state|phase|health|result|ready|outcome|level|severity)$")
_MANY_COLUMNS = 60
_PADDED = "   "


def extract(text: str) -> list[Fact]:
    """The facts in order of appearance."""
    lines = text.split("\n")
    starts: list[int] = []
    at = 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    found = Found()
    outside = list(lines)
    _take_turned(found, lines, starts)
    for table in rows.tables(lines):
        _take_table(found, lines, starts, table)
        outside[table.start : table.end] = [""] * (table.end - table.start)
    for index, line in enumerate(outside):
        if _COUNT.match(line[: limits.LINE_CHARS]):
            found.take(TOTAL, "total", [(starts[index], short(line))])
    found.others(text, "\n".join(outside))
    return found.in_order()


def _take_turned(found: Found, lines: list[str], starts: list[int]) -> None:
    """The names of the members of the first record, where each stands on a line of its own."""
    begin = next((index for index, line in enumerate(lines) if rows.turned(line)), len(lines))
    names: list[tuple[int, str]] = []
    for index in range(begin + 1, min(len(lines), begin + 1 + _MANY_COLUMNS)):
        name, bar, _ = lines[index].partition(" |")
        if rows.turned(lines[index]) or not bar:
            break
        names.append((starts[index], short(name)))
    found.take(DETAIL, "header", names)


def _take_table(found: Found, lines: list[str], starts: list[int], table: rows.Table) -> None:
    header = lines[table.header]
    names = rows.cells(header, table.kind, header)
    _take(found, "header", header, starts[table.header], names[:_MANY_COLUMNS])
    states = [at for at, name in enumerate(names) if _STATE.match(name[:100])]
    if not states:
        return
    for index in table.rows:
        cells = rows.cells(lines[index], table.kind, header)
        for at in states:
            if at < len(cells) and is_bad(cells[at]):
                first = cells[: min(2, at)]
                _take(found, "error", lines[index], starts[index], [*first, cells[at]])
                break


def _take(found: Found, kind: str, line: str, start: int, cells: list[str]) -> None:
    """A row as it is printed; of one whose padding may go, its cells."""
    line = line[: limits.LINE_CHARS]
    parts = [(start, short(line))]
    if _PADDED in line or "\t" in line:
        cursor = 0
        parts = parts[:0]
        for cell in cells:
            at = line.find(cell, cursor)
            at = at if at >= 0 else line.find(cell)
            if cell and at >= 0:
                parts.append((start + at, short(cell)))
    if kind == "header":
        found.take(DETAIL, kind, parts)
    else:
        found.trouble(cells[-1], parts)
