"""Sums up what requests cost and used, by any of `groupings.GROUPINGS`.

Money is summed in two halves, because the sum of absurd counts could overflow 64 bits. A row's `seconds` are those of
its turns, from the first reply to the last; None where no request has a prompt id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from scrimp.reports.groupings import GROUPINGS, NO_PROMPT, Grouping
from scrimp.reports.periods import span
from scrimp.reports.shown import COUNT, FLAGS, PERCENT, SECONDS, TOKENS, USD, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source

SUMS = (
    Column("cost_usd", "Cost", USD),
    Column("requests", "Reqs", COUNT, 2),
    Column("input_tokens", "In", TOKENS, 8),
    Column("output_tokens", "Out", TOKENS, 3),
    Column("cache_read_tokens", "Read", TOKENS, 4),
    Column("cache_write_5m_tokens", "W 5m", TOKENS, 5),
    Column("cache_write_1h_tokens", "W 1h", TOKENS, 5),
    Column("hit_rate", "Hit", PERCENT, 1),
    Column("tool_calls", "Tools", COUNT, 7),
    Column("web_searches", "Web", COUNT, 9),
    Column("seconds", "Time", SECONDS, 6),
    Column("flags", "Flags", FLAGS, 8),
)
"""The columns that every grouping has."""

HALF = 10**6
"""Costs are summed as millions of pico-dollars and the rest."""

NUMBERS = tuple(column.name for column in SUMS if column.kind in {COUNT, TOKENS})

_SECONDS_A_DAY = 86_400
_USAGE = {
    "input_tokens": "requests.input",
    "output_tokens": "requests.output",
    "cache_read_tokens": "requests.cache_read",
    "cache_write_5m_tokens": "requests.write_5m + requests.write_unsplit",
    "cache_write_1h_tokens": "requests.write_1h",
    "web_searches": "requests.searches",
}
_COUNTED = {
    "requests": "COUNT(*)",
    "upper": f"SUM(requests.cost_pico / {HALF})",
    "lower": f"SUM(requests.cost_pico % {HALF})",
    **{name: f"SUM({count})" for name, count in _USAGE.items()},
    "flags": "GROUP_CONCAT(DISTINCT NULLIF(requests.flags, ''))",
    "first_at": "MIN(NULLIF(requests.at, ''))",
    "last_at": "MAX(requests.ended_at)",
}
_CALLS = "(SELECT COUNT(*) FROM tool_calls WHERE tool_calls.message_id = requests.message_id)"
_SPAN = f"(julianday(MAX(requests.ended_at)) - julianday(MIN(NULLIF(requests.at, '')))) * {_SECONDS_A_DAY}"

_LEGS = """
WITH requests AS (
    SELECT message_id, session_id, prompt_id, project, cwd, at, ended_at, model, TRUE AS answers, flags, cost_pico,
        input, output, cache_read, write_5m, write_1h, write_unsplit, searches
    FROM main.requests WHERE message_id NOT IN (SELECT message_id FROM legs)
    UNION ALL
    SELECT message_id, session_id, prompt_id, project, cwd, at, ended_at, legs.model, legs.model = whole.model,
        REPLACE(flags, 'unpriced', '') || CASE WHEN COUNT(*) > COUNT(legs.cost_pico) THEN ' unpriced' ELSE '' END,
        SUM(COALESCE(legs.cost_pico, 0)), SUM(legs.input), SUM(legs.output), SUM(legs.cache_read),
        SUM(legs.write_5m), SUM(legs.write_1h), SUM(legs.write_unsplit), SUM(legs.searches)
    FROM legs JOIN main.requests AS whole USING (message_id) GROUP BY message_id, legs.model
)
"""
"""Requests split by the models of their legs, under the name of the whole ones. The tool calls stay with the answer."""


_UNPRICED = (
    "SELECT DISTINCT COALESCE(legs.model, requests.model) FROM requests LEFT JOIN legs USING (message_id) "
    "WHERE requests.flags LIKE '%unpriced%' AND legs.cost_pico IS NULL"
)


def rows(source: Source, by: str) -> list[Row]:
    """A row for each of what the grouping `by` tells apart: its keys, SUMS, `first_at`, `last_at`, and what is `also`.

    `cost_usd` is pico-dollars; where a row is about a project it has its `cwd`.
    """
    return grouped(source, GROUPINGS[by])


def grouped(source: Source, grouping: Grouping) -> list[Row]:
    """The same for a grouping of one's own."""
    cursor = source.db.execute(_sums_query(grouping, source.where), source.parameters)
    names = [name for name, *_ in cursor.description]
    found = [_row(dict(zip(names, values, strict=True))) for values in cursor]
    seconds = _own_seconds(found) if "prompt_id" in grouping.keys else _seconds(source, grouping)
    folders = project_folders(source) if "project" in names else {}
    for row in found:
        row["seconds"] = seconds.get(tuple(row[name] for name in grouping.keys))
        if "project" in names:
            row["cwd"] = folders.get(row["project"], "")
    return sorted(found, key=lambda row: _order(row, grouping))


def total(source: Source, by: str, rows: Sequence[Row]) -> Row:
    """The sums of all `rows` that the grouping `by` has."""
    whole = summed(rows)
    if GROUPINGS[by].by_leg:  # a request with legs of several models is in several rows
        query = f"{_LEGS} SELECT COUNT(DISTINCT requests.message_id) FROM requests WHERE {source.where}"  # noqa: S608 - ours
        (whole["requests"],) = source.db.execute(query, source.parameters).fetchone()
    return whole


def summed(rows: Sequence[Row]) -> Row:
    """The sums of `rows`, as a row."""
    total: Row = {"cost_usd": sum(row["cost_usd"] for row in rows)}
    for name in NUMBERS:
        total[name] = sum(row[name] for row in rows)
    known = [row["seconds"] for row in rows if row["seconds"] is not None]
    total["seconds"] = sum(known) if known else None
    total["hit_rate"] = hit_rate(total)
    total["flags"] = sorted({flag for row in rows for flag in row["flags"]})
    return total


def hit_rate(row: Row) -> float | None:
    """The share of all prompt tokens that was read from the cache; None where nothing was sent."""
    prompt = sum(
        row[name] for name in ("input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens")
    )
    return row["cache_read_tokens"] / prompt if prompt else None


def project_folders(source: Source) -> dict[str, str]:
    """By the name of the client's folder for a project, the folder that it was made for, '' where none is known.

    The client makes the name by putting a dash for every character that is no letter or digit. Of a session that
    went elsewhere, there are other folders too.
    """
    query = "SELECT DISTINCT project, cwd FROM requests WHERE cwd <> '' ORDER BY cwd DESC"
    folders: dict[str, str] = {}
    for project, cwd in source.db.execute(query):
        if re.sub("[^a-zA-Z0-9]", "-", folders.get(project, "")) != project:
            folders[project] = cwd
    return folders


def unpriced_models(source: Source) -> list[str]:
    """The models of requests, or parts of them, that have no price."""
    query = f"{_UNPRICED} AND {source.where} ORDER BY 1"
    return [model or "a model without a name" for (model,) in source.db.execute(query, source.parameters)]


def flags_of(text: str | None) -> list[str]:
    """The flags in a column of `requests`, or in several with commas between; each once, sorted."""
    return sorted(set((text or "").replace(",", " ").split()))


def _sums_query(grouping: Grouping, where: str) -> str:
    keys = ", ".join(f"{sql} AS {name}" for name, sql in grouping.keys.items())
    least = "".join(f", MIN(requests.{name}) AS {name}" for name in grouping.also)
    sums = ", ".join(f"{sql} AS {name}" for name, sql in _COUNTED.items())
    calls = f"SUM(CASE WHEN requests.answers THEN {_CALLS} ELSE 0 END)" if grouping.by_leg else f"SUM({_CALLS})"
    split = _LEGS if grouping.by_leg else ""
    places = ", ".join(str(place + 1) for place in range(len(grouping.keys)))
    return (
        f"{split} SELECT {keys}{least}, {sums}, {calls} AS tool_calls FROM requests "  # noqa: S608 - all words are ours
        f"WHERE {where} GROUP BY {places}"
    )


def _seconds(source: Source, grouping: Grouping) -> dict[tuple[Any, ...], float]:
    """By a row's keys, how long its turns took: each the time in which its requests lie."""
    if not grouping.of_turn:
        return {}
    keys = ", ".join(f"{sql} AS {name}" for name, sql in grouping.keys.items())
    names = ", ".join(grouping.keys)
    query = (
        f"SELECT {names}, SUM(seconds) FROM (SELECT {keys}, {_SPAN} AS seconds FROM requests "  # noqa: S608 - ours
        f"WHERE requests.prompt_id <> '' AND {source.where} GROUP BY {names}, {grouping.of_turn}) GROUP BY {names}"
    )
    found = source.db.execute(query, source.parameters)
    return {tuple(keys): seconds for *keys, seconds in found if seconds is not None}


def _own_seconds(turns: list[Row]) -> dict[tuple[Any, ...], float]:
    """The same of rows that are turns themselves."""
    spans = {
        (row["prompt_id"], row["without"]): span(row["first_at"], row["last_at"])
        for row in turns
        if row["prompt_id"] != NO_PROMPT
    }
    return {keys: seconds for keys, seconds in spans.items() if seconds is not None}


def _row(row: dict[str, Any]) -> Row:
    row["cost_usd"] = row.pop("upper") * HALF + row.pop("lower")
    row["flags"] = flags_of(row["flags"])
    row["hit_rate"] = hit_rate(row)
    return row


def _order(row: Row, grouping: Grouping) -> tuple[Any, ...]:
    keys = tuple(row[name] for name in grouping.keys)
    return keys if grouping.by_time else (-row["cost_usd"], *keys)
