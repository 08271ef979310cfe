"""How past sessions went on once they were long, and what their compactions left: read from the ledger."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.cache_watch import compacting

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from scrimp.core.cache_watch.compacting import Sizes

_FURTHER = """
    WITH latest AS (
        SELECT session_id, at, input + cache_read + write_5m + write_1h + write_unsplit AS prompt FROM requests
        WHERE agent_id = '' AND at <> '' AND session_id <> ? ORDER BY rowid DESC LIMIT ?
    ),
    long AS (SELECT session_id, MIN(at) AS since FROM latest WHERE prompt >= ? GROUP BY session_id)
    SELECT COUNT(*) - 1 FROM latest JOIN long USING (session_id) WHERE at >= since AND prompt >= ? GROUP BY session_id
"""
_AFTER = "SELECT post_tokens FROM compactions WHERE post_tokens > 0 ORDER BY at DESC LIMIT ?"


def further(db: sqlite3.Connection, context_tokens: int, without: str = "") -> list[int]:
    """For each past session whose main thread came to so many tokens: how many more requests of that length it had.

    without: a session that is left out, because it is still going on.
    """
    values = (without, limits.CACHE_PAST_REQUESTS, context_tokens, context_tokens)
    return [number for (number,) in db.execute(_FURTHER, values)]


def sizes(db: sqlite3.Connection) -> Sizes:
    """What this user's compactions usually leave; the summary is the larger part of it, as far as that is known."""
    found = [tokens for (tokens,) in db.execute(_AFTER, (limits.CACHE_PAST_COMPACTIONS,))]
    return compacting.USUAL._replace(after=compacting.middle(found)) if found else compacting.USUAL
