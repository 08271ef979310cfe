"""Takes another ledger into this one: that of a CI runner, or of another machine.

Requests that both know are merged as two records of one request are; nothing counts twice, whichever is taken in
first. How far the other has read its files is its own affair and stays behind.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing

from scrimp.core import ledger
from scrimp.core.errors import LedgerError
from scrimp.core.ledger import compactions, cost_states, journal, limits_seen, requests, tool_calls

_AT_ONCE = 10_000
_WRITERS = {
    "tool_calls": tool_calls.add,
    "cost_states": cost_states.add,
    "compactions": compactions.add,
    "cuts": journal.add,
    "limits_seen": limits_seen.add,
}
"""The tables that are taken over row by row, and who writes them."""


def merge(db: sqlite3.Connection, path: str) -> int:
    """Take in the ledger at `path`, which stays as it is; how many requests of it were new. LedgerError."""
    if not os.path.isfile(path):
        raise LedgerError(f"{path}: there is no such ledger")
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, ledger.NAME)
        _copy(path, copy)
        with closing(_opened(copy, path)) as other, ledger.transaction(db):
            before = _count(db)
            _take_requests(db, other)
            for table, add in _WRITERS.items():
                add(db, other.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608 - our own names
            return _count(db) - before


def _copy(path: str, to: str) -> None:
    """Copy a ledger, with what is still in its log; an older one can then be brought up to date without harm."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        raise LedgerError(f"{path}: the ledger cannot be read ({error})") from error


def _opened(copy: str, path: str) -> sqlite3.Connection:
    try:
        return ledger.connect(copy)
    except LedgerError as error:
        raise LedgerError(str(error).replace(copy, path)) from error


def _take_requests(db: sqlite3.Connection, other: sqlite3.Connection) -> None:
    ids = [row[0] for row in other.execute("SELECT message_id FROM requests")]
    for start in range(0, len(ids), _AT_ONCE):
        requests.add(db, requests.stored(other, ids[start : start + _AT_ONCE]))


def _count(db: sqlite3.Connection) -> int:
    (count,) = db.execute("SELECT COUNT(*) FROM requests").fetchone()
    return count
