"""The one way in: a list of URLs becomes a list of items, side by side, each with its text or one clear error.

Per item, before anything is sent and again at every redirect: the URL itself, the user's rules (`refusal`), whether
what it sends is allowed there, robots.txt, and at the connection the address. Methods other than GET and HEAD, a body,
headers and local addresses need a host and port that the user opened (`is_allowed`); there a status of 400 or more is
an answer like any other, elsewhere it is an error. A `Fetcher` lives as long as its server and in one event loop.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from scrimp.batch.item import Failed
from scrimp.fetching import urls
from scrimp.fetching.asking import Asking
from scrimp.fetching.kept import KeptPages
from scrimp.fetching.page import Answering, Page
from scrimp.fetching.resolving import Refused
from scrimp.fetching.sending import Unfetched
from scrimp.texts import passages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from scrimp.batch.item import Item
    from scrimp.fetching.asking import Clock, Rules
    from scrimp.fetching.kept import Kept
    from scrimp.fetching.reaching import Reaching
    from scrimp.fetching.sending import Caps
    from scrimp.fetching.wanted import Wanted

    Progress = Callable[[int, int, str], Awaitable[None]]

_LOG = logging.getLogger("scrimp.fetching")


class Fetcher:
    """Fetches lists of URLs; close it with `aclose`."""

    def __init__(self, rules: Rules, reaching: Reaching, caps: Caps | None = None, clock: Clock | None = None) -> None:
        self._asking = Asking(rules, reaching, caps, clock)
        self._kept = KeptPages()

    async def fetch(self, wanted: Sequence[Wanted], progress: Progress | None = None) -> list[Item]:
        """An item for each, in their order; what is asked for twice is fetched once.

        progress is told how many of how many are done and which URL was the last.
        """
        self._asking.begin()
        pages: dict[Wanted, asyncio.Task[Kept]] = {}
        done = 0

        async def one(place: int, item: Wanted) -> Item:
            nonlocal done
            is_again = item in wanted[:place]
            found = Page(f"{item.url}: as above", item, []) if is_again else await self._item(item, pages)
            done += 1
            if progress:
                await progress(done, len(wanted), item.url)
            return found

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(place, item)) for place, item in enumerate(wanted)]
        return [task.result() for task in tasks]

    async def aclose(self) -> None:
        """Close every connection and the cache."""
        await self._asking.aclose()

    async def _item(self, wanted: Wanted, pages: dict[Wanted, asyncio.Task[Kept]]) -> Item:
        try:
            page = await self._page(wanted, pages)
            return await asyncio.to_thread(_shown, wanted, page)
        except (Unfetched, Refused, urls.BadUrl) as error:
            return Failed(wanted.url, str(error))
        except Exception as error:  # noqa: BLE001 - a page that breaks a parser must not take the others with it
            _LOG.exception("fetching %s", wanted.url)
            return Failed(wanted.url, f"{type(error).__name__}: {error}")

    async def _page(self, wanted: Wanted, pages: dict[Wanted, asyncio.Task[Kept]]) -> Kept:
        """The whole page: from memory where only a part of it is wanted, else asked for, once for all parts."""
        wanted.check()
        kept = self._kept.get(wanted) if wanted.lines else None
        if kept:
            self._asking.check_rules(urls.parsed(wanted.url).text)
            return kept
        if wanted.lines and not wanted.is_reading:
            raise Unfetched(f"its answer is not kept any more; ask without lines, which sends {wanted.method} again")
        task = pages.get(wanted.page) or asyncio.create_task(self._asked(wanted))
        pages[wanted.page] = task
        return await task

    async def _asked(self, wanted: Wanted) -> Kept:
        heading, text = await self._asking.page(wanted)
        return self._kept.put(wanted, heading, text.rstrip("\n").split("\n"))


def _shown(wanted: Wanted, page: Kept) -> Item:
    """The part of the page that was asked for; slow where passages are ranked."""
    span = wanted.span()
    if span:
        return _part(wanted, page, *span)
    found = passages.split(page.lines) if wanted.query else []
    ranks = passages.ranked(found, wanted.query)
    if ranks:
        return Answering(page.heading, wanted, page.lines, found, ranks)
    note = "; nothing in it has a word of the query" if wanted.query else ""
    return Page(page.heading + note, wanted, page.lines)


def _part(wanted: Wanted, page: Kept, first: int, last: int | None) -> Item:
    if first > len(page.lines):
        raise Unfetched(f"the page has {len(page.lines):,} lines, none from {first:,} on")
    return Page(f"{page.heading}, from line {first:,}", wanted, page.lines, first, last)
