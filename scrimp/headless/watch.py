"""Looks out for the gate: once a run's first tools have run, one must have checked in, or the run is ended.

A gate checks in by what it writes into the ledger for the session that it watches: that the prompt came, what it has
reserved, that it stopped. That tools have run is told by the transcript, which the client writes without any hook.
"""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

from scrimp.core import settings
from scrimp.core.untrusted import as_object, as_text
from scrimp.headless.child import Ended
from scrimp.limiting import person

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from typing import Any

_TOOLS_RAN = b'"type":"tool_result"'
_GRACE_S = 2.0
"""A gate that is asked only after the tools has this long to start; one that is asked at the prompt needs none."""

_COARSE_S = 2.0
"""So coarse is the time of a file, on some disks."""

_DEEPEST = 256
"""More parents than this have no end."""

_TABLES = ("prompts", "reservations", "stops")

ABSENT = "no gate has checked in, so nothing held the budget: the run was ended"


def has_checked_in(db: sqlite3.Connection, session_id: str, since_ms: int) -> bool:
    """Whether a gate has watched this session since then."""
    query = "SELECT EXISTS (SELECT 1 FROM {} WHERE session_id = ? AND at_ms >= ?)"
    return any(db.execute(query.format(table), (session_id, since_ms)).fetchone()[0] for table in _TABLES)


class Watch:
    """Called while the client runs. `session_id`: '' until it is known, where the client chooses it.

    `checked_in` tells whether a gate watches the session of that id.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        session_id: str,
        checked_in: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.session_id = session_id
        self._is_chosen = bool(session_id)
        self._environ = environ
        self._checked_in = checked_in
        self._clock = clock
        self._transcript = ""
        self._offset = 0
        self._ran_at: float | None = None
        self._is_done = False
        self._depths: dict[int, int | None] = {}
        self._since_s = time.time()
        if session_id:
            self._note_where_it_stands()

    def __call__(self, pid: int) -> None:
        """Look; Ended when tools have run and no gate is there."""
        if not self._is_chosen:
            self._find_session(pid)
        if self._is_done or not self.session_id:
            return
        if self._ran_at is None:
            if not self._have_tools_run():
                return
            self._ran_at = self._clock()
        if self._checked_in(self.session_id):
            self._is_done = True
        elif self._clock() - self._ran_at >= _GRACE_S:
            raise Ended(ABSENT)

    def _find_session(self, pid: int) -> None:
        """The id that the client chose, from the note that it keeps of every process of its own.

        One that goes on has an id there that is nobody's, until it has found which session that is. The client may be
        below what was started (a shell, npx); of several the uppermost is ours, the others were started by it.
        """
        folder = os.path.join(settings.config_dir(self._environ), "sessions")
        depths = ((self._depth(note, pid, folder), note) for note in _pids(folder))
        ours = min(((depth, note) for depth, note in depths if depth is not None), default=None)
        found = "" if ours is None else as_text(_note(folder, ours[1]).get("sessionId"))
        if found and found != self.session_id:
            self.session_id = found
            self._note_where_it_stands()

    def _depth(self, note: int, pid: int, folder: str) -> int | None:
        """How far below `pid` the process of a note is; None where it is another's. Asked once of each process."""
        if note not in self._depths:
            if note != pid and not _is_newer(os.path.join(folder, f"{note}.json"), self._since_s):
                return None
            depth = _steps_up(note, pid)
            if depth is None and person.process(note) is None:  # it cannot be looked at: then its folder must tell
                return _DEEPEST if _is_here(as_text(_note(folder, note).get("cwd"))) else None
            self._depths[note] = depth
        return self._depths[note]

    def _note_where_it_stands(self) -> None:
        """A session that goes on has tool results of its past in its transcript."""
        self._transcript = self._found()
        try:
            self._offset = os.path.getsize(self._transcript) if self._transcript else 0
        except OSError:  # it has been moved away meanwhile
            self._transcript, self._offset = "", 0

    def _have_tools_run(self) -> bool:
        self._transcript = self._transcript or self._found()
        if not self._transcript:
            return False
        try:
            with open(self._transcript, "rb") as file:
                self._offset = self._offset if self._offset <= os.fstat(file.fileno()).st_size else 0  # begun anew
                file.seek(self._offset)
                new = file.read()
        except OSError:  # not yet, or not there any more
            self._transcript = ""
            return False
        end = new.rfind(b"\n") + 1
        self._offset += end
        return _TOOLS_RAN in new[:end]

    def _found(self) -> str:
        for root in settings.projects_dirs(self._environ):
            for folder in _names(root):
                path = os.path.join(root, folder, f"{self.session_id}.jsonl")
                if os.path.exists(path):
                    return path
        return ""


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _pids(folder: str) -> list[int]:
    """The processes that the client keeps notes of."""
    stems = (name.partition(".")[0] for name in _names(folder) if name.endswith(".json"))
    return [int(stem) for stem in stems if stem.isascii() and stem.isdigit()]


def _note(folder: str, pid: int) -> dict[str, Any]:
    try:
        with open(os.path.join(folder, f"{pid}.json"), encoding="utf-8") as file:
            return as_object(json.load(file))
    except (OSError, ValueError, RecursionError):
        return {}


def _is_newer(path: str, since_s: float) -> bool:
    try:
        return os.stat(path).st_mtime >= since_s - _COARSE_S
    except OSError:
        return False


def _is_here(folder: str) -> bool:
    return bool(folder) and os.path.realpath(folder) == os.path.realpath(os.curdir)


def _steps_up(pid: int, ancestor: int) -> int | None:
    """How many parents lead from a process up to another; None where none does."""
    for depth in range(_DEEPEST):
        if pid == ancestor:
            return depth
        found = person.process(pid) if pid > 1 else None
        if found is None:
            return None
        pid = found.parent
    return None
