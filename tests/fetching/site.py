"""A web site on loopback for tests: what it answers is scripted, down to the bytes where a test wants that."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable
from types import FunctionType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ssl

TLS_HELLO = b"\x16"
_LIMIT_BYTES = 1 << 20


class Seen(NamedTuple):
    """A request as it arrived; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Reply(NamedTuple):
    """An answer; without a length of its own it gets the right one."""

    body: bytes | str = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    def raw(self) -> bytes:
        body = self.body.encode() if isinstance(self.body, str) else self.body
        given = {name.lower() for name, _ in self.headers}
        rows = [*self.headers, ("Content-Length", str(len(body)))]
        rows += [("Content-Type", self.kind)] if "content-type" not in given else []
        head = "".join(f"{name}: {value}\r\n" for name, value in rows)
        return f"HTTP/1.1 {self.status} Word\r\n{head}\r\n".encode("latin-1") + body


Raw = Callable[[asyncio.StreamWriter], Awaitable[None]]
Route = Reply | bytes | Raw | Callable[[Seen], "Reply | bytes | Raw"]


class Site:
    """Answers by path; `seen` are the requests in their order, `widest` how many were under way together."""

    def __init__(self, routes: dict[str, Route]) -> None:
        self.routes = routes
        self.seen: list[Seen] = []
        self.port = 0
        self.now = self.widest = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [one.path for one in self.seen]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._one(reader, writer):
                pass

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        first = await reader.readexactly(1)
        if first == TLS_HELLO:
            writer.write(Reply("speak HTTP", status=400).raw())
            return False
        seen = await _request(first, reader)
        self.seen.append(seen)
        self.now += 1
        self.widest = max(self.widest, self.now)
        try:
            return await self._answer(seen, writer)
        finally:
            self.now -= 1

    async def _answer(self, seen: Seen, writer: asyncio.StreamWriter) -> bool:
        route: object = self.routes.get(seen.path, Reply("no such page", status=404))
        if isinstance(route, FunctionType) and not inspect.iscoroutinefunction(route):
            route = route(seen)
        if isinstance(route, Reply):
            raw = route.raw()
            writer.write(raw if seen.method != "HEAD" else raw[: raw.index(b"\r\n\r\n") + 4])
            await writer.drain()
            return True
        if isinstance(route, bytes):
            writer.write(route)
            await writer.drain()
            return False
        assert inspect.iscoroutinefunction(route)
        await route(writer)
        return False


async def _request(first: bytes, reader: asyncio.StreamReader) -> Seen:
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    headers = {row.partition(":")[0].lower(): row.partition(":")[2].strip() for row in head[1:] if row}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method, path, headers, body)


@contextlib.asynccontextmanager
async def serving(routes: dict[str, Route], tls: ssl.SSLContext | None = None) -> AsyncGenerator[Site]:
    """A site that runs while the block does."""
    site = Site(routes)
    tasks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            with contextlib.suppress(asyncio.CancelledError):  # the end of the test
                await site.serve(reader, writer)
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0, limit=_LIMIT_BYTES, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks)
        await server.wait_closed()
