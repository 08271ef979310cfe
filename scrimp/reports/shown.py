"""Puts a report before the person: JSON, CSV, plain aligned text, or a table on a terminal.

Every row is a dict with one value for each column, as its kind says. Of a row with `flags`, these decide how its
dollars read. JSON and CSV have every column; a table leaves out columns that do not fit, the least important first.
A row with LABEL has that text in the first column of a table, whatever the column's kind: totals, models of a row.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core import prices
from scrimp.reports import wording

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Iterable, Mapping, Sequence
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
"""A folder; a table has `~` for the person's own, and `shown_<name>` of the row instead where there is that."""
MODEL = "model"
"""A model's id; a table leaves out `claude-` where all of a column have it."""
OBJECTS = "objects"
"""Rows within the row, with the columns of `inner`; not in tables."""
LABEL = "label"
ID = "id"
"""A text; of a UUID a table shows the beginning."""

_NUMBERS = (USD, TOKENS, COUNT, PERCENT, SECONDS)
_SHARE_DECIMALS = 4
_SECOND_DECIMALS = 3


class Column(NamedTuple):
    """One column. name: its key in rows, JSON and CSV. title: its heading; '' keeps it out of tables.

    drop: columns with the highest are left out of a table first when it is too wide; 0: never. inner: of OBJECTS.
    """

    name: str
    title: str
    kind: str
    drop: int = 0
    inner: tuple[Column, ...] = ()

    @property
    def is_number(self) -> bool:
        """Numbers are aligned at the right and never shortened to fit."""
        return self.kind in _NUMBERS


NOTHING = "no requests here"


class Report(NamedTuple):
    """What is shown besides the rows.

    title: a line above a table. total: a last row of a table. notes: lines below it. unpriced: what has no price.
    problems: what was wrong in the transcripts, to how often. nothing: said where there are no rows. left_out: what
    is missing in the rows, for programs too.
    """

    title: str
    columns: Sequence[Column]
    environ: Mapping[str, str]
    total: Row | None = None
    notes: Sequence[str] = ()
    unpriced: Sequence[str] = ()
    problems: Mapping[str, int] = {}
    nothing: str = NOTHING
    left_out: Sequence[str] = ()


def show(report: Report, rows: Sequence[Row], arguments: argparse.Namespace) -> None:
    """Print `rows` in the form that was asked for. Problems are said on standard error beside JSON and CSV."""
    if arguments.json:
        write(as_json(report.columns, rows))
    elif arguments.csv:
        write(as_csv(report.columns, rows))
    else:
        _show_table(report, rows)
        return
    say_beside(report, rows)


def say_beside(report: Report, rows: Sequence[Row]) -> None:
    """Say on standard error what a program must not find among the rows."""
    why = () if rows or report.nothing == NOTHING else (wording.printable(report.nothing),)
    for line in (*why, *report.left_out, *unpriced_line(report.unpriced), *problem_lines(report.problems)):
        write(f"scrimp: {line}\n", sys.stderr)


def as_json(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    """A JSON list of objects, each on a line of its own."""
    import json  # noqa: PLC0415 - a table needs none

    lines = ",\n".join(f"  {json.dumps(as_object(columns, row))}" for row in rows)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def as_object(columns: Iterable[Column], row: Row) -> dict[str, object]:
    """A row as programs are given it."""
    return {column.name: exact(column, row) for column in columns}


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
    if column.kind == OBJECTS:
        return [as_object(column.inner, one) for one in value]
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
    if column.kind == PATH:
        return wording.path(row.get(f"shown_{column.name}") or value, home)
    return _WORDED[column.kind](value)


_WORDED: dict[str, Any] = {
    TOKENS: wording.tokens,
    COUNT: "{:,}".format,
    PERCENT: wording.percent,
    SECONDS: wording.seconds,
    TIME: wording.local_time,
    FLAGS: wording.letters,
    TEXT: wording.printable,
    MODEL: wording.printable,
    ID: wording.short_id,
}


def footer(report: Report, rows: Sequence[Row]) -> list[str]:
    """What flags and signs mean where they occur, what has no price, and what was wrong in the transcripts."""
    body = [*rows, report.total or {}]
    met = {flag for row in body for flag in row.get("flags", ())}
    if any(column.kind == FLAGS and column.title for column in report.columns):
        meanings = [f"{letter} {flag}: {text}" for flag, (letter, text) in wording.FLAGS.items() if flag in met]
    else:
        signs = {wording.sign(row.get("flags", ())) for row in body}
        said = {note[:1] for note in report.notes}
        meanings = sign_lines(signs - said)
    return [
        *report.notes,
        *meanings,
        *report.left_out,
        *unpriced_line(report.unpriced),
        *problem_lines(report.problems),
    ]


def sign_lines(signs: Collection[str]) -> list[str]:
    """What those of the signs before dollars mean that occur."""
    return [f"{sign} {meaning}" for sign, meaning in wording.SIGNS.items() if sign in signs]


def unpriced_line(what: Sequence[str]) -> list[str]:
    """What has no price, by name."""
    return [f"no price is known for {', '.join(map(wording.printable, what))}"] if what else []


def problem_lines(problems: Mapping[str, int]) -> list[str]:
    """What was wrong in the transcripts, each with its count, under a heading, and how to see the files."""
    if not problems:
        return []
    found = [f"  {wording.printable(words)}: {number:,}" for words, number in sorted(problems.items())]
    return ["in the transcripts that were read:", *found, "  scrimp ledger check lists the files"]


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
