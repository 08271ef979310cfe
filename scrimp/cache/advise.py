"""Which lifetime of the cache would have cost least, for the main conversation and for subagents. Pure.

All requests are replayed under each lifetime (`replay`); the two kinds of threads have settings of their own, so the
best for each is the best of all four mixes. Nothing is advised within the margin: the replay is a model of the cache.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from scrimp.cache import replay
from scrimp.core import limits
from scrimp.core.cache_watch.last_reply import FIVE_MINUTES, HOUR
from scrimp.core.prices import PICO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scrimp.cache.threads import Thread
    from scrimp.core.managed_prices import ManagedPrices

MAIN, SUBAGENTS = "main", "subagents"


class Kind(NamedTuple):
    """One kind of threads, as it was and replayed; in pico-dollars. requests: so many, fixed: of these not replayed.

    pauses: requests that came later than 5 minutes after the one before, and within the hour: what decides.
    """

    name: str
    requests: int
    fixed: int
    pauses: int
    really_pico: int
    by_ttl_pico: dict[str, int]

    @property
    def best(self) -> str:
        """The cheaper lifetime; of two that cost the same the client's default."""
        return min(replay.TTLS, key=lambda ttl: self.by_ttl_pico[ttl])


class Mix(NamedTuple):
    """A lifetime for each kind and what all requests would have cost, less what they really cost."""

    main: str
    subagents: str
    pico: int
    saved_pico: int

    @property
    def settings(self) -> str:
        """What to set for it, in the client's words."""
        return _SETTINGS[self.main, self.subagents]


_SETTINGS = {
    (FIVE_MINUTES, FIVE_MINUTES): '"promptCacheTtl": "5m", "subagentPromptCacheTtl": "5m"',
    (HOUR, FIVE_MINUTES): '"promptCacheTtl": "1h", "subagentPromptCacheTtl": "5m"',
    (FIVE_MINUTES, HOUR): '"promptCacheTtl": "5m", "subagentPromptCacheTtl": "1h"',
    (HOUR, HOUR): '"promptCacheTtl": "1h", "subagentPromptCacheTtl": "1h"  (or ENABLE_PROMPT_CACHING_1H=1)',
}


class Advice(NamedTuple):
    """The mixes, the cheapest first; `chosen` where it saves more than the margin; `why` in words, if not."""

    kinds: Sequence[Kind]
    mixes: Sequence[Mix]
    chosen: Mix | None
    why: str


def of(threads: Iterable[Thread], managed: ManagedPrices | None = None) -> Advice:
    """The advice that these threads give."""
    found = list(threads)
    kinds = [
        _kind(MAIN, [thread for thread in found if thread.is_main], managed),
        _kind(SUBAGENTS, [thread for thread in found if not thread.is_main], managed),
    ]
    really = sum(kind.really_pico for kind in kinds)
    mixes = sorted((_mix(kinds, main, sub, really) for main, sub in _SETTINGS), key=lambda mix: mix.pico)
    why = _why_not(kinds, mixes[0], really)
    return Advice(kinds, mixes, None if why else mixes[0], why)


def _kind(name: str, threads: Sequence[Thread], managed: ManagedPrices | None) -> Kind:
    requests = [request for thread in threads for request in thread.requests]
    sums = [replay.costs(thread.requests, managed) for thread in threads]
    by_ttl = {ttl: sum(one[ttl] for one in sums) for ttl in replay.TTLS}
    return Kind(
        name,
        len(requests),
        sum(request.is_fixed for request in requests),
        sum(map(_pauses, threads)),
        sum(request.cost_pico for request in requests),
        by_ttl,
    )


def _pauses(thread: Thread) -> int:
    begun = [request.at_ms for request in thread.requests]
    gaps = (after - before for before, after in pairwise(begun))
    return sum(replay.TTL_MS[FIVE_MINUTES] < gap <= replay.TTL_MS[HOUR] for gap in gaps)


def _mix(kinds: Sequence[Kind], main: str, subagents: str, really: int) -> Mix:
    pico = kinds[0].by_ttl_pico[main] + kinds[1].by_ttl_pico[subagents]
    return Mix(main, subagents, pico, really - pico)


def _why_not(kinds: Sequence[Kind], best: Mix, really: int) -> str:
    requests = sum(kind.requests - kind.fixed for kind in kinds)
    if requests < limits.CACHE_ADVICE_REQUESTS:
        return f"{requests:,} requests are too few to advise anything: from {limits.CACHE_ADVICE_REQUESTS:,} on"
    least = max(really * limits.CACHE_ADVICE_PERCENT // 100, round(limits.CACHE_ADVICE_USD * PICO))
    if best.saved_pico < least:
        return (
            f"no mix would have saved {limits.CACHE_ADVICE_PERCENT} % and ${limits.CACHE_ADVICE_USD:.2f}, "
            "which is the margin: leave it as it is"
        )
    return ""
