"""A server for the Model Context Protocol with one tool, which reports a file: `report_server.py FILE`, on stdio.

Standard library only: it starts in the client's own environment.
"""

from __future__ import annotations

import json
import sys
from typing import Any

PROTOCOL = "2025-11-25"
TOOL: dict[str, Any] = {
    "name": "report",
    "description": "What the service has logged.",
    "inputSchema": {"type": "object", "properties": {}},
    "annotations": {"readOnlyHint": True},
    "_meta": {"anthropic/alwaysLoad": True},
}
METHOD_NOT_FOUND = -32_601


def answer(request: dict[str, Any], text: str) -> dict[str, Any] | None:
    """The answer to one message; None to a notification."""
    if "id" not in request:
        return None
    results: dict[str, dict[str, Any]] = {
        "initialize": {
            "protocolVersion": PROTOCOL,
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "facts", "version": "1"},
        },
        "tools/list": {"tools": [TOOL]},
        "tools/call": {"content": [{"type": "text", "text": text}]},
        "ping": {},
    }
    reply: dict[str, Any] = {"jsonrpc": "2.0", "id": request["id"]}
    if request["method"] in results:
        return reply | {"result": results[request["method"]]}
    return reply | {"error": {"code": METHOD_NOT_FOUND, "message": f"no method {request['method']}"}}


def main(path: str) -> None:
    """Answer until standard input ends."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for line in sys.stdin:
        reply = answer(json.loads(line), text)
        if reply is not None:
            sys.stdout.write(json.dumps(reply) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
