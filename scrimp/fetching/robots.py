"""Whether a host's robots.txt lets an agent have a page.

As the reference fetch server of the protocol decides: what the agent fetches by itself keeps to robots.txt, what the
person asked for by name (a slash command) does not. 401 and 403 for robots.txt mean no, other 4xx mean that there are
no rules. Where that server goes on with whatever a 5xx or a failed connection gave, RFC 9309 (2.3.1.4) is followed: no.
Hosts that the user opened (an API under development) are not asked.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrimp.core import limits
from scrimp.fetching.sending import Answer, Asked, Unfetched

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scrimp.fetching.urls import Url

NAME = "scrimp"
"""The name by which a robots.txt means us."""

_SUCCESS = range(200, 300)
_NO_ENTRY = frozenset({401, 403})
_NO_RULES = range(400, 500)


class Robots:
    """The rules of each host, asked for once, however many pages of it are wanted at the same time."""

    def __init__(self, ask: Callable[[Asked], Awaitable[Answer]]) -> None:
        self._ask = ask
        self._rules: dict[str, asyncio.Task[Callable[[str], str]]] = {}

    async def refusal(self, url: Url) -> str:
        """Why the page is not fetched, in one line; '' where it may be."""
        if url.origin not in self._rules:
            if len(self._rules) >= limits.FETCH_ROBOTS_HOSTS:
                self._rules.clear()
            self._rules[url.origin] = asyncio.create_task(self._load(url))
        # A cancelled item must not take the rules away from the others that wait for them.
        return (await asyncio.shield(self._rules[url.origin]))(url.text)

    def forget(self) -> None:
        """Ask anew from now on: rules are kept for one call, and by HTTP's rules in the cache."""
        self._rules = {origin: task for origin, task in self._rules.items() if not task.done()}

    async def _load(self, url: Url) -> Callable[[str], str]:
        address = f"{url.origin}/robots.txt"
        try:
            answer = await self._ask(Asked(url._replace(text=address)))
        except Unfetched as error:
            return _no(f"{error} (asked for its robots.txt first)")
        if answer.status in _NO_ENTRY:
            return _no(f"robots.txt of {url.host} answers {answer.status}: it wants no agents{_WAY_OUT}")
        if answer.status in _NO_RULES:
            return _yes
        if answer.status not in _SUCCESS:
            return _no(f"robots.txt of {url.host} answers {answer.status}, so its rules are not known")
        return _parsed(url.host, answer.body[: limits.FETCH_ROBOTS_BYTES].decode("utf-8", "replace"))


_WAY_OUT = "; the person can have it by the slash command"


def _yes(_url: str) -> str:
    return ""


def _no(why: str) -> Callable[[str], str]:
    return lambda _url: why


def _parsed(host: str, text: str) -> Callable[[str], str]:
    from protego import Protego  # noqa: PLC0415 - 30 ms, for fetching alone

    rules = Protego.parse(text)
    refused = f"robots.txt of {host} does not let agents have this page{_WAY_OUT}"
    return lambda url: "" if rules.can_fetch(url, NAME) else refused
