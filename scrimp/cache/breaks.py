"""Which requests found less in the prompt cache than they should have, and what writing it again cost. Pure.

What is expected: a prompt only grows, so a request should read all that the one before it in its thread had read and
written. A break is what the client itself counts as one: the cache gave less than 95 % of what it gave the request
before, and at least 2,000 tokens less. Unlike the client, Haiku's requests are looked at too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits
from scrimp.core.usage import NOTHING, Usage, prompt_tokens, writes

if TYPE_CHECKING:
    from scrimp.core.prices import Price

_CENT = 100


class Rewrite(NamedTuple):
    """What was sent anew that should have been read, in tokens, by the class that it was billed in."""

    write_5m: int
    write_1h: int
    input: int

    @property
    def tokens(self) -> int:
        """All of it."""
        return sum(self)


def expected_tokens(before: Usage, now: Usage) -> int:
    """What `now` should have read of what `before` left in the cache; no more than its prompt is long."""
    return min(before.cache_read + writes(before), prompt_tokens(now))


def is_break(before: Usage, now: Usage) -> bool:
    """Whether the cache gave `now` so much less than `before` that the client counts it."""
    lost = before.cache_read - now.cache_read
    is_much = lost >= limits.CACHE_BREAK_TOKENS
    return is_much and now.cache_read * _CENT < before.cache_read * limits.CACHE_BREAK_PERCENT


def rewrite(before: Usage, now: Usage) -> Rewrite:
    """What `now` had to send anew of what it should have read.

    It is the beginning of what was not read, and so of what was written: a prompt's blocks for an hour stand before
    those for five minutes, and what is not cached at its end.
    """
    missing = max(0, expected_tokens(before, now) - now.cache_read)
    hour = min(missing, now.write_1h)
    minutes = min(missing - hour, now.write_5m + now.write_unsplit)
    return Rewrite(minutes, hour, missing - hour - minutes)


def price_pico(anew: Rewrite, price: Price) -> int:
    """What that cost more than reading it would have, in pico-dollars, at the request's own price."""
    paid = anew.write_5m * price.write_5m + anew.write_1h * price.write_1h + anew.input * price.input
    return paid - anew.tokens * price.cache_read


def usage_of(counts: tuple[int, ...]) -> Usage:
    """The counts of a row of the ledger: input, cache_read, write_5m, write_1h, write_unsplit."""
    fresh, read, minutes, hour, unsplit = counts
    return NOTHING._replace(input=fresh, cache_read=read, write_5m=minutes, write_1h=hour, write_unsplit=unsplit)
