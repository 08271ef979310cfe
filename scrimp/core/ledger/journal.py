"""Takes the journal of cuts into the table `cuts`.

Hooks append to the journal because a line costs them nothing; here it becomes a table that can be joined. The journal
stays: `recall` reads it, and nothing is lost with the ledger.
"""

from __future__ import annotations

import os

from scrimp.core import cuts, quick_json
from scrimp.core.ledger import files, transaction
from scrimp.core.untrusted import as_object, as_text, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    Row = tuple[Any, ...]

_KIND = "journal"
_BROKEN = "lines in the journal of cuts that are no JSON object"
_TEXTS = ("tool_use_id", "session_id", "project", "tool", "command", "family")
_NUMBERS = ("bytes_in", "bytes_out", "facts_total", "facts_kept")
_INSERT = "INSERT OR IGNORE INTO cuts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def take_in(db: sqlite3.Connection, folder: str) -> None:
    """Take in what is new in the journal that lies in the data folder; without one, nothing."""
    path = os.path.join(folder, cuts.NAME)
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            known = files.of(db, path)
            if status.st_size == known.offset:
                return
            offset = known.offset if status.st_size > known.offset else 0
            file.seek(offset)
            whole, _, _ = file.read().rpartition(b"\n")
    except OSError:
        return
    lines = whole.split(b"\n") if whole else []
    rows = [row for row in map(_row, lines) if row]
    broken = files.counts(known.problems).get(_BROKEN, 0) + len(lines) - len(rows)
    problems = quick_json.dumps_flat({_BROKEN: broken}) if broken else ""
    offset += len(whole) + 1 if whole else 0
    with transaction(db):
        add(db, rows)
        files.put(db, [(files.key_of(path), _KIND, status.st_size, status.st_mtime_ns, offset, "", problems)])


def add(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Put these cuts into the ledger, each once."""
    db.executemany(_INSERT, rows)


def _row(line: bytes) -> Row | None:
    try:
        cut = quick_json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    if not is_object(cut):
        return None
    cut = as_object(cut)
    texts = [as_text(cut.get(name)) for name in _TEXTS]
    numbers = [_whole(cut.get(name)) or 0 for name in _NUMBERS]
    head = (as_text(cut.get("handle")), _whole(cut.get("at_ms")) or 0)
    return (*head, *texts, _whole(cut.get("exit_code")), *numbers, as_text(cut.get("path")))


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST else None


_MOST = 2**53
"""What JSON holds exactly."""
