"""A ledger written by hand: a request, a call with its result, a compaction, a total of the client, each a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scrimp.core import ledger
from scrimp.core.ledger import requests, tool_calls
from scrimp.core.transcript_records import EXECUTOR, Leg, Request
from scrimp.core.usage import Usage

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from scrimp.core.managed_prices import ManagedPrices

SESSION = "5e551011-0000-4000-8000-000000000001"
PROMPT = "9a0a9700-0000-4000-8000-000000000001"
OPUS = "claude-opus-5-5"
"""4 in, 20 out, 0.20 read, 5 and 8 written: dollars per million."""


def clock(seconds: float) -> str:
    """So long after ten o'clock."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"2026-11-22T{10 + whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{thousandths:03d}Z"


def used(**counts: int) -> Usage:
    return Usage(**{**dict.fromkeys(Usage._fields, 0), **counts})


class Book:
    """An empty ledger in `folder`, and what is put into it."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "ledger.db")
        self.db: sqlite3.Connection = ledger.connect(self.path)

    def __del__(self) -> None:
        self.db.close()

    def request(
        self,
        message_id: str,
        second: float,
        usage: Usage,
        *,
        legs: tuple[Leg, ...] = (),
        managed: ManagedPrices | None = None,
        project: str = "-home-dev-shop",
        **fields: Any,
    ) -> None:
        """A request that began at `second` and took one; anything else of `Request` by name."""
        given: dict[str, Any] = {
            **dict.fromkeys(Request._fields, ""),
            "session_id": SESSION,
            "model": OPUS,
            "prompt_id": PROMPT,
            "tool_uses": (),
            "at": clock(second),
            "ended_at": clock(second + 1),
            **fields,
            "flags": frozenset(fields.get("flags", ())),
            "message_id": message_id,
            "usage": usage,
        }
        given["legs"] = legs or (Leg(EXECUTOR, given["model"], usage),)
        request = Request(**given)
        with ledger.transaction(self.db):
            requests.add(self.db, [requests.entry_of(request, project, managed)], managed)

    def result(
        self, tool_use_id: str, message_id: str, second: float, size: int, name: str = "Bash", **fields: Any
    ) -> None:
        """A call of `message_id` whose result came at `second`; second < 0: it has not come yet."""
        more: dict[str, Any] = {"is_error": 0, "duration_ms": None, "images": 0, **fields}
        at = clock(second) if second >= 0 else ""
        rest = (more["is_error"], more["duration_ms"], more["images"], more.get("about", ""))
        tool_calls.add(self.db, [(tool_use_id, message_id, name, 10, "", at, size, *rest)])

    def compaction(self, second: float, pre_tokens: int, post_tokens: int, **fields: str) -> None:
        row = (
            f"mark-{second}",
            SESSION,
            fields.get("agent_id", ""),
            clock(second),
            pre_tokens,
            post_tokens,
            "auto",
            90,
        )
        self.db.execute("INSERT INTO compactions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def client_total(self, usd: str, second: float, models: dict[str, dict[str, Any]], **fields: Any) -> None:
        """A total of the client, by `models`: figures of `modelUsage`."""
        session, source = fields.get("session_id", SESSION), fields.get("source", "transcript")
        started, unknown = fields.get("started_ms", 1), fields.get("unknown_model", 0)
        row = (session, source, started, usd, clock(second), json.dumps(models), unknown)
        self.db.execute("INSERT INTO cost_states VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def cut(self, tool_use_id: str, command: str, bytes_in: int, bytes_out: int) -> None:
        row = ("3f9c02d41b7a8e55", 1, tool_use_id, SESSION, "", "Bash", command, "pytest", 1, bytes_in, bytes_out)
        self.db.execute("INSERT INTO cuts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 9, 9, '')", row)


def model_row(usd: float, **counts: int) -> dict[str, Any]:
    """A model's figures as the client writes them; counts: input, output, cache_read, written, searches."""
    names = {
        "input": "inputTokens",
        "output": "outputTokens",
        "cache_read": "cacheReadInputTokens",
        "written": "cacheCreationInputTokens",
        "searches": "webSearchRequests",
    }
    return {**{key: counts.get(name, 0) for name, key in names.items()}, "costUSD": usd}
