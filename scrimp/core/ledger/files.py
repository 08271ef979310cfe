"""Writes the table `files`: how far each transcript has been read, and what was wrong in it."""

from __future__ import annotations

import os

from scrimp.core import quick_json
from scrimp.core.untrusted import as_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any, NamedTuple

    from scrimp.core.transcript_files import TranscriptFile

    Row = tuple[Any, ...]

    class Known(NamedTuple):
        """What was known of a file when it was read last; nothing yet: all zero and empty."""

        size: int
        mtime_ns: int
        offset: int
        fingerprint: str
        problems: str
else:
    from collections import namedtuple

    Known = namedtuple("Known", "size mtime_ns offset fingerprint problems")

_SPELLED_OUT = "\\udc"
"""In a key: a byte that is no UTF-8, as `key_of` spells it."""

NEW = Known(0, 0, 0, "", "")


def key_of(path: str) -> str:
    """The path as it stands in the ledger: of a name that is no UTF-8, which no text can hold, spelled out."""
    return path if path.isascii() else path.encode("utf-8", "backslashreplace").decode()


def known(db: sqlite3.Connection) -> dict[str, Known]:
    """Every file that was read so far, by path."""
    rows = db.execute("SELECT path, size, mtime_ns, offset, fingerprint, problems FROM files")
    return {path: Known(*rest) for path, *rest in rows}


def of(db: sqlite3.Connection, path: str) -> Known:
    """What is known of one file."""
    query = "SELECT size, mtime_ns, offset, fingerprint, problems FROM files WHERE path = ?"
    row = db.execute(query, (key_of(path),)).fetchone()
    return Known(*row) if row else NEW


def changed(files: Iterable[TranscriptFile], known: dict[str, Known]) -> list[tuple[TranscriptFile, Known]]:
    """The files that are not as they were when they were read last, each with what is known of it."""
    looked_at = ((file, known.get(key_of(file.path), NEW)) for file in files)
    return [(file, was) for file, was in looked_at if (file.size, file.mtime_ns) != (was.size, was.mtime_ns)]


def put(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Write how far these files have been read."""
    db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def forgive(db: sqlite3.Connection) -> None:
    """Forget what was wrong in files that are gone: nobody can look at it any more."""
    rows = db.execute("SELECT path FROM files WHERE problems != ''").fetchall()
    gone = [row for row in rows if _SPELLED_OUT not in row[0] and not os.path.exists(row[0])]
    if gone:
        db.executemany("UPDATE files SET problems = '' WHERE path = ?", gone)


def problems(db: sqlite3.Connection) -> dict[str, int]:
    """What was wrong in all files read so far: in words for a person, how often."""
    total: dict[str, int] = {}
    for (text,) in db.execute("SELECT problems FROM files WHERE problems != ''"):
        add(total, counts(text))
    return total


def counts(text: str) -> dict[str, int]:
    """The counts in a row's `problems`."""
    return as_object(quick_json.loads(text)) if text else {}


def add(total: dict[str, int], more: dict[str, int]) -> None:
    """Count `more` into `total`."""
    for problem, count in more.items():
        total[problem] = total.get(problem, 0) + count
