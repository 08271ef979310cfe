"""The turns and the tool results that cost the most: what came back, and what it has cost in re-reads since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrimp.core import managed_settings
from scrimp.reports import results, totals
from scrimp.reports.shown import COUNT, FLAGS, ID, PERCENT, SECONDS, TEXT, TIME, TOKENS, USD, Column

if TYPE_CHECKING:
    from scrimp.reports.results import Result
    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source

TURNS = (
    Column("prompt_id", "Turn", ID),
    Column("first_at", "Begun", TIME, 1),
    Column("session_id", "Session", ID, 2),
    Column("cost_usd", "Cost", USD),
    Column("hit_rate", "Hit", PERCENT, 4),
    Column("requests", "Reqs", COUNT, 3),
    Column("tool_calls", "Tools", COUNT, 5),
    Column("seconds", "Time", SECONDS, 6),
    Column("flags", "Flags", FLAGS),
)

RESULTS = (
    Column("cost_usd", "Cost", USD),
    Column("enter_usd", "Entered", USD, 8),
    Column("reread_usd", "Re-read", USD, 2),
    Column("rereads", "Times", COUNT, 1),
    Column("tool", "Tool", TEXT),
    Column("about", "What", TEXT),
    Column("what", "Came back", TEXT, 5),
    Column("bytes", "Bytes", TOKENS, 3),
    Column("tokens", "", TOKENS),
    Column("images", "", COUNT),
    Column("is_error", "", TEXT),
    Column("at", "When", TIME, 6),
    Column("session_id", "Session", ID, 7),
    Column("prompt_id", "", TEXT),
    Column("message_id", "", TEXT),
    Column("tool_use_id", "", TEXT),
    Column("cut_handle", "", TEXT),
    Column("cut_command", "", TEXT),
    Column("cut_from_bytes", "", COUNT),
    Column("flags", "", FLAGS),
)
"""about: what the call asked for; what: error, images, size before a cut. `cut_`: None where nothing was cut."""

NOTES = (
    "≈ an estimate: a result's tokens by its bytes, at the prices of the requests that carried them",
    "Re-read: what it has cost to be sent again with every request since; Times: how many these were",
)

_KILOBYTE = 1_000
_NO_CUT = (None, None, None)
_TURN = "requests.prompt_id, CASE requests.prompt_id WHEN '' THEN requests.session_id ELSE '' END"
_DEAREST = f"""({_TURN}) IN (
    SELECT {_TURN} FROM requests WHERE {{where}} GROUP BY 1, 2
    ORDER BY SUM(cost_pico / {totals.HALF}) DESC, SUM(cost_pico % {totals.HALF}) DESC, 1, 2 LIMIT CAST(? AS INTEGER)
)"""  # noqa: S608 - no word of a person
_ABOUT = "SELECT about, prompt_id FROM tool_calls JOIN requests USING (message_id) WHERE id = ?"
_CUT = """
    SELECT handle, command, bytes_in FROM cuts WHERE tool_use_id = ? ORDER BY at_ms DESC, handle LIMIT 1
"""


def turns(source: Source, number: int) -> list[Row]:
    """The turns that cost the most, the dearest first; see TURNS. Requests without a prompt id are a turn a session."""
    where = f"({source.where}) AND {_DEAREST.format(where=source.where)}"
    parameters = (*source.parameters, *source.parameters, str(number))
    rows = totals.rows(source._replace(where=where, parameters=parameters), "turn")
    return [row for row in rows if row["cost_usd"] or row["flags"]]


def tool_results(source: Source, number: int) -> list[Row]:
    """The tool results that cost the most, the dearest first; see RESULTS."""
    managed = managed_settings.prices(source.environ)
    found = results.dearest(source.db, number, source.where, source.parameters, managed)
    return [_row(source, result) for result in found]


def _row(source: Source, result: Result) -> Row:
    cut: tuple[Any, ...] = source.db.execute(_CUT, (result.tool_use_id,)).fetchone() or _NO_CUT
    handle, command, bytes_in = cut
    about, prompt_id = source.db.execute(_ABOUT, (result.tool_use_id,)).fetchone()
    row = {
        **result._asdict(),
        "is_error": bool(result.is_error),
        "prompt_id": prompt_id,
        "flags": results.UNPRICED_TOO if result.is_unpriced else results.FLAGS,
        "tool": result.name,
        "about": about or command or "",
        "cost_usd": result.pico,
        "enter_usd": result.enter_pico,
        "reread_usd": result.reread_pico,
        "cut_handle": handle,
        "cut_command": command,
        "cut_from_bytes": bytes_in,
    }
    before = f"was {_size(bytes_in)}" if handle else ""
    row["what"] = ", ".join(filter(None, (before, _what(result))))
    return row


def _what(result: Result) -> str:
    images = f"{result.images} image{'s' if result.images > 1 else ''}" if result.images else ""
    return ", ".join(filter(None, ("an error" if result.is_error else "", images)))


def _size(size: int) -> str:
    return f"{size / _KILOBYTE:,.0f} KB" if size >= _KILOBYTE else f"{size} bytes"
