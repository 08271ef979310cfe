"""A fetcher in a world of its own: names that a stub resolves, every connection led to a site on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import httpcore2
from httpcore2 import SOCKET_OPTION
from httpcore2._backends.anyio import AnyIOBackend

from scrimp.batch.item import Item
from scrimp.fetching.asking import Clock, Rules
from scrimp.fetching.batch import Fetcher
from scrimp.fetching.hosts import allowing
from scrimp.fetching.reaching import Reaching
from scrimp.fetching.sending import Caps
from scrimp.fetching.wanted import Wanted
from tests.fetching.site import Route, Site, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Mapping

T = TypeVar("T")
PUBLIC = "93.184.216.34"


class Led(httpcore2.AsyncNetworkBackend):
    """Connects to loopback whatever address is asked for, and notes which it was."""

    def __init__(self, port: int, refusing: Iterable[str] = ()) -> None:
        self.port = port
        self.refusing = frozenset(refusing)
        self.asked: list[tuple[str, int]] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        self.asked.append((host, port))
        if host in self.refusing:
            raise httpcore2.ConnectError("Connection refused")
        return await AnyIOBackend().connect_tcp("127.0.0.1", self.port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class Options(NamedTuple):
    """names: what the resolver answers; every other name is not known. allowed: what the user opened.

    refusing: addresses that refuse a connection. refusal: what the user's rules say of a URL.
    """

    names: Mapping[str, list[str]] = MappingProxyType({})
    allowed: tuple[str, ...] = ()
    refusal: Callable[[str], str] = lambda _url: ""
    folder: str = ""
    environ: Mapping[str, str] = MappingProxyType({})
    caps: Caps = Caps()
    refusing: tuple[str, ...] = ()
    verify: ssl.SSLContext | None = None


class World:
    """A fetcher, and what it did: names looked up, pauses, progress."""

    def __init__(self, port: int, options: Options) -> None:
        localhost = ["127.0.0.1", "::1"]
        known = {"docs.example": [PUBLIC], "other.example": ["93.184.216.35"], "localhost": localhost}
        self.names = {**known, **options.names}
        self.led = Led(port, options.refusing)
        self.looked_up: list[str] = []
        self.pauses: list[float] = []
        self.done: list[tuple[int, int, str]] = []
        is_allowed = allowing(options.allowed)
        verify = options.verify or _no_certificates()
        reaching = Reaching(options.environ, options.folder, is_allowed, self._lookup, self.led, verify)
        clock = Clock(self._sleep, lambda: 1_800_000_000.0, lambda: 1.0)
        self.fetcher = Fetcher(Rules(options.refusal, is_allowed), reaching, options.caps, clock)

    async def fetch(self, *wanted: Wanted | str) -> list[Item]:
        return await self.fetcher.fetch(
            [Wanted(one) if isinstance(one, str) else one for one in wanted], self._progress
        )

    async def one(self, wanted: Wanted | str) -> Item:
        return (await self.fetch(wanted))[0]

    async def _lookup(self, host: str, port: int) -> list[str]:
        del port
        self.looked_up.append(host)
        if host in self.names:
            return self.names[host]
        for family in (socket.AF_INET6, socket.AF_INET):
            with contextlib.suppress(OSError):  # an address names itself, in all of the forms that resolvers know
                packed = socket.inet_aton(host) if family == socket.AF_INET else socket.inet_pton(family, host)
                return [socket.inet_ntop(family, packed)]
        raise OSError(-2, "Name or service not known")

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def _progress(self, done: int, total: int, url: str) -> None:
        self.done.append((done, total, url))


@contextlib.asynccontextmanager
async def closing(world: World) -> AsyncGenerator[World]:
    try:
        yield world
    finally:
        await world.fetcher.aclose()


@contextlib.asynccontextmanager
async def living(
    routes: dict[str, Route], options: Options | None = None, server: ssl.SSLContext | None = None
) -> AsyncGenerator[tuple[Site, World]]:
    """A site and a world whose every connection leads there."""
    async with serving(routes, server) as site, closing(World(site.port, options or Options())) as world:
        yield site, world


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(coroutine)


def _no_certificates() -> ssl.SSLContext:
    """Reading the machine's certificates takes 20 ms, for each test."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
