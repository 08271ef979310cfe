"""A program: a client whose calls never come back. It prints its server's process and waits until that is gone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.mcp_server import asked, stdio
from tests.mcp_server.session import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

RUNNING = ("batch_run", {"commands": ["(setsid sleep 1001 &); sleep 1002 & sleep 1003"]})
ASKING = ("batch_read", {"items": ["a.txt"], "ask": "which port?"})
SEARCHING = ("batch_read", {"items": ["a.txt"], "pattern": r"(a+)+(?=b)\1c"})
AT_WORK = {
    "running": (RUNNING, ("sleep 1001", "sleep 1002", "sleep 1003")),
    "asking": (ASKING, ("bin/claude -p", "sleep 1004", "sleep 1005")),
    "searching": (SEARCHING, ("matching_process.py",)),
}
"""Calls, and words of the command lines of what each of them starts."""

_CLIENT = "sleep 1004 & (setsid sleep 1005 &); wait"


def prepared(folder: Path) -> Place:
    """A place where a search does not end and the user's own client does not answer."""
    place = Place(folder)
    place.write("a.txt", "a" * 40 + "\n")
    asked.with_client(place, _CLIENT)
    return place


def is_up(name: str, found: dict[int, str]) -> bool:
    """Whether all is at work that a call starts."""
    return all(any(word in line for line in found.values()) for word in AT_WORK[name][1])


def are_gone(found: dict[int, str]) -> bool:
    """Whether nothing is at work that these calls start."""
    words = [word for _, started in AT_WORK.values() for word in started]
    return not any(word in line for line in found.values() for word in words)


async def begun(place: Place, wire: stdio.Wire, names: Sequence[str]) -> list[asyncio.Task[Any]]:
    """The calls of these names, each begun once what the one before starts is at work: a search has a time limit."""
    calls: list[asyncio.Task[Any]] = []
    for name in names:
        place.note(f"toolu_{name}")
        calls.append(asyncio.create_task(wire.call(*AT_WORK[name][0], f"toolu_{name}")))
        await stdio.until(place, lambda found, name=name: is_up(name, found))
    return calls


async def main(folder: str, names: Sequence[str]) -> None:
    """Start these calls in the place that `folder` is."""
    place = prepared(Path(folder))
    wire = await stdio.start(place)
    await wire.hello()
    calls = await begun(place, wire, names)
    with contextlib.closing(os.fdopen(os.dup(1), "w")) as out:
        out.write(f"{wire.pid}\n")
    await wire.ended()
    await asyncio.gather(*calls, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
