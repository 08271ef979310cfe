"""Brings the ledger up to date with transcripts, a batch at a time: killed at any point, nothing is half in it."""

from __future__ import annotations

from scrimp.core.ledger import compactions, cost_states, files, forks, readings, requests, tool_calls, transaction

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from scrimp.core.ledger.readings import Reading
    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.transcript import TranscriptFile

known_problems = files.problems


def catch_up(
    db: sqlite3.Connection, found: Iterable[TranscriptFile], managed: ManagedPrices | None = None
) -> dict[str, int]:
    """Take in what is new in these files; what was wrong in all that the ledger has read so far.

    With plain JSON and in one process: for a few files with little that is new. `scrimp.ingest` is for many.
    """
    todo = files.changed(found, files.known(db))
    store(db, [readings.read(file, was, managed=managed) for file, was in todo], managed)
    return files.problems(db)


def store(db: sqlite3.Connection, batch: Iterable[Reading], managed: ManagedPrices | None = None) -> None:
    """Write these readings, in one transaction.

    A reading that began where another process has read on from in the meantime is left out: that process has written
    what it holds, or the next one will read it.
    """
    batch = list(batch)
    if not batch:
        return
    with transaction(db):
        was = {reading.file[0]: files.of(db, reading.file[0]) for reading in batch}
        valid = [one for one in batch if (one.offset, one.fingerprint) == _place(was[one.file[0]])]
        requests.add(db, [entry for one in valid for entry in one.requests], managed)
        tool_calls.add(db, [row for one in valid for row in one.tool_calls])
        cost_states.add(db, [row for one in valid for row in one.cost_states])
        compactions.add(db, [row for one in valid for row in one.compactions])
        forks.add(db, [row for one in valid for row in one.forks])
        files.put(db, [one.file for one in valid])


def _place(known: files.Known) -> tuple[int, str]:
    return known.offset, known.fingerprint
