"""The client's own total of a session, as one sum with its figures by model, and where it began.

A total accumulates over resumes; a client that lost it began anew, with another start time, and what it counted before
is added. A fork begins with its parent's total and keeps the parent's start time: which total that was is told by when
the fork's first own request came, and by what it then has to account for. The client writes its totals as floating
numbers: they are read to ten decimals, which is finer than any token's price.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits
from scrimp.core.prices import PICO, canonical
from scrimp.core.untrusted import as_object
from scrimp.core.usage import NOTHING, Usage

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

_DECIMALS = Decimal("1e-10")
_MAX_USD = 10**9

_OF_SESSION = """
    SELECT source, started_ms, total_usd, at, model_usage, unknown_model FROM cost_states WHERE session_id = ?
"""
_OF_OTHERS = """
    SELECT session_id, total_usd, model_usage FROM cost_states
    WHERE started_ms = ? AND session_id <> ? AND at <> '' AND at <= ? ORDER BY session_id
"""


class Spent(NamedTuple):
    """Dollars and counts of one model. Its writes are all in `write_unsplit`: the client's sums do not split them."""

    pico: int
    usage: Usage


class Total(NamedTuple):
    """What the client says that a session cost.

    at: when it said so last. models: by the name that prices are filed under; empty for a status line's total.
    parent: the session that it began at the total of, '' where none; parent_pico: that total; parent_models.
    """

    source: str
    pico: int
    at: str
    models: dict[str, Spent]
    is_guess: bool
    parent: str = ""
    parent_pico: int = 0
    parent_models: Mapping[str, Spent] = {}


class _State(NamedTuple):
    source: str
    started_ms: int
    pico: int
    at: str
    model_usage: str
    is_guess: bool


def of(db: sqlite3.Connection, session_id: str, ledger_pico: int) -> Total | None:
    """The largest total that any source has of the session, None where there is none.

    ledger_pico: what the ledger has of it, by which a fork's beginning is told.
    """
    by_source: dict[str, dict[int, _State]] = {}
    for source, started_ms, usd, at, model_usage, unknown in db.execute(_OF_SESSION, (session_id,)):
        state = _State(source, started_ms, pico_of(usd), at, model_usage, bool(unknown))
        latest = by_source.setdefault(source, {})
        if started_ms not in latest or latest[started_ms].pico <= state.pico:
            latest[started_ms] = state
    if not by_source:
        return None
    states = max((list(states.values()) for states in by_source.values()), key=_claim)
    total = Total(
        states[0].source,
        sum(state.pico for state in states),
        max(state.at for state in states),
        _together(_models(state.model_usage) for state in states),
        any(state.is_guess for state in states),
    )
    starts = {state.started_ms: state.at for states in by_source.values() for state in states.values()}
    return _with_parent(db, session_id, total, starts, ledger_pico)


def pico_of(usd: object) -> int:
    """An amount in dollars, as the client writes it, in pico-dollars; 0 for what is no amount."""
    try:
        amount = Decimal(str(usd))
    except InvalidOperation:
        return 0
    if not amount.is_finite() or not 0 <= amount <= _MAX_USD:
        return 0
    return int(amount.quantize(_DECIMALS) * PICO)


def _claim(states: list[_State]) -> tuple[int, str]:
    return sum(state.pico for state in states), states[0].source  # of equals the transcript's, which has the models


def _with_parent(
    db: sqlite3.Connection, session_id: str, total: Total, starts: dict[int, str], ledger_pico: int
) -> Total:
    """The total with the one that it began at: of those of older sessions that fit, what leaves the least open.

    starts: the session's start times, with when it was last heard of. The status line tells none.
    """
    (first,) = db.execute("SELECT MIN(NULLIF(at, '')) FROM requests WHERE session_id = ?", (session_id,)).fetchone()
    best, missing = total, abs(total.pico - ledger_pico)
    for started_ms, at in starts.items():
        for parent, (pico, usage) in _latest_of_others(db, session_id, started_ms, first or at).items():
            left = abs(total.pico - pico - ledger_pico)
            if pico <= total.pico and left < missing:
                missing = left
                best = total._replace(parent=parent, parent_pico=pico, parent_models=_models(usage))
    return best


def _latest_of_others(
    db: sqlite3.Connection, session_id: str, started_ms: int, until: str
) -> dict[str, tuple[int, str]]:
    """The last total, up to then, of every other session with the same start; and its figures by model."""
    latest: dict[str, tuple[int, str]] = {}
    if started_ms:
        for other, usd, usage in db.execute(_OF_OTHERS, (started_ms, session_id, until)):
            latest[other] = max(latest.get(other, (0, "")), (pico_of(usd), usage))
    return latest


def _together(models: Iterable[dict[str, Spent]]) -> dict[str, Spent]:
    summed: dict[str, Spent] = {}
    for one in models:
        for name, spent in one.items():
            summed[name] = added(summed.get(name, NO_MONEY), spent)
    return summed


NO_MONEY = Spent(0, NOTHING)


def added(a: Spent, b: Spent, times: int = 1) -> Spent:
    """The two together; times -1: what is left of the first without the second."""
    usage = Usage(*(left + times * right for left, right in zip(a.usage, b.usage, strict=True)))
    return Spent(a.pico + times * b.pico, usage)


def _models(text: str) -> dict[str, Spent]:
    """A `modelUsage` object, by the name that prices are filed under; empty for what is none."""
    try:
        rows = as_object(json.loads(text)) if text else {}
    except (ValueError, RecursionError):
        return {}
    named = ((canonical(model)[0], as_object(row)) for model, row in rows.items())
    return _together({name: Spent(pico_of(row.get("costUSD")), _usage(row))} for name, row in named)


_COUNTS = {
    "input": "inputTokens",
    "output": "outputTokens",
    "cache_read": "cacheReadInputTokens",
    "write_unsplit": "cacheCreationInputTokens",
    "searches": "webSearchRequests",
}


def _usage(row: dict[str, object]) -> Usage:
    counts = {name: row.get(key) for name, key in _COUNTS.items()}
    most = limits.COUNT_MAX**2
    known = {name: value for name, value in counts.items() if type(value) is int and 0 <= value <= most}
    return NOTHING._replace(**known)
