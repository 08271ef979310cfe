"""A server on standard input and output with the names of our batch tools, which answers what it was asked to do.

It stands in for ours where only the client's side is looked at: whether a call gets through to a server at all.
"""

from __future__ import annotations

import json
import sys
from typing import Any

TOOLS = {"batch_run": "commands", "batch_read": "items", "batch_fetch": "urls"}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The result of one request; initialize, the list of tools, a call."""
    method, params = request["method"], request.get("params", {})
    if method == "initialize":
        info = {"name": "scrimp", "version": "0"}
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": info}
    if method == "tools/list":
        return {"tools": [_tool(name, key) for name, key in TOOLS.items()]}
    return {"content": [{"type": "text", "text": f"done: {json.dumps(params.get('arguments'))}"}]}


def _tool(name: str, key: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {key: {"type": "array"}}, "required": [key]}
    return {"name": name, "description": name, "inputSchema": schema}


def main() -> None:
    """Serve until standard input ends."""
    for line in sys.stdin:
        request = json.loads(line)
        if "id" not in request:
            continue
        known = request["method"] in ("initialize", "tools/list", "tools/call")
        body = {"result": answer(request)} if known else {"error": {"code": -32601, "message": "unknown"}}
        sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": request["id"], **body}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
