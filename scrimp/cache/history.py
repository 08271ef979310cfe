"""When compacting long sessions would have paid, and what a smaller `autoCompactWindow` would have cost. Pure.

Past main conversations are replayed with a window: as soon as a request's prompt would be longer, the context is
compacted before it. That costs one more reading of the context, the summary as output, and writing what is left; every
later request reads so much less. A session's own compactions and shortenings end what was saved. An estimate: turns
that a summary costs because of what it forgot are not in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits, prices
from scrimp.core.cache_watch import compacting
from scrimp.core.usage import NOTHING, Usage, prompt_tokens, writes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scrimp.cache.replay import Asked
    from scrimp.cache.threads import Thread
    from scrimp.core.cache_watch.compacting import Sizes
    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.prices import Price


class Window(NamedTuple):
    """Sessions under one window. changed: of them those that it would have compacted, so many times in all.

    pico: what all would have cost. saved_pico: less than they did; negative where it would have been dearer.
    """

    tokens: int
    changed: int
    compactions: int
    pico: int
    saved_pico: int


class Long(NamedTuple):
    """A session at its longest. after_requests: requests it still had from there on, to its end or its compaction.

    needed: how many a compaction there needed to pay for itself; None: never. saved_pico: what it would have saved.
    """

    session_id: str
    at: str
    model: str
    context_tokens: int
    after_requests: int
    needed: int | None
    saved_pico: int


def windows(
    threads: Iterable[Thread], sizes: Sizes, tokens: Sequence[int], managed: ManagedPrices | None = None
) -> list[Window]:
    """All main conversations under each of the windows."""
    main = [thread.requests for thread in threads if thread.is_main]
    really = sum(request.cost_pico for requests in main for request in requests)
    found: list[Window] = []
    for window in tokens:
        results = [replayed(requests, window, sizes, managed) for requests in main]
        saved = sum(result[1] for result in results)
        counts = [result[0] for result in results]
        found.append(Window(window, sum(count > 0 for count in counts), sum(counts), really - saved, saved))
    return found


def replayed(
    requests: Sequence[Asked], window: int, sizes: Sizes, managed: ManagedPrices | None = None
) -> tuple[int, int]:
    """How often a conversation would have been compacted, and the pico-dollars that would have saved."""
    gone = count = saved = 0
    before = 0
    for request in requests:
        prompt = prompt_tokens(request.usage)
        gone = min(gone, max(0, prompt - sizes.after))  # its own compaction ends what was saved
        price = _price(request, prompt, managed)
        if price is not None and before > 0 and prompt - gone > window and before - gone > sizes.after:
            saved -= _once(before - gone, request, price, sizes)
            gone += before - gone - sizes.after
            count += 1
        if price is not None and gone:
            saved += prices.cost(request.usage, price) - _shorter(request, gone, prompt, managed)
        before = prompt
    return count, saved


def longest(threads: Iterable[Thread], sizes: Sizes, managed: ManagedPrices | None = None) -> list[Long]:
    """The long main conversations, where each first became long; those where compacting would have saved most first."""
    found = [_long(thread, sizes, managed) for thread in threads if thread.is_main]
    return sorted((one for one in found if one is not None), key=lambda one: -one.saved_pico)


def _long(thread: Thread, sizes: Sizes, managed: ManagedPrices | None) -> Long | None:
    prompts = [prompt_tokens(request.usage) for request in thread.requests]
    place = next((place for place, prompt in enumerate(prompts) if prompt >= limits.CACHE_LONG_TOKENS), None)
    if place is None:
        return None
    request, context = thread.requests[place], prompts[place]
    price = _price(request, context, managed)
    if price is None:
        return None
    end = next((later for later in range(place + 1, len(prompts)) if prompts[later] < context), len(prompts))
    compaction = compacting.of(context, price, sizes, request.ttl)
    further = end - place - 1
    saved = further * compaction.saved_pico - compaction.once_pico
    return Long(thread.session_id, request.at, request.model, context, further, compaction.requests, saved)


def _once(context: int, request: Asked, price: Price, sizes: Sizes) -> int:
    """What the compaction before a request costs: the context read once more, the summary, what is left written.

    That it is written and not read is what `compacting.of` reckons too; the request's own reading is counted apart.
    """
    return compacting.of(context, price, sizes, request.ttl).once_pico


def _shorter(request: Asked, gone: int, prompt: int, managed: ManagedPrices | None) -> int:
    """What the request costs with so many tokens less before it: first those that it read, then those it wrote."""
    used = request.usage
    read = max(0, used.cache_read - gone)
    rest = gone - (used.cache_read - read)
    written = max(0, writes(used) - rest)
    shorter = _with_writes(used, written)._replace(cache_read=read)
    price = _price(request, prompt - gone, managed)
    return prices.cost(shorter, price) if price is not None else 0


def _with_writes(used: Usage, tokens: int) -> Usage:
    whole = writes(used)
    if tokens == whole:
        return used
    hour = used.write_1h * tokens // whole
    return used._replace(write_1h=hour, write_5m=tokens - hour, write_unsplit=0)


def _price(request: Asked, prompt: int, managed: ManagedPrices | None) -> Price | None:
    if request.is_fixed or not request.ttl or request.usage == NOTHING:
        return None
    return prices.lookup(
        request.model,
        at=request.at,
        prompt_tokens=prompt,
        speed=request.speed,
        geo=request.geo,
        tier=request.tier,
        managed=managed,
    )
