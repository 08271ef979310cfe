"""The same requests under another lifetime of the cache: what each would have read, written and cost. Pure.

The rule. A thread's requests come in order; a prompt only grows, so a request can read what the one before it left in
the cache, as long as its gap to it (from beginning to beginning) is within the lifetime. Then:

- a gap within the lifetime that really was: read what it really read, whatever the other lifetime is long enough for;
- a gap within the other lifetime alone: read all of the prompt before, unless another model answers now or the
  prompt has become shorter, which says that it was rewritten: then read what it really read;
- a gap beyond the other lifetime: read only what the thread's first request read, which other sessions keep.

What is not read is written, at the price of the other lifetime. Input outside the cache, output and searches stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import prices
from scrimp.core.cache_watch.last_reply import FIVE_MINUTES, HOUR, TTL_MS
from scrimp.core.usage import prompt_tokens, writes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.prices import Price
    from scrimp.core.usage import Usage

TTLS = (FIVE_MINUTES, HOUR)


class Asked(NamedTuple):
    """A request as it was. at_ms: when it began. ttl: the lifetime that it asked for, '' where it caches nothing.

    cost_pico: all that it cost. is_fixed: it has no price, or more parts than one, and is not replayed.
    """

    at_ms: int
    at: str
    model: str
    usage: Usage
    ttl: str
    speed: str
    geo: str
    tier: str
    cost_pico: int
    is_fixed: bool = False


def costs(thread: Sequence[Asked], managed: ManagedPrices | None = None) -> dict[str, int]:
    """By lifetime: pico-dollars of a thread's requests, the first one first, had all been cached for so long."""
    really = sum(request.cost_pico for request in thread)
    totals: dict[str, int] = dict.fromkeys(TTLS, really)
    for place, request in enumerate(thread):
        price = None if request.is_fixed or not request.ttl else _price(request, managed)
        if price is None:
            continue
        used = request.usage
        cacheable = used.cache_read + writes(used)
        paid = prices.cost(used._replace(input=0, output=0, searches=0), price)
        for ttl in TTLS:
            tokens = min(read(thread, place, ttl), cacheable)
            write = price.write_1h if ttl == HOUR else price.write_5m
            totals[ttl] += tokens * price.cache_read + (cacheable - tokens) * write - paid
    return totals


def read(thread: Sequence[Asked], place: int, ttl: str) -> int:
    """How many tokens the request at `place` could have read under `ttl`, if its prompt has so many."""
    request = thread[place]
    really = request.usage.cache_read
    if not place:
        return really
    before = thread[place - 1]
    gap_ms = request.at_ms - before.at_ms
    expired = before.ttl != "" and gap_ms > TTL_MS[before.ttl]
    if gap_ms > TTL_MS[ttl]:
        return really if expired else min(really, thread[0].usage.cache_read)
    if not expired:
        return really
    left = before.usage.cache_read + writes(before.usage)
    is_continued = before.model == request.model and prompt_tokens(request.usage) >= left
    return max(really, left) if is_continued else really


def _price(request: Asked, managed: ManagedPrices | None) -> Price | None:
    """The replayed request is as long as it was, so that its price per token is the same."""
    return prices.lookup(
        request.model,
        at=request.at,
        prompt_tokens=prompt_tokens(request.usage),
        speed=request.speed,
        geo=request.geo,
        tier=request.tier,
        managed=managed,
    )
