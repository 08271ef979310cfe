"""When replacing a long context by its summary pays: reckoned from prices and from how past sessions went on. Pure.

A compaction reads the whole context once more, writes a summary, and the next request writes what is left into the
cache; after that every request reads less. What a summary forgets, and what it costs to find out again, is not in it.
"""

from __future__ import annotations

from scrimp.core import limits, prices
from scrimp.core.cache_watch.last_reply import HOUR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NamedTuple

    from scrimp.core.prices import Price

    class Compaction(NamedTuple):
        """What one costs once and what it saves with every later request, in pico-dollars.

        requests: after how many it has paid for itself; None: never.
        """

        once_pico: int
        saved_pico: int
        requests: int | None

    class Sizes(NamedTuple):
        """Tokens: what is left after a compaction, and the summary's own (as output)."""

        after: int
        summary: int
else:
    from collections import namedtuple

    Sizes = namedtuple("Sizes", "after summary")
    Compaction = namedtuple("Compaction", "once_pico saved_pico requests")


USUAL = Sizes(limits.CACHE_COMPACTED_TOKENS, limits.CACHE_SUMMARY_TOKENS)
"""Where a user's own transcripts do not say."""


def of(context_tokens: int, price: Price, sizes: Sizes = USUAL, ttl: str = "") -> Compaction:
    """What compacting a warm context of so many tokens costs and saves."""
    after = min(sizes.after, context_tokens)
    write = price.write_1h if ttl == HOUR else price.write_5m
    once = context_tokens * price.cache_read + sizes.summary * price.output + after * (write - price.cache_read)
    saved = (context_tokens - after) * price.cache_read
    return Compaction(once, saved, -(-once // saved) if saved > 0 else None)


def is_due(compaction: Compaction, further: Sequence[int], least_pico: int) -> bool:
    """Whether it clearly pays: half of the sessions that became so long went on for several times its break-even.

    further: how many requests each of these still had. least_pico: what it must then save.
    """
    needed = compaction.requests
    if needed is None or len(further) < limits.CACHE_PAST_SESSIONS:
        return False
    usual = middle(further)
    saved = usual * compaction.saved_pico - compaction.once_pico
    return usual >= needed * limits.CACHE_DUE_TIMES and saved >= max(least_pico, 1)


def middle(values: Sequence[int]) -> int:
    """The median, of two the lower; 0 of none."""
    return sorted(values)[(len(values) - 1) // 2] if values else 0


def price_of(model: str, at: str, context_tokens: int) -> Price | None:
    """The list price of a request with so long a context; None where there is none."""
    return prices.lookup(model, at=at, prompt_tokens=context_tokens)
