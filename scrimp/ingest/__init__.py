"""Brings the ledger up to date with all transcripts there are: a great deal at the first time, next to nothing later.

Much is read by several processes (Python reads JSON on one core only) and written by this one, batch by batch, each
in its own transaction: whoever interrupts a first reading keeps what is done.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from scrimp.core import bulk_json, transcript
from scrimp.core.ledger import files, intake, journal, readings, recalls, repricing
from scrimp.ingest import limits

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator

    from scrimp.core.ledger.files import Known
    from scrimp.core.ledger.readings import Reading
    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.transcript import TranscriptFile

    Todo = tuple[TranscriptFile, Known]
    Progress = Callable[[int, int], None]


def bring_up_to_date(
    db: sqlite3.Connection,
    projects_dirs: Iterable[str],
    cuts_folder: str = "",
    *,
    managed: ManagedPrices | None = None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Take in all that is new below these folders; what was wrong, in words for a person to how often.

    `cuts_folder` is where the journal of cuts lies, if that is to be taken in. `progress` is called with the bytes
    that are done and all bytes that are new. What was wrong counts everything the ledger has read so far, not this
    time's alone.
    """
    repricing.reprice(db)
    if cuts_folder:
        journal.take_in(db, cuts_folder)
        recalls.take_in(db, cuts_folder)
    problems: dict[str, int] = {}
    todo = files.changed(transcript.find(projects_dirs, problems), files.known(db))
    if todo:
        was_enabled = gc.isenabled()
        gc.disable()  # nothing here is in a circle, and looking for circles takes a fifth of the time
        try:
            _take_in(db, todo, managed, progress or _nobody)
        finally:
            if was_enabled:
                gc.enable()
    files.forgive(db)
    files.add(problems, intake.known_problems(db))
    return problems


def _nobody(done: int, total: int) -> None:
    """Progress that nobody watches."""


def _take_in(db: sqlite3.Connection, todo: list[Todo], managed: ManagedPrices | None, progress: Progress) -> None:
    total = sum(map(_new_bytes, todo))
    done = written = 0
    waiting: list[Reading] = []
    for batch, read in _read(todo, total, managed):
        waiting += read
        done += sum(map(_new_bytes, batch))
        enough = limits.WRITE_BYTES if batch else limits.BATCH_BYTES  # no batch: there is time to write
        if done - written >= enough or done == total:
            intake.store(db, waiting, managed)
            waiting, written = [], done
        progress(done, total)


def _read(todo: list[Todo], total: int, managed: ManagedPrices | None) -> Iterator[tuple[list[Todo], list[Reading]]]:
    """Batches with what they hold, by helping processes too where there is much."""
    batches = list(_batches(todo))
    if total < limits.ALONE_BYTES:
        loads = bulk_json.fastest()
        for batch in batches:
            yield batch, [readings.read(file, was, managed=managed, loads=loads) for file, was in batch]
        return
    from scrimp.ingest import helpers  # noqa: PLC0415 - only where there is much to read

    yield from helpers.read(batches, managed)


def _batches(todo: list[Todo]) -> Iterator[list[Todo]]:
    """The files in groups of about as many new bytes, the newest first: what a person looks for is there soonest."""
    batch: list[Todo] = []
    size = 0
    for one in reversed(todo):
        batch.append(one)
        size += _new_bytes(one)
        if size >= limits.BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _new_bytes(one: Todo) -> int:
    """How much of a file is new; one that was replaced is read whole."""
    file, was = one
    return file.size - was.offset if file.size >= was.offset else file.size
