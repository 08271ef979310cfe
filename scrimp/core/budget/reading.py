"""Brings the ledger up to date for a gate: this session's files, and what others that count for its limits have.

Only what is new is read. Sessions that have something reserved are read at every gate, so that what they spent is
counted before their reservation expires; at a prompt, for limits of a day or longer, every transcript written to since.
"""

from __future__ import annotations

import os

from scrimp.core import session_files, settings, transcript, transcript_files
from scrimp.core.budget.rules import DAY, MONTH, WEEK
from scrimp.core.budget.spans import period
from scrimp.core.ledger import files, intake, readings

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from scrimp.core.budget.rules import Rules
    from scrimp.core.budget.where import Where
    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.transcript_files import TranscriptFile

_NS_PER_MS = 10**6
_LONGEST_FIRST = (MONTH, WEEK, DAY)
_OF_OTHERS = "SELECT DISTINCT transcript_path FROM reservations WHERE session_id != ? AND transcript_path != ''"


def session(db: sqlite3.Connection, where: Where, managed: ManagedPrices | None, *, must_exist: bool) -> str:
    """Take in what is new of this session; in a sentence why that cannot be done, '' if it can.

    must_exist: whether a request was sent, so that there must be a transcript.
    """
    found = session_files.of(where.transcript_path)
    if not found and must_exist:
        return f"there is no transcript at {where.transcript_path or '(no path given)'}"
    return _take_in(db, found, managed)


def others(db: sqlite3.Connection, where: Where, managed: ManagedPrices | None) -> None:
    """Take in what is new of other sessions that have something reserved."""
    for (path,) in db.execute(_OF_OTHERS, (where.session_id,)).fetchall():
        _take_in(db, session_files.of(path), managed)


def everything(
    db: sqlite3.Connection, rules: Rules, where: Where, environ: Mapping[str, str], managed: ManagedPrices | None
) -> None:
    """Take in what is new in every transcript that may count for a limit of a day, a week or a month."""
    spans = {limit.span for limit in rules.limits}
    longest = next((span for span in _LONGEST_FIRST if span in spans), "")
    if not longest:
        return
    start_ms, _, _ = period(longest, where.now_ms)
    found = transcript_files.find(settings.projects_dirs(environ))
    _take_in(db, [file for file in found if file.mtime_ns >= start_ms * _NS_PER_MS], managed)


def has_others(rules: Rules) -> bool:
    """Whether any limit counts other sessions."""
    return any(limit.span in _LONGEST_FIRST for limit in rules.limits)


def _take_in(db: sqlite3.Connection, found: list[TranscriptFile], managed: ManagedPrices | None) -> str:
    """Take in what is new in these files, each in a transaction of its own; which of them cannot be read."""
    problem = ""
    for file in found:
        was = files.of(db, file.path)
        if (file.size, file.mtime_ns) != (was.size, was.mtime_ns):
            reading = readings.read(file, was, managed=managed)
            intake.store(db, [reading], managed)
            if transcript.UNREADABLE in reading.file[-1]:
                problem = f"{os.path.basename(file.path)} cannot be read ({file.path})"
    return problem
