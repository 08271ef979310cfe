"""Writes the table `agent_runs`: how each run of a subagent went. `scrimp.routing.evidence` judges it.

A session is judged anew when its transcripts have grown; what was judged stays when the client cleans them away.
"""

from __future__ import annotations

from scrimp.core.ledger import transaction

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    Row = tuple[Any, ...]

COLUMNS = (
    "session_id", "agent_id", "agent_type", "parent_id", "prompt_at", "began_at", "reported_at", "brief", "ended",
    "could_not", "targets", "again", "commands_again", "corrected", "looked",
)  # fmt: skip
_VALUES = ", ".join("?" * len(COLUMNS))


def looked(db: sqlite3.Connection) -> dict[str, int]:
    """By session, how large its transcripts were when its runs were judged."""
    return dict(db.execute("SELECT session_id, MAX(looked) FROM agent_runs GROUP BY session_id"))


def put(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Write these runs, each a row with COLUMNS; what was known of them before is replaced."""
    with transaction(db):
        db.executemany(f"INSERT OR REPLACE INTO agent_runs VALUES ({_VALUES})", rows)  # noqa: S608 - our own signs


def add(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Put what another ledger knows into this one, where this one has not judged itself."""
    db.executemany(f"INSERT OR IGNORE INTO agent_runs VALUES ({_VALUES})", rows)  # noqa: S608 - our own signs
