"""What a client asks first, answered from a record before the libraries are loaded.

Claude Code 2.1.330 sends its first request only when a server that is `alwaysLoad` has told its tools, and the
libraries take most of a second to load. It asks `server/discover` and `tools/list` (MCP 2026-07-28), where no request
depends on one before it; so both may be answered by anyone who knows the answers. `handshake.json` holds them, word for
word the server's own (`make handshake`; a test compares them). Everything else stays unread, for the server itself.
"""

from __future__ import annotations

import fcntl
import importlib.util
import io
import json
import os
import select
import sys
from typing import TYPE_CHECKING

from scrimp.core.untrusted import as_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

RECORD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "handshake.json")
LIST = "tools/list"
PROTOCOL_KEY = "io.modelcontextprotocol/protocolVersion"
"""Where a request says which protocol it speaks (MCP 2026-07-28)."""


def client_stays(rest_s: float) -> bool:
    """Answer on standard output what can be answered; then False where the client has gone, else True.

    The rest of standard input is then at `sys.stdin`. True as well where the libraries are not there: tools that would
    fail are better not told. rest_s: see `answered`.
    """
    wire = _taken_over()
    if importlib.util.find_spec("mcp") is None:
        return True
    with open(RECORD, encoding="utf-8") as file:
        record = json.load(file)
    return answered(wire, lambda line: _write(1, line), record, rest_s)


def answered(
    wire: io.BufferedReader, write: Callable[[bytes], object], record: Mapping[str, Any], rest_s: float
) -> bool:
    """Answer lines of `wire` up to the first without a recorded answer, which stays unread; False at the end.

    Once the tools are told and nothing has come for rest_s seconds, it is time for the server, too.
    """
    is_told = False
    while waiting := wire.peek():
        line, newline, more = waiting.partition(b"\n")
        method, answer = _answer(line, record) if newline else ("", b"")
        if not answer:
            return True
        wire.readline()
        write(answer)
        is_told = is_told or method == LIST
        if is_told and not more and not select.select([wire], [], [], rest_s)[0]:
            return True
    return False


def _answer(line: bytes, record: Mapping[str, Any]) -> tuple[str, bytes]:
    """The method of a request and the line that answers it; the latter empty for what is not on record."""
    try:
        request = as_object(json.loads(line))
    except (ValueError, RecursionError):
        return "", b""
    method, params = request.get("method"), as_object(request.get("params"))
    is_plain = set(params) == {"_meta"} and type(request.get("id")) in (str, int)
    if not is_plain or as_object(params["_meta"]).get(PROTOCOL_KEY) != record["protocolVersion"]:
        return "", b""
    result = record["results"].get(method) if isinstance(method, str) else None
    if result is None:
        return "", b""
    return str(method), json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}).encode() + b"\n"


def _taken_over() -> io.BufferedReader:
    """Standard input with a buffer that stays ours; its old number reads nothing, for whatever is started later."""
    number = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 3)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    wire = open(number, "rb", closefd=False)  # noqa: SIM115 - open as long as the process
    sys.stdin = io.TextIOWrapper(wire, encoding="utf-8")
    return wire


def _write(number: int, line: bytes) -> None:
    while line:
        line = line[os.write(number, line) :]
