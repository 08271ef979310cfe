"""The server in this process, with a client of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

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
    """Whoever sits at the client: answers every question alike, and remembers them. None: there is nobody.

    action: "decline" and "cancel" leave a question without an answer.
    """

    def __init__(self, *, allows: bool, action: Literal["accept", "decline", "cancel"] = "accept") -> None:
        self.allows = allows
        self.action: Literal["accept", "decline", "cancel"] = action
        self.asked: list[str] = []

    async def answer(self, context: object, params: ElicitRequestParams) -> ElicitResult:
        """Yes, no or neither."""
        del context
        self.asked.append(params.message)
        content: dict[str, str | int | float | bool | list[str] | None] = {"allow": self.allows}
        return ElicitResult(action=self.action, content=content if self.action == "accept" else None)


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
