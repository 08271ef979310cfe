"""A thousand short commands leave nothing behind: no descriptor, thread, task, process, file, and no memory."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import pytest

from scrimp.running.commands import Command
from scrimp.running.keeping import processes

if TYPE_CHECKING:
    from scrimp.running.runner import Runner
    from tests.running.sessions import Session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts by /proc")

COMMANDS = 1_000
PER_CALL = 100
GROWTH_KB = 3_000
"""Of the server and of the program together: less than 3 KB a command, and it does not depend on how many ran."""


class Held(NamedTuple):
    """What the server and the program that starts commands hold."""

    descriptors: int
    program_descriptors: int
    threads: int
    tasks: int
    processes: int
    scratch_files: int


def held(runner: Runner, session: Session) -> Held:
    pid = runner.keepers.pid
    return Held(
        len(os.listdir("/proc/self/fd")),
        len(os.listdir(f"/proc/{pid}/fd")),
        threading.active_count(),
        len(asyncio.all_tasks()),
        len(processes.below(pid, 0)),
        len(os.listdir(session.scratch)),
    )


def resident_kb(*pids: int) -> int:
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            total += sum(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
    return total


def test_a_thousand_short_commands_leave_nothing_behind(session: Session) -> None:
    async def growth() -> tuple[Held, Held, int]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))  # grows to its size, with any work
        runner = session.runner()
        wanted = [Command(f"echo {n % 7}; exit {n % 3}") for n in range(PER_CALL)]
        await runner.run(wanted, session.call)
        gc.collect()
        before, before_kb = held(runner, session), resident_kb(os.getpid(), runner.keepers.pid)
        for _ in range(COMMANDS // PER_CALL):
            items = await runner.run(wanted, session.call)
            assert [item.within(50).text for item in items] == [f"{n % 7}\n" for n in range(PER_CALL)]
        gc.collect()
        after, after_kb = held(runner, session), resident_kb(os.getpid(), runner.keepers.pid)
        await runner.aclose()
        return before, after, after_kb - before_kb

    before, after, more_kb = asyncio.run(growth())
    assert after == before
    assert after.processes == after.scratch_files == 0
    assert more_kb < GROWTH_KB
