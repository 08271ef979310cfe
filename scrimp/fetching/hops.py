"""Redirects, followed by hand, so that each hop is judged like the first: rules, address, robots.txt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core import limits
from scrimp.fetching import urls
from scrimp.fetching.sending import Answer, Asked, Unfetched

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_MOVED = frozenset({301, 302, 303, 307, 308})
_TURNS_POST_TO_GET = frozenset({301, 302})
_SEE_OTHER = 303


async def followed(
    asked: Asked, judge: Callable[[Asked], Awaitable[None]], ask: Callable[[Asked], Awaitable[Answer]]
) -> Answer:
    """The answer at the end of the chain; `judge` raises where a hop may not be asked.

    Raises:
        Unfetched: the chain is a circle, too long, or leads to what is no URL; and what judge and ask raise.
    """
    seen: set[tuple[str, str]] = set()
    while True:
        await judge(asked)
        answer = await ask(asked)
        location = answer.headers.get("location", "")
        if answer.status not in _MOVED or not location:
            return answer
        seen.add((asked.method, asked.url.text))
        asked = _next(asked, answer.status, location)
        if (asked.method, asked.url.text) in seen:
            raise Unfetched(f"redirects in a circle, back to {asked.url.text}")
        if len(seen) > limits.FETCH_REDIRECTS:
            raise Unfetched(f"more than {limits.FETCH_REDIRECTS} redirects, the last to {asked.url.text}")


def _next(asked: Asked, status: int, location: str) -> Asked:
    """The request that a redirect asks for; the caller's own headers stay with the host that they were meant for."""
    try:
        url = urls.joined(asked.url, location)
    except urls.BadUrl as error:
        raise Unfetched(f"redirects to what is not fetched: {error}") from None
    headers = asked.headers if url.origin == asked.url.origin else ()
    is_get_now = (status == _SEE_OTHER and asked.method != "HEAD") or (
        status in _TURNS_POST_TO_GET and asked.method == "POST"
    )
    if is_get_now:
        kept = tuple(row for row in headers if not row[0].lower().startswith("content-"))
        return Asked(url, "GET", kept)
    return Asked(url, asked.method, headers, asked.body)
