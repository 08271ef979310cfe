"""Helping processes that read transcripts, for one that writes them to the ledger.

Each helper is a process (`helper`) with a thread here that hands it one batch after the other and waits for its
answers; this process reads batches too. A helper that fails gives its batch back.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from scrimp.core import bulk_json
from scrimp.core.ledger import readings
from scrimp.core.ledger.readings import Reading
from scrimp.ingest import helper, limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.ingest import Todo

    Done = tuple[list[Todo], list[Reading] | None]
    """A batch and what it holds; None: nobody has read it, or the helper failed."""

_START = "import sys; sys.path[:] = sys.argv[1:]; from scrimp.ingest import helper; helper.main()"
"""Without `site`, whose start costs more than what a helper does first; it gets this process's path instead."""


def read(batches: list[list[Todo]], managed: ManagedPrices | None) -> Iterator[tuple[list[Todo], list[Reading]]]:
    """Every batch with what it holds, in any order; between them an empty one whenever this would have to wait."""
    todo = deque(batches)
    done: queue.SimpleQueue[Done] = queue.SimpleQueue()
    count = _how_many(batches)
    crew = [_Helper(todo, done, managed) for _ in range(count)]
    loads = bulk_json.fastest()
    ours = round(len(batches) * own_share(count))
    try:
        for _ in batches:
            if done.empty() and (ours <= 0 or not todo):
                yield [], []
            batch, read = _next(todo, done, is_ours=ours > 0)
            ours -= read is None
            yield batch, read or [readings.read(file, was, managed=managed, loads=loads) for file, was in batch]
    finally:
        for one in crew:
            one.end()


def _how_many(batches: list[list[Todo]]) -> int:
    size = sum(file.size for batch in batches for file, _ in batch)
    return max(0, min(limits.MOST_HELPERS, size // limits.HELPER_BYTES, (os.cpu_count() or 1) - 1))


def own_share(helpers: int) -> float:
    """How much of the reading is for this process, so that it is done, with all the writing, when they are."""
    return max(0.0, (1 - limits.WRITING_SHARE * helpers) / (1 + helpers)) if helpers else 1.0


def _next(todo: deque[list[Todo]], done: queue.SimpleQueue[Done], *, is_ours: bool) -> Done:
    """What a helper has read, else a batch that nobody has begun, if that is ours to read."""
    if is_ours and done.empty():
        try:
            return todo.popleft(), None
        except IndexError:
            pass
    return done.get()


def _both(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise ValueError("a helper without pipes")
    return process.stdin, process.stdout


class _Helper:
    """One helping process, and the thread that waits for it."""

    def __init__(self, todo: deque[list[Todo]], done: queue.SimpleQueue[Done], managed: ManagedPrices | None) -> None:
        self._todo = todo
        self._done = done
        self._setting = None if managed is None else managed.setting
        command = [sys.executable, "-I", "-S", "-c", _START, *sys.path]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        self._into, self._out = _both(self._process)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """End the process, which has nothing left to do, or whose work nobody wants any more."""
        self._process.kill()
        self._thread.join()
        with self._process, suppress(OSError):  # closes the pipes
            self._into.close()

    def _work(self) -> None:
        while True:
            try:
                batch = self._todo.popleft()
            except IndexError:
                return
            self._done.put((batch, self._ask(batch)))

    def _ask(self, batch: list[Todo]) -> list[Reading] | None:
        try:
            helper.send(self._into, (self._setting, [(tuple(file), tuple(was)) for file, was in batch]))
            answer: list[Any] = helper.receive(self._out)
            return [Reading(*one) for one in answer]
        except Exception:  # noqa: BLE001 - it is gone; without an answer this batch would be waited for for ever
            return None
