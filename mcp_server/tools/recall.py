"""recall: what was cut, whole or in part; never cut itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from scrimp.core.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcp_server.house import House

DESCRIPTION = "Bring back what a [scrimp HANDLE: …] line says was left out; lines or grep for a part."


def make(house: House) -> Callable[..., Awaitable[str]]:
    """The tool."""

    async def recall(
        handle: str,
        lines: Annotated[str, Field(description="120:180")] = "",
        grep: Annotated[str, Field(description="regular expression")] = "",
        context: Annotated[int, Field(ge=0)] = 0,
    ) -> str:
        from anyio import to_thread

        return await to_thread.run_sync(_text, house, handle, (lines, grep, context))

    return recall


def _text(house: House, handle: str, wanted: tuple[str, str, int]) -> str:
    from scrimp.kept import originals, parts, searched

    words = parts.Words("lines", "grep", "ask for a part with lines or grep")
    try:
        path = originals.found(handle, house.environ)
        originals.learn_that_wanted(path, house.environ)
        found = parts.Wanted(*wanted)
        if found.grep:
            return searched.text(path, found, words, house.environ)
        return b"".join(parts.chunks(path, found, words)).decode("utf-8", "replace")
    except (UsageError, OutputError, OSError) as error:
        raise ToolError(str(error)) from error
