"""MCP servers that are configured for a folder, and what their tools are in tokens, once they are started and asked.

A server's schemas stand in every prompt only if it is `alwaysLoad` or tool search is off; else only the tools' names
and the server's instructions do, and a schema enters when a search finds it (client 2.1.330). Configured are: the
user's own (`mcpServers` of the client's state file, for all folders and for this one) and those of the repo's
`.mcp.json` that the user has approved. Starting a server runs its program: nothing here does it unasked.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from scrimp.cache.lint.finding import Finding
from scrimp.core import project, quick_json, settings, small_file
from scrimp.core.tokens import estimate
from scrimp.core.untrusted import as_list, as_object, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

_MCP_JSON = ".mcp.json"
_STATE_BYTES = 64 * 1024 * 1024
"""The client's state file holds histories of all projects."""

_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
_PROGRAM = ("", "stdio")
_SEARCH = "ENABLE_TOOL_SEARCH"
_OFF = ("false", "0", "no", "off")


class Server(NamedTuple):
    """One configured server. where: the file that names it. is_approved: whether the client starts it.

    is_loaded: whether its schemas stand in every prompt.
    """

    name: str
    where: str
    config: dict[str, Any]
    is_approved: bool
    is_loaded: bool

    @property
    def is_program(self) -> bool:
        """Whether it is a program on this machine: only such a one can be started here."""
        return as_text(self.config.get("type")) in _PROGRAM and bool(as_text(self.config.get("command")))


class Schemas(NamedTuple):
    """What a server that was asked says. tools: how many; tokens are estimates; names_tokens: of the names alone."""

    tools: int
    schema_tokens: int
    names_tokens: int
    instructions_tokens: int
    always_loaded: int
    always_tokens: int


def configured(environ: Mapping[str, str], folder: str, layers: Iterable[Mapping[str, Any]]) -> list[Server]:
    """The servers for sessions in `folder`; layers: the client's settings, for approvals and tool search."""
    known = list(layers)
    state = _read(settings.client_state_file(environ))
    projects = as_object(state.get("projects"))
    own = [as_object(projects.get(one)) for one in project.folders(folder)]
    is_loaded = _searches_nothing(environ, known)
    places = [(settings.client_state_file(environ), as_object(state.get("mcpServers")))]
    places += [(settings.client_state_file(environ), as_object(one.get("mcpServers"))) for one in own]
    found = [_server(name, where, config, is_loaded) for where, named in places for name, config in named.items()]
    for one in project.folders(folder):
        path = os.path.join(one, _MCP_JSON)
        for name, config in as_object(_read(path).get("mcpServers")).items():
            is_approved = _is_approved(name, [*own, *known])
            found.append(_server(name, path, config, is_loaded)._replace(is_approved=is_approved))
    return found


def expanded(config: Mapping[str, Any], environ: Mapping[str, str]) -> tuple[str, list[str], dict[str, str]]:
    """The program, its arguments and its own environment, with `${NAME}` and `${NAME:-else}` put in."""
    words = [as_text(config.get("command")), *map(as_text, as_list(config.get("args")))]
    own = {name: _put_in(as_text(value), environ) for name, value in as_object(config.get("env")).items()}
    command, *arguments = (_put_in(word, environ) for word in words)
    return command, arguments, own


def measured(tools: Iterable[Mapping[str, Any]], instructions: str, name: str) -> Schemas:
    """What tools as a server lists them (`tools/list`) are in tokens."""
    import json  # noqa: PLC0415 - only where a server was asked

    sizes: list[tuple[int, int, bool]] = []
    for tool in tools:
        sent = {key: tool.get(key) for key in ("name", "description", "inputSchema")}
        is_always = as_object(tool.get("_meta")).get("anthropic/alwaysLoad") is True
        full_name = f"mcp__{name}__{as_text(tool.get('name'))}"
        sizes.append((estimate(json.dumps(sent, ensure_ascii=False)), estimate(full_name), is_always))
    return Schemas(
        len(sizes),
        sum(size for size, _, _ in sizes),
        sum(names for _, names, _ in sizes),
        estimate(instructions),
        sum(is_always for _, _, is_always in sizes),
        sum(size for size, _, is_always in sizes if is_always),
    )


def finding(server: Server, schemas: Schemas | None, problem: str = "") -> Finding:
    """What there is to say of a server; schemas None: it was not asked, for the reason in `problem`."""
    always = "all loaded always" if server.is_loaded else "loaded when a search finds them"
    if schemas is None:
        return Finding("server", server.name, None, f"{server.where}: {problem}; its tools are {always}")
    standing = schemas.schema_tokens if server.is_loaded else schemas.always_tokens + schemas.names_tokens
    what = f"{server.where}: {schemas.tools} tools, {schemas.schema_tokens:,} tokens of schemas, {always}"
    if schemas.always_loaded and not server.is_loaded:
        what += f" but for {schemas.always_loaded}, which say alwaysLoad"
    hint = ""
    if server.is_loaded:
        hint = "without alwaysLoad only the names stand in the prompt; the first use then costs a search"
    return Finding("server", server.name, standing + schemas.instructions_tokens, what, hint)


def why_not_asked(server: Server, *, may_start: bool) -> str:
    """Why a server is not started; '' where it is."""
    if not server.is_approved:
        return "not approved, the client does not start it either"
    if not server.is_program:
        return "not a program on this machine, not asked"
    return "" if may_start else "not started (--start-servers runs its program and asks it)"


def _server(name: str, where: str, config: object, is_loaded: bool) -> Server:
    values = as_object(config)
    return Server(name, where, values, is_approved=True, is_loaded=is_loaded or values.get("alwaysLoad") is True)


def _is_approved(name: str, layers: Iterable[Mapping[str, Any]]) -> bool:
    found = list(layers)
    if any(name in as_list(one.get("disabledMcpjsonServers")) for one in found):
        return False
    return any(
        one.get("enableAllProjectMcpServers") is True or name in as_list(one.get("enabledMcpjsonServers"))
        for one in found
    )


def _searches_nothing(environ: Mapping[str, str], layers: Iterable[Mapping[str, Any]]) -> bool:
    values = [environ.get(_SEARCH, ""), *(as_text(as_object(one.get("env")).get(_SEARCH)) for one in layers)]
    return next((value for value in values if value), "").lower() in _OFF


def _put_in(text: str, environ: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: environ.get(found[1], found[2] or ""), text)


def _read(path: str) -> dict[str, Any]:
    try:
        return as_object(quick_json.loads(small_file.read(path, _STATE_BYTES)))
    except (OSError, ValueError, RecursionError):
        return {}
