"""Writes the table `tool_calls`: each call with what it brought, which may come in either order, from several files."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    from scrimp.core.transcript_records import ToolResult, ToolUse

    Row = tuple[Any, ...]

_UNIQUE = "toolu_"
"""How Anthropic's ids begin, which are unique; other servers count from 0 in each conversation."""

_ASKED = len(("id", "message_id", "name", "input_bytes", "at"))

_UPSERT = """
    INSERT INTO tool_calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
        message_id = MAX(message_id, excluded.message_id),
        name = MAX(name, excluded.name),
        input_bytes = MAX(input_bytes, excluded.input_bytes),
        at = CASE WHEN at = '' OR excluded.at BETWEEN '0' AND at THEN excluded.at ELSE at END,
        result_at = CASE WHEN result_at = '' OR excluded.result_at BETWEEN '0' AND result_at
            THEN excluded.result_at ELSE result_at END,
        result_bytes = MAX(result_bytes, excluded.result_bytes),
        is_error = MAX(is_error, excluded.is_error),
        duration_ms = COALESCE(MAX(duration_ms, excluded.duration_ms), duration_ms, excluded.duration_ms),
        images = MAX(images, excluded.images),
        about = MAX(about, excluded.about)
"""
"""In whichever order two halves of a call, or two copies of it, come, the outcome is the same."""


def key_of(call_id: str, conversation: str) -> str:
    """A call's key over all files; `conversation` tells apart ids that are unique only within one."""
    return call_id if call_id.startswith(_UNIQUE) else f"{conversation}/{call_id}"


def row_of_call(key: str, use: ToolUse, message_id: str) -> Row:
    """A call whose result is not known."""
    return (key, message_id, use.name, use.input_bytes, use.at, "", 0, 0, None, 0, use.about)


def with_result(call: Row | None, key: str, result: ToolResult) -> Row:
    """The call with its result; `call` None: it is in another file, or was read earlier."""
    asked, about = (call[:_ASKED], call[-1]) if call else ((key, "", "", 0, ""), "")
    return (*asked, result.at, result.bytes, int(result.is_error), result.duration_ms, result.images, about)


def add(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Put these rows into the ledger, each joined with what is known of its call."""
    db.executemany(_UPSERT, rows)


def asked_by(db: sqlite3.Connection, keys: list[str]) -> set[str]:
    """The ids of the requests whose replies asked for these calls, as far as they are known."""
    marks = ", ".join("?" * len(keys))
    query = f"SELECT DISTINCT message_id FROM tool_calls WHERE id IN ({marks}) AND message_id != ''"  # noqa: S608
    return {message_id for (message_id,) in db.execute(query, keys)}
