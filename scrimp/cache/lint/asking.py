"""Starts an MCP server, lists its tools, and stops it: the one place of lint that runs somebody's program."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

from scrimp.cache.lint import servers
from scrimp.core import limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcp import ClientSession

    from scrimp.cache.lint.servers import Schemas, Server


def ask(server: Server, environ: Mapping[str, str], folder: str) -> Schemas | str:
    """What its tools are in tokens; in words why that is not known, where it does not start or answer in time."""
    import anyio  # noqa: PLC0415 - with mcp most of a second, and only where a server is started

    try:
        return anyio.run(_asked, server, environ, folder)
    except Exception as error:  # noqa: BLE001 - somebody else's program may fail in any way
        cause = _innermost(error)
        if isinstance(cause, TimeoutError):
            return f"no answer within {limits.CACHE_SERVER_S:.0f} s"
        return f"it could not be asked ({str(cause) or type(cause).__name__})"


async def _asked(server: Server, environ: Mapping[str, str], folder: str) -> Schemas:
    import anyio  # noqa: PLC0415
    import mcp  # noqa: PLC0415

    command, arguments, own = servers.expanded(server.config, environ)
    parameters = mcp.StdioServerParameters(command=command, args=arguments, env={**environ, **own}, cwd=folder)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: ASYNC230 - it never waits
        with anyio.fail_after(limits.CACHE_SERVER_S):
            async with mcp.stdio_client(parameters, errlog=nowhere) as streams, mcp.ClientSession(*streams) as session:
                started = await session.initialize()
                tools = await _tools(session)
                return servers.measured(tools, started.instructions or "", server.name)


async def _tools(session: ClientSession) -> list[dict[str, Any]]:
    from mcp.types import PaginatedRequestParams  # noqa: PLC0415

    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(limits.CACHE_SERVER_PAGES):
        listed = await session.list_tools(params=PaginatedRequestParams(cursor=cursor) if cursor else None)
        found += [tool.model_dump(mode="json", by_alias=True) for tool in listed.tools]
        cursor = listed.next_cursor
        if not cursor:
            break
    return found


def _innermost(error: Exception) -> Exception:
    if not isinstance(error, ExceptionGroup):
        return error
    group = cast("ExceptionGroup[Exception]", error)
    return _innermost(group.exceptions[0])
