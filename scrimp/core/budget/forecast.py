"""What a thread's next request will cost, from its latest requests in the ledger and from what is new in its context.

The prompt so far is read from the cache, or written anew where the cache has expired; what is new is written; the reply
is as long as three in four of the thread's latest are.
"""

from __future__ import annotations

from scrimp.core import limits, prices, times
from scrimp.core.budget import spending
from scrimp.core.ledger import forks
from scrimp.core.usage import NOTHING, Usage, prompt_tokens, writes

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any, NamedTuple

    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.prices import Price

    class Thread(NamedTuple):
        """A thread as its latest requests have it. `context_tokens`: the last prompt with its reply, 0 unknown.

        cached_tokens: how much of it the cache holds. fresh_tokens: what a usual request writes. output_tokens: what
        three in four replies are not longer than, middle_tokens what half of them are not. last_id: the newest
        request's, '' for none of its own. ended_at: when it ended.
        """

        last_id: str
        ended_at: str
        context_tokens: int
        cached_tokens: int
        fresh_tokens: int
        output_tokens: int
        middle_tokens: int
        is_cached: bool
        is_hour: bool
        model: str
        speed: str
        geo: str
        tier: str

    class Forecast(NamedTuple):
        """Pico-dollars of the next request, of it with a short answer, of a usual one after it, of the least one.

        context_tokens: the next request's prompt. grows_tokens: by how much each later one is longer.
        """

        pico: int
        short_pico: int
        later_pico: int
        least_pico: int
        context_tokens: int
        grows_tokens: int
        is_unpriced: bool
else:
    from collections import namedtuple

    Thread = namedtuple(
        "Thread",
        "last_id ended_at context_tokens cached_tokens fresh_tokens output_tokens middle_tokens is_cached is_hour "
        "model speed geo tier",
    )
    Forecast = namedtuple("Forecast", "pico short_pico later_pico least_pico context_tokens grows_tokens is_unpriced")

DEFAULT_MODEL = "claude-opus-5-5"
"""What client 2.1.330 asks where nobody says otherwise."""

_CENTICHARS_PER_TOKEN = 225
"""Hundredths of a character a token, over command output, logs, code and prose; see `reports.results_tokens`."""

_FIVE_MINUTES_MS, _HOUR_MS = 5 * 60_000, 60 * 60_000
_LATEST = (
    "SELECT message_id, input, output, cache_read, write_5m, write_1h, write_unsplit, searches, ended_at, model, "
    "speed, geo, tier, cache_asked FROM requests WHERE session_id = ? AND agent_id = ? AND at != '' "
    "ORDER BY at DESC, rowid DESC LIMIT ?"
)
_FIRST_OF_TYPE = (
    f"SELECT {', '.join(Usage._fields)} FROM requests WHERE session_id = ? AND agent_id != '' AND agent_type = ? "  # noqa: S608
    "ORDER BY at LIMIT 1"
)
_LAST_MODEL = "SELECT model FROM requests WHERE at != '' ORDER BY at DESC LIMIT 1"
_USAGE_ENDS = 1 + len(Usage._fields)
_MANY = 4
"""From so many requests on, their quartile says what is usual; from fewer, the largest."""


def tokens_of(chars: int) -> int:
    """The tokens of a text with so many characters."""
    return -(-chars * 100 // _CENTICHARS_PER_TOKEN)


def thread(db: sqlite3.Connection, session_id: str, agent_id: str) -> Thread | None:
    """A thread as the ledger knows it; that of the parent for a fork's main thread that has none; else None."""
    rows = _rows(db, session_id, agent_id)
    if rows:
        return of_rows(rows)
    root = forks.root(db, session_id)
    rows = _rows(db, root, "") if root != session_id and not agent_id else []
    return of_rows(rows)._replace(last_id="") if rows else None


def of_rows(rows: list[tuple[Any, ...]]) -> Thread:
    """A thread from rows of its latest requests, with the columns of `_LATEST`, the newest first."""
    usages = [Usage(*row[1:_USAGE_ENDS]) for row in rows]
    last = usages[0]
    ended_at, model, speed, geo, tier, asked = rows[0][_USAGE_ENDS:]
    prompt = prompt_tokens(last)
    grown = [usage.input + writes(usage) for usage in usages[:-1]] or [limits.BUDGET_GROWTH_TOKENS]
    output = max(_usual(usage.output for usage in usages), limits.BUDGET_OUTPUT_TOKENS)
    middle = _middle([usage.output for usage in usages])
    is_hour = asked == "1h" or last.write_1h > 0
    is_cached = prompt > last.input
    cached = last.cache_read + writes(last)
    context = prompt + last.output
    return Thread(
        rows[0][0],
        ended_at,
        context,
        cached,
        _middle(grown),
        output,
        middle,
        is_cached,
        is_hour,
        model,
        speed,
        geo,
        tier,
    )


def first(db: sqlite3.Connection) -> Thread:
    """A main thread that has no request yet; its model is taken to be that of the latest request of all.

    Its cache is taken as warm: a session must not be stopped before it has begun, for a guess.
    """
    context, growth = limits.BUDGET_FIRST_CONTEXT_TOKENS, limits.BUDGET_GROWTH_TOKENS
    output = limits.BUDGET_OUTPUT_TOKENS
    return Thread("", "", context, context, growth, output, output, True, False, _last_model(db), "", "", "")


def first_of_agent(db: sqlite3.Connection, session_id: str, agent_type: str, model: str) -> Thread:
    """An agent that has no request yet: its prompt is as long as that of the session's first one of its type."""
    row = db.execute(_FIRST_OF_TYPE, (session_id, agent_type)).fetchone()
    context = prompt_tokens(Usage(*row)) if row else limits.BUDGET_AGENT_CONTEXT_TOKENS
    named = _model(model) or _last_model(db)
    growth, output = limits.BUDGET_GROWTH_TOKENS, limits.BUDGET_OUTPUT_TOKENS
    return Thread("", "", context, 0, growth, output, output, True, False, named, "", "", "")


def lagging(known: Thread, context_tokens: int) -> Thread:
    """The thread after a request that the ledger does not know yet, whose prompt was forecast at `context_tokens`."""
    prompt = context_tokens or known.context_tokens + known.fresh_tokens
    return known._replace(context_tokens=prompt + known.output_tokens, cached_tokens=prompt, ended_at="")


def forecast(
    known: Thread, new_tokens: int, now_ms: int, *, managed: ManagedPrices | None = None, counts_unpriced: bool = True
) -> Forecast:
    """What the thread's next request costs with `new_tokens` added to its context.

    A model without a price costs the dearest there is, or nothing where unpriced requests do not count.
    """
    context = known.context_tokens + new_tokens
    at = times.iso(now_ms)
    cached = 0 if not known.is_cached or _is_cold(known, now_ms) else min(known.cached_tokens, context)
    usages = (
        _usage(known, context, cached, known.output_tokens),
        _usage(known, context, cached, min(known.output_tokens, limits.BUDGET_OUTPUT_TOKENS)),
        _usage(known, context + known.fresh_tokens, context if known.is_cached else 0, known.middle_tokens),
        _usage(known, context, context if known.is_cached else 0, 0),
    )
    costs = [_cost(known, usage, at, managed) for usage in usages]
    is_unpriced = None in costs
    if is_unpriced:
        costs = [spending.dearest(usage, at) if counts_unpriced else 0 for usage in usages]
    pico, short, later, least = (cost or 0 for cost in costs)
    return Forecast(pico, short, later, least, context, known.fresh_tokens, is_unpriced)


def _rows(db: sqlite3.Connection, session_id: str, agent_id: str) -> list[tuple[Any, ...]]:
    return db.execute(_LATEST, (session_id, agent_id, limits.BUDGET_USUAL_OF)).fetchall()


def _usual(counts: Iterable[int]) -> int:
    """What three in four of these are not above."""
    ordered = sorted(counts)
    return ordered[-1] if len(ordered) < _MANY else ordered[len(ordered) * 3 // 4]


def _middle(counts: list[int]) -> int:
    return sorted(counts)[len(counts) // 2]


def _is_cold(known: Thread, now_ms: int) -> bool:
    """Whether the cache has expired since the thread's last request."""
    if not known.ended_at:
        return False
    return known.ended_at < times.iso(now_ms - (_HOUR_MS if known.is_hour else _FIVE_MINUTES_MS))


def _usage(known: Thread, context: int, cached: int, output: int) -> Usage:
    """A request with a prompt of `context` tokens, `cached` of them in the cache."""
    fresh = context - cached
    if not known.is_cached:
        return NOTHING._replace(input=fresh, output=output)
    name = "write_1h" if known.is_hour else "write_5m"
    return NOTHING._replace(cache_read=cached, output=output, **{name: fresh})


def _cost(known: Thread, usage: Usage, at: str, managed: ManagedPrices | None) -> int | None:
    price: Price | None = prices.lookup(
        known.model,
        at=at,
        prompt_tokens=prompt_tokens(usage),
        speed=known.speed,
        geo=known.geo,
        tier=known.tier,
        managed=managed,
    )
    return None if price is None else prices.cost(usage, price)


def _model(name: str) -> str:
    """A model's id from what a call of the Agent tool names it by; '' where it names none."""
    return "" if name == "inherit" else prices.full_name(name)


def _last_model(db: sqlite3.Connection) -> str:
    row = db.execute(_LAST_MODEL).fetchone()
    return row[0] if row and row[0] else DEFAULT_MODEL
