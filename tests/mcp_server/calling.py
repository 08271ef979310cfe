"""The server in this process, with a client of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
from mcp import Client
from mcp_types import ElicitResult

from mcp_server import house, server

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mcp_types import CallToolResult, ElicitRequestParams

TIMEOUT_S = 60.0


class Person:
    """Whoever sits at the client: answers every question alike, and remembers them. None: there is nobody."""

    def __init__(self, *, allows: bool) -> None:
        self.allows = allows
        self.asked: list[str] = []

    async def answer(self, context: object, params: ElicitRequestParams) -> ElicitResult:
        """Yes or no."""
        del context
        self.asked.append(params.message)
        return ElicitResult(action="accept", content={"allow": self.allows})


def environ_in(folder: Path) -> dict[str, str]:
    """An environment whose home, data and project lie in `folder`."""
    project = folder / "project"
    project.mkdir(exist_ok=True)
    return {"HOME": str(folder), "SCRIMP_HOME": str(folder / "data"), "CLAUDE_PROJECT_DIR": str(project)}


def call(
    environ: Mapping[str, str],
    tool: str,
    arguments: Mapping[str, Any],
    *,
    person: Person | None = None,
    call_id: str = "toolu_1",
) -> tuple[str, bool]:
    """One call of a tool: its text, and whether it is an error."""

    async def run() -> CallToolResult:
        made = server.make(house.of(environ))
        answering = person.answer if person else None
        async with Client(made, elicitation_callback=answering, read_timeout_seconds=TIMEOUT_S) as client:
            return await client.call_tool(tool, dict(arguments), meta={"claudecode/toolUseId": call_id})

    result = anyio.run(run)
    return "\n".join(getattr(part, "text", "") for part in result.content), bool(result.is_error)
