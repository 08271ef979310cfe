"""What `--exclude-dynamic-system-prompt-sections` would have saved over sessions in many folders. An estimate. Pure.

Client 2.1.330 sends the tools and the first two blocks of the system prompt the same from every folder; they carry a
mark of their own and are shared anyway. The third names the folder of the session's memory: everything after it is
written anew in every folder. With the option that part moves behind the prefix, and the block becomes the same
everywhere. So a session gains that block once, read instead of written, if another session of the same model began in
another folder within the cache's lifetime before it, and none in its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits, prices
from scrimp.core.cache_watch.last_reply import HOUR, TTL_MS
from scrimp.core.usage import prompt_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrimp.cache.replay import Asked
    from scrimp.cache.threads import Thread
    from scrimp.core.managed_prices import ManagedPrices

OPTION = "--exclude-dynamic-system-prompt-sections"


class Fleet(NamedTuple):
    """sessions: all; sharing: of these the ones that would have gained; saved_pico: how much, together."""

    sessions: int
    sharing: int
    saved_pico: int


def of(threads: Iterable[Thread], managed: ManagedPrices | None = None) -> Fleet:
    """What the sessions among `threads` would have gained."""
    begun = sorted((thread for thread in threads if thread.is_main), key=lambda thread: thread.requests[0].at_ms)
    latest: dict[tuple[str, str], int] = {}
    sharing = saved = 0
    for thread in begun:
        first = thread.requests[0]
        if _gains(latest, first, thread.cwd):
            sharing += 1
            saved += _saved(first, managed)
        latest[first.model, thread.cwd] = first.at_ms
    return Fleet(len(begun), sharing, saved)


def _gains(latest: dict[tuple[str, str], int], first: Asked, cwd: str) -> bool:
    since = first.at_ms - TTL_MS.get(first.ttl, 0)
    warm = {folder for (model, folder), at_ms in latest.items() if model == first.model and at_ms >= since}
    return bool(first.ttl) and bool(warm) and cwd not in warm


def _saved(first: Asked, managed: ManagedPrices | None) -> int:
    terms = {"speed": first.speed, "geo": first.geo, "tier": first.tier}
    price = prices.lookup(first.model, at=first.at, prompt_tokens=prompt_tokens(first.usage), managed=managed, **terms)
    if price is None:
        return 0
    write = price.write_1h if first.ttl == HOUR else price.write_5m
    return limits.CACHE_FLEET_TOKENS * (write - price.cache_read)
