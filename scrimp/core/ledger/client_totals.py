"""Writes to the table `cost_states` what the client tells a status line: its own total of a session, the last only."""

from __future__ import annotations

from scrimp.core import prices

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

STATUS_LINE = "statusline"
"""The source of a total that a status line was told. It has neither a start nor figures by model."""

_NO_START, _NO_MODELS, _NOT_SAID = 0, "{}", 0


def record(db: sqlite3.Connection, session_id: str, pico: int, at: str) -> bool:
    """Keep the client's total of a session, `pico` pico-dollars, as of `at`; False where it is known already."""
    total = prices.usd(pico)
    query = "SELECT total_usd FROM cost_states WHERE session_id = ? AND source = ?"
    if [row for (row,) in db.execute(query, (session_id, STATUS_LINE))] == [total]:
        return False
    row = (session_id, STATUS_LINE, _NO_START, total, at, _NO_MODELS, _NOT_SAID)
    db.execute("INSERT OR REPLACE INTO cost_states VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    others = "DELETE FROM cost_states WHERE session_id = ? AND source = ? AND total_usd != ?"
    db.execute(others, (session_id, STATUS_LINE, total))
    return True
