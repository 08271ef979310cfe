"""Puts a report before the person: JSON, CSV, plain aligned text, or a table on a terminal.

Every row is a dict with one value for each column, as its kind says. Of a row with `flags`, these decide how its
dollars read. JSON and CSV have every column; a table leaves out columns that do not fit, the least important first.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core import prices
from scrimp.reports import wording

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TextIO

    Row = dict[str, Any]

USD = "usd"
"""Pico-dollars; None or flagged: unpriced. JSON: an exact decimal string."""
TOKENS = "tokens"
COUNT = "count"
"""Whole numbers; tokens are shortened in a table."""
PERCENT = "percent"
"""A share from 0 to 1, None where there is none."""
SECONDS = "seconds"
"""Seconds, None where unknown."""
TIME = "time"
"""ISO 8601 in UTC, '' where unknown; a table has it in local time."""
FLAGS = "flags"
"""Words; JSON: a sorted list. A table has a letter for each."""
TEXT = "text"
PATH = "path"
"""A folder; a table has `~` for the person's own."""
ID = "id"
"""A text; of a UUID a table shows the beginning."""

_NUMBERS = (USD, TOKENS, COUNT, PERCENT, SECONDS)
_SHARE_DECIMALS = 4
_SECOND_DECIMALS = 3


class Column(NamedTuple):
    """One column. name: its key in rows, JSON and CSV. title: its heading; '' keeps it out of tables.

    drop: columns with the highest are left out of a table first when it is too wide; 0: never.
    """

    name: str
    title: str
    kind: str
    drop: int = 0

    @property
    def is_number(self) -> bool:
        """Numbers are aligned at the right and never shortened to fit."""
        return self.kind in _NUMBERS


class Report(NamedTuple):
    """What is shown besides the rows.

    title: a line above a table. total: a last row of a table. notes: lines below it. unpriced: models without a
    price. problems: what was wrong in the transcripts, to how often. nothing: said where there are no rows.
    """

    title: str
    columns: Sequence[Column]
    environ: Mapping[str, str]
    total: Row | None = None
    notes: Sequence[str] = ()
    unpriced: Sequence[str] = ()
    problems: Mapping[str, int] = {}
    nothing: str = "no requests here"


def show(report: Report, rows: Sequence[Row], arguments: argparse.Namespace) -> None:
    """Print `rows` in the form that was asked for. Problems are said on standard error beside JSON and CSV."""
    if arguments.json:
        write(as_json(report.columns, rows))
    elif arguments.csv:
        write(as_csv(report.columns, rows))
    else:
        _show_table(report, rows)
        return
    for line in (*unpriced_line(report.unpriced), *problem_lines(report.problems)):
        write(f"scrimp: {line}\n", sys.stderr)


def as_json(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    """A JSON list of objects."""
    import json  # noqa: PLC0415 - a table needs none

    objects = [{column.name: exact(column, row) for column in columns} for row in rows]
    return json.dumps(objects, indent=2) + "\n"


def as_csv(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    """CSV with a header; flags with spaces between, '' for what is unknown."""
    import csv  # noqa: PLC0415 - a table needs none
    import io  # noqa: PLC0415

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in columns)
    for row in rows:
        writer.writerow(_csv_value(column, row) for column in columns)
    return text.getvalue()


def _csv_value(column: Column, row: Row) -> object:
    return " ".join(sorted(row[column.name])) if column.kind == FLAGS else exact(column, row)


def exact(column: Column, row: Row) -> object:
    """A value as programs are given it."""
    value = row[column.name]
    if value is None:
        return None
    if column.kind == USD:
        return prices.usd(value)
    if column.kind == FLAGS:
        return sorted(value)
    if column.kind in {PERCENT, SECONDS}:
        return round(value, _SHARE_DECIMALS if column.kind == PERCENT else _SECOND_DECIMALS)
    return value


def cell(column: Column, row: Row, home: str = "") -> str:
    """A value as a person whose folder is `home` reads it; '' where a row has none."""
    if column.name not in row:
        return ""
    value: Any = row[column.name]
    if column.kind == USD:
        return wording.money(value, row.get("flags", ()))
    if value is None:
        return ""
    return wording.path(value, home) if column.kind == PATH else _WORDED[column.kind](value)


_WORDED: dict[str, Any] = {
    TOKENS: wording.tokens,
    COUNT: "{:,}".format,
    PERCENT: wording.percent,
    SECONDS: wording.seconds,
    TIME: wording.local_time,
    FLAGS: wording.letters,
    TEXT: wording.printable,
    ID: wording.short_id,
}


def footer(report: Report, rows: Sequence[Row]) -> list[str]:
    """What flags mean where they occur, models without a price, and what was wrong in the transcripts."""
    met = {flag for row in (*rows, report.total or {}) for flag in row.get("flags", ())}
    meanings = [f"{letter} {flag}: {text}" for flag, (letter, text) in wording.FLAGS.items() if flag in met]
    return [*report.notes, *meanings, *unpriced_line(report.unpriced), *problem_lines(report.problems)]


def unpriced_line(models: Sequence[str]) -> list[str]:
    """The models that have no price, by name."""
    return [f"no price is known for {', '.join(map(wording.printable, models))}"] if models else []


def problem_lines(problems: Mapping[str, int]) -> list[str]:
    """What was wrong in the transcripts, each with its count."""
    return [f"{wording.printable(words)}: {number:,}" for words, number in sorted(problems.items())]


def write(text: str, stream: TextIO | None = None) -> None:
    """Print `text`, with marks for the characters that this terminal or pipe cannot carry."""
    out = stream or sys.stdout
    try:
        out.write(text)
    except UnicodeEncodeError:
        out.write(text.encode(out.encoding, "replace").decode(out.encoding))


def _show_table(report: Report, rows: Sequence[Row]) -> None:
    from scrimp.reports import table  # noqa: PLC0415 - not for JSON

    table.show(report, rows)
