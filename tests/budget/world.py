"""A user's machine with sessions on it, for tests of the budget: transcripts, a ledger, a clock."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scrimp.core import ledger, times
from scrimp.core.budget import gate
from scrimp.core.budget.rules import Rules
from scrimp.core.budget.where import Where
from scrimp.core.prices import PICO
from tests.ledger.lines import OPUS

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from scrimp.core.budget.gate import Verdict

NOON_MS = 1_795_348_800_000
"""2026-11-22T12:00:00Z, a Sunday."""

SESSION = "1a6f0c52-7d1e-4c39-9a52-0f6be2d1a001"
OTHER = "2b6f0c52-7d1e-4c39-9a52-0f6be2d1a002"
PROMPT = "prompt-1"
SHOP = "/home/dev/shop"


def usage(**counts: int) -> dict[str, Any]:
    """A reply's usage: input, output, read, write (for 5 minutes), hour (written for an hour)."""
    write, hour = counts.get("write", 0), counts.get("hour", 0)
    return {
        "input_tokens": counts.get("input", 0),
        "output_tokens": counts.get("output", 0),
        "cache_read_input_tokens": counts.get("read", 0),
        "cache_creation_input_tokens": write + hour,
        "cache_creation": {"ephemeral_5m_input_tokens": write, "ephemeral_1h_input_tokens": hour},
    }


class World:
    """`home` and all below it; `now_ms` moves on by a second with every reply."""

    def __init__(self, folder: Path, **budget: Any) -> None:
        self.home = folder / "home"
        self.project = self.home / ".claude" / "projects" / "-home-dev-shop"
        self.project.mkdir(parents=True)
        self.environ = {"HOME": str(self.home), "SCRIMP_HOME": str(self.home / "data")}
        self.db: sqlite3.Connection = ledger.connect(ledger.path_of(self.environ))
        self.rules = Rules(str(self.home))
        self.rules.add("scrimp.json", budget, is_own=True)
        self.now_ms = NOON_MS
        self._count = 0

    def __del__(self) -> None:
        self.db.close()

    def path(self, session: str = SESSION, agent: str = "") -> Path:
        """Where a thread's transcript lies."""
        file = self.project / f"{session}.jsonl"
        return file if not agent else self.project / session / "subagents" / f"agent-{agent}.jsonl"

    def reply(  # noqa: PLR0913 - what a reply is told by
        self,
        *,
        session: str = SESSION,
        agent: str = "",
        kind: str = "",
        prompt: str = PROMPT,
        cwd: str = SHOP,
        model: str = OPUS,
        copied_from: str = "",
        key: str = "",
        call: str = "",
        **counts: int,
    ) -> str:
        """Write one reply into its transcript; the id of its one tool call. By default it costs exactly $0.10."""
        self._count += 1
        self.now_ms += 1000
        number = f"{self._count:06d}"
        call = call or f"toolu_{number}"
        counts = counts or {"output": 5000}
        content = [{"type": "tool_use", "id": call, "name": "Bash", "input": {"command": "ls"}}]
        message = {"id": key or f"msg_{number}", "model": model, "usage": usage(**counts), "content": content}
        line: dict[str, Any] = {
            "type": "assistant", "sessionId": session, "timestamp": times.iso(self.now_ms), "version": "2.1.330",
            "cwd": cwd, "message": {**message, "stop_reason": "tool_use"},
        }  # fmt: skip
        if agent:
            line |= {"isSidechain": True, "agentId": agent}
        if copied_from:
            line["requestSessionId"] = copied_from
        asked = {"type": "user", "sessionId": session, "timestamp": times.iso(self.now_ms - 500), "promptId": prompt,
                 "message": {"role": "user", "content": "go on"}}  # fmt: skip
        self._write(self.path(session, agent), asked, line)
        if agent:
            meta = self.path(session, agent).with_suffix(".meta.json")
            meta.write_text(json.dumps({"agentType": kind or "Explore"}))
        return call

    def where(self, *, session: str = SESSION, agent: str = "", **more: Any) -> Where:
        """Where a gate stands now."""
        given: dict[str, Any] = {
            "prompt_id": PROMPT, "agent_type": "Explore" if agent else "", "folder": SHOP,
            "transcript_path": str(self.path(session)), "now_ms": self.now_ms, "calls": (), "woken_by": ("", ""),
        }  # fmt: skip
        return Where(session_id=session, agent_id=agent, **{**given, **more})

    def ask(self, door: str = gate.BATCH, *, new_chars: int = 0, model: str = "", **more: Any) -> Verdict:
        """What the gate says, without a real wait; `more` is about where it stands."""
        where, waits = self.where(**more), list[float]()
        return gate.judge(
            self.db, self.rules, where, self.environ, new_chars=new_chars, door=door, model=model, sleep=waits.append
        )

    def spent(self, name: str, **more: Any) -> int:
        """What is spent of a limit, in pico-dollars."""
        found = gate.states(self.db, self.rules, self.where(**more), self.environ)
        return next(state.spent for state in found if state.name == name)

    def _write(self, path: Path, *lines: dict[str, Any]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write("".join(json.dumps(line) + "\n" for line in lines))


def usd(dollars: float) -> int:
    """Dollars in pico-dollars."""
    return round(dollars * PICO)
