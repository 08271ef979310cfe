"""`scrimp report --by tool`: how often each tool was called, what it brought, how long it took, what that has cost.

Nothing bills a tool's result by itself: its dollars are the estimate of `results`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core import managed_settings
from scrimp.reports import results, shown, source, summary
from scrimp.reports.wording import ESTIMATED

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source

COLUMNS = (
    shown.Column("tool", "Tool", shown.TEXT),
    shown.Column("cost_usd", "Cost", shown.USD),
    shown.Column("calls", "Calls", shown.COUNT),
    shown.Column("requests", "Reqs", shown.COUNT, 3),
    shown.Column("errors", "Errors", shown.COUNT, 1),
    shown.Column("result_bytes", "Bytes", shown.TOKENS, 2),
    shown.Column("result_tokens", "Tokens", shown.TOKENS, 4),
    shown.Column("images", "Images", shown.COUNT, 6),
    shown.Column("seconds", "Time", shown.SECONDS, 1),
    shown.Column("flags", "", shown.FLAGS),
)
NOTE = "Cost: what its results have cost, to be sent once and read again by every request since"

_COUNTS = ("calls", "requests", "errors", "result_bytes", "images", "result_tokens", "cost_usd")
_NOTHING = "no tool calls here"
_NO_NAME = "(call in no transcript)"
_QUERY = """
    SELECT COALESCE(NULLIF(tool_calls.name, ''), '{no_name}') AS tool, COUNT(*) AS calls,
        COUNT(DISTINCT NULLIF(tool_calls.message_id, '')) AS requests, SUM(is_error) AS errors,
        SUM(result_bytes) AS result_bytes, SUM(images) AS images,
        SUM(MAX(0, COALESCE(
            duration_ms / 1000.0, (julianday(NULLIF(result_at, '')) - julianday(tool_calls.at)) * 86400
        ))) AS seconds
    FROM tool_calls {joined} WHERE {where} GROUP BY 1
"""
_JOINED = "LEFT JOIN requests USING (message_id)"


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> None:
    """Show a row for each tool."""
    with source.opened(arguments, environ) as opened:
        found = summary.ordered(rows(opened), arguments, by_time=False)
        report = shown.Report(
            "",
            COLUMNS,
            environ,
            total=_total(found) if len(found) > 1 else None,
            notes=[NOTE] if found else (),
            problems=opened.problems,
            nothing=source.nothing(opened, _NOTHING),
            left_out=opened.notes,
        )
    shown.show(report, found, arguments)


def rows(source: Source) -> list[Row]:
    """A row with COLUMNS for each tool that was called, the dearest first."""
    query = _QUERY.format(no_name=_NO_NAME, where=source.where, joined=_JOINED if source.filters else "")
    cursor = source.db.execute(query, source.parameters)
    names = [name for name, *_ in cursor.description]
    found: list[Row] = [dict(zip(names, values, strict=True)) for values in cursor]
    managed = managed_settings.prices(source.environ)
    costs = {row["name"]: row for row in results.by_tool(source.db, source.where, source.parameters, managed)}
    for row in found:
        cost = costs.get(row["tool"], {})
        row["cost_usd"] = cost.get("pico", 0)
        row["result_tokens"] = cost.get("tokens", 0)
        row["flags"] = sorted(cost.get("flags", (ESTIMATED,)))
    return sorted(found, key=lambda row: (-row["cost_usd"], -row["calls"], row["tool"]))


def _total(rows: Sequence[Row]) -> Row:
    total: Row = {shown.LABEL: "total", **{name: sum(row[name] for row in rows) for name in _COUNTS}}
    total["seconds"] = sum(row["seconds"] or 0 for row in rows)
    total["flags"] = sorted({flag for row in rows for flag in row["flags"]})
    total["requests"] = None  # a request that called two tools is in both rows
    return total
