"""The ledger as a status line uses it: brought up to date with this session if that is quick, never waited for."""

from __future__ import annotations

import os

from scrimp.core import ledger, limits, sqlite, times
from scrimp.core.errors import LedgerError
from scrimp.core.ledger import client_totals, files, limits_seen
from scrimp.core.ledger.schema import APPLICATION_ID, MIGRATIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrimp.core.statusline.given import Given


def opened(environ: Mapping[str, str]) -> sqlite.Connection | None:
    """The user's ledger, made where there is none; None where it cannot be used now.

    Its connection waits for other writers a few milliseconds only.
    """
    path = ledger.path_of(environ)
    try:
        if not os.path.exists(path):
            ledger.connect(path).close()
        db = sqlite.connect(path, timeout=limits.STATUS_LINE_LEDGER_WAIT_S, isolation_level=None)
    except (OSError, sqlite.Error, LedgerError):
        return None
    try:
        if _is_current(db):
            db.execute("PRAGMA synchronous = NORMAL")
            return db
    except sqlite.Error:
        db.close()
        return None
    db.close()
    return _brought_up(path)


def catch_up(db: sqlite.Connection, given: Given, environ: Mapping[str, str]) -> bool:
    """Take in what is new of this session; False where that is too much for a status line, or could not be written."""
    if not given.transcript_path:
        return True
    from scrimp.core import session_files

    todo = [(file, files.of(db, file.path)) for file in session_files.of(given.transcript_path)]
    todo = [(file, was) for file, was in todo if (file.size, file.mtime_ns) != (was.size, was.mtime_ns)]
    if not todo:
        return True
    new_bytes = sum(file.size - was.offset if file.size >= was.offset else file.size for file, was in todo)
    if new_bytes > limits.STATUS_LINE_CATCH_UP_BYTES:
        return False
    from scrimp.core import managed_settings
    from scrimp.core.ledger import intake, readings

    managed = managed_settings.prices(environ)
    try:
        intake.store(db, [readings.read(file, was, managed=managed) for file, was in todo], managed)
    except (LedgerError, sqlite.Error):
        return False
    return True


def record(db: sqlite.Connection, given: Given, now_ms: int) -> None:
    """Keep what only a status line is told: the client's total, and how much of a plan's windows is used."""
    try:
        if given.session_id and given.total_pico:
            client_totals.record(db, given.session_id, given.total_pico, times.iso(now_ms))
        limits_seen.record(db, given.readings)
    except sqlite.Error:  # somebody else writes; the next line is told the same
        return


def _is_current(db: sqlite.Connection) -> bool:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (ours,) = db.execute("PRAGMA application_id").fetchone()
    return bool(version == len(MIGRATIONS) and ours == APPLICATION_ID)


def _brought_up(path: str) -> sqlite.Connection | None:
    """An older ledger, after its migration; None for one that is not ours or newer than us."""
    try:
        db = ledger.connect(path)
        db.execute(f"PRAGMA busy_timeout = {int(limits.STATUS_LINE_LEDGER_WAIT_S * 1000)}")
    except (LedgerError, sqlite.Error):
        return None
    return db
