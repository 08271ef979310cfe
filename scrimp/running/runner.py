"""The one way in: a list of commands becomes a list of items, each with its output or one clear error.

Per command, before anything is started: what is wrong with it as written, its folder, the user's rules. Then it runs,
side by side with the others or after them, and all that it has started is ended before its item is there, when the
call is cancelled, and when the server dies. On Linux that is certain; elsewhere as far as `keeping.processes` sees.
A `Runner` lives as long as its server and in one event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from typing import TYPE_CHECKING, NamedTuple, cast

from scrimp.batch.item import Failed
from scrimp.core import limits
from scrimp.running import commands, environment, outputs_kept
from scrimp.running.keepers import Keepers
from scrimp.running.keeping import messages
from scrimp.running.keeping.messages import Job
from scrimp.running.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import BinaryIO

    from scrimp.batch.item import Item
    from scrimp.running.commands import Command, Place
    from scrimp.running.outputs_kept import Keeping

    Progress = Callable[[int, int, str], Awaitable[None]]


class Call(NamedTuple):
    """What one call brings: where its commands run, where their outputs go, and what the user's rules say to each.

    refusal: '' to go on, else the reason in one line.
    """

    place: Place
    keeping: Keeping
    refusal: Callable[[Command], str]


class Order(NamedTuple):
    """Side by side, or in their order: then all of them, or up to the first that fails."""

    is_sequential: bool = False
    stops_on_failure: bool = False


SIDE_BY_SIDE = Order()


class Runner:
    """Runs lists of commands; close it with `aclose`. Outputs lie in `scratch` while they grow, without a name.

    keepers: what starts them.
    """

    def __init__(self, scratch: str, output_bytes: int = limits.RUN_OUTPUT_BYTES) -> None:
        self._scratch = scratch
        self._output_bytes = output_bytes
        self.keepers = Keepers()
        self._slots = asyncio.Semaphore(limits.RUN_AT_ONCE)

    async def run(
        self, wanted: Sequence[Command], call: Call, order: Order = SIDE_BY_SIDE, progress: Progress | None = None
    ) -> list[Item]:
        """An item for each, in their order. progress is told how many of how many have ended, and which just did."""
        done = 0

        async def one(command: Command) -> Item:
            nonlocal done
            item = await self._item(command, call)
            done += 1
            if progress:
                await progress(done, len(wanted), command.name)
            return item

        if order.is_sequential:
            return await _one_by_one(wanted, one, order)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(command)) for command in wanted]
        return [task.result() for task in tasks]

    async def aclose(self) -> None:
        """End whatever still runs."""
        await self.keepers.aclose()

    async def _item(self, command: Command, call: Call) -> Item:
        try:
            job = self._job(command, call)
        except ValueError as error:
            return Failed(command.name, str(error))
        async with self._slots:
            try:
                return await self._run(command, job, call)
            except OSError as error:
                return Failed(command.name, f"not started: {error}")

    def _job(self, command: Command, call: Call) -> Job:
        """What its keeper is told; ValueError with the reason where it must not or cannot run."""
        problem = commands.problem(command)
        if problem:
            raise ValueError(problem)
        folder = commands.folder_of(command, call.place)
        refusal = call.refusal(command)
        if refusal:
            raise ValueError(refusal)
        environ = call.place.environ
        return Job(
            (environment.shell(environ), "-c", command.command),
            folder,
            environment.environment(environ, command.environ, folder),
            commands.timeout_s(command, environ),
            self._output_bytes,
        )

    async def _run(self, command: Command, job: Job, call: Call) -> Item:
        with contextlib.closing(self._output()) as output:
            ended = await self.keepers.run(job, output)
            if ended.how == messages.NOT_STARTED:
                return Failed(command.name, f"not started: {ended.detail}")
            printed = await asyncio.to_thread(
                outputs_kept.printed, command.command, ended, output, call.keeping, call.place.environ
            )
        return Outcome(command, ended, printed, job.timeout_s, job.output_bytes)

    def _output(self) -> BinaryIO:
        """A file without a name, for this user alone: nothing of it is left however the server ends."""
        os.makedirs(self._scratch, mode=0o700, exist_ok=True)
        return cast("BinaryIO", tempfile.TemporaryFile(dir=self._scratch))


async def _one_by_one(wanted: Sequence[Command], one: Callable[[Command], Awaitable[Item]], order: Order) -> list[Item]:
    items: list[Item] = []
    for place, command in enumerate(wanted):
        items.append(await one(command))
        if order.stops_on_failure and _is_failed(items[-1]):
            reason = f"not run: {command.name} failed"
            return [*items, *(Failed(later.name, reason) for later in wanted[place + 1 :])]
    return items


def _is_failed(item: Item) -> bool:
    return bool(item.error) or (isinstance(item, Outcome) and item.is_failed)
