"""Writes and reads the table `raises`: what a person put on top of a limit."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


def add(db: sqlite3.Connection, name: str, span_key: str, pico: int, until_ms: int, at_ms: int) -> None:
    """Put `pico` (or the limit's own unit) on top of a limit, for one of its spans, until a time."""
    db.execute("INSERT INTO raises VALUES (?, ?, ?, ?, ?)", (name, span_key, pico, until_ms, at_ms))


def active(db: sqlite3.Connection, now_ms: int) -> dict[tuple[str, str], int]:
    """What stands on top of limits now, by the limit's name and span."""
    query = "SELECT name, span_key, SUM(extra) FROM raises WHERE until_ms > ? GROUP BY name, span_key"
    return {(name, span_key): extra for name, span_key, extra in db.execute(query, (now_ms,))}


def last_ms(db: sqlite3.Connection, name: str, span_key: str) -> int:
    """When a limit was last raised for one of its spans; 0 for never."""
    query = "SELECT MAX(at_ms) FROM raises WHERE name = ? AND span_key = ?"
    (at_ms,) = db.execute(query, (name, span_key)).fetchone()
    return at_ms or 0


def clear(db: sqlite3.Connection) -> int:
    """Take all of them back; how many there were."""
    return db.execute("DELETE FROM raises").rowcount
