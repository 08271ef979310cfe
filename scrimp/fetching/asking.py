"""One page from its URL to its text: judged at every hop, sent within limits, retried, rendered, and named."""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, NamedTuple

import scrimp
from scrimp.core import limits
from scrimp.fetching import hops, rendering, retrying, robots, sending, urls
from scrimp.fetching.places import Places
from scrimp.fetching.resolving import Refused
from scrimp.fetching.sending import Asked, Caps, Unfetched

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scrimp.fetching.reaching import Reaching
    from scrimp.fetching.resolving import IsAllowed
    from scrimp.fetching.sending import Answer
    from scrimp.fetching.wanted import Wanted

_AGENT = f"{robots.NAME}/{scrimp.__version__} (fetches single pages for the user of a coding agent)"
_HARMLESS = frozenset({"accept", "accept-language"})
_OK = 200
_ERROR = 400


class Rules(NamedTuple):
    """What the user allows. refusal: of a URL, '' to go on, else the reason in one line. is_allowed: (host, port)."""

    refusal: Callable[[str], str]
    is_allowed: IsAllowed


class Clock(NamedTuple):
    """Time and chance, for pauses before another try."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now_s: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random


class Asking:
    """Asks for pages by the user's rules."""

    def __init__(self, rules: Rules, reaching: Reaching, caps: Caps | None = None, clock: Clock | None = None) -> None:
        self._rules = rules
        self._reaching = reaching
        self._caps = caps or Caps()
        self._clock = clock or Clock()
        self._places = Places()
        self._robots = robots.Robots(lambda asked: self._in_time(asked, self._judged))

    def begin(self) -> None:
        """A new call begins: what robots.txt said is asked anew."""
        self._robots.forget()

    async def aclose(self) -> None:
        """Close every connection and the cache."""
        await self._reaching.aclose()

    def check_rules(self, url: str) -> None:
        """Nothing, where the user's rules let this URL be fetched.

        Raises:
            Refused: they do not.
        """
        refusal = self._rules.refusal(url)
        if refusal:
            raise Refused(refusal)

    async def page(self, wanted: Wanted) -> tuple[str, str]:
        """A page's heading and text.

        Raises:
            BadUrl, Refused, Unfetched: there is none, and why.
        """
        method = wanted.method.upper()
        asked = Asked(urls.parsed(wanted.url), method, wanted.headers, wanted.body.encode("utf-8", "replace"))
        answer = await self._in_time(asked, self._judged if wanted.by_user else self._judged_with_robots)
        if method == "HEAD":
            text = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
            return _heading(wanted, answer, rendering.Rendered(text, ())), text
        is_opened = self._rules.is_allowed(answer.url.host, answer.url.port)
        if answer.status >= _ERROR and not is_opened:
            raise Unfetched(await asyncio.to_thread(_status_error, answer))
        if not answer.body and not is_opened:
            raise Unfetched(f"{_status(answer)}: the answer is empty")
        found = await asyncio.to_thread(rendering.rendered, answer, is_raw=wanted.raw, keep_links=wanted.links)
        return _heading(wanted, answer, found), found.text

    async def _in_time(self, asked: Asked, judge: Callable[[Asked], Awaitable[None]]) -> Answer:
        try:
            async with asyncio.timeout(self._caps.page_s):
                return await hops.followed(asked, judge, self._tried)
        except TimeoutError:
            raise Unfetched(f"not there within {self._caps.page_s:g} s, retries included") from None

    async def _judged(self, asked: Asked) -> None:
        """Nothing, where the user's rules let this request out.

        Raises:
            Refused: they do not.
        """
        self.check_rules(asked.url.text)
        what = _special(asked)
        if what and not self._rules.is_allowed(asked.url.host, asked.url.port):
            raise Refused(f"{what} is only sent where the user allows {asked.url.host}:{asked.url.port}")

    async def _judged_with_robots(self, asked: Asked) -> None:
        await self._judged(asked)
        if self._rules.is_allowed(asked.url.host, asked.url.port):
            return
        refusal = await self._robots.refusal(asked.url)
        if refusal:
            raise Refused(refusal)

    async def _tried(self, asked: Asked) -> Answer:
        return await retrying.tried(
            asked, self._sent, sleep=self._clock.sleep, chance=self._clock.chance, now_s=self._clock.now_s
        )

    async def _sent(self, asked: Asked) -> Answer:
        async with self._places.one(asked.url.origin):
            is_plain = asked.method == "GET" and not asked.headers and not asked.body
            transport = await self._reaching.transport(asked.url, is_cached=is_plain)
            return await sending.sent(asked, transport, _AGENT, self._caps, self._places.large)


def _special(asked: Asked) -> str:
    """What of a request only a host that the user opened is sent: another method, a body, headers; '' for nothing."""
    if asked.method not in sending.READS:
        return asked.method
    if asked.body:
        return "a body"
    named = [name for name, _ in asked.headers if name.lower() not in _HARMLESS]
    return f"the header {named[0]}" if named else ""


def _status(answer: Answer) -> str:
    return f"HTTP {answer.status} {answer.reason}".strip()


def _status_error(answer: Answer) -> str:
    """The status, how long the server wants to be left alone, and the beginning of what it says."""
    after = answer.headers.get("retry-after", "")
    words = f"{_status(answer)}, Retry-After: {after}" if after else _status(answer)
    try:
        said = rendering.rendered(answer, is_raw=False, keep_links=False).text
    except Unfetched:
        said = ""
    short = " ".join(said.split())[: limits.FETCH_ERROR_CHARS]
    return f"{words}: {short}" if short else words


def _heading(wanted: Wanted, answer: Answer, found: rendering.Rendered) -> str:
    method = wanted.method.upper()
    asked = wanted.url if method == "GET" else f"{method} {wanted.url}"
    moved = f" -> {answer.url.text}" if answer.url.text != urls.parsed(wanted.url).text else ""
    about = [_status(answer)] if answer.status != _OK else []
    about += found.about
    if found.is_text and found.text:
        lines = found.text.rstrip("\n").count("\n") + 1
        about.append(f"{lines:,} line{'s' if lines != 1 else ''}")
    if answer.is_cached:
        about.append("cached")
    return f"{asked}{moved}: {', '.join(about) or 'empty'}"
