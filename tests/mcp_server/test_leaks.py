"""A thousand calls leave nothing behind, and what the server holds does not grow with them."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from scrimp.core import limits
from tests.mcp_server import stdio
from tests.mcp_server.session import JUDGED, Calls, Place
from tests.mcp_server.site import serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mcp_server.stdio import Wire

CALLS, AT_ONCE, WARM = 1_000, 20, 200
GROWTH_KB = 8_000
"""Over 800 calls. Measured: 3,900, the last 400 of them 1,300: what is kept of pages and files has its limits."""

THREADS_MOST = 80
"""Two pools of threads, of 40 and of 32 at most."""


SOCKETS_MOST = limits.FETCH_PER_HOST + 4
"""Connections that are kept for the next page, the event loop's own two, one to what starts commands, a spare one."""

UNSEEN = [("recall", {"handle": "0123456789abcdef"}), ("batch_run", {"commands": ["seq 1 9"], "max_tokens": "few"})]
"""Calls that no hook of ours notes, or that do not come so far as to ask who calls."""


class Held(NamedTuple):
    """What a server holds: processes with itself, files in its data folder, descriptors by kind, threads, memory."""

    processes: int
    files: int
    sockets: int
    other_descriptors: int
    threads: int
    resident_kb: int


def mixed(place: Place, url: str) -> list[tuple[str, dict[str, Any]]]:
    """Calls of every tool; of some of their items nothing comes but an error."""
    place.settings(fetch={"allow": [url.removeprefix("http://")]}, budget={"sessionUsd": 1})
    for number in range(10):
        place.write(f"src/{number}.py", f"def number_{number}() -> int:\n    return {number}\n" * 50)
    return [
        ("batch_read", {"items": ["src/*.py", "none"], "max_tokens": 500}),
        ("batch_read", {"items": ["src/*.py"], "pattern": r"return ([1-3])(?!\d)"}),
        ("batch_read", {"items": ["src/*.py"], "ask": "which number is seven?"}),
        ("batch_run", {"commands": ["echo one; exit 1"]}),
        ("batch_fetch", {"urls": [f"{url}/", f"{url}/none"], "query": "port"}),
        ("budget", {}),
        *UNSEEN,
    ]


def held(place: Place, wire: Wire) -> Held:
    with open(f"/proc/{wire.pid}/status", encoding="ascii") as file:
        resident_kb = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
    folder = f"/proc/{wire.pid}/fd"
    descriptors = [os.readlink(os.path.join(folder, one)) for one in os.listdir(folder)]
    sockets = [one for one in descriptors if one.startswith("socket:")]
    return Held(
        len(stdio.at_work(place)),
        sum(len(files) for _, _, files in os.walk(place.environ["SCRIMP_HOME"])),
        len(sockets),
        len(descriptors) - len(sockets),
        len(os.listdir(f"/proc/{wire.pid}/task")),
        resident_kb,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_thousand_calls_leave_no_file_process_or_thread_and_little_memory(tmp_path: Path) -> None:
    place = Place(tmp_path)

    async def work(url: str) -> list[Held]:
        kinds = mixed(place, url)
        found: list[Held] = []
        async with stdio.connected(place) as wire:
            for first in range(0, CALLS, AT_ONCE):
                numbers = range(first, first + AT_ONCE)
                for number in numbers:
                    if kinds[number % len(kinds)] not in UNSEEN:
                        place.note(f"toolu_{number}")
                await asyncio.gather(*(wire.call(*kinds[n % len(kinds)], f"toolu_{n}") for n in numbers))
                if first + AT_ONCE in (WARM, (WARM + CALLS) // 2, CALLS):
                    found.append(held(place, wire))
        return found

    with serving() as site:
        warm, half, last = asyncio.run(work(site.url))
    sys.stdout.write(f"after {WARM} calls {warm}\nafter {CALLS} calls {last}\n")
    assert (last.processes, last.files) == (warm.processes, warm.files) == (2, 1)
    assert last.other_descriptors == warm.other_descriptors
    assert last.sockets <= SOCKETS_MOST
    assert last.threads < THREADS_MOST
    assert last.resident_kb - warm.resident_kb < GROWTH_KB
    assert last.resident_kb - half.resident_kb < GROWTH_KB / 2


def test_calls_leave_no_task_behind(tmp_path: Path) -> None:
    place = Place(tmp_path)
    counts: list[int] = []

    async def work(calls: Calls) -> None:
        for _ in range(4):
            for kind in kinds:
                await calls.call(*kind, JUDGED)
            counts.append(len(asyncio.all_tasks()))

    with serving() as site:
        kinds = mixed(place, site.url)
        place.session(work)
    assert counts[1:] == counts[:1] * 3
