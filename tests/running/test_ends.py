"""However a command ends, and whatever it has started: all of it is gone, and how it ended is said."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, cast

import pytest

from scrimp.batch import shown
from scrimp.core import limits
from scrimp.running.commands import Command
from scrimp.running.fitting import Printed
from scrimp.running.keepers import Keepers
from scrimp.running.keeping import messages
from scrimp.running.keeping.messages import Ended, Job
from scrimp.running.outcome import Outcome
from tests.running.sessions import Alive, has_ended

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from scrimp.batch.item import Item
    from tests.running.sessions import Session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux finds every descendant")

GETAWAYS = {
    "in the background": "sleep 300 & UP; wait",
    "in a session of its own": "setsid sleep 300 & UP; wait",
    "forked twice": "(setsid sleep 300 &); UP; sleep 300",
    "forked twice from a shell that is gone": "(setsid sh -c 'sleep 300 & sleep 300 &' &); UP; sleep 300",
    "deaf to SIGTERM": "trap '' TERM HUP INT; sleep 300 & UP; while :; do sleep 300; done",
    "starting itself anew": (
        "trap '' TERM; again() { sleep 0.02; setsid bash -c \"$(declare -f again); again\" & }; again; UP; sleep 300"
    ),
    "stopped": "setsid sh -c 'kill -STOP $$' & UP; kill -STOP $$",
    "with its output closed": "exec >&- 2>&-; UP; sleep 300",
}
A_SERVER = """
import asyncio, os, sys
from scrimp.running.commands import Command
from scrimp.running.runner import Runner
from tests.running.sessions import Session
from pathlib import Path

async def main():
    session = Session(Path(sys.argv[1]))
    runner = session.runner()
    running = asyncio.create_task(runner.run([Command(one) for one in sys.argv[2:]], session.call))
    while not runner.keepers.pid:
        await asyncio.sleep(0)
    print(runner.keepers.pid, flush=True)
    await running

asyncio.run(main())
"""


Held = dict[str, Alive]


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    """For each way to get away what tells whether it is gone."""
    found = {how: Alive(tmp_path / how) for how in GETAWAYS}
    yield found
    for one in found.values():
        one.close()


def endless(held: Held) -> list[str]:
    """Commands that never end, and whose children try to get away."""
    return [held[how].holding(command) for how, command in GETAWAYS.items()]


def are_up(held: Held) -> bool:
    """Wait until all of them are."""
    return all(one.is_up() for one in held.values())


def still_there(held: Held) -> list[str]:
    """Those that something still holds after a long wait."""
    return [how for how, one in held.items() if not one.is_gone()]


def said(item: Item) -> str:
    """How it is shown, with every time as 0.0 s."""
    return re.sub(r"\b\d+\.\d s\b", "0.0 s", shown.answer([item], 5_000))


def test_when_their_time_is_over_all_that_they_have_started_is_ended(session: Session, held: Held) -> None:
    limit_s = 2.0
    wanted = [Command(held[how].holding(f"echo before; {GETAWAYS[how]}"), timeout_s=limit_s) for how in GETAWAYS]
    items = session.run(*wanted)
    assert still_there(held) == []
    assert {item.heading.rpartition("`: ")[2].rpartition(", ")[0] for item in items} == {
        "ended when its 2 s were over",
        "ended when its 2 s were over (a signal had stopped it)",
    }
    assert [item.within(50).text for item in items] == ["before\n"] * len(GETAWAYS)


def test_a_call_that_is_cancelled_leaves_nothing_running(session: Session, held: Held) -> None:
    async def cancelled() -> list[str]:
        runner = session.runner()
        running = asyncio.create_task(runner.run(list(map(Command, endless(held))), session.call))
        assert await asyncio.to_thread(are_up, held)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        left = await asyncio.to_thread(still_there, held)
        await runner.aclose()
        return left

    assert asyncio.run(cancelled()) == []


def test_a_runner_that_is_closed_ends_what_still_runs_and_starts_nothing_more(session: Session, held: Held) -> None:
    async def closed() -> tuple[list[Item], list[Item]]:
        runner = session.runner()
        running = asyncio.create_task(runner.run(list(map(Command, endless(held))), session.call))
        assert await asyncio.to_thread(are_up, held)
        await runner.aclose()
        return await running, await runner.run([Command("true")], session.call)

    items, later = asyncio.run(closed())
    assert still_there(held) == []
    assert all("how it ended is not known" in item.heading for item in items)
    assert later[0].error == "not started: the server is ending"


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "told to end"])
def test_a_server_that_dies_leaves_nothing_running(tmp_path: Path, held: Held, end: signal.Signals) -> None:
    base = tmp_path / "base"
    base.mkdir()
    arguments = [sys.executable, "-c", A_SERVER, str(base), *endless(held)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        program = int(server.stdout.readline())
        assert are_up(held)
        server.send_signal(end)
        server.wait()
        assert still_there(held) == []
        assert has_ended(program)


def test_a_background_job_does_not_hold_the_result_up_and_is_named(session: Session, alive: Alive) -> None:
    item = session.one(alive.holding("sleep 300 & setsid sleep 301 & (setsid sleep 302 &); echo started"))
    assert alive.is_gone()
    heading = said(item).splitlines()[0]
    named = sorted(heading.rpartition("left running and ended: ")[2].split("; "))
    assert named == ["sleep 300", "sleep 301", "sleep 302"]
    assert "exit 0, 0.0 s" in heading
    assert item.within(50).text == "started\n"


def test_of_many_jobs_left_running_a_few_are_named_and_the_others_counted(session: Session) -> None:
    heading = session.one("for n in 1 2 3 4 5; do sleep 30$n & done").heading
    assert re.search(r"left running and ended: sleep 30\d; sleep 30\d; sleep 30\d; and 2 more$", heading)


def test_what_a_substituted_process_still_prints_is_waited_for(session: Session) -> None:
    assert session.one("echo late > >(sleep 0.02; cat)").within(50).text == "late\n"


def test_a_program_gets_the_chance_to_tidy_up(session: Session) -> None:
    command = "trap 'rm lock; echo tidied; exit' TERM; touch lock; kill -STOP $$; echo awake"
    item = session.one(Command(command, timeout_s=1))
    assert item.within(50).text == "tidied\n"
    assert not (session.project / "lock").exists()


def test_output_past_the_limit_ends_the_command_and_what_came_before_is_there(session: Session, alive: Alive) -> None:
    item = session.one(alive.holding("setsid yes line & yes line"), output_bytes=100_000)
    assert alive.is_gone()
    assert ": ended when it had printed 100,000 bytes, 0.0 s" in said(item)
    assert item.content() == "line\n" * 20_000
    assert not [name for name in os.listdir(session.results) if not name.endswith(".txt")]


def test_output_up_to_the_limit_is_no_reason_to_end_it(session: Session) -> None:
    item = session.one("head -c 100000 /dev/zero | tr '\\0' x", output_bytes=100_000)
    assert ": exit 0, " in item.heading
    assert len(item.content()) == 100_000


def test_a_command_cannot_empty_or_overwrite_what_it_has_printed(session: Session) -> None:
    command = "echo one; echo two > /dev/stderr; echo three > /dev/stdout; echo four >&2"
    assert session.one(command).within(50).text == "one\ntwo\nthree\nfour\n"


def test_a_disk_that_takes_no_more_ends_the_command_and_says_so() -> None:
    async def running(output: BinaryIO) -> Ended:
        keepers = Keepers()
        ended = await keepers.run(Job(("/bin/sh", "-c", "yes"), "/", {"PATH": os.defpath}, 60, 10**9), output)
        await keepers.aclose()
        return ended

    with open("/dev/full", "r+b", buffering=0) as full:
        ended = asyncio.run(running(cast("BinaryIO", full)))
    assert (ended.how, ended.detail) == (messages.UNWRITTEN, "No space left on device")


def test_a_command_that_kills_its_keeper_takes_all_with_it(session: Session, alive: Alive) -> None:
    item = session.one(
        alive.holding("echo before; setsid sleep 300 & (setsid sleep 300 &); kill -KILL $PPID; sleep 300")
    )
    assert alive.is_gone()
    assert "how it ended is not known: the process that kept it was killed, and it with that" in item.heading


def test_a_command_that_tells_its_keeper_to_end_is_ended(session: Session, alive: Alive) -> None:
    item = session.one(alive.holding("echo before; setsid sleep 300 & kill $PPID; sleep 300"))
    assert alive.is_gone()
    assert "ended from outside, with all that it had started" in item.heading
    assert item.within(50).text == "before\n"


def test_without_the_program_between_the_next_command_starts_another(session: Session) -> None:
    async def killed() -> tuple[str, str]:
        runner = session.runner()
        first = await runner.run([Command("echo one")], session.call)
        os.kill(runner.keepers.pid, signal.SIGKILL)
        second = await runner.run([Command("echo two")], session.call)
        await runner.aclose()
        return first[0].within(50).text, second[0].within(50).text

    assert asyncio.run(killed()) == ("one\n", "two\n")


def test_what_cannot_be_ended_is_named() -> None:
    ended = Ended(messages.TIMED_OUT, seconds=1.0, stuck=["sudo sleep 9"])
    outcome = Outcome(Command("sudo sleep 9"), ended, Printed(), 1.0, limits.RUN_OUTPUT_BYTES)
    assert outcome.heading == (
        "`sudo sleep 9`: ended when its 1 s were over, 1.0 s, no output, could not be ended: sudo sleep 9"
    )
