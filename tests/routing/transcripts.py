"""A session with subagents as the client writes it down, in as few lines as its readers need."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    Line = dict[str, Any]

SESSION = "5e551000-0000-4000-8000-000000000001"
USAGE = {"input_tokens": 100, "output_tokens": 50, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}


class Talk:
    """A session: each call adds a line a second later. `write` puts it below a folder of projects."""

    def __init__(self) -> None:
        self.seconds = 0
        self.lines: dict[str, list[Line]] = {"": []}
        self.beside: dict[str, Line] = {}

    def prompt(self, text: str) -> None:
        """What the person says."""
        self._add("", {"type": "user", "promptSource": "typed", "message": {"role": "user", "content": text}})

    def call(self, tool: str, agent: str = "", key: str = "", **given: object) -> None:
        """A tool call of main or of an agent."""
        block = {"type": "tool_use", "id": key or f"toolu_{self.seconds}", "name": tool, "input": given}
        self._reply(agent, [block], "tool_use")

    def agent(  # noqa: PLR0913 - what can be different about a run
        self,
        name: str,
        brief: str,
        report: str = "Done.",
        *,
        calls: tuple[tuple[str, dict[str, str]], ...] = (),
        kind: str = "scout",
        model: str = "claude-haiku-5-5",
        ends: str = "",
        stop_reason: str = "end_turn",
    ) -> None:
        """A run in the foreground, from its call to its report. ends: 'error', 'turns', 'never'."""
        key = f"toolu_{name}"
        self.call("Agent", key=key, prompt=brief, subagent_type=kind)
        self.lines[name] = []
        self.beside[name] = {"agentType": kind, "toolUseId": key}
        self._add(name, {"type": "user", "message": {"role": "user", "content": brief}})
        for tool, given in calls:
            block = {"type": "tool_use", "id": f"toolu_{self.seconds}", "name": tool, "input": given}
            self._reply(name, [block], "tool_use", model)
        self._reply(name, [{"type": "text", "text": report}], stop_reason, model, isApiErrorMessage=ends == "error")
        if ends == "turns":
            self._add(name, {"type": "attachment", "attachment": {"type": "max_turns_reached", "maxTurns": 3}})
        if ends != "never":
            result = {"type": "tool_result", "tool_use_id": key, "content": [{"type": "text", "text": report}]}
            line = {"type": "user", "message": {"role": "user", "content": [result]}}
            self._add("", {**line, "toolUseResult": {"status": "completed", "agentId": name}})

    def background(self, name: str, status: str = "completed") -> None:
        """The last run was in the background: main heard only now how it ended."""
        (line,) = [one for one in self.lines[""] if one.get("toolUseResult", {"agentId": ""})["agentId"] == name]
        line["toolUseResult"]["status"] = "async_launched"
        text = f"<task-notification>\n<tool-use-id>toolu_{name}</tool-use-id>\n<status>{status}</status>\n"
        self._add("", {"type": "user", "promptSource": "system", "message": {"role": "user", "content": text}})

    def write(self, projects: Path) -> None:
        """Put it where the client would."""
        folder = projects / "-repo" / SESSION / "subagents"
        folder.mkdir(parents=True)
        for name, lines in self.lines.items():
            path = folder / f"agent-{name}.jsonl" if name else folder.parent.parent / f"{SESSION}.jsonl"
            path.write_text("".join(f"{json.dumps(line, separators=(',', ':'))}\n" for line in lines))
        for name, described in self.beside.items():
            (folder / f"agent-{name}.meta.json").write_text(json.dumps(described))

    def _reply(
        self, agent: str, content: list[Line], stop: str, model: str = "claude-opus-5-5", **more: object
    ) -> None:
        message = {"id": f"msg_{self.seconds}", "role": "assistant", "model": model, "content": content}
        message |= {"stop_reason": stop, "usage": USAGE, "type": "message"}
        self._add(agent, {"type": "assistant", "message": message, "effort": "low", **more})

    def _add(self, agent: str, line: Line) -> None:
        self.seconds += 1
        at = f"2026-11-22T10:{self.seconds // 60:02}:{self.seconds % 60:02}.000Z"
        more = {"timestamp": at, "sessionId": SESSION, "cwd": "/repo", "uuid": f"u{self.seconds}"}
        more |= {"agentId": agent, "isSidechain": True} if agent else {}
        self.lines[agent].append({**line, **more})
