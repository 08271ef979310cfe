"""The ledger's requests as threads: each session's main conversation and each subagent's, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.cache.replay import Asked
from scrimp.core.cache_watch.last_reply import FIVE_MINUTES, HOUR
from scrimp.core.usage import Usage, prompt_tokens, writes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from scrimp.reports.source import Source

_USAGE = ", ".join(f"requests.{name}" for name in Usage._fields)
_AT_MS = "CAST(ROUND((julianday(requests.at) - 2440587.5) * 86400000) AS INTEGER)"
"""Milliseconds since the epoch; 2440587.5 is that as a Julian day. Python takes ten times as long for it."""

_BEFORE_USAGE = 8
_USAGE_ENDS = _BEFORE_USAGE + len(Usage._fields)


class Thread(NamedTuple):
    """One conversation's requests. agent_id: '' in the main thread. cwd: where its first request was sent."""

    session_id: str
    agent_id: str
    cwd: str
    requests: list[Asked]

    @property
    def is_main(self) -> bool:
        """Whether a person talks in it."""
        return not self.agent_id


def read(source: Source) -> list[Thread]:
    """The threads of what is asked for, each with its requests by time; those without a time are left out."""
    query = f"""
        SELECT requests.session_id, requests.agent_id, requests.cwd, requests.at, {_AT_MS}, requests.model,
            requests.cache_asked, requests.cost_pico, {_USAGE}, requests.speed, requests.geo, requests.tier,
            requests.flags, EXISTS (SELECT 1 FROM legs WHERE legs.message_id = requests.message_id)
        FROM requests WHERE requests.at <> '' AND ({source.where})
        ORDER BY requests.session_id, requests.agent_id, requests.at, requests.rowid
    """  # noqa: S608 - the condition is ours
    return list(_threads(source.db.execute(query, source.parameters)))


def _threads(rows: Iterator[Any]) -> Iterator[Thread]:
    thread: Thread | None = None
    for row in rows:
        if thread is None or (thread.session_id, thread.agent_id) != row[:2]:
            if thread is not None:
                yield thread
            thread = Thread(row[0], row[1], row[2], [])
        before = thread.requests[-1].ttl if thread.requests else ""
        thread.requests.append(_asked(row, before))
    if thread is not None:
        yield thread


def _asked(row: tuple[Any, ...], ttl_before: str) -> Asked:
    _, _, _, at, at_ms, model, asked, cost_pico = row[:_BEFORE_USAGE]
    used = Usage(*row[_BEFORE_USAGE:_USAGE_ENDS])
    speed, geo, tier, flags, has_legs = row[_USAGE_ENDS:]
    is_fixed = bool(has_legs) or "unpriced" in flags.split()
    ttl = _ttl(used, asked, ttl_before)
    return Asked(at_ms or 0, at, model, used, ttl, speed, geo, tier, cost_pico, is_fixed)


def _ttl(used: Usage, asked: str, before: str) -> str:
    """As it was asked for, else as it was written; a request that only reads goes on as the one before it."""
    if prompt_tokens(used) == used.input:
        return ""
    if asked in (FIVE_MINUTES, HOUR):
        return asked
    if writes(used):
        return HOUR if used.write_1h else FIVE_MINUTES
    return before or FIVE_MINUTES
