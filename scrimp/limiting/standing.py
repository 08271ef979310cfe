"""How the limits stand, from where a person asks: which session is meant, what is used, what its next request costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import managed_settings, project
from scrimp.core.budget.asking import BATCH, Asking
from scrimp.core.budget.weighing import Weighing
from scrimp.core.budget.where import Where
from scrimp.core.errors import UsageError
from scrimp.reports import session as sessions

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from scrimp.core.budget.gate import State
    from scrimp.core.budget.rules import Rules

_LATEST = "SELECT session_id, prompt_id, cwd FROM requests WHERE agent_id = '' ORDER BY at DESC"
_OF_SESSION = "SELECT prompt_id, cwd FROM requests WHERE session_id = ? ORDER BY agent_id = '' DESC, at DESC LIMIT 1"
_STOPPED = "SELECT session_id, name FROM stops WHERE kind IN ('stop', 'landing') AND at_ms >= ? ORDER BY at_ms DESC"
_RECENT_MS = 24 * 3_600_000
"""A stop from longer ago is not what a person who raises a limit has in mind."""


class Standing(NamedTuple):
    """The limits that concern a session ('' for none). stopped: the name of the limit that stopped it, '' for none.

    next_pico: what the session's next request is expected to cost.
    """

    where: Where
    states: list[State]
    next_pico: int
    stopped: str


def look(
    db: sqlite3.Connection, rules: Rules, environ: Mapping[str, str], place: tuple[str, str], now_ms: int
) -> Standing:
    """How the limits stand for a session, `place` being the beginning of its id, '' for the latest, and a folder."""
    asked, folder = place
    session, prompt, cwd = _asked(db, asked) if asked else _latest(db, folder, now_ms)
    where = Where(session, prompt, "", "", cwd or folder, "", now_ms)
    weighing = Weighing(db, rules, Asking(where, BATCH, 0, "", ""), environ, managed_settings.prices(environ))
    stopped = next((name for one, name in db.execute(_STOPPED, (now_ms - _RECENT_MS,)) if one == session), "")
    return Standing(where, weighing.states(), weighing.request.forecast.pico, stopped)


def chosen(standing: Standing, name: str) -> State:
    """The limit called `name`, '' for the one that stopped the session or the only one; UsageError without one."""
    names = [state.name for state in standing.states]
    if not names:
        raise UsageError("no limit is set here: there is nothing to raise")
    wanted = name or standing.stopped
    if not wanted and len(names) > 1:
        raise UsageError(f"several limits are set here, say which: --limit {' | '.join(names)}")
    found = [state for state in standing.states if state.name == wanted or not wanted]
    if not found:
        raise UsageError(f"{wanted} is not set here; there are: {', '.join(names)}")
    return found[0]


def _asked(db: sqlite3.Connection, start: str) -> tuple[str, str, str]:
    session = sessions.named(db, start)
    prompt, cwd = db.execute(_OF_SESSION, (session,)).fetchone()
    return session, prompt, cwd


def _latest(db: sqlite3.Connection, folder: str, now_ms: int) -> tuple[str, str, str]:
    """Of this repo the session that the budget stopped last, else the latest of all, else none."""
    stopped = [session for session, _ in db.execute(_STOPPED, (now_ms - _RECENT_MS,))]
    top, tops, found = project.top(folder), dict[str, str](), dict[str, tuple[str, str, str]]()
    for session, prompt, cwd in db.execute(_LATEST):
        if tops.setdefault(cwd, project.top(cwd) if cwd else "") == top:
            found.setdefault(session, (session, prompt, cwd))
    first = next((found[session] for session in stopped if session in found), next(iter(found.values()), ("", "", "")))
    return first if first[0] or not stopped else (stopped[0], "", folder)  # blocked before its first request
