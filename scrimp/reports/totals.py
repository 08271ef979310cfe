"""Sums up what requests cost and used, by any of `groupings.GROUPINGS`.

Money is summed in two halves, because the sum of absurd counts could overflow 64 bits. A row's `seconds` are those of
its turns, from the first reply to the last; None where no request has a prompt id.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from scrimp.reports.groupings import GROUPINGS, Grouping
from scrimp.reports.shown import COUNT, FLAGS, PERCENT, SECONDS, TOKENS, USD, Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source

    Part = tuple[Any, ...]

SUMS = (
    Column("cost_usd", "Cost", USD),
    Column("requests", "Reqs", COUNT, 3),
    Column("input_tokens", "In", TOKENS, 11),
    Column("output_tokens", "Out", TOKENS, 5),
    Column("cache_read_tokens", "Read", TOKENS, 6),
    Column("cache_write_5m_tokens", "W 5m", TOKENS, 7),
    Column("cache_write_1h_tokens", "W 1h", TOKENS, 8),
    Column("hit_rate", "Hit", PERCENT, 4),
    Column("tool_calls", "Tools", COUNT, 10),
    Column("web_searches", "Web", COUNT, 12),
    Column("seconds", "Time", SECONDS, 9),
    Column("flags", "Flags", FLAGS),
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
_CALLS = "(SELECT COUNT(*) FROM tool_calls WHERE tool_calls.message_id = requests.message_id)"
_COUNTED = {
    "cost_usd": f"SUM(requests.cost_pico / {HALF})",
    "lower": f"SUM(requests.cost_pico % {HALF})",
    "requests": "COUNT(*)",
    **{name: f"SUM({count})" for name, count in _USAGE.items()},
    "tool_calls": f"SUM({_CALLS})",
    "flags": "GROUP_CONCAT(DISTINCT NULLIF(requests.flags, ''))",
    "first_at": "MIN(NULLIF(requests.at, ''))",
    "last_at": "MAX(requests.ended_at)",
    "seconds": "(julianday(MAX(requests.ended_at)) - julianday(MIN(NULLIF(requests.at, '')))) "
    f"* {_SECONDS_A_DAY} * NULLIF(requests.prompt_id <> '', FALSE)",
}
"""What is summed up of each turn; seconds: NULL of requests without a prompt id."""

_OF_LEGS = {**_COUNTED, "tool_calls": f"SUM(CASE WHEN requests.answers THEN {_CALLS} ELSE 0 END)"}
_WHOLE = "requests.message_id NOT IN (SELECT message_id FROM legs)"
_LEGS = """
WITH requests AS (
    SELECT message_id, session_id, agent_id, agent_type, prompt_id, project, cwd, git_branch, at, ended_at, legs.model,
        legs.model = whole.model AS answers,
        REPLACE(flags, 'unpriced', '') || CASE WHEN COUNT(*) > COUNT(legs.cost_pico) THEN ' unpriced' ELSE '' END
            AS flags,
        SUM(COALESCE(legs.cost_pico, 0)) AS cost_pico, SUM(legs.input) AS input, SUM(legs.output) AS output,
        SUM(legs.cache_read) AS cache_read, SUM(legs.write_5m) AS write_5m, SUM(legs.write_1h) AS write_1h,
        SUM(legs.write_unsplit) AS write_unsplit, SUM(legs.searches) AS searches
    FROM legs JOIN main.requests AS whole USING (message_id) GROUP BY message_id, legs.model
)
"""
"""Requests of several legs, split by their models, under the name of whole ones. Tool calls stay with the answer."""


def rows(source: Source, by: str) -> list[Row]:
    """A row for each of what the grouping `by` tells apart: its keys, SUMS, `first_at`, `last_at`, and what is `also`.

    `cost_usd` is pico-dollars; where a row is about a project it has its `cwd`.
    """
    return grouped(source, GROUPINGS[by])


def grouped(source: Source, grouping: Grouping) -> list[Row]:
    """The same for a grouping of one's own."""
    found = [_together(parts, grouping) for parts in _parts(source, grouping).values()]
    folders = project_folders(source) if "project" in grouping.columns_of_rows else {}
    for row in found:
        row["cost_usd"] = row["cost_usd"] * HALF + row.pop("lower")
        row["flags"] = flags_of(row["flags"])
        row["hit_rate"] = hit_rate(row)
        if folders:
            row["cwd"], row["shown_cwd"] = folders.get(row["project"], ("", row["project"]))
    return sorted(found, key=lambda row: _order(row, grouping))


def total(source: Source, by: str, rows: Sequence[Row]) -> Row:
    """The sums of all `rows` that the grouping `by` has."""
    whole = summed(rows)
    if GROUPINGS[by].by_leg:  # a request with legs of several models is in several rows
        query = f"{_LEGS} SELECT COUNT(*) - COUNT(DISTINCT requests.message_id) FROM requests WHERE {source.where}"  # noqa: S608 - ours
        whole["requests"] -= source.db.execute(query, source.parameters).fetchone()[0]
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


def project_folders(source: Source) -> dict[str, tuple[str, str]]:
    """By the name of the client's folder for a project: the folder that it was made for, and what a person is shown.

    The first is '' where none is known; the second is no other project's.

    The client makes the name by putting a dash for every character that is no letter or digit. Of a session that
    went elsewhere, there are other folders too.
    """
    query = "SELECT DISTINCT project, cwd FROM requests ORDER BY cwd DESC"
    folders: dict[str, str] = {}
    for project, cwd in source.db.execute(query):
        if not _is_made_of(project, folders.get(project, "")) and (cwd or project not in folders):
            folders[project] = cwd
    times = Counter(folders.values())
    return {
        project: (cwd, cwd if cwd and (times[cwd] == 1 or _is_made_of(project, cwd)) else project)
        for project, cwd in folders.items()
    }


def _is_made_of(project: str, cwd: str) -> bool:
    return re.sub("[^a-zA-Z0-9]", "-", cwd) == project


def flags_of(text: str | None) -> list[str]:
    """The flags in a column of `requests`, or in several with commas between; each once, sorted."""
    return sorted(set((text or "").replace(",", " ").split()))


def _parts(source: Source, grouping: Grouping) -> dict[tuple[Any, ...], list[Part]]:
    """By its keys, what each row is added up from: one for each turn, so that one pass gives the time of turns too."""
    queries = [("", _COUNTED, "TRUE")]
    if grouping.by_leg:
        queries = [("", _COUNTED, _WHOLE), (_LEGS, _OF_LEGS, "TRUE")]
    found: defaultdict[tuple[Any, ...], list[Part]] = defaultdict(list)
    keys = len(grouping.keys)
    for split, counted, which in queries:
        for part in source.db.execute(_query(source, grouping, split, counted, which), source.parameters):
            found[part[:keys]].append(part)
    return found


def _query(source: Source, grouping: Grouping, split: str, counted: Mapping[str, str], which: str) -> str:
    """A part has the columns of a row, in their order."""
    groups = [*grouping.keys.values(), *filter(None, [grouping.of_turn])]
    also = [f"MIN(requests.{name})" for name in grouping.also]
    columns = ", ".join([*grouping.keys.values(), *also, *counted.values()])
    return f"{split} SELECT {columns} FROM requests WHERE {which} AND {source.where} GROUP BY {', '.join(groups)}"  # noqa: S608 - ours


def _together(parts: list[Part], grouping: Grouping) -> Row:
    """The row that these parts make."""
    names = (*grouping.keys, *grouping.also, *_COUNTED)
    if len(parts) == 1:
        return dict(zip(names, parts[0], strict=True))
    columns = zip(names, zip(*parts, strict=True), strict=True)
    return {name: _FOLDS.get(name, min)(values) for name, values in columns}


def _sum_of_known(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _first(values: Iterable[str | None]) -> str | None:
    return min((value for value in values if value), default=None)


def _all_flags(values: Iterable[str | None]) -> str:
    return ",".join(value for value in values if value)


_FOLDS: dict[str, Any] = {
    **dict.fromkeys((*NUMBERS, "cost_usd", "lower"), sum),
    "flags": _all_flags,
    "first_at": _first,
    "last_at": max,
    "seconds": _sum_of_known,
}
"""How the columns of several parts become one value; keys are the same in all, and of others the least is taken."""


def _order(row: Row, grouping: Grouping) -> tuple[Any, ...]:
    keys = tuple(row[name] for name in grouping.keys)
    return keys if grouping.by_time else (-row["cost_usd"], *keys)
