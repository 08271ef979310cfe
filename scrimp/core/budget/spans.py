"""What a limit counts: which requests, from when to when, and which reservations beside them.

Prompt: its prompt id and those that the ends of its background agents caused, in all threads, and what the transcript
does not say the prompt of since it came. Session: the session
with its resumes and forks. Day, week (from Monday) and month are local time, all sessions. A limit for repos counts
requests whose folder is in such a repo, one for agents those of a type of agent.
"""

from __future__ import annotations

import os
import time

from scrimp.core import project, times
from scrimp.core.budget.rules import DAY, MONTH, PROMPT, SESSION, WEEK
from scrimp.core.ledger import forks, prompts

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any, NamedTuple

    from scrimp.core.budget.rules import Limit
    from scrimp.core.budget.where import Where
    from scrimp.core.ledger.reservations import Reservation

    class Span(NamedTuple):
        """`key` names it among all (a day: `2026-11-22`); `condition` and `values` are its requests, in SQL."""

        key: str
        condition: str
        values: tuple[Any, ...]
else:
    from collections import namedtuple

    Span = namedtuple("Span", "key condition values")

_MS = 1000
_DAYS_OF_WEEK = 7
_NEVER = "9"
"""After every time."""


class Place:
    """Where a gate stands in the ledger: the session with its relatives, the prompt with those it caused.

    began_ms: when the prompt came, 0 where nobody saw it come.
    """

    __slots__ = ("_top", "_wanted", "began_ms", "family", "prompts", "root_prompt", "root_session", "where")

    def __init__(self, db: sqlite3.Connection, where: Where) -> None:
        self.where = where
        self.root_session = forks.root(db, where.session_id)
        self.family = forks.family(db, where.session_id)
        self.root_prompt = prompts.root(db, where.session_id, where.prompt_id)
        self.prompts = prompts.together(db, where.session_id, self.root_prompt)
        self.began_ms = prompts.began_ms(db, where.session_id, self.root_prompt)
        self._top = ""
        self._wanted: dict[tuple[str, str], bool] = {}

    @property
    def top(self) -> str:
        """The top folder of the repo."""
        if not self._top:
            self._top = project.top(self.where.folder)
        return self._top

    def is_in(self, pattern: str, folder: str) -> bool:
        """Whether `folder` lies in a repo that `pattern` matches; one without a slash is its folder's name."""
        known = self._wanted.get((pattern, folder))
        if known is None:
            known = self._wanted[pattern, folder] = _matches(pattern, project.top(folder)) if folder else False
        return known

    def concerns(self, limit: Limit, agent_type: str) -> bool:
        """Whether a limit holds for a request here, made by an agent of this type ('' the main thread)."""
        if limit.repo:
            return self.is_in(limit.repo, self.where.folder)
        return not limit.agent or limit.agent == agent_type

    def span(self, limit: Limit) -> Span:
        """The requests that a limit counts; those of other repos are still among them."""
        span = self._span(limit.span)
        if limit.agent:
            return Span(span.key, f"{span.condition} AND agent_type = ?", (*span.values, limit.agent))
        return span

    def counts(self, limit: Limit, row: Reservation) -> bool:
        """Whether a reservation is one of a limit's requests; it is always of now."""
        if limit.repo and not self.is_in(limit.repo, row.folder):
            return False
        if limit.agent and limit.agent != row.agent_type:
            return False
        if limit.span == PROMPT:
            return row.session_id == self.where.session_id and row.prompt_id in self.prompts
        return limit.span != SESSION or row.session_id in self.family

    def _span(self, span: str) -> Span:
        if span == PROMPT:
            condition = f"session_id = ? AND (prompt_id IN ({_marks(self.prompts)}) OR (prompt_id = '' AND at >= ?))"
            since = times.iso(self.began_ms) if self.began_ms else _NEVER
            return Span(self.root_prompt, condition, (self.where.session_id, *self.prompts, since))
        if span == SESSION:
            return Span(self.root_session, f"session_id IN ({_marks(self.family)})", tuple(self.family))
        start_ms, end_ms, key = period(span, self.where.now_ms)
        return Span(key, "at >= ? AND at < ?", (times.iso(start_ms), times.iso(end_ms)))


def period(span: str, now_ms: int) -> tuple[int, int, str]:
    """The local day, week or month around `now_ms`: its start and end in milliseconds, and its name."""
    local = time.localtime(now_ms / _MS)
    year, month, day = local.tm_year, local.tm_mon, local.tm_mday
    if span == DAY:
        return _midnight(year, month, day), _midnight(year, month, day + 1), f"{year:04}-{month:02}-{day:02}"
    if span == WEEK:
        monday = day - local.tm_wday
        start = _midnight(year, month, monday)
        name = time.strftime("week of %Y-%m-%d", time.localtime(start / _MS))
        return start, _midnight(year, month, monday + _DAYS_OF_WEEK), name
    if span != MONTH:
        raise ValueError(f"no period: {span!r}")
    return _midnight(year, month, 1), _midnight(year, month + 1, 1), f"{year:04}-{month:02}"


def _midnight(year: int, month: int, day: int) -> int:
    """Milliseconds of a local midnight; days and months beyond the last run on."""
    return int(time.mktime((year, month, day, 0, 0, 0, 0, 0, -1)) * _MS)


def _matches(pattern: str, folder: str) -> bool:
    from fnmatch import fnmatchcase

    if os.sep not in pattern:
        return fnmatchcase(os.path.basename(folder), pattern)
    return fnmatchcase(folder, os.path.normpath(pattern))


def _marks(values: list[str]) -> str:
    return ", ".join("?" * len(values))
