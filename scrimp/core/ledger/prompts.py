"""Writes and reads the table `prompts`: when each prompt came, and to which it is charged."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_OF_CALL = "SELECT prompt_id FROM tool_calls JOIN requests USING (message_id) WHERE id = ? AND session_id = ?"
_OF_AGENT = (
    "SELECT prompt_id FROM requests WHERE session_id = ? AND agent_id = ? AND prompt_id != '' ORDER BY at LIMIT 1"
)
_LATEST = "SELECT root_id FROM prompts WHERE session_id = ? AND prompt_id != ? ORDER BY at_ms DESC LIMIT 1"


def record(db: sqlite3.Connection, session_id: str, prompt_id: str, at_ms: int, root_id: str = "") -> None:
    """Keep that a prompt came; `root_id` is the one it is charged to, itself by default. Known ones stay."""
    row = (session_id, prompt_id, root_id or prompt_id, at_ms)
    db.execute("INSERT OR IGNORE INTO prompts VALUES (?, ?, ?, ?)", row)


def root(db: sqlite3.Connection, session_id: str, prompt_id: str) -> str:
    """The prompt that this one is charged to."""
    query = "SELECT root_id FROM prompts WHERE session_id = ? AND prompt_id = ?"
    row = db.execute(query, (session_id, prompt_id)).fetchone()
    return row[0] if row else prompt_id


def together(db: sqlite3.Connection, session_id: str, root_id: str) -> list[str]:
    """All prompts that are charged to this one, itself first."""
    query = "SELECT prompt_id FROM prompts WHERE session_id = ? AND root_id = ? AND prompt_id != ? ORDER BY at_ms"
    return [root_id, *(one for (one,) in db.execute(query, (session_id, root_id, root_id)))]


def began_ms(db: sqlite3.Connection, session_id: str, prompt_id: str) -> int:
    """When a prompt came; 0 where nobody saw it come."""
    query = "SELECT at_ms FROM prompts WHERE session_id = ? AND prompt_id = ?"
    row = db.execute(query, (session_id, prompt_id)).fetchone()
    return row[0] if row else 0


def starter(db: sqlite3.Connection, session_id: str, prompt_id: str, woken_by: tuple[str, str]) -> str:
    """The root of the prompt that started what now wakes the session: a tool call's id, and an agent's.

    Where neither is known: that of the prompt before this one; '' where there is none.
    """
    call_id, agent_id = woken_by
    for started in (_first(db, _OF_CALL, (call_id, session_id)), _first(db, _OF_AGENT, (session_id, agent_id))):
        if started and started != prompt_id:
            return root(db, session_id, started)
    row = db.execute(_LATEST, (session_id, prompt_id)).fetchone()
    return row[0] if row else ""


def charged(db: sqlite3.Connection, session_id: str, prompt_id: str, agent_id: str) -> str:
    """The prompt that a request of this thread is charged to: `prompt_id`, where it is known or nothing better is.

    The client names the session's newest prompt also to an agent in the background. While the door at that prompt is
    still at work nobody knows yet whose it is: then the one counts that the agent was started under.
    """
    if not agent_id or began_ms(db, session_id, prompt_id):
        return prompt_id
    started = _first(db, _OF_AGENT, (session_id, agent_id))
    return root(db, session_id, started) if started else prompt_id


def _first(db: sqlite3.Connection, query: str, values: tuple[str, str]) -> str:
    row = db.execute(query, values).fetchone() if all(values) else None
    return row[0] if row else ""
