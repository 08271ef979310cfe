"""However a call, a client or a server ends: nothing that was started stays."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from tests.mcp_server import endless, stdio
from tests.mcp_server.session import Place

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

ALL = tuple(endless.AT_WORK)


@pytest.mark.parametrize(
    ("who", "end"),
    [
        ("client", signal.SIGKILL),
        ("server", signal.SIGTERM),
        ("server", signal.SIGINT),
        ("server", signal.SIGKILL),
    ],
    ids=["the client is killed", "SIGTERM", "SIGINT", "SIGKILL"],
)
def test_when_one_side_is_killed_nothing_stays_of_what_was_started(
    tmp_path: Path, who: str, end: signal.Signals
) -> None:
    async def work() -> dict[int, str]:
        client = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.mcp_server.endless", str(tmp_path), *ALL),
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert client.stdout
        async with asyncio.timeout(stdio.LONGEST_S):
            server = int(await client.stdout.readline())
        place = Place(tmp_path)
        before = stdio.at_work(place)
        os.kill(client.pid if who == "client" else server, end)
        await stdio.until(place, lambda found: not found)
        async with asyncio.timeout(stdio.LONGEST_S):
            await client.wait()
        return before

    before = asyncio.run(work())
    assert endless.is_up("running", before)
    assert endless.is_up("asking", before)


def test_when_the_client_closes_the_connection_the_server_ends_what_runs_and_itself(tmp_path: Path) -> None:
    async def work() -> int:
        place = endless.prepared(tmp_path)
        wire = await stdio.start(place)
        await wire.hello()
        calls = await endless.begun(place, wire, ALL)
        code = await wire.close()
        await asyncio.gather(*calls, return_exceptions=True)
        await stdio.until(place, lambda found: not found)
        return code

    assert asyncio.run(work()) == 0


def test_a_cancelled_call_ends_what_it_has_started_and_the_server_goes_on(tmp_path: Path) -> None:
    async def work() -> str:
        place = endless.prepared(tmp_path)
        async with stdio.connected(place) as wire:
            before = wire.count
            calls = await endless.begun(place, wire, ALL)
            for number in range(before + 1, wire.count + 1):
                await wire.tell("notifications/cancelled", {"requestId": number})
            await stdio.until(place, endless.are_gone)
            place.note("toolu_1")
            text = (await wire.call("batch_run", {"commands": ["echo on"]}, "toolu_1")).text
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
        return text

    assert asyncio.run(work()).endswith("\non")
