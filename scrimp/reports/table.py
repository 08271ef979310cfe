"""A report as a table that fits its width: plain aligned text, or with colours on a terminal.

The same layout either way: which columns stay and how wide each is, is decided here; rich only colours it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from scrimp.reports import shown, wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scrimp.reports.shown import Column, Report, Row

WIDTH = 80
"""Columns of a table that goes into a pipe or file."""

_COUNTS = (shown.TOKENS, shown.COUNT)
_GAP = "  "
_ELLIPSIS = "…"
_RULE = "─"
_NARROWEST_TEXT = 12
"""A text column is shortened no further than this before a less important column goes."""

_NARROWEST_KEY = 28
"""Nor is what the rows are told apart by: a model's id without its end may be another model's."""

_YEAR_CHARS = len("2026-")
_MAKER = "claude-"
_ENOUGH_OF_A_PATH = 6
"""Of two paths that read the same but for their beginnings, so much of the end is kept."""

TITLE, FOOTER = "title", "footer"
_HEADING, _TOTAL, _RULE_LINE = "heading", "total", "rule"
_STYLES = {"": "", TITLE: "bold", _HEADING: "bold", _TOTAL: "bold", _RULE_LINE: "dim", FOOTER: "dim"}


class Line(NamedTuple):
    """One line of the output and what it is, which decides its colour."""

    text: str
    role: str = ""


def show(report: Report, rows: Sequence[Row]) -> None:
    """Print a report as a table with its footer."""
    put(laid_out(report, rows, width_of(report.environ)), report.environ)


def put(lines: Iterable[Line], environ: Mapping[str, str]) -> None:
    """Print lines, with colours where there is a terminal for them."""
    if sys.stdout.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb":
        _print_coloured(lines)
    else:
        shown.write("".join(f"{line.text}\n" for line in lines))


def laid_out(report: Report, rows: Sequence[Row], width: int) -> Iterable[Line]:
    """The lines of a report, none wider than `width` where that is at all possible."""
    if report.title:
        yield from paragraph(report.title, width, TITLE)
    if rows:
        yield from _table(report, rows, width)
    else:
        yield from paragraph(wording.printable(report.nothing), width)
    for text in shown.footer(report, rows):
        yield from paragraph(text, width, FOOTER)


def paragraph(text: str, width: int, role: str = "") -> Iterable[Line]:
    """`text` in lines that fit, each further one indented by two more."""
    return (Line(part, role) for part in wrapped(text, width, " " * (len(text) - len(text.lstrip())) + _GAP))


def _table(report: Report, rows: Sequence[Row], width: int) -> Iterable[Line]:
    body = [*rows, report.total] if report.total else list(rows)
    columns = [column for column in report.columns if column.title]
    cells = _cells(columns, body, report.environ.get("HOME", ""))
    columns = [column for column in columns if any(cells[column.name]) and not _is_nothing(column, body)]
    widths = _fitted(columns, cells, width)
    columns = [column for column in columns if column.name in widths]
    for column in columns:
        if column.kind == shown.PATH:
            cells[column.name] = told_apart(cells[column.name], widths[column.name])
    yield Line(_row([(column, column.title) for column in columns], widths), _HEADING)
    for place in range(len(body)):
        is_total = report.total is not None and place == len(rows)
        if is_total:
            yield Line(_RULE * (sum(widths.values()) + len(_GAP) * (len(columns) - 1)), _RULE_LINE)
        text = _row([(column, cells[column.name][place]) for column in columns], widths)
        yield Line(text, _TOTAL if is_total else "")


def _cells(columns: Sequence[Column], body: Sequence[Row], home: str) -> dict[str, list[str]]:
    """What stands in each column: what all of a column have in common and nobody needs is left out."""
    cells = {column.name: [shown.cell(column, row, home) for row in body] for column in columns}
    times = [cell for column in columns if column.kind == shown.TIME for cell in cells[column.name] if cell]
    has_one_year = len({time[:_YEAR_CHARS] for time in times}) == 1
    for column in columns:
        texts = cells[column.name]
        if column.kind == shown.USD:
            cells[column.name] = _aligned(texts)
        elif column.kind == shown.TIME and has_one_year:
            cells[column.name] = [text[_YEAR_CHARS:] for text in texts]
        elif column.kind == shown.MODEL and all(not text or text.startswith(_MAKER) for text in texts):
            cells[column.name] = [text[len(_MAKER) :] for text in texts]
    first = next((column.name for column in columns if not column.is_number), columns[0].name)
    for place, row in enumerate(body):
        if shown.LABEL in row:
            cells[first][place] = wording.printable(row[shown.LABEL])
    return cells


def _aligned(texts: Sequence[str]) -> list[str]:
    """Dollars with their points below one another."""
    decimals = max((len(text.partition(".")[2]) for text in texts), default=0)
    return [text + " " * (decimals - len(text.partition(".")[2])) if "." in text else text for text in texts]


def told_apart(paths: Sequence[str], columns: int) -> list[str]:
    """Paths in so many columns: their ends, and where several would read the same, that in which they differ too."""
    alike: dict[str, list[str]] = {}
    for path in dict.fromkeys(paths):
        alike.setdefault(wording.clipped(path, columns), []).append(path)
    found = {path: text for text, group in alike.items() for path in group}
    for group in alike.values():
        if len(group) > 1:
            found.update(_with_beginnings(group, columns))
    return [found[path] for path in paths]


def _with_beginnings(group: Sequence[str], columns: int) -> dict[str, str]:
    """Each with so much of what comes after their common beginning that they differ; {} where there is no room."""
    common = os.path.commonprefix(group).rpartition("/")[0] + "/"  # noqa: RUF071 - up to a whole folder's name
    for head in range(1, columns - _ENOUGH_OF_A_PATH):
        rests = {path: path[len(common) :] for path in group}
        found = {
            path: f"{_ELLIPSIS}{rest[:head]}{wording.clipped(f'/{rest[head:]}', columns - head - 1)}"
            for path, rest in rests.items()
        }
        if len(set(found.values())) == len(group):
            return found
    return {}


def _is_nothing(column: Column, rows: Sequence[Row]) -> bool:
    """Whether a count that is not important is nowhere above 0."""
    return bool(column.drop) and column.kind in _COUNTS and not any(row.get(column.name) for row in rows)


def _fitted(columns: Sequence[Column], cells: Mapping[str, Sequence[str]], width: int) -> dict[str, int]:
    """The width of each column that stays: the least important go until the texts need not be cut too short."""
    kept = list(columns)
    widths = {column.name: max(map(wording.width, (column.title, *cells[column.name]))) for column in kept}
    least = {column.name: widths[column.name] if column.is_number else _least(column, widths) for column in kept}
    while True:
        room = width - len(_GAP) * (len(kept) - 1)
        worst = max(kept, key=lambda column: column.drop)
        if sum(least[column.name] for column in kept) <= room or not worst.drop:
            break
        kept.remove(worst)
    return _shortened({column.name: widths[column.name] for column in kept}, least, room)


def _least(column: Column, widths: Mapping[str, int]) -> int:
    if column.kind not in {shown.TEXT, shown.PATH, shown.MODEL}:
        return widths[column.name]
    narrowest = _NARROWEST_TEXT if column.drop else _NARROWEST_KEY
    return min(widths[column.name], max(narrowest, wording.width(column.title)))


def _shortened(widths: dict[str, int], least: Mapping[str, int], room: int) -> dict[str, int]:
    """Take what is too much from the widest text, column by column."""
    while sum(widths.values()) > room:
        name = max(widths, key=lambda name: widths[name] if widths[name] > least[name] else 0)
        if widths[name] <= least[name]:
            break
        widths[name] -= 1
    return widths


def _row(values: Iterable[tuple[Column, str]], widths: Mapping[str, int]) -> str:
    parts: list[str] = []
    for column, value in values:
        columns = widths[column.name]
        text = wording.clipped(value, columns)
        blank = " " * (columns - wording.width(text))
        parts.append(blank + text if column.is_number else text + blank)
    return _GAP.join(parts).rstrip()


def wrapped(text: str, width: int, indent: str = "  ") -> list[str]:
    """`text` in lines of at most `width`, those after the first with `indent` before them; no path is broken."""
    lines: list[str] = []
    while wording.width(text) > width:
        most = len(wording.head(text, width))
        begin = len(text) - len(text.lstrip())
        blank = text.rfind(" ", begin + 1, most + 1)
        word = text[begin:].partition(" ")[0]
        end = blank if blank > 0 else begin + len(word) if "/" in word else max(most, len(indent) + 1)
        if end >= len(text):
            break
        lines.append(text[:end].rstrip())
        text = indent + text[end:].lstrip()
    return [*lines, text]


def width_of(environ: Mapping[str, str]) -> int:
    """How wide a line may be: as `COLUMNS` says, else as the terminal is, else WIDTH."""
    given = environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given):
        return int(given)
    return os.get_terminal_size(sys.stdout.fileno()).columns or WIDTH if sys.stdout.isatty() else WIDTH


def _print_coloured(lines: Iterable[Line]) -> None:
    from rich.console import Console  # noqa: PLC0415 - 50 ms, for a terminal alone
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text(line.text, style=_STYLES[line.role]))
