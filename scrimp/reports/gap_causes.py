"""Why the client's own total of a session is not what the ledger says: each cause that can be told, with its amount.

What client 2.1.330 does, as observed: it prices a reply at the model that was asked for, adds an advisor's part, leaves
out compactions inside a reply and the attempts of models that declined, and knows no batch discount. Its figures by
model tell the rest: a model that no transcript shows was called in the background; what is missing of one that they
show is shared out among the compactions, refusals and unfinished records that there are of it, and estimated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import prices
from scrimp.core.ledger.pricing import F_UNPRICED, MANAGED
from scrimp.core.prices import canonical
from scrimp.core.transcript_records import ADVISOR, COMPACTION, EXECUTOR, F_REFUSAL_UNBILLED, FALLBACK
from scrimp.core.usage import prompt_tokens, writes
from scrimp.reports import gap_models
from scrimp.reports.gap_models import Cause, Mark, OfModel
from scrimp.reports.gap_totals import NO_MONEY, Spent, added
from scrimp.reports.wording import short_id

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.prices import Price
    from scrimp.core.transcript_records import Leg, Request
    from scrimp.core.usage import Usage
    from scrimp.reports.gap_totals import Total

_MARKS = "SELECT agent_id, at, pre_tokens, post_tokens FROM compactions WHERE session_id = ? ORDER BY at"

_ASKED, _BATCH, _FLAT = "asked", "batch", "flat"
_OTHERWISE = {
    _ASKED: "priced as the model that was asked for",
    _BATCH: "batch requests, at the full price",
    _FLAT: "long prompts, at the price of short ones",
    COMPACTION: "compactions inside replies, not in it",
    FALLBACK: "attempts that were declined, not in it",
}
"""What the client reckons otherwise, and how it reads."""

_NO_LONG_PRICE = frozenset(("claude-sonnet-4-5",))
"""Models whose price for long prompts client 2.1.330 does not know."""


class Priced(NamedTuple):
    """A request as the ledger has it, with the pico-dollars of each leg (None: unpriced)."""

    request: Request
    pico: int
    flags: tuple[str, ...]
    legs: tuple[tuple[Leg, int | None], ...]
    priced_by: str


def told(
    db: sqlite3.Connection, session_id: str, total: Total, requests: Sequence[Priced], managed: ManagedPrices | None
) -> list[Cause]:
    """The causes of the gap between `total` and all of the session's `requests`, those of no amount left out."""
    since = _first_since(requests, total.at)
    later = [one for one in requests if since and one.request.at >= since]
    before = [one for one in requests if not since or one.request.at < since]
    causes = [_parent(total), _since(later)]
    models: dict[str, OfModel] = {}
    causes += _reckoned_otherwise(before, models, managed)
    for mark in _marks(db, session_id, since):
        _model_of(mark, before, models).marks.append(mark)
    if total.models:
        for name, spent in sorted(total.models.items()):
            left = added(spent, total.parent_models.get(name, NO_MONEY), -1)
            causes += gap_models.missing(name, left, models.get(name), is_guess=total.is_guess)
    else:
        ledger_pico = sum(one.pico for one in requests)
        left_pico = total.pico - ledger_pico - sum(cause.pico for cause in causes)
        causes.append(gap_models.compactions_by_size(models.values(), left_pico))
    return [cause for cause in causes if cause.pico]


def _first_since(requests: Sequence[Priced], at: str) -> str:
    """When the main thread went on after the total; subagents that ended beside it are in it."""
    later = [one.request.at for one in requests if at and not one.request.agent_id and one.request.at > at]
    return min(later, default="")


def _parent(total: Total) -> Cause:
    detail = f"session {short_id(total.parent)}" if total.parent else ""
    return Cause("parent", "what its parent had cost before", total.parent_pico, detail)


def _since(later: Sequence[Priced]) -> Cause:
    flags = {flag for one in later for flag in one.flags}
    pico = -sum(one.pico for one in later)
    return Cause("since", "requests since that total", pico, f"{len(later):,} requests", tuple(sorted(flags)))


def _reckoned_otherwise(
    requests: Iterable[Priced], models: dict[str, OfModel], managed: ManagedPrices | None
) -> list[Cause]:
    """What the client prices otherwise than it is billed; `models` gets what it has for each model."""
    amounts = dict.fromkeys(_OTHERWISE, 0)
    for one in requests:
        request = one.request
        model = models.setdefault(canonical(request.requested_model or request.model)[0], OfModel())
        answer = sum(pico or 0 for leg, pico in one.legs if leg.kind == EXECUTOR)
        for name, pico in _as_client(one, answer, managed if one.priced_by == MANAGED else None):
            amounts[name] += pico - answer
            answer = pico
        _take(model, one, answer)
        for leg, pico in one.legs:
            if leg.kind == ADVISOR:
                advisor = models.setdefault(canonical(leg.model)[0], OfModel())
                advisor.spent = added(advisor.spent, Spent(pico or 0, _unsplit(leg.usage)))
                advisor.is_unpriced |= pico is None
            elif leg.kind != EXECUTOR:
                amounts[leg.kind] -= pico or 0
    return [Cause(name, text, amounts[name], "") for name, text in _OTHERWISE.items()]


def _as_client(one: Priced, answer: int, managed: ManagedPrices | None) -> Iterable[tuple[str, int]]:
    """What the client takes the answer to cost, where that is something else, and why; each step on top of the last."""
    request = one.request
    if F_REFUSAL_UNBILLED in one.flags or not answer:
        return
    asked = request.requested_model or request.model
    if canonical(asked)[0] != canonical(request.model)[0]:
        price = price_at(request, asked, request.tier, managed)
        if price is not None:
            yield _ASKED, prices.cost(request.usage, price)
    if request.tier == _BATCH:
        price = price_at(request, asked, "", managed)
        if price is not None:
            yield _BATCH, prices.cost(request.usage, price)
    if canonical(asked)[0] in _NO_LONG_PRICE:
        price = price_at(request, asked, "", managed, is_short=True)
        if price is not None:
            yield _FLAT, prices.cost(request.usage, price)


def price_at(
    request: Request, model: str, tier: str, managed: ManagedPrices | None, *, is_short: bool = False
) -> Price | None:
    """The price of a request's answer, had `model` given it at `tier`; `is_short`: as if its prompt were short."""
    return prices.lookup(
        model,
        at=request.at,
        prompt_tokens=0 if is_short else prompt_tokens(request.usage),
        speed=request.speed,
        geo=request.geo,
        tier=tier,
        managed=managed,
    )


def _take(model: OfModel, one: Priced, answer: int) -> None:
    """Add a request's answer to what the client should have for its model."""
    request = one.request
    asked = request.requested_model or request.model
    price = price_at(request, asked, "", None)
    model.price = price or model.price
    model.is_unpriced |= F_UNPRICED in one.flags and any(pico is None for leg, pico in one.legs if leg.kind == EXECUTOR)
    if F_REFUSAL_UNBILLED in one.flags:
        cost = prices.cost(request.usage, price) if price else 0
        model.refused.append(Spent(cost, _unsplit(request.usage)))
        return
    model.spent = added(model.spent, Spent(answer, _unsplit(request.usage)))
    model.is_lower_bound |= bool(gap_models.UNFINISHED & set(one.flags))


def _unsplit(usage: Usage) -> Usage:
    return usage._replace(write_5m=0, write_1h=0, write_unsplit=writes(usage))


def _marks(db: sqlite3.Connection, session_id: str, since: str) -> list[Mark]:
    marks = [Mark(*row) for row in db.execute(_MARKS, (session_id,))]
    return [mark for mark in marks if not since or mark.at < since]


def _model_of(mark: Mark, requests: Sequence[Priced], models: dict[str, OfModel]) -> OfModel:
    """The model that the thread was on when it was compacted; one of its own where no request tells."""
    before = [one.request for one in requests if one.request.agent_id == mark.agent_id and one.request.at <= mark.at]
    if not before:
        return models.setdefault("", OfModel())
    return models[canonical(before[-1].requested_model or before[-1].model)[0]]
