"""Writes the client's own totals, as its transcripts have them, to the table `cost_states`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    from scrimp.core.transcript_records import CostState

    Row = tuple[Any, ...]

TRANSCRIPT = "transcript"
"""The source of a total that stood in a `cost-state` line."""


def row_of(state: CostState) -> Row:
    """A total's row."""
    import json  # such a line comes once a session, at its end

    try:
        usage = json.dumps(state.model_usage, sort_keys=True)
    except RecursionError:  # nobody's figures
        usage = "{}"
    unknown = int(state.unknown_model)
    return (state.session_id, TRANSCRIPT, state.started_ms, state.total_usd, state.at, usage, unknown)


def add(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Put these totals into the ledger, each once."""
    db.executemany("INSERT OR REPLACE INTO cost_states VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
