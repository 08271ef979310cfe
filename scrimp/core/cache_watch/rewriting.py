"""What it costs to send a context again: read from the cache, or written to it anew. Pure, in pico-dollars."""

from __future__ import annotations

from scrimp.core import prices
from scrimp.core.cache_watch.last_reply import HOUR
from scrimp.core.usage import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from scrimp.core.cache_watch.last_reply import Reply
    from scrimp.core.managed_prices import ManagedPrices

    class Resending(NamedTuple):
        """Pico-dollars of a context that is written anew, and of the same one that is read."""

        write_pico: int
        read_pico: int
else:
    from collections import namedtuple

    Resending = namedtuple("Resending", "write_pico read_pico")


def of(last: Reply, at: str, managed: ManagedPrices | None = None, *, model: str = "") -> Resending | None:
    """What the context after `last` costs to be sent again at the time `at`; None without a known price.

    model: another one than that of the reply. Output and what is new in the next request are not in it.
    """
    price = prices.lookup(
        model or last.model,
        at=at,
        prompt_tokens=last.context_tokens,
        speed=last.speed,
        geo=last.geo,
        tier=last.tier,
        managed=managed,
    )
    if price is None:
        return None
    written = {"write_1h" if last.ttl == HOUR else "write_5m": last.context_tokens}
    read = NOTHING._replace(cache_read=last.context_tokens)
    return Resending(prices.cost(NOTHING._replace(**written), price), prices.cost(read, price))
