"""Writes the table `cache_breaks`: requests that found less in the prompt cache, and why, as their transcripts tell.

`find` keeps the table in step with `requests`, at the cost of what is new; causes are '' until `explain` has them.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.ledger import meta, transaction

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    Row = tuple[Any, ...]

_SEEN = "cache_breaks_seen"
"""The highest rowid of `requests` when it was looked through last: a request that changes gets a new one."""

_TOUCHED = "SELECT DISTINCT session_id FROM requests WHERE rowid > :seen"
_FALLEN = f"""
    SELECT message_id, before_id, '', '' FROM (
        SELECT message_id, cache_read, LAG(message_id) OVER w AS before_id, LAG(cache_read) OVER w AS before_read
        FROM requests WHERE at <> '' AND session_id IN ({_TOUCHED})
        WINDOW w AS (PARTITION BY session_id, agent_id ORDER BY at, rowid)
    ) WHERE before_read - cache_read >= {limits.CACHE_BREAK_TOKENS}
        AND cache_read * 100 < before_read * {limits.CACHE_BREAK_PERCENT}
"""  # noqa: S608 - our own words and numbers
_FORGET = f"""
    DELETE FROM cache_breaks WHERE (message_id, before_id) NOT IN (SELECT message_id, before_id FROM ({_FALLEN}))
        AND message_id IN (SELECT message_id FROM requests WHERE session_id IN ({_TOUCHED}))
"""  # noqa: S608 - our own words
_FIND = f"INSERT OR IGNORE INTO cache_breaks {_FALLEN}"


def find(db: sqlite3.Connection) -> None:
    """Look through the sessions that have changed since the last time."""
    (last,) = db.execute("SELECT COALESCE(MAX(rowid), 0) FROM requests").fetchone()
    seen = int(meta.get(db, _SEEN) or 0)
    if seen == last:
        return
    values = {"seen": seen if seen < last else 0}  # fewer than there were: the file was rewritten, look at all
    with transaction(db):
        db.execute(_FORGET, values)
        db.execute(_FIND, values)
        meta.put(db, _SEEN, str(last))


def explain(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Write why these requests (message_id, before_id, causes, detail) found less."""
    with transaction(db):
        db.executemany("INSERT OR REPLACE INTO cache_breaks VALUES (?, ?, ?, ?)", rows)


def add(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Put what another ledger found out into this one, where this one has not looked itself."""
    db.executemany("INSERT OR IGNORE INTO cache_breaks VALUES (?, ?, ?, ?)", rows)
