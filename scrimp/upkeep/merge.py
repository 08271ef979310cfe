"""Takes another ledger into this one: that of a CI runner, or of another machine.

Requests that both know are merged as two records of one request are; nothing counts twice, whichever is taken in
first. Of the other ledger nothing is believed that could not be so: values of a wrong type or out of all reason are
refused, and requests at list prices are priced anew. How far it has read its files is its own affair.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scrimp.core import ledger
from scrimp.core.errors import LedgerError
from scrimp.core.ledger import (
    agent_runs,
    cache_breaks,
    compactions,
    cost_states,
    forks,
    journal,
    limits_seen,
    pricing,
    recalls,
    requests,
    tool_calls,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_ONCE = 10_000
_WRITERS = {
    "agent_runs": agent_runs.add,
    "tool_calls": tool_calls.add,
    "cost_states": cost_states.add,
    "compactions": compactions.add,
    "forks": forks.add,
    "cuts": journal.add,
    "recalls": recalls.add,
    "cache_breaks": cache_breaks.add,
    "limits_seen": limits_seen.add,
}
"""The tables that are taken over row by row, and who writes them."""

_MOST = 2**62
_TYPES: dict[str, tuple[type, ...]] = {"TEXT": (str,), "INTEGER": (int,), "REAL": (int, float)}


def merge(db: sqlite3.Connection, path: str) -> int:
    """Take in the ledger at `path`, which stays as it is; how many requests of it were new. LedgerError."""
    if not os.path.isfile(path) or not os.path.getsize(path):
        raise LedgerError(f"{path}: no ledger, {'a folder' if os.path.isdir(path) else 'no file or an empty one'}")
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, ledger.NAME)
        _copy(path, copy)
        try:
            entries, rows = _all(copy)
        except sqlite3.Error as error:
            raise ledger.unusable(path, error) from error
        except LedgerError as error:
            raise LedgerError(str(error).replace(copy, path)) from error
    with ledger.transaction(db):
        before = _count(db)
        requests.add(db, entries)
        for table, add in _WRITERS.items():
            add(db, rows[table])
        return _count(db) - before


def _copy(path: str, to: str) -> None:
    """Copy a ledger, with what is still in its log; an older one can then be brought up to date without harm."""
    has_log = os.path.exists(f"{path}-wal")  # without one it can be read where nothing may be written
    uri = f"file:{quote(os.path.abspath(path))}?{'mode=ro' if has_log else 'immutable=1'}"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        raise ledger.unusable(path, error) from error


def _all(copy: str) -> tuple[list[requests.Entry], dict[str, list[Any]]]:
    """All that is to be taken over, looked at row by row."""
    with closing(ledger.connect(copy)) as other:
        for table in ("requests", "legs", *_WRITERS):
            _look_at(other, table)
        ids = [row[0] for row in other.execute("SELECT message_id FROM requests")]
        entries = [entry for some in _chunks(ids) for entry in requests.stored(other, some)]
        rows = {table: other.execute(f"SELECT * FROM {table}").fetchall() for table in _WRITERS}  # noqa: S608 - ours
    return [requests.anew(entry) if _is_listed(entry) else entry for entry in entries], rows


def _is_listed(entry: requests.Entry) -> bool:
    return requests.at(entry[0], "priced_by") == pricing.LIST


def _look_at(db: sqlite3.Connection, table: str) -> None:
    """LedgerError for a row that scrimp cannot have written."""
    columns = [(name, kind, bool(needed)) for _, name, kind, needed, *_ in db.execute(f"PRAGMA table_info({table})")]
    for row in db.execute(f"SELECT * FROM {table}"):  # noqa: S608 - one of our own names
        for (name, kind, is_needed), value in zip(columns, row, strict=True):
            if not _could_be(value, kind, is_needed=is_needed):
                raise LedgerError(f"the other ledger's {table}.{name} is {value!r}, which scrimp has not written")


def _could_be(value: object, kind: str, *, is_needed: bool) -> bool:
    if value is None:
        return not is_needed
    return isinstance(value, _TYPES[kind]) and (isinstance(value, str) or 0 <= value <= _MOST)  # type: ignore[operator]


def _chunks(ids: list[str]) -> Iterator[list[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _count(db: sqlite3.Connection) -> int:
    (count,) = db.execute("SELECT COUNT(*) FROM requests").fetchone()
    return count
