"""What the prompt cache gave, and where it broke: hit rates, the dearest breaks with causes, a session's requests.

A break's dollars are what sending its prompt's beginning anew cost more than reading it; see `scrimp.cache.breaks`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from scrimp.cache import breaks, causes
from scrimp.core.usage import prompt_tokens, writes
from scrimp.reports import totals
from scrimp.reports.groupings import GROUPINGS, MAIN, NO_PROMPT
from scrimp.reports.shown import COUNT, ID, MODEL, PERCENT, TEXT, TIME, TOKENS, USD, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.cache.attribution import Break
    from scrimp.core.usage import Usage
    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source

BY = ("project", "session", "turn", "agent")
"""What hit rates can be told apart by."""

CAUSES = (
    Column("cause", "Cause", TEXT),
    Column("breaks", "Breaks", COUNT),
    Column("rewritten_tokens", "Rewritten", TOKENS, 2),
    Column("cost_usd", "Cost", USD),
    Column("advice", "", TEXT),
)
"""Breaks by the cause that counts first."""

BREAKS = (
    Column("at", "At", TIME, 4),
    Column("session_id", "Session", ID, 2),
    Column("agent", "Agent", TEXT, 5),
    Column("model", "Model", MODEL, 6),
    Column("message_id", "Request", ID, 1),
    Column("project", "", TEXT),
    Column("read_tokens", "Read", TOKENS, 7),
    Column("expected_tokens", "Expected", TOKENS, 3),
    Column("rewritten_tokens", "Rewritten", TOKENS, 8),
    Column("cost_usd", "Cost", USD),
    Column("cause", "Cause", TEXT),
    Column("causes", "", TEXT),
    Column("detail", "", TEXT),
)
"""One break each. causes: all that differs, where a table has the first."""

REQUESTS = (
    Column("at", "At", TIME, 1),
    Column("agent", "Agent", TEXT, 2),
    Column("agent_id", "", TEXT),
    Column("message_id", "", TEXT),
    Column("bar", "Its parts", TEXT),
    Column("prompt_tokens", "Prompt", TOKENS, 4),
    Column("read_tokens", "Read", TOKENS, 5),
    Column("written_tokens", "", TOKENS),
    Column("uncached_tokens", "", TOKENS),
    Column("expected_tokens", "", TOKENS),
    Column("hit_rate", "Hit", PERCENT, 3),
    Column("cost_usd", "Break", USD),
    Column("cause", "Cause", TEXT),
)
"""A session's requests; cost_usd and cause: those of a break, else None and ''."""

_USAGE = ", ".join(f"requests.{name}" for name in ("input", "cache_read", "write_5m", "write_1h", "write_unsplit"))
_REQUESTS = f"""
    SELECT message_id, at, agent_id, agent_type, {_USAGE} FROM requests
    WHERE {{where}} AND at <> '' ORDER BY at, rowid
"""  # noqa: S608 - our own names
_OF_RATES = ("cost_usd", "requests", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens", "hit_rate")


def rate_columns(by: str) -> list[Column]:
    """The columns of `rates`."""
    sums = [column for column in totals.SUMS if column.name in _OF_RATES]
    of_breaks = [Column("breaks", "Breaks", COUNT), Column("breaks_usd", "Their cost", USD)]
    return [*GROUPINGS[by].columns, *sums, *of_breaks]


def rates(source: Source, by: str, found: Sequence[Break]) -> list[Row]:
    """Hit rates by `by`, the dearest first, each with its breaks and what they cost."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in found:
        counts[_key_of(one, by)][0] += 1
        counts[_key_of(one, by)][1] += one.pico or 0
    rows = totals.rows(source, by)
    key = next(iter(GROUPINGS[by].keys))
    for row in rows:
        row["breaks"], row["breaks_usd"] = counts.get(row[key], (0, 0))
    return rows


def _key_of(one: Break, by: str) -> str:
    if by == "agent":
        return _agent(one.agent_type, one.agent_id)
    if by == "turn":
        return one.prompt_id or NO_PROMPT
    return one.session_id if by == "session" else one.project


def by_cause(found: Sequence[Break]) -> list[Row]:
    """The breaks by their first cause, the dearest first, with what to do about each."""
    sums: dict[str, Row] = {}
    for one in found:
        cause = one.why.causes[0]
        row = sums.setdefault(
            cause,
            {
                "cause": cause,
                "breaks": 0,
                "rewritten_tokens": 0,
                "cost_usd": 0,
                "flags": set(),
                "advice": _advice(cause),
            },
        )
        row["breaks"] += 1
        row["rewritten_tokens"] += one.rewritten_tokens
        row["cost_usd"] += one.pico or 0
        if one.pico is None:
            row["flags"].add("unpriced")
    return sorted(sums.values(), key=lambda row: (-row["cost_usd"], row["cause"]))


def _advice(cause: str) -> str:
    return causes.REMEDIES.get(cause, "")


def dearest(found: Sequence[Break], most: int) -> list[Row]:
    """The dearest breaks, at most so many; those without a price last."""
    ordered = sorted(found, key=lambda one: (one.pico is None, -(one.pico or 0), one.at, one.message_id))
    return [_row(one) for one in ordered[:most]]


def _row(one: Break) -> Row:
    return {
        "at": one.at,
        "session_id": one.session_id,
        "agent": _agent(one.agent_type, one.agent_id),
        "model": one.model,
        "message_id": one.message_id,
        "project": one.project,
        "read_tokens": one.usage.cache_read,
        "expected_tokens": one.expected_tokens,
        "rewritten_tokens": one.rewritten_tokens,
        "cost_usd": one.pico,
        "cause": one.why.causes[0],
        "causes": " ".join(one.why.causes),
        "detail": one.why.detail,
    }


def _agent(agent_type: str, agent_id: str) -> str:
    return agent_type or ("(no type)" if agent_id else MAIN)


def requests(source: Source, found: Sequence[Break]) -> list[Row]:
    """What each request of what `source` holds read, wrote and sent beside the cache; see REQUESTS."""
    broken: dict[str, Break] = {one.message_id: one for one in found}
    last: dict[str, Usage] = {}
    rows: list[Row] = []
    for message_id, at, agent_id, agent_type, *counts in source.db.execute(
        _REQUESTS.format(where=source.where), source.parameters
    ):
        usage = breaks.usage_of(tuple(counts))
        before = last.get(agent_id)
        one = broken.get(message_id)
        rows.append(
            {
                "at": at,
                "agent": _agent(agent_type, agent_id),
                "agent_id": agent_id,
                "message_id": message_id,
                "prompt_tokens": prompt_tokens(usage),
                "read_tokens": usage.cache_read,
                "written_tokens": writes(usage),
                "uncached_tokens": usage.input,
                "expected_tokens": None if before is None else breaks.expected_tokens(before, usage),
                "hit_rate": usage.cache_read / prompt_tokens(usage) if prompt_tokens(usage) else None,
                "cost_usd": one.pico if one else None,
                "cause": one.why.causes[0] if one else "",
            }
        )
        last[agent_id] = usage
    return rows


def bar(row: Row, longest_tokens: int, width: int, signs: str) -> str:
    """A request's prompt as a bar, `width` cells for `longest_tokens`: read, written, uncached, each with its sign.

    A part is rounded at its end, so that the parts of a bar never add up to more cells than the whole.
    """
    ends: list[int] = []
    tokens = 0
    for name in ("read_tokens", "written_tokens", "uncached_tokens"):
        tokens += row[name]
        ends.append((2 * tokens * width + longest_tokens) // (2 * longest_tokens) if longest_tokens else 0)
    starts = [0, *ends]
    return "".join(sign * (end - start) for sign, start, end in zip(signs, starts, ends, strict=False))
