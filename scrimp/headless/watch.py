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

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

_TOOLS_RAN = b'"type":"tool_result"'
_GRACE_S = 2.0
"""A gate that is asked only after the tools has this long to start; one that is asked at the prompt needs none."""

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

        One that goes on has an id there that is nobody's, until it has found which session that is.
        """
        path = os.path.join(settings.config_dir(self._environ), "sessions", f"{pid}.json")
        try:
            with open(path, encoding="utf-8") as file:
                found = as_text(as_object(json.load(file)).get("sessionId"))
        except (OSError, ValueError, RecursionError):
            return
        if found and found != self.session_id:
            self.session_id = found
            self._note_where_it_stands()

    def _note_where_it_stands(self) -> None:
        """A session that goes on has tool results of its past in its transcript."""
        self._transcript = self._found()
        self._offset = os.path.getsize(self._transcript) if self._transcript else 0

    def _have_tools_run(self) -> bool:
        self._transcript = self._transcript or self._found()
        if not self._transcript:
            return False
        with open(self._transcript, "rb") as file:
            file.seek(self._offset)
            new = file.read()
        end = new.rfind(b"\n") + 1
        self._offset += end
        return _TOOLS_RAN in new[:end]

    def _found(self) -> str:
        for root in settings.projects_dirs(self._environ):
            folders = os.listdir(root) if os.path.isdir(root) else []
            for folder in folders:
                path = os.path.join(root, folder, f"{self.session_id}.jsonl")
                if os.path.exists(path):
                    return path
        return ""
