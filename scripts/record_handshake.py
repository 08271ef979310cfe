"""`make handshake`: writes `mcp_server/handshake.json`, the server's own answers to a client's first questions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RECORD = os.path.join(ROOT, "mcp_server", "handshake.json")
PROTOCOL = "2026-07-28"
META: dict[str, Any] = {
    "io.modelcontextprotocol/protocolVersion": PROTOCOL,
    "io.modelcontextprotocol/clientInfo": {"name": "claude-code", "title": "Claude Code", "version": "2.1.330"},
    "io.modelcontextprotocol/clientCapabilities": {
        "roots": {"listChanged": True},
        "elicitation": {"form": {}, "url": {}},
    },
}
"""As Claude Code 2.1.330 puts it into every request."""

QUESTIONS = ("server/discover", "tools/list")

_SERVER = "import os, sys; sys.path.insert(0, sys.argv[1]); from mcp_server import server; server.main(os.environ)"


def question(method: str, number: int) -> bytes:
    """The line that asks it, as that client does."""
    return json.dumps({"method": method, "jsonrpc": "2.0", "id": number, "params": {"_meta": META}}).encode() + b"\n"


def record() -> dict[str, Any]:
    """The results of the server without its record, by the question, and for which protocol they hold."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-I", "-c", _SERVER, ROOT]
        environ = {"HOME": folder, "SCRIMP_HOME": folder}
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, env=environ) as process:
            results = {method: _asked(process, question(method, 0)) for method in QUESTIONS}
            process.communicate()
    return {"protocolVersion": PROTOCOL, "results": results}


def _asked(process: subprocess.Popen[bytes], line: bytes) -> Any:  # noqa: ANN401 - JSON
    if not process.stdin or not process.stdout:
        raise ValueError("a process with pipes is needed")
    process.stdin.write(line)
    process.stdin.flush()
    return json.loads(process.stdout.readline())["result"]


def main() -> None:
    """Write the record."""
    with open(RECORD, "w", encoding="utf-8") as file:
        json.dump(record(), file, indent=1, ensure_ascii=False)
        file.write("\n")


if __name__ == "__main__":
    main()
