"""Takes the journal of cuts into the table `cuts`; how a journal is taken in at all, `recalls` uses too.

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
    from collections.abc import Callable, Iterable
    from typing import Any

    Row = tuple[Any, ...]

_KIND = "journal"
_BROKEN = "lines in the journal of cuts that are no JSON object"
_TEXTS = ("tool_use_id", "session_id", "project", "tool", "command", "family")
_NUMBERS = ("bytes_in", "bytes_out", "facts_total", "facts_kept")
_INSERT = "INSERT OR IGNORE INTO cuts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def take_in(db: sqlite3.Connection, folder: str) -> None:
    """Take in what is new in the journal that lies in the data folder; without one, nothing."""
    take_in_lines(db, os.path.join(folder, cuts.NAME), _row, add, _BROKEN)


def take_in_lines(
    db: sqlite3.Connection,
    path: str,
    row_of: Callable[[dict[str, Any]], Row],
    add: Callable[[sqlite3.Connection, Iterable[Row]], None],
    broken_words: str,
) -> None:
    """Take in what is new in the journal at `path`: its objects become rows, and are put in by `add`.

    broken_words: what a person is told of lines that are no object.
    """
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
    rows = [row_of(found) for found in map(_object, lines) if found is not None]
    broken = files.counts(known.problems).get(broken_words, 0) + len(lines) - len(rows)
    problems = quick_json.dumps_flat({broken_words: broken}) if broken else ""
    offset += len(whole) + 1 if whole else 0
    with transaction(db):
        add(db, rows)
        files.put(db, [(files.key_of(path), _KIND, status.st_size, status.st_mtime_ns, offset, "", problems)])


def add(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Put these cuts into the ledger, each once."""
    db.executemany(_INSERT, rows)


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = quick_json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return as_object(found) if is_object(found) else None


def _row(cut: dict[str, Any]) -> Row:
    texts = [as_text(cut.get(name)) for name in _TEXTS]
    numbers = [whole(cut.get(name)) or 0 for name in _NUMBERS]
    head = (as_text(cut.get("handle")), whole(cut.get("at_ms")) or 0)
    return (*head, *texts, whole(cut.get("exit_code")), *numbers, as_text(cut.get("path")))


def forget_commands(db: sqlite3.Connection) -> None:
    """Leave of every cut what it saved, and neither what was asked nor where it was kept; journals begin anew."""
    with transaction(db):
        db.execute("UPDATE cuts SET command = '', path = ''")
        db.execute("DELETE FROM files WHERE kind = ?", (_KIND,))


def whole(value: object) -> int | None:
    """A whole number of a journal, or None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST else None


_MOST = 2**53
"""What JSON holds exactly."""
