"""Writes and reads the table `forks`: which sessions go on from which."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    from scrimp.core.transcript_records import Fork

    Row = tuple[Any, ...]

_ROOT = """
    WITH RECURSIVE up(id, steps) AS (
        SELECT ?, 0 UNION ALL SELECT parent_id, steps + 1 FROM forks JOIN up ON session_id = id WHERE steps < ?
    ) SELECT id FROM up ORDER BY steps DESC LIMIT 1
"""
_FAMILY = """
    WITH RECURSIVE down(id) AS (SELECT ? UNION SELECT session_id FROM forks JOIN down ON parent_id = id)
    SELECT id FROM down
"""
_DEPTH = 100
"""Forks of forks: more are a circle, which only a transcript made by hand can have."""


def row_of(fork: Fork) -> Row:
    """A fork's row."""
    return tuple(fork)


def add(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Put these rows into the ledger, each session once."""
    db.executemany("INSERT OR IGNORE INTO forks VALUES (?, ?)", [row for row in rows if row[0] != row[1]])


def root(db: sqlite3.Connection, session_id: str) -> str:
    """The session from which this one and its relatives all come; itself where it is no fork."""
    (found,) = db.execute(_ROOT, (session_id, _DEPTH)).fetchone()
    return str(found)


def family(db: sqlite3.Connection, session_id: str) -> list[str]:
    """This session with all that it comes from and that came from these, sorted."""
    return sorted({session_id, *(one for (one,) in db.execute(_FAMILY, (root(db, session_id),)))})
