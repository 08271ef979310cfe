"""Writes the table `meta`: single values that belong to the ledger itself."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


def get(db: sqlite3.Connection, name: str) -> str:
    """A value, '' where there is none."""
    row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return row[0] if row else ""


def put(db: sqlite3.Connection, name: str, value: str) -> None:
    """Set a value."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
