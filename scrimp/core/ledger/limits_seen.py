"""Writes and reads the table `limits_seen`: readings of a subscription's windows."""

from __future__ import annotations

from scrimp.core import limit_readings, limits
from scrimp.core.limit_readings import Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

_MS = 1000


def record(db: sqlite3.Connection, readings: Iterable[Reading]) -> int:
    """Keep these readings, those left out that only say again what the one before them does; how many were kept."""
    kept = 0
    for one in readings:
        if not _is_known(db, one):
            add(db, [one])
            kept += 1
    return kept


def add(db: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Put these rows into the ledger, each once."""
    db.executemany("INSERT OR IGNORE INTO limits_seen VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def record_event(db: sqlite3.Connection, event: object, at_ms: int) -> int:
    """Keep what a line of a headless run's stream (`rate_limit_event`) says; how many readings were kept."""
    return record(db, limit_readings.of_event(event, at_ms))


def readings(db: sqlite3.Connection, window: str) -> list[Reading]:
    """The latest readings of a window, newest first."""
    query = "SELECT * FROM limits_seen WHERE window = ? ORDER BY at_ms DESC LIMIT ?"
    return [Reading(*row) for row in db.execute(query, (window, limits.READINGS_LOOKED_AT))]


def _is_known(db: sqlite3.Connection, one: Reading) -> bool:
    query = (
        "SELECT at_ms, used_percent, resets_at FROM limits_seen WHERE window = ? AND at_ms <= ? "
        "ORDER BY at_ms DESC LIMIT 1"
    )
    row = db.execute(query, (one.window, one.at_ms)).fetchone()
    if row is None:
        return False
    at_ms, percent, resets_at = row
    return (percent, resets_at) == (one.used_percent, one.resets_at) and (
        one.at_ms - at_ms < limits.READING_AGAIN_S * _MS
    )
