"""A project with a server for it, and sessions of several calls in one life of the server."""

from __future__ import annotations

import json
import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio
from mcp import Client

from mcp_server import house, server
from scrimp.core import callers
from tests.mcp_server.calling import TIMEOUT_S, Person, environ_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from mcp_types import RequestParamsMeta

    Clock = Callable[[], float]

JUDGED: Mapping[str, str] = MappingProxyType({"permission_mode": "default"})
"""A call that our hook has seen."""

SESSION = "5a5a5a5a-0000-4000-8000-000000000001"


class Answer(NamedTuple):
    """What a call came to."""

    text: str
    is_error: bool


class Calls:
    """Calls of one session, each with an id of its own; `progress`: what the last was told on the way."""

    def __init__(self, place: Place, client: Client) -> None:
        self._place = place
        self._client = client
        self._count = 0
        self.progress: list[tuple[float, float | None, str | None]] = []

    async def call(self, tool: str, arguments: Mapping[str, Any], seen: Mapping[str, str] | None = None) -> Answer:
        """One call; seen: what in its event was particular for our hook, None where none has seen it."""
        self._count += 1
        meta: RequestParamsMeta = {"claudecode/toolUseId": f"toolu_{self._count}"}  # pyright: ignore[reportAssignmentType]
        if seen is not None:
            self._place.note(f"toolu_{self._count}", seen)
        self.progress = []
        result = await self._client.call_tool(tool, dict(arguments), meta=meta, progress_callback=self._told)
        return Answer("\n".join(getattr(part, "text", "") for part in result.content), bool(result.is_error))

    async def _told(self, progress: float, total: float | None, message: str | None) -> None:
        self.progress.append((progress, total, message))


class Place:
    """A trusted project in `folder`, with the client's settings and ours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.environ = {**environ_in(folder), "PATH": "/usr/bin:/bin", "CLAUDE_CODE_SESSION_ID": SESSION}
        known = {"projects": {os.path.realpath(self.project): {"hasTrustDialogAccepted": True}}}
        (folder / ".claude.json").write_text(json.dumps(known))

    def write(self, name: str, text: str) -> Path:
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def rules(self, said: Mapping[str, Any] | None = None, **permissions: list[str]) -> str:
        """The project's own settings; their file."""
        return str(self.write(".claude/settings.json", json.dumps({"permissions": permissions, **(said or {})})))

    def settings(self, **said: Any) -> None:
        """The user's own of scrimp."""
        path = self.folder / ".claude" / "scrimp.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(said))

    def event(self, call_id: str, changes: Mapping[str, str] = JUDGED) -> dict[str, str]:
        return {
            "session_id": SESSION,
            "prompt_id": "prompt-1",
            "tool_use_id": call_id,
            "cwd": str(self.project),
            "permission_mode": "default",
            "transcript_path": str(self.folder / "projects" / f"{SESSION}.jsonl"),
            **changes,
        }

    def note(self, call_id: str, seen: Mapping[str, str] = JUDGED) -> None:
        """What our hook leaves of a call that it has judged."""
        callers.note(self.environ["SCRIMP_HOME"], self.event(call_id, seen))

    def session(
        self, work: Callable[[Calls], Awaitable[None]], person: Person | None = None, clock: Clock | None = None
    ) -> None:
        """Do the calls of `work` in one life of the server."""
        given = house.House(self.environ, str(self.project), clock) if clock else house.of(self.environ)

        async def run() -> None:
            answering = person.answer if person else None
            async with Client(
                server.make(given), elicitation_callback=answering, read_timeout_seconds=TIMEOUT_S
            ) as client:
                await work(Calls(self, client))

        anyio.run(run)

    def call(
        self,
        tool: str,
        arguments: Mapping[str, Any],
        seen: Mapping[str, str] | None = None,
        *,
        person: Person | None = None,
    ) -> Answer:
        """One call in a life of its own."""
        found: list[Answer] = []

        async def work(calls: Calls) -> None:
            found.append(await calls.call(tool, arguments, seen))

        self.session(work, person)
        return found[0]
