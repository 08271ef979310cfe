"""Writes the table `compactions`: places where a conversation was replaced by its summary."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    from scrimp.core.transcript_records import CompactionMark

    Row = tuple[Any, ...]


_BEGAN = "(SELECT COALESCE(MIN(at), '~') FROM requests WHERE session_id = {}.session_id)"
_UPSERT = f"""
    INSERT INTO compactions VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (mark_id) DO UPDATE SET session_id = excluded.session_id, agent_id = excluded.agent_id
    WHERE ({_BEGAN.format("excluded")}, excluded.session_id) < ({_BEGAN.format("compactions")}, compactions.session_id)
"""  # noqa: S608 - our own words


def row_of(mark: CompactionMark) -> Row:
    """A mark's row; one without an id of its own is known by where and when it was."""
    key = mark.mark_id or f"{mark.session_id}/{mark.agent_id}/{mark.at}"
    sizes = mark.pre_tokens, mark.post_tokens, mark.trigger, mark.duration_ms
    return (key, mark.session_id, mark.agent_id, mark.at, *sizes)


def add(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Put these marks into the ledger; a copy in a fork is the same mark, and the elder session's.

    Which session that is, its requests say: they are written first.
    """
    db.executemany(_UPSERT, rows)
