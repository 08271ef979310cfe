"""Writes and reads the table `stops`: what the budget said, so that it says it once, and which threads are landing."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import NamedTuple

    class Landing(NamedTuple):
        """A thread that was told to answer: because of which limit, at how much, how many requests it made since."""

        name: str
        span_key: str
        level: int
        amount: int
        at_ms: int
        reason: str
else:
    from collections import namedtuple

    Landing = namedtuple("Landing", "name span_key level amount at_ms reason")

WARNED, LANDING, STOPPED, NOTICED = "warned", "landing", "stop", "noticed"

_THREAD = "WHERE session_id = ? AND agent_id = ? AND kind = ?"
_OF_LIMIT = f"SELECT COALESCE(MAX(level), 0) FROM stops {_THREAD} AND name = ? AND span_key = ?"  # noqa: S608 - our words
_INSERT = "INSERT INTO stops VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def landing(db: sqlite3.Connection, session_id: str, agent_id: str) -> Landing | None:
    """Why a thread is landing; None where it is not."""
    query = f"SELECT name, span_key, level, amount, at_ms, reason FROM stops {_THREAD}"  # noqa: S608 - our words
    row = db.execute(query, (session_id, agent_id, LANDING)).fetchone()
    return Landing(*row) if row else None


def land(db: sqlite3.Connection, thread: tuple[str, str, str], landing: Landing) -> None:
    """Keep that a thread (session, agent, prompt) is landing, in place of what was kept of it before."""
    session_id, agent_id, prompt_id = thread
    take_off(db, session_id, agent_id)
    name, span_key, level, amount, at_ms, reason = landing
    row = (session_id, agent_id, prompt_id, LANDING, name, span_key, level, amount, at_ms, reason)
    db.execute(_INSERT, row)


def take_off(db: sqlite3.Connection, session_id: str, agent_id: str) -> None:
    """Keep that a thread is not landing."""
    db.execute(f"DELETE FROM stops {_THREAD}", (session_id, agent_id, LANDING))  # noqa: S608 - our words


def warned(db: sqlite3.Connection, session_id: str, name: str, span_key: str) -> int:
    """The highest percentage of a limit that this session was told of; 0 for none."""
    (level,) = db.execute(_OF_LIMIT, (session_id, "", WARNED, name, span_key)).fetchone()
    return int(level)


def record(  # noqa: PLR0913, PLR0917 - a row
    db: sqlite3.Connection,
    thread: tuple[str, str, str],
    kind: str,
    name: str,
    span_key: str,
    level: int,
    at_ms: int,
    reason: str,
) -> None:
    """Keep what was said; a warning is the session's, a stop that of a thread (session, agent, prompt)."""
    session_id, agent_id, prompt_id = thread
    agent_id = agent_id if kind == STOPPED else ""
    row = (session_id, agent_id, prompt_id, kind, name, span_key, level, 0, at_ms, reason)
    db.execute(_INSERT, row)


def is_noticed(db: sqlite3.Connection, session_id: str, name: str, span_key: str) -> bool:
    """Whether something that is said once was said in this session."""
    query = f"SELECT EXISTS (SELECT 1 FROM stops {_THREAD} AND name = ? AND span_key = ?)"  # noqa: S608 - our words
    (found,) = db.execute(query, (session_id, "", NOTICED, name, span_key)).fetchone()
    return bool(found)
