"""The server: five tools under one name, the same bytes on every start, so that the prompt's prefix stays as it is."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ServerCapabilities, TextContent, Tool, ToolAnnotations
from pydantic import ValidationError

import scrimp
from mcp_server import house
from mcp_server.tools import batch_fetch, batch_read, batch_run, budget, recall
from scrimp.core import limits
from scrimp.core.errors import ScrimpError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from mcp.server.mcpserver import Context
    from mcp_types import CallToolResult, InputRequiredResult

NAME = "scrimp"

INSTRUCTIONS = (
    "batch_read, batch_run, batch_fetch take lists: all independent files, commands or pages in ONE call. What they "
    "leave out they name, with the call that brings it. Before an Edit use the native Read. max_tokens bounds the "
    "whole answer. ask: a question; only its answer comes back, with quotations and where they stand."
)


class _Kind(NamedTuple):
    """is_read_only: whether calls of one reply may run side by side; the client goes by the tool's own word."""

    make: Callable[[house.House], Callable[..., Any]]
    description: str
    is_read_only: bool


_TOOLS = (
    _Kind(batch_read.make, batch_read.DESCRIPTION, is_read_only=True),
    _Kind(batch_run.make, batch_run.DESCRIPTION, is_read_only=False),
    _Kind(batch_fetch.make, batch_fetch.DESCRIPTION, is_read_only=True),
    _Kind(recall.make, recall.DESCRIPTION, is_read_only=True),
    _Kind(budget.make, budget.DESCRIPTION, is_read_only=False),
)


class Server(MCPServer[Any]):
    """An MCPServer that shows its tools' schemas without what only it needs, and offers nothing but tools."""

    def offer_tools_alone(self) -> None:
        """Say nothing of resources and prompts: there are none, and the client would name three more tools for them."""
        every = self._lowlevel_server.get_capabilities

        def tools_alone(*arguments: Any, **named: Any) -> ServerCapabilities:  # noqa: ANN401 - handed on as they are
            return every(*arguments, **named).model_copy(update={"resources": None, "prompts": None})

        self._lowlevel_server.get_capabilities = tools_alone

    async def list_tools(self) -> list[Tool]:
        """The tools in the order in which they were added."""
        tools = await super().list_tools()
        return [tool.model_copy(update={"input_schema": _lean(tool.input_schema)}) for tool in tools]

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """As the library's; what is wrong is said in one line, without the tool's name, which the model knows."""
        tool = self._tool_manager.get_tool(name)
        if tool:
            _refuse_misread(tool.parameters["properties"], arguments)
        try:
            return _sendable(await super().call_tool(name, arguments, context))
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                raise ToolError(_problems(cause)) from cause
            if isinstance(cause, ToolError | ScrimpError | OSError):
                raise ToolError(_unicode(str(cause))) from cause
            raise


def make(given: house.House) -> Server:
    """The server with all its tools, not yet running."""

    @asynccontextmanager
    async def living(_server: MCPServer[Any]) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            await given.aclose()

    server = Server(
        NAME,
        instructions=INSTRUCTIONS,
        version=scrimp.__version__,
        log_level="WARNING",
        subscriptions=False,
        lifespan=living,
    )
    server.offer_tools_alone()
    for kind in _TOOLS:
        server.add_tool(
            kind.make(given),
            description=kind.description,
            annotations=ToolAnnotations(read_only_hint=kind.is_read_only),
            meta={"anthropic/alwaysLoad": True, "anthropic/maxResultSizeChars": limits.TOOL_RESULT_CHARS},
            structured_output=False,
        )
    return server


def main(environ: Mapping[str, str]) -> None:
    """Serve on standard input and output until the client closes them; what it has started ends with it."""
    make(house.of(environ)).run("stdio")


def _refuse_misread(known: Mapping[str, Mapping[str, object]], arguments: Mapping[str, object]) -> None:
    """ToolError for arguments that the library would take otherwise than they were meant.

    One that the tool does not have it would drop, and a command would run without its `cwd`. A list that comes as text
    it would take apart, which our hook, who has judged the call, does not.
    """
    unknown = [key for key in arguments if key not in known]
    if unknown:
        raise ToolError(f"{', '.join(unknown)}: there is no such argument; there are {', '.join(known)}")
    for key, schema in known.items():
        if schema.get("type") == "array" and isinstance(arguments.get(key), str):
            raise ToolError(f"{key}: expected a list, not text")


def _sendable(result: CallToolResult | InputRequiredResult) -> CallToolResult | InputRequiredResult:
    """A result without half surrogate pairs: a file's name that is no UTF-8 would end the connection."""
    for part in getattr(result, "content", ()):
        if isinstance(part, TextContent):
            part.text = _unicode(part.text)
    return result


def _unicode(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _problems(error: ValidationError) -> str:
    """What is wrong with the arguments of a call, in one line; of an entry that is an object, what is wrong in it."""
    found: dict[str, str] = {}
    neither: list[str] = []
    for one in error.errors(include_url=False):
        place = ".".join(str(part) for part in one["loc"] if part not in _KINDS)
        if one["loc"][-1] in _KINDS:
            neither.append(place)
        else:
            found[place] = one["msg"][0].lower() + one["msg"][1:]
    for place in neither:
        if not any(known.startswith(f"{place}.") for known in found):
            found[place] = "expected text or an object"
    return "; ".join(f"{place}: {what}" for place, what in found.items())


_KINDS = frozenset({"str", "ReadItem", "RunItem", "FetchItem"})
"""What an entry of a list may be, as it stands in the place of an error."""

_UNSAID = frozenset({"$defs", "additionalProperties", "default", "maxItems", "minItems", "minimum", "title"})
"""What the server checks anyway, and the model would pay for on every request."""

_TEXT_OR_MORE: dict[str, Any] = {"type": ["string", "object"]}
"""An entry of a list; what its object may hold stands in the list's description."""


def _lean(schema: object) -> Any:  # noqa: ANN401 - any part of a JSON Schema
    """A schema with what the model needs to write a call."""
    if isinstance(schema, list):
        return [_lean(part) for part in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    parts = cast("dict[str, object]", schema)
    if "anyOf" in parts:
        return _TEXT_OR_MORE
    named = parts.get("properties")
    kept = {name: _lean(part) for name, part in parts.items() if name not in _UNSAID and part is not named}
    if isinstance(named, dict):
        kept["properties"] = {name: _lean(part) for name, part in cast("dict[str, object]", named).items()}
    return kept
