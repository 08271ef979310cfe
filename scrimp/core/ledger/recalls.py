"""Writes the table `recalls`: each time that a cut was wanted back, from the journal that hooks append to."""

from __future__ import annotations

import os

from scrimp.core import wanted_back
from scrimp.core.ledger import journal
from scrimp.core.untrusted import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    Row = tuple[Any, ...]

_TEXTS = ("how", "tool_use_id", "by_tool_use_id", "session_id", "repo", "family", "kind")
_BROKEN = "lines in the journal of what was wanted back that are no JSON object"
_INSERT = "INSERT OR IGNORE INTO recalls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def take_in(db: sqlite3.Connection, folder: str) -> None:
    """Take in what is new in the journal that lies in the data folder; without one, nothing."""
    journal.take_in_lines(db, os.path.join(folder, wanted_back.NAME), _row, add, _BROKEN)


def add(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Put these recalls into the ledger, each once."""
    db.executemany(_INSERT, rows)


def _row(recall: dict[str, Any]) -> Row:
    """What has another type than it should is empty; lines of old were written only of what was soon."""
    texts = [as_text(recall.get(name)) for name in _TEXTS]
    head = (as_text(recall.get("handle")), journal.whole(recall.get("at_ms")) or 0)
    return (*head, *texts, int(bool(recall.get("is_soon", 1))))
