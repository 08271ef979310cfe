"""The bundle's own prefix: its tools are the same bytes on every start, and its hooks leave no standing context."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
INFO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "a test", "version": "0"}}
SERVER_S = 60.0


def _tools_bytes(folder: Path, seed: str) -> bytes:
    """The server's answer to `tools/list` as it goes over the pipe, from a process with this hash seed."""
    environ = {"HOME": str(folder), "SCRIMP_HOME": str(folder / "data"), "PYTHONHASHSEED": seed}
    program = [sys.executable, str(ROOT / "mcp_server" / "__main__.py")]
    with subprocess.Popen(program, cwd=folder, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin
        assert server.stdout
        answers: list[bytes] = []
        for request in (
            {"id": 1, "method": "initialize", "params": INFO},
            {"method": "notifications/initialized"},
            {"id": 2, "method": "tools/list"},
        ):
            server.stdin.write(json.dumps({"jsonrpc": "2.0", **request}).encode() + b"\n")
            server.stdin.flush()
            if "id" in request:
                answers.append(server.stdout.readline())
        server.stdin.close()
        server.wait(SERVER_S)
    return answers[-1]


def test_the_tools_are_the_same_bytes_on_every_start(tmp_path: Path) -> None:
    first = _tools_bytes(tmp_path, "1")
    record = json.loads((ROOT / "mcp_server" / "handshake.json").read_text(encoding="utf-8"))
    assert json.loads(first)["result"]["tools"] == record["results"]["tools/list"]["tools"]
    assert _tools_bytes(tmp_path, "2") == first


@pytest.mark.parametrize(
    ("program", "event"),
    [
        ("session_start", {"hook_event_name": "SessionStart", "source": "startup"}),
        ("session_start", {"hook_event_name": "SessionStart", "source": "resume"}),
        ("user_prompt_submit", {"hook_event_name": "UserPromptSubmit", "prompt": "Go on."}),
    ],
)
def test_no_hook_adds_context_to_a_usual_start_or_prompt(program: str, event: dict[str, Any], tmp_path: Path) -> None:
    given = {"session_id": "5e551011", "transcript_path": str(tmp_path / "t.jsonl"), "cwd": str(tmp_path), **event}
    environ = {"PATH": os.defpath, "HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path / "data")}
    environ["CLAUDE_ENV_FILE"] = str(tmp_path / "env.sh")
    command = [sys.executable, "-I", "-S", str(ROOT / "hooks" / "main.py"), program]
    ran = subprocess.run(command, input=json.dumps(given), env=environ, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(ran.stdout or "{}")
    assert "additionalContext" not in json.dumps(answer)
    assert not ran.stdout or ran.stdout.lstrip().startswith("{")
