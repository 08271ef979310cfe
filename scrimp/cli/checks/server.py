"""Whether our MCP server is wired, and what it says when it is started as the client starts it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.cli.checks import Finding
from scrimp.cli.wiring import plans, server, survey
from scrimp.core import settings
from scrimp.core.errors import SettingsError
from scrimp.core.untrusted import as_list, as_object, as_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SUBJECT = "server"
_SCOPES = ("local", "user")
"""The one that wins first."""

_DEADLINE_S = 30.0
"""As long as the client waits for a server, if MCP_TIMEOUT does not say otherwise."""

READY, LOG, GAVE_UP = "ready", "making.log", "scrimp: gave up: "
"""What the plugin's bootstrap leaves: mcp_server/bootstrap.py, which is no part of the package."""

_END_S = 5.0
_CHUNK_BYTES = 65_536
_PROTOCOL = "2025-11-25"
"""Its handshake only the loaded server answers; the later one's answers are on record (mcp_server/handshake.py)."""

_MS = 1000


class _Said(NamedTuple):
    """What a server answered: milliseconds to its first answer, the tools that it lists."""

    ms: float
    tools: list[str]


def examine(environ: Mapping[str, str], folder: str) -> list[Finding]:
    """The server of each scope for someone who works in `folder`; nothing where scrimp is not wired at all."""
    known = plans.known_bundles(environ)
    findings: list[Finding] = []
    for scope in _SCOPES:
        try:
            found = server.found_in(environ, scope, folder)
        except SettingsError as error:
            return [Finding("fail", _SUBJECT, str(error))]
        if server.is_ours(found, known):
            findings.append(_try(scope, found, environ, folder))
    if findings:
        return findings
    layers = survey.layers(environ, folder)
    plugins = sorted({name for layer in layers for name in layer.plugins()})
    if plugins:
        return [_of_plugin(name, environ) for name in plugins]
    is_wired = any(layer.ours(known) for layer in layers)
    note = "not wired, so there are no batch tools, no recall and no budget tool: scrimp install adds it"
    return [Finding("note", _SUBJECT, note)] if is_wired else []


def _try(scope: str, entry: Mapping[str, Any], environ: Mapping[str, str], folder: str) -> Finding:
    words = [as_text(entry.get("command")), *(as_text(word) for word in as_list(entry.get("args")))]
    missing = [path for path in (words[0], words[-1]) if not os.path.exists(path)]
    if missing:
        return Finding("fail", _SUBJECT, f"{scope}: {missing[0]} is not there; scrimp install puts it right")
    try:
        said = _asked(words, {**environ, "CLAUDE_PROJECT_DIR": folder}, folder)
    except (OSError, ValueError, TimeoutError) as error:
        return Finding("fail", _SUBJECT, f"{scope}: {' '.join(words)} does not answer: {error}")
    if not said.tools:
        return Finding("fail", _SUBJECT, f"{scope}: {' '.join(words)} has no tools")
    return Finding("ok", _SUBJECT, f"{scope}: ready for calls in {said.ms:.0f} ms, {', '.join(said.tools)}")


def _of_plugin(name: str, environ: Mapping[str, str]) -> Finding:
    """Whether the libraries of the plugin's server are there; it is not started, which would make them."""
    folder = os.path.join(settings.config_dir(environ), "plugins", "data", name.replace("@", "-"), "server")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    if any(os.path.exists(os.path.join(folder, one, READY)) for one in names):
        return Finding("ok", _SUBJECT, f"{name}: its libraries are there, {folder}")
    log = os.path.join(folder, LOG)
    try:
        with open(log, encoding="utf-8", errors="replace") as file:
            last = file.read().rstrip().rpartition("\n")[2]
    except OSError:
        last = ""
    if last.startswith(GAVE_UP):
        return Finding("fail", _SUBJECT, f"{name}: no libraries, {last.removeprefix(GAVE_UP)}; {log} says more")
    return Finding("note", _SUBJECT, f"{name}: its first start makes its libraries; the next session has the tools")


def _asked(words: Sequence[str], environ: Mapping[str, str], folder: str) -> _Said:
    """Start it, shake hands, ask for its tools, end it. TimeoutError, ValueError or OSError where it does not."""
    started = time.perf_counter()
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=dict(environ), cwd=folder
    ) as process:
        lines = _Lines(process, started + _DEADLINE_S)
        try:
            info = {"name": "scrimp doctor", "version": "0"}
            hello = {"protocolVersion": _PROTOCOL, "capabilities": {}, "clientInfo": info}
            lines.write({"id": 1, "method": "initialize", "params": hello})
            lines.read(1)
            ms = (time.perf_counter() - started) * _MS
            lines.write({"method": "notifications/initialized"})
            lines.write({"id": 2, "method": "tools/list", "params": {}})
            tools = as_list(as_object(lines.read(2).get("result")).get("tools"))
            return _Said(ms, [as_text(as_object(tool).get("name")) for tool in tools])
        finally:
            _end(process)


class _Lines:
    """JSON-RPC, a message a line, over a process's pipes."""

    def __init__(self, process: subprocess.Popen[bytes], deadline: float) -> None:
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        self._in, self._out = process.stdin.fileno(), process.stdout.fileno()
        self._deadline = deadline
        self._rest = b""

    def write(self, message: Mapping[str, Any]) -> None:
        os.write(self._in, json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")

    def read(self, number: int) -> dict[str, Any]:
        """The answer to request `number`; what else comes is passed over."""
        while True:
            while b"\n" not in self._rest:
                self._rest += self._more()
            line, _, self._rest = self._rest.partition(b"\n")
            found = as_object(json.loads(line))
            if found.get("id") == number:
                return found

    def _more(self) -> bytes:
        left_s = self._deadline - time.perf_counter()
        if left_s <= 0 or not select.select([self._out], [], [], left_s)[0]:
            raise TimeoutError(f"no answer within {_DEADLINE_S:.0f} s")
        found = os.read(self._out, _CHUNK_BYTES)
        if not found:
            raise ValueError("it ended")
        return found


def _end(process: subprocess.Popen[bytes]) -> None:
    """A server ends with its standard input; one that does not is killed."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
