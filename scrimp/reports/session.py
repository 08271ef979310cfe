"""One session turn by turn: what each cost, how much of it the cache gave, tools and batches, seconds, and subagents.

A turn is all that one prompt of the person caused, in the main thread and in subagents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core.errors import NotFoundError, UsageError
from scrimp.reports import totals
from scrimp.reports.groupings import NO_PROMPT
from scrimp.reports.periods import moment
from scrimp.reports.shown import COUNT, FLAGS, ID, LABEL, MODEL, PERCENT, SECONDS, TEXT, TIME, TOKENS, USD, Column
from scrimp.reports.source import nothing
from scrimp.reports.wording import printable

if TYPE_CHECKING:
    import sqlite3

    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source

_TOKENS = (
    Column("input_tokens", "In", TOKENS, 14),
    Column("output_tokens", "Out", TOKENS, 10),
    Column("cache_read_tokens", "Read", TOKENS, 11),
    Column("cache_write_5m_tokens", "W 5m", TOKENS, 12),
    Column("cache_write_1h_tokens", "W 1h", TOKENS, 13),
)

TURNS = (
    Column("turn", "#", COUNT),
    Column("prompt_id", "Turn", ID),
    Column("first_at", "Begun", TIME, 1),
    Column("session_id", "", TEXT),
    Column("cost_usd", "Cost", USD),
    Column("hit_rate", "Hit", PERCENT, 3),
    Column("requests", "Reqs", COUNT, 2),
    Column("tool_calls", "Tools", COUNT, 5),
    Column("calls_per_request", "Batch", COUNT, 6),
    Column("largest_batch", "", COUNT),
    Column("seconds", "Time", SECONDS, 7),
    Column("subagents_usd", "", USD),
    Column("subagents_share", "Agents", PERCENT, 4),
    *_TOKENS,
    Column("flags", "Flags", FLAGS),
)
"""Batch: tool calls for each request that called any. Agents: the share of the dollars that subagents cost."""

REQUESTS = (
    Column("message_id", "Request", ID),
    Column("at", "At", TIME, 3),
    Column("session_id", "", TEXT),
    Column("prompt_id", "", TEXT),
    Column("agent", "Agent", TEXT, 2),
    Column("agent_id", "", TEXT),
    Column("model", "Model", MODEL, 1),
    Column("cost_usd", "Cost", USD),
    Column("hit_rate", "Hit", PERCENT, 4),
    Column("tool_calls", "Tools", COUNT, 6),
    Column("seconds", "Time", SECONDS, 5),
    *_TOKENS,
    Column("flags", "Flags", FLAGS),
)

MAIN = "main"

_TOKEN_NAMES = [column.name for column in _TOKENS]

_KEY = f"COALESCE(NULLIF(requests.prompt_id, ''), '{NO_PROMPT}')"

_BATCHES = """
    SELECT turn, COUNT(*), MAX(calls) FROM (
        SELECT {key} AS turn, COUNT(*) AS calls FROM requests JOIN tool_calls USING (message_id)
        WHERE {where} GROUP BY requests.message_id
    ) GROUP BY turn
"""

_SUBAGENTS = """
    SELECT {key}, SUM(requests.cost_pico / {half}), SUM(requests.cost_pico % {half})
    FROM requests WHERE {where} AND requests.agent_id <> '' GROUP BY 1
"""

_REQUESTS = """
    SELECT at, ended_at, message_id, session_id, prompt_id, agent_id, agent_type, model, cost_pico AS cost_usd,
        input AS input_tokens, output AS output_tokens, cache_read AS cache_read_tokens,
        write_5m + write_unsplit AS cache_write_5m_tokens, write_1h AS cache_write_1h_tokens, flags,
        (SELECT COUNT(*) FROM tool_calls WHERE tool_calls.message_id = requests.message_id) AS tool_calls
    FROM requests WHERE {where} ORDER BY at, message_id
"""


def named(db: sqlite3.Connection, start: str) -> str:
    """The session whose id is `start`, or begins so; NotFoundError, UsageError where several do or it is empty."""
    if not start:
        raise UsageError("the session's id is empty; without one the latest session is shown")
    query = "SELECT DISTINCT session_id FROM requests WHERE session_id >= ? AND substr(session_id, 1, ?) = ? LIMIT 9"
    found = [session for (session,) in db.execute(query, (start, len(start), start))]
    if start in found:
        return start
    if not found:
        raise NotFoundError(f"no session in the ledger has an id that begins with {start!r}")
    if len(found) > 1:
        shown = ", ".join(map(printable, found))
        raise UsageError(f"{start} is the start of several sessions: {shown}; give more of it")
    return found[0]


def latest(source: Source) -> str:
    """The session of the last request that is asked for; NotFoundError where there is none."""
    query = f"SELECT session_id FROM requests WHERE {source.where} ORDER BY at DESC LIMIT 1"  # noqa: S608 - no word of a person
    row = source.db.execute(query, source.parameters).fetchone()
    if row is None:
        raise NotFoundError(f"{nothing(source)}: there is no session to show")
    return row[0]


def only(source: Source, session_id: str) -> Source:
    """The source, of this session alone."""
    where = f"({source.where}) AND requests.session_id = ?"
    return source._replace(where=where, parameters=(*source.parameters, session_id))


def turns(source: Source) -> list[Row]:
    """A row for each turn of what `source` holds, in the order in which they began; see TURNS."""
    batches = {turn: counts for turn, *counts in _by_turn(source, _BATCHES)}
    subagents = {turn: upper * totals.HALF + lower for turn, upper, lower in _by_turn(source, _SUBAGENTS)}
    rows = sorted(totals.rows(source, "turn"), key=lambda row: (row["first_at"] or "", row["prompt_id"]))
    for number, row in enumerate(rows, 1):
        requests, largest = batches.get(row["prompt_id"], (0, 0))
        row["turn"] = number
        row["subagents_usd"] = subagents.get(row["prompt_id"], 0)
        _relate(row, requests, largest)
    return rows


def total(rows: list[Row]) -> Row:
    """The row of totals of `turns`: its time is that of the turns, without what lay between them."""
    row = {LABEL: "total", **totals.summed(rows)}
    row["subagents_usd"] = sum(one["subagents_usd"] for one in rows)
    batches = sum(one["batches"] for one in rows)
    _relate(row, batches, max((one["largest_batch"] for one in rows), default=0))
    return row


def requests(source: Source) -> list[Row]:
    """A row for each request of what `source` holds, in order; see REQUESTS."""
    cursor = source.db.execute(_REQUESTS.format(where=source.where), source.parameters)
    names = [name for name, *_ in cursor.description]
    rows = [dict(zip(names, values, strict=True)) for values in cursor]
    for row in rows:
        row["agent"] = row["agent_type"] or row["agent_id"] or MAIN
        row["seconds"] = _seconds(row["at"], row["ended_at"])
        row["hit_rate"] = totals.hit_rate(row)
        row["flags"] = totals.flags_of(row["flags"])
    return rows


def total_of_requests(rows: list[Row]) -> Row:
    """The row of totals of `requests`."""
    row: Row = {name: sum(one[name] for one in rows) for name in ("cost_usd", "tool_calls", *_TOKEN_NAMES)}
    flags = sorted({flag for one in rows for flag in one["flags"]})
    return {LABEL: "total", **row, "hit_rate": totals.hit_rate(row), "flags": flags}


def _by_turn(source: Source, query: str) -> list[tuple[str, int, int]]:
    query = query.format(key=_KEY, where=source.where, half=totals.HALF)
    return source.db.execute(query, source.parameters).fetchall()


def _relate(row: Row, batches: int, largest: int) -> None:
    row["batches"] = batches
    row["largest_batch"] = largest
    row["calls_per_request"] = round(row["tool_calls"] / batches, 1) if batches else None
    row["subagents_share"] = row["subagents_usd"] / row["cost_usd"] if row["cost_usd"] else None


def _seconds(first: str, last: str) -> float | None:
    """The wall-clock time between two times of the ledger; None where one is unknown."""
    begun, ended = moment(first), moment(last)
    return (ended - begun).total_seconds() if begun and ended else None
