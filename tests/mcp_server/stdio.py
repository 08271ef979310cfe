"""The server as the client starts it: a process that speaks JSON-RPC by lines, and whatever else it leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any

from scrimp.core import bundle_root
from tests.mcp_server.session import Answer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from tests.mcp_server.session import Place

SERVER = os.path.join(bundle_root(), "mcp_server", "__main__.py")
LINE_BYTES = 1 << 24
HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a client", "version": "1"}}

LONGEST_S = 120.0
"""On a machine however busy; nothing waits so long where all is well."""

_PAUSE_S, _LOOKS = 0.04, 3_000


class Wire:
    """One connection; requests may be under way together."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.count = 0
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._reading = asyncio.create_task(self._read())

    @property
    def pid(self) -> int:
        return self.process.pid

    async def raw(self, method: str, params: Mapping[str, Any]) -> bytes:
        """The line that answers a request; ConnectionError where the server has ended."""
        self.count += 1
        number = self.count
        self._waiting[number] = answered = asyncio.get_running_loop().create_future()
        await self._send({"id": number, "method": method, "params": params})
        async with asyncio.timeout(LONGEST_S):
            return await answered

    async def tell(self, method: str, params: Mapping[str, Any] | None = None) -> None:
        await self._send({"method": method, "params": params or {}})

    async def hello(self) -> dict[str, Any]:
        """What the server says of itself."""
        said = json.loads(await self.raw("initialize", HELLO))["result"]
        await self.tell("notifications/initialized")
        return said

    async def call(self, tool: str, arguments: Mapping[str, Any], call_id: str) -> Answer:
        params = {"name": tool, "arguments": arguments, "_meta": {"claudecode/toolUseId": call_id}}
        result = json.loads(await self.raw("tools/call", params))["result"]
        return Answer("\n".join(part["text"] for part in result["content"]), bool(result.get("isError")))

    async def close(self) -> int:
        """Its exit code once standard input has ended; killed where it does not end by that."""
        assert self.process.stdin
        self.process.stdin.close()
        try:
            async with asyncio.timeout(LONGEST_S):
                return await self.ended()
        except TimeoutError:
            self.process.kill()
            raise

    async def ended(self) -> int:
        """Its exit code, once it has one."""
        code = await self.process.wait()
        await self._reading
        return code

    async def _send(self, body: Mapping[str, Any]) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **body}).encode() + b"\n")
        await self.process.stdin.drain()

    async def _read(self) -> None:
        assert self.process.stdout
        while line := await self.process.stdout.readline():
            found = self._waiting.pop(json.loads(line).get("id", 0), None)
            if found and not found.done():
                found.set_result(line)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("the server has ended"))


async def start(place: Place, folder: str = "", **environ: str) -> Wire:
    """A server in a place, not yet greeted; `folder`: where its process starts, the project where it is not said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        SERVER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=folder or place.project,
        env={**place.environ, **environ},
        limit=LINE_BYTES,
    )
    return Wire(process)


@contextlib.asynccontextmanager
async def connected(place: Place, folder: str = "", **environ: str) -> AsyncGenerator[Wire]:
    """A server in a place, greeted; ended afterwards."""
    wire = await start(place, folder, **environ)
    try:
        await wire.hello()
        yield wire
    finally:
        if wire.process.returncode is None:
            await wire.close()


def at_work(place: Place) -> dict[int, str]:
    """The command lines of all processes that have a place's environment: a server, and what descends from it."""
    mark = f"SCRIMP_HOME={place.environ['SCRIMP_HOME']}".encode()
    found: dict[int, str] = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):  # ended meanwhile, or another user's
            if mark in _read(f"/proc/{pid}/environ").split(b"\0"):
                found[int(pid)] = _read(f"/proc/{pid}/cmdline").decode().replace("\0", " ")
    return found


async def until(place: Place, is_so: Callable[[dict[int, str]], bool]) -> None:
    """Wait until the processes at work in a place are so; AssertionError where they do not come to be."""
    found: dict[int, str] = {}
    for _ in range(_LOOKS):
        found = at_work(place)
        if is_so(found):
            return
        await asyncio.sleep(_PAUSE_S)
    raise AssertionError(found)


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
