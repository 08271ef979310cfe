"""One request and its whole answer, within limits of size and time; every failure is one clear line.

Bodies are unpacked as they come in pieces of at most 1 MB and given up at a limit, so that a bomb of a few kilobytes
never fills the memory. Nothing follows a redirect, retries or keeps a cookie here.
"""

from __future__ import annotations

import ssl
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, NamedTuple, cast

from scrimp.core import limits
from scrimp.fetching.resolving import Unresolved

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager

    import httpx2

    from scrimp.fetching.urls import Url

READS = frozenset({"GET", "HEAD"})
"""The methods that change nothing: sent to any host, and once more where it is worth another try."""

_UNPACKED = frozenset({"", "identity", "gzip", "x-gzip", "deflate", "br", "zstd"})
_ACCEPTED_PACKING = "gzip, deflate, br, zstd"


class Asked(NamedTuple):
    """One request: the method in capitals, the caller's own headers, a body."""

    url: Url
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Caps(NamedTuple):
    """How long and how large an answer may be; the defaults are those of `limits`."""

    connect_s: float = limits.FETCH_CONNECT_S
    quiet_s: float = limits.FETCH_QUIET_S
    page_s: float = limits.FETCH_PAGE_S
    wire_bytes: int = limits.FETCH_WIRE_BYTES
    body_bytes: int = limits.FETCH_BODY_BYTES


class Answer(NamedTuple):
    """What came back: header names in lower case, the body unpacked, and whether the cache gave it."""

    url: Url
    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    is_cached: bool = False


class Unfetched(Exception):  # noqa: N818 - it says what happened
    """No answer; the message says why. is_passing: the same request may well succeed a moment later."""

    def __init__(self, message: str, *, is_passing: bool = False) -> None:
        super().__init__(_brief(message))
        self.is_passing = is_passing


async def sent(
    asked: Asked, transport: httpx2.AsyncBaseTransport, agent: str, caps: Caps, large: AbstractAsyncContextManager[None]
) -> Answer:
    """The answer to one request; `large` is entered where its body is a large one, and left once it is whole.

    Raises:
        Unfetched: there is none, or none that can be used.
        Refused: its address may not be connected to.
    """
    import httpx2  # noqa: PLC0415 - 70 ms, when something is fetched

    request = httpx2.Request(
        asked.method,
        asked.url.text,
        headers=_headers(asked, agent),
        content=asked.body or None,
        extensions=_times(caps),
    )
    try:
        response = await transport.handle_async_request(request)
        try:
            return await _whole(asked.url, response, caps, large)
        finally:
            await response.aclose()
    except Unresolved as error:
        raise Unfetched(str(error)) from None
    except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError, ImportError) as error:
        raise _failure(error, caps) from error


def _headers(asked: Asked, agent: str) -> list[tuple[str, str]]:
    own = {name.lower() for name, _ in asked.headers}
    usual = (
        ("user-agent", agent),
        ("accept", "text/html,application/xhtml+xml,text/markdown,application/json,text/plain,*/*;q=0.5"),
        ("accept-encoding", _ACCEPTED_PACKING),
    )
    return [*(row for row in usual if row[0] not in own), *asked.headers]


def _times(caps: Caps) -> dict[str, dict[str, float]]:
    return {"timeout": {"connect": caps.connect_s, "read": caps.quiet_s, "write": caps.quiet_s, "pool": caps.page_s}}


async def _whole(url: Url, response: httpx2.Response, caps: Caps, large: AbstractAsyncContextManager[None]) -> Answer:
    packing = [one.strip().lower() for one in response.headers.get("content-encoding", "").split(",")]
    unknown = [one for one in packing if one not in _UNPACKED]
    if unknown:
        raise Unfetched(f"the answer is packed as {unknown[0]!r}, which nobody asked for")
    body = await _body(response, caps, large)
    caching = cast("dict[str, bool]", response.extensions.get("caching") or {})
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(url, response.status_code, response.reason_phrase, headers, body, bool(caching.get("from_cache")))


async def _body(response: httpx2.Response, caps: Caps, large: AbstractAsyncContextManager[None]) -> bytes:
    body = bytearray()
    async with AsyncExitStack() as held:
        held.callback(body.clear)  # the error's frames would keep it
        is_large = False
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > caps.body_bytes:
                raise Unfetched(f"more than {_mb(caps.body_bytes)} unpacked; fetch a part of it, or download it")
            if response.num_bytes_downloaded > caps.wire_bytes:
                raise Unfetched(f"more than {_mb(caps.wire_bytes)}; download it to a file instead")
            if len(body) > limits.FETCH_LARGE_BYTES and not is_large:
                await held.enter_async_context(large)
                is_large = True
        return bytes(body)


def _brief(message: str) -> str:
    """One line of a bounded length: a reason quotes what the server has said, and that has no end of its own."""
    text = " ".join(message.split())
    return text if len(text) <= limits.FETCH_REASON_CHARS else f"{text[: limits.FETCH_REASON_CHARS]}…"


def _mb(count_bytes: int) -> str:
    return f"{count_bytes / 1024 / 1024:g} MB"


def _failure(error: Exception, caps: Caps) -> Unfetched:
    """What a failure of the library means, in words; which of them pass is in the second column."""
    import httpx2  # noqa: PLC0415 - loaded by then

    tls = _tls(error)
    if tls:
        return Unfetched(f"no safe connection: {tls}")
    rows: tuple[tuple[type[Exception], str, bool], ...] = (
        (httpx2.ConnectTimeout, f"no connection within {caps.connect_s:g} s", True),
        (httpx2.ReadTimeout, f"nothing came for {caps.quiet_s:g} s", False),
        (httpx2.TimeoutException, "it took too long", False),
        (httpx2.ProxyError, f"the proxy refused: {error}", False),
        (httpx2.ConnectError, f"no connection: {error}", True),
        (httpx2.NetworkError, "the connection broke", True),
        (httpx2.DecodingError, f"the answer cannot be unpacked: {error}", False),
        (httpx2.LocalProtocolError, f"the request cannot be sent: {error}", False),
        (httpx2.RemoteProtocolError, f"the answer is not whole or no HTTP: {error}", True),
    )
    for kind, words, is_passing in rows:
        if isinstance(error, kind):
            return Unfetched(words.rstrip(": "), is_passing=is_passing)
    return Unfetched(f"{type(error).__name__}: {error}")


def _tls(error: BaseException | None) -> str:
    """What is wrong with the certificate or the handshake; '' where that is not what failed."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"certificate not accepted: {error.verify_message}"
        if isinstance(error, ssl.SSLError):
            return f"TLS: {error.reason or error}"
        error = error.__cause__ or error.__context__
    return ""
