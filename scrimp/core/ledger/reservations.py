"""Writes and reads the table `reservations`: what requests under way may cost, until the ledger knows of them.

A row stands for a thread's newest request. It is outstanding until the ledger has a newer request of the thread than
when it was written, or until it expires. Whoever writes one has checked the limits in the same transaction.
"""

from __future__ import annotations

from scrimp.core import times

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import NamedTuple

    class Reservation(NamedTuple):
        """A row; see the schema."""

        session_id: str
        agent_id: str
        agent_type: str
        prompt_id: str
        folder: str
        transcript_path: str
        after_id: str
        lagging_pico: int
        pico: int
        context_tokens: int
        at_ms: int
        expires_ms: int
else:
    from collections import namedtuple

    Reservation = namedtuple(
        "Reservation",
        "session_id agent_id agent_type prompt_id folder transcript_path after_id lagging_pico pico context_tokens "
        "at_ms expires_ms",
    )

STARTING = "start:"
"""How the agent_id of an agent begins that was not seen yet: its own id is not known before it has begun."""

ASKING = "ask:"
"""How the agent_id of a question of our own begins (`scrimp.digest`): no transcript shows it, nobody lands for it."""

_NEWEST = (
    "SELECT message_id FROM requests WHERE session_id = ? AND agent_id = ? AND at != '' ORDER BY at DESC, rowid DESC "
    "LIMIT 2"
)
_OF_STARTING = (
    "SELECT agent_id FROM reservations WHERE session_id = ? AND agent_id LIKE ? "
    "ORDER BY agent_type != ?, at_ms, agent_id LIMIT 1"
)
_STARTING_IN = "SELECT session_id, MIN(at_ms) FROM reservations WHERE agent_id LIKE ? GROUP BY session_id"
_STARTED = (
    "SELECT agent_id, agent_type FROM requests WHERE session_id = ? AND at >= ? AND agent_id != '' "
    "AND agent_id NOT IN (SELECT agent_id FROM reservations AS own WHERE own.session_id = requests.session_id) "
    "GROUP BY agent_id ORDER BY MIN(at)"
)
_THREAD = "WHERE session_id = ? AND agent_id = ?"


def put(db: sqlite3.Connection, row: Reservation) -> None:
    """Write a thread's reservation in place of the one before."""
    db.execute("INSERT OR REPLACE INTO reservations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def of(db: sqlite3.Connection, session_id: str, agent_id: str) -> Reservation | None:
    """A thread's reservation, also one that is no longer outstanding."""
    row = db.execute(f"SELECT * FROM reservations {_THREAD}", (session_id, agent_id)).fetchone()  # noqa: S608 - our words
    return Reservation(*row) if row else None


def claim(db: sqlite3.Connection, session_id: str, agent_id: str, agent_type: str) -> None:
    """Give an agent that is seen for the first time what was reserved when one, of its type if any, was started."""
    row = db.execute(_OF_STARTING, (session_id, f"{STARTING}%", agent_type)).fetchone()
    if row:
        db.execute(f"UPDATE OR REPLACE reservations SET agent_id = ? {_THREAD}", (agent_id, session_id, row[0]))  # noqa: S608


def claim_started(db: sqlite3.Connection) -> None:
    """Do so for every agent whose first request the ledger has: it must not count beside what was reserved for it."""
    for session_id, at_ms in db.execute(_STARTING_IN, (f"{STARTING}%",)).fetchall():
        for agent_id, agent_type in db.execute(_STARTED, (session_id, times.iso(at_ms))).fetchall():
            claim(db, session_id, agent_id, agent_type)


def drop_starts(db: sqlite3.Connection, session_id: str, call_ids: Iterable[str]) -> None:
    """Take away what was reserved for calls that have started no agent, or one that has ended with its call."""
    keys = [(session_id, f"{STARTING}{call_id}") for call_id in call_ids]
    db.executemany(f"DELETE FROM reservations {_THREAD}", keys)  # noqa: S608 - our words


def all_of_now(db: sqlite3.Connection, now_ms: int) -> list[Reservation]:
    """The reservations that have not expired, those included whose requests the ledger knows."""
    return [Reservation(*row) for row in db.execute("SELECT * FROM reservations WHERE expires_ms > ?", (now_ms,))]


def outstanding(db: sqlite3.Connection, rows: list[Reservation]) -> list[tuple[Reservation, int]]:
    """Those of them whose requests the ledger does not know yet, each with what of it is outstanding, above 0."""
    found = ((row, outstanding_pico(row, newest(db, row.session_id, row.agent_id))) for row in rows)
    return [(row, pico) for row, pico in found if pico]


def outstanding_pico(row: Reservation, known: list[str]) -> int:
    """What of a reservation stands for requests that are not among the thread's two newest `known` ones."""
    if known[:1] == [row.after_id] or not known:
        return row.lagging_pico + row.pico
    is_one_newer = known[1:2] == [row.after_id] or (not row.after_id and len(known) == 1)
    return row.pico if is_one_newer and row.lagging_pico else 0


def drop(db: sqlite3.Connection, session_id: str, agent_id: str) -> None:
    """Take away one reservation: what it stood for is in the ledger."""
    db.execute(f"DELETE FROM reservations {_THREAD}", (session_id, agent_id))  # noqa: S608 - our words


def newest(db: sqlite3.Connection, session_id: str, agent_id: str) -> list[str]:
    """The ids of a thread's two newest requests, the newest first."""
    return [message_id for (message_id,) in db.execute(_NEWEST, (session_id, agent_id))]


def shorten(db: sqlite3.Connection, session_id: str, agent_id: str, expires_ms: int) -> None:
    """Let a thread's reservation expire by then: no further request of it will come."""
    query = f"UPDATE reservations SET expires_ms = MIN(expires_ms, ?) {_THREAD}"  # noqa: S608 - our words
    db.execute(query, (expires_ms, session_id, agent_id))


def drop_expired(db: sqlite3.Connection, before_ms: int) -> None:
    """Take away what has expired by then."""
    db.execute("DELETE FROM reservations WHERE expires_ms <= ?", (before_ms,))
