"""A session in a temporary folder whose commands really run, and a way to see without waiting whether all has ended."""

from __future__ import annotations

import asyncio
import os
import select
from typing import TYPE_CHECKING

from scrimp.core import limits
from scrimp.running.commands import Command, Place
from scrimp.running.outputs_kept import Keeping
from scrimp.running.runner import SIDE_BY_SIDE, Call, Runner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scrimp.batch.item import Item
    from scrimp.running.runner import Order, Progress

GONE_MS = 60_000
"""On a machine however busy; nothing waits so long where all is well."""


class Session:
    """A project, the session's folder for results, a home without settings."""

    def __init__(self, base: Path) -> None:
        self.project = base / "project"
        self.results = base / "session" / "tool-results"
        self.scratch = base / "scratch"
        self.home = base / "home"
        for folder in (self.project, self.home):
            folder.mkdir()
        self.environ = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        self.place = Place(str(self.project), (str(self.project),), self.environ)
        self.refusal: Callable[[Command], str] = lambda _command: ""

    @property
    def call(self) -> Call:
        keeping = Keeping(str(self.results), str(self.project), "the-session", "toolu_1")
        return Call(self.place, keeping, self.refusal)

    @property
    def data(self) -> str:
        return str(self.home / ".local" / "share" / "scrimp")

    def runner(self, output_bytes: int = limits.RUN_OUTPUT_BYTES) -> Runner:
        return Runner(str(self.scratch), output_bytes)

    def run(
        self,
        *wanted: str | Command,
        order: Order = SIDE_BY_SIDE,
        progress: Progress | None = None,
        output_bytes: int = limits.RUN_OUTPUT_BYTES,
    ) -> list[Item]:
        async def running() -> list[Item]:
            runner = self.runner(output_bytes)
            try:
                commands = [one if isinstance(one, Command) else Command(one) for one in wanted]
                return await runner.run(commands, self.call, order, progress)
            finally:
                await runner.aclose()

        return asyncio.run(running())

    def one(self, command: str | Command, output_bytes: int = limits.RUN_OUTPUT_BYTES) -> Item:
        return self.run(command, output_bytes=output_bytes)[0]


class Alive:
    """A FIFO that a command holds open with all that it starts: it reads as ended once the last of them is gone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self.reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._poll = select.poll()
        self._poll.register(self.reading, select.POLLIN)

    def holding(self, command: str) -> str:
        """The command, holding it; `UP` in it says that it has come so far."""
        return f"exec 9>'{self.path}'; UP() {{ echo up >&9; }}; {command}"

    def is_up(self) -> bool:
        """Wait until the command says so."""
        return bool(self._poll.poll(GONE_MS)) and bool(os.read(self.reading, 1024))

    def is_gone(self) -> bool:
        """Wait until nothing holds it any more."""
        while self._poll.poll(GONE_MS):
            if not os.read(self.reading, 1024):
                return True
        return False

    def close(self) -> None:
        os.close(self.reading)


def has_ended(pid: int) -> bool:
    """Wait until a process that may not be our child has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    try:
        return bool(poll.poll(GONE_MS))
    finally:
        os.close(descriptor)
