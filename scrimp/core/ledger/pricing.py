"""What a request costs, leg by leg, as it goes into the ledger.

Each leg is priced on its own prompt length at its own model. The request's speed is that of its answer; region and
tier are those of everything in it. A refusal before any output is reported and not billed.
"""

from __future__ import annotations

from scrimp.core import prices
from scrimp.core.transcript_records import ADVISOR, EXECUTOR, F_REFUSAL_UNBILLED
from scrimp.core.usage import NOTHING, prompt_tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.prices import Price
    from scrimp.core.transcript_records import Leg, Request

F_UNPRICED = "unpriced"
"""Some leg has no known price: the cost leaves it out."""

LIST, MANAGED = "list", "managed"
"""By what a request was priced: the list, or an organisation's own prices."""

RULES = 1
"""Counts up when this module or `prices` reckons differently: requests priced at the list are then priced anew."""

_MOST_PICO = 2**62
"""More than a ledger can hold: a count out of all reason, which has no price."""


def price_of(request: Request, leg: Leg, managed: ManagedPrices | None = None) -> Price | None:
    """The price that holds for one leg of a request; None where there is none."""
    return prices.lookup(
        leg.model,
        at=request.at,
        prompt_tokens=prompt_tokens(leg.usage),
        speed="" if leg.kind == ADVISOR else request.speed,
        geo=request.geo,
        tier=request.tier,
        managed=managed,
    )


def leg_costs(request: Request, managed: ManagedPrices | None = None) -> list[int | None]:
    """Pico-dollars of each leg of `request`; None where it is unpriced."""
    is_free = F_REFUSAL_UNBILLED in request.flags
    return [0 if is_free and leg.kind == EXECUTOR else _cost(request, leg, managed) for leg in request.legs]


def _cost(request: Request, leg: Leg, managed: ManagedPrices | None) -> int | None:
    if leg.usage == NOTHING:
        return 0
    price = price_of(request, leg, managed)
    cost = None if price is None else prices.cost(leg.usage, price)
    return None if cost is None or cost > _MOST_PICO // len(request.legs) else cost
