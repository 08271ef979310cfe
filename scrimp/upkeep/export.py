"""Writes a table of the ledger out, as CSV or as one JSON object a line; dollars as exact decimals beside it."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, Protocol

from scrimp.core.errors import UsageError
from scrimp.core.prices import usd

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_COST, _USD = "cost_pico", "cost_usd"
_OWN = ("meta", "files")
"""What is about the ledger itself, not about what was spent."""


class Out(Protocol):
    """What is written to."""

    def write(self, text: str, /) -> object:
        """Write a piece of it."""


def tables(db: sqlite3.Connection) -> list[str]:
    """The tables that can be written out."""
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return [name for name in names if name not in _OWN]


def export(db: sqlite3.Connection, table: str, out: Out, *, as_csv: bool) -> None:
    """Write every row of `table`, in the order of its key; UsageError where there is no such table."""
    known = tables(db)
    if table not in known:
        raise UsageError(f"--table {table!r}: there are {', '.join(known)}")
    names, rows = _rows(db, table)
    if as_csv:
        writer = csv.writer(out)
        writer.writerow(names)
        writer.writerows(rows)
        return
    for row in rows:
        out.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n")


def _rows(db: sqlite3.Connection, table: str) -> tuple[list[str], Iterator[list[Any]]]:
    cursor = db.execute(f"SELECT * FROM {table} ORDER BY 1, 2")  # noqa: S608 - one of our own names
    names = [column[0] for column in cursor.description]
    if _COST not in names:
        return names, map(list, cursor)
    place = names.index(_COST)
    return [*names, _USD], ([*row, None if row[place] is None else usd(row[place])] for row in cursor)
