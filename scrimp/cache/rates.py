"""What a token that stands in every prompt costs this user, from the requests in the ledger.

Of all prompt tokens that went through the cache the mean price, written and read as they really were, is what one
more token in the prefix costs with each request. Requests without a price, or with several parts, are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import prices
from scrimp.core.usage import NOTHING, prompt_tokens, writes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scrimp.cache.threads import Thread
    from scrimp.core.managed_prices import ManagedPrices

_TURNS = 100


class Rates(NamedTuple):
    """requests, sessions: what this is drawn from. cached_tokens: their prompts; cached_pico: what these cost.

    turns: prompts of a person that were answered.
    """

    requests: int
    sessions: int
    turns: int
    cached_tokens: int
    cached_pico: int

    def per_request_pico(self, tokens: int) -> int:
        """What so many standing tokens cost with one request; 0 where nothing is known."""
        return tokens * self.cached_pico // self.cached_tokens if self.cached_tokens else 0

    def per_100_turns_pico(self, tokens: int) -> int:
        """The same over a hundred turns, with this user's number of requests to a turn."""
        if not self.cached_tokens or not self.turns:
            return 0
        return tokens * self.cached_pico * self.requests * _TURNS // (self.cached_tokens * self.turns)


def of(threads: Iterable[Thread], turns: int, managed: ManagedPrices | None = None) -> Rates:
    """The rates that the main conversations among `threads` show."""
    main: Sequence[Thread] = [thread for thread in threads if thread.is_main]
    requests = tokens = pico = 0
    for thread in main:
        for request in thread.requests:
            requests += 1
            price = (
                None
                if request.is_fixed
                else prices.lookup(
                    request.model,
                    at=request.at,
                    prompt_tokens=prompt_tokens(request.usage),
                    speed=request.speed,
                    geo=request.geo,
                    tier=request.tier,
                    managed=managed,
                )
            )
            if price is not None:
                used = request.usage
                tokens += used.cache_read + writes(used)
                pico += prices.cost(NOTHING._replace(**{name: getattr(used, name) for name in _CACHED}), price)
    return Rates(requests, len({thread.session_id for thread in main}), turns, tokens, pico)


_CACHED = ("cache_read", "write_5m", "write_1h", "write_unsplit")
