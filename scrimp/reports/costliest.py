"""The turns and the tool results that cost the most: what came back, and what it has cost in re-reads since."""

from __future__ import annotations

import heapq
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
    Column("hit_rate", "Hit", PERCENT),
    Column("requests", "Reqs", COUNT, 3),
    Column("tool_calls", "Tools", COUNT, 3),
    Column("seconds", "Time", SECONDS, 4),
    Column("flags", "Flags", FLAGS),
)

RESULTS = (
    Column("cost_usd", "Cost", USD),
    Column("enter_usd", "Entered", USD, 4),
    Column("reread_usd", "Re-read", USD),
    Column("rereads", "Times", COUNT),
    Column("tool", "Tool", TEXT),
    Column("what", "What came back", TEXT, 1),
    Column("bytes", "Bytes", TOKENS),
    Column("tokens", "", TOKENS),
    Column("images", "", COUNT),
    Column("is_error", "", TEXT),
    Column("at", "When", TIME, 2),
    Column("session_id", "Session", ID, 3),
    Column("prompt_id", "", TEXT),
    Column("message_id", "", TEXT),
    Column("tool_use_id", "", TEXT),
    Column("cut_handle", "", TEXT),
    Column("cut_command", "", TEXT),
    Column("cut_from_bytes", "", COUNT),
    Column("flags", "", FLAGS),
)
"""The `cut_` columns are None where nothing of it was cut."""

NOTE = "≈ its tokens by its bytes, at the prices of the requests that carried them"

_KILOBYTE = 1_000
_NO_CUT = (None, None, None, None)
_TURN = "requests.prompt_id, CASE requests.prompt_id WHEN '' THEN requests.session_id ELSE '' END"
_DEAREST = f"""({_TURN}) IN (
    SELECT {_TURN} FROM requests WHERE {{where}} GROUP BY 1, 2
    ORDER BY SUM(cost_pico / {totals.HALF}) DESC, SUM(cost_pico % {totals.HALF}) DESC, 1, 2 LIMIT CAST(? AS INTEGER)
)"""  # noqa: S608 - no word of a person
_CUT = """
    SELECT handle, command, bytes_in, bytes_out FROM cuts WHERE tool_use_id = ? ORDER BY at_ms DESC, handle LIMIT 1
"""


def turns(source: Source, number: int) -> list[Row]:
    """The turns that cost the most, the dearest first; see TURNS. Requests without a prompt id are a turn a session."""
    where = f"({source.where}) AND {_DEAREST.format(where=source.where)}"
    parameters = (*source.parameters, *source.parameters, str(number))
    rows = totals.rows(source._replace(where=where, parameters=parameters), "turn")
    return [row for row in rows if row["cost_usd"] or row["flags"]]


def tool_results(source: Source, number: int) -> list[Row]:
    """The tool results that cost the most, the dearest first; see RESULTS."""
    found = results.costs(source.db, source.where, source.parameters, managed_settings.prices(source.environ))
    chosen = heapq.nsmallest(number, found, key=lambda result: (-result.pico, result.at, result.tool_use_id))
    return [_row(source, result) for result in chosen]


def _row(source: Source, result: Result) -> Row:
    cut: tuple[Any, ...] = source.db.execute(_CUT, (result.tool_use_id,)).fetchone() or _NO_CUT
    handle, command, bytes_in, bytes_out = cut
    row = {
        **result._asdict(),
        "tool": result.name,
        "cost_usd": result.pico,
        "enter_usd": result.enter_pico,
        "reread_usd": result.reread_pico,
        "cut_handle": handle,
        "cut_command": command,
        "cut_from_bytes": bytes_in,
    }
    row["what"] = f"{command} (cut from {_size(bytes_in)} to {_size(bytes_out)})" if handle else _what(result)
    return row


def _what(result: Result) -> str:
    images = f"{result.images} image{'s' if result.images > 1 else ''}" if result.images else ""
    return ", ".join(filter(None, ("an error" if result.is_error else "", images)))


def _size(size: int) -> str:
    return f"{size / _KILOBYTE:,.0f} KB" if size >= _KILOBYTE else f"{size} bytes"
