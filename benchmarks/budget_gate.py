"""What the gate costs at each turn of a session whose transcript is long, beside a bare Python in the same rounds.

Before each turn the client has written a request and the results of its tools at the end of the transcript; the gate
is started with the event of that batch as the client starts it. Only what is new may be read.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from typing import Any

from benchmarks import transcripts_gen
from benchmarks.transcripts_gen import BYTES_PER_MB, Session

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PYTHON = (sys.executable, "-I", "-S")
MEGABYTES = 50
PROJECT = "shop"
MODEL = "claude-opus-5-5"
BARE, TOOL, GATE = "bare `python -I -S -c pass`", "before each tool (`pre_tool_use`)", "the gate, once a turn"

Body = dict[str, Any]


class Long:
    """A home below `folder` with one session of so many megabytes in one transcript, and a limit far above its cost."""

    def __init__(self, folder: str, megabytes: int = MEGABYTES) -> None:
        config = os.path.join(folder, ".claude")
        self.environ = {"HOME": folder, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        self._folder = folder
        self._session = Session(random.Random(transcripts_gen.SEED), PROJECT)  # noqa: S311 - a seed is wanted
        where = os.path.join(config, "projects", transcripts_gen.project_folder(PROJECT))
        self.transcript = os.path.join(where, f"{self._session.id}.jsonl")
        while self._session.counts["size_bytes"] < megabytes * BYTES_PER_MB:
            transcripts_gen.write_file(self.transcript, self._session)
        with open(os.path.join(config, "scrimp.json"), "w", encoding="utf-8") as file:
            json.dump({"budget": {"sessionUsd": 100_000, "dayUsd": 100_000}}, file)

    def turn(self) -> dict[str, tuple[tuple[str, ...], bytes]]:
        """Write one more request with its results; what is started then: command and event, by name."""
        lines: list[Body] = []
        calls: list[str] = []
        while not calls:
            lines = list(transcripts_gen.request_lines(self._session, MODEL, context=50_000))
            calls = [block["id"] for line in lines for block in _blocks(line) if block["type"] == "tool_use"]
        transcripts_gen.write_lines(self.transcript, lines, self._session.counts)
        tool = {"tool_name": "Bash", "tool_input": {"command": "make test"}}
        batch = {"tool_calls": [{**tool, "tool_use_id": one, "tool_response": "ok\n" * 500} for one in calls]}
        hooks = os.path.join(ROOT, "hooks")
        before = (*PYTHON, os.path.join(hooks, "main.py"), "pre_tool_use")
        return {
            BARE: ((*PYTHON, "-c", "pass"), b""),
            TOOL: (before, self._event("PreToolUse", {**tool, "tool_use_id": calls[0]})),
            GATE: ((*PYTHON, os.path.join(hooks, "gate.py")), self._event("PostToolBatch", batch)),
        }

    def _event(self, name: str, more: Body) -> bytes:
        event = {
            "session_id": self._session.id,
            "transcript_path": self.transcript,
            "cwd": self._folder,
            "prompt_id": self._session.prompt,
            "permission_mode": "default",
            "hook_event_name": name,
            **more,
        }
        return json.dumps(event).encode()


def measure(folder: str, rounds: int) -> tuple[float, dict[str, list[float]]]:
    """Milliseconds of the gate's first look at the whole transcript, and of each program in each round."""
    long = Long(folder)
    first: dict[str, float] = {}
    times: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        for name, (command, event) in long.turn().items():
            spent = _timed(command, event, long)
            if number:
                times.setdefault(name, []).append(spent)
            else:
                first[name] = spent
    return first[GATE], times


def _timed(command: tuple[str, ...], event: bytes, long: Long) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, input=event, env=long.environ, capture_output=True, check=True)
    spent = (time.perf_counter() - started) * 1_000
    assert b'"continue"' not in done.stdout, done.stdout
    assert b"deny" not in done.stdout, done.stdout
    return spent


def _blocks(line: Body) -> list[Body]:
    return list(line["message"]["content"]) if line["type"] == "assistant" else []
