"""A person's machine for the status line: a home, a repo, an empty ledger, one session with a transcript; UTC."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import ledger, statusline

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

GIVEN: dict[str, Any] = json.loads((Path(__file__).parent / "given.json").read_text())
"""What the real client gave (2.1.330), with other folders."""

SESSION: str = GIVEN["session_id"]
PROMPT: str = GIVEN["prompt_id"]
NOW = 1795366200
"""2026-11-22T16:50:00Z, 3 min 43 s before the prompt cache of GIVEN goes cold."""

NOW_MS = NOW * 1000


class Machine:
    """`line(...)` is our line for the client's input, changed by name; `lines(...)` is all that is printed."""

    def __init__(self, root: Path) -> None:
        self.home, self.repo = root / "home", root / "shop"
        self.projects = self.home / ".claude" / "projects" / "-home-ada-shop"
        self.projects.mkdir(parents=True)
        (self.repo / ".claude").mkdir(parents=True)
        self.data = root / "data"
        self.environ = {"HOME": str(self.home), "SCRIMP_HOME": str(self.data), "NO_COLOR": "1", "PATH": "/usr/bin:/bin"}

    @property
    def transcript(self) -> Path:
        return self.projects / f"{SESSION}.jsonl"

    @property
    def ledger(self) -> sqlite3.Connection:
        return ledger.connect(ledger.path_of(self.environ))

    def given(self, **changes: Any) -> bytes:
        places = {"transcript_path": str(self.transcript), "cwd": str(self.repo)}
        workspace = {**GIVEN["workspace"], "current_dir": str(self.repo), "project_dir": str(self.repo)}
        row = {**GIVEN, **places, "workspace": workspace, **changes}
        return json.dumps({key: value for key, value in row.items() if value is not Machine}).encode()

    def lines(self, raw: bytes | None = None, *arguments: str, now: float = NOW, **environ: str) -> list[str]:
        raw = self.given() if raw is None else raw
        return statusline.printed(raw, [*arguments], {**self.environ, **environ}, now).decode().splitlines()

    def line(self, now: float = NOW, **changes: Any) -> str:
        printed = self.lines(self.given(**changes), now=now)
        return "".join(printed)

    def settings(self, layer: object) -> None:
        (self.home / ".claude" / "scrimp.json").write_text(json.dumps(layer))

    def write(self, *lines: bytes, path: Path | None = None) -> None:
        path = path or self.transcript
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.writelines(lines)


def reply(message_id: str, at: str = "2026-11-22T16:48:00.000Z", **changes: Any) -> bytes:
    """A line of a reply that costs $0.10: 25,000 tokens in at $4 per million. `usage` and the rest by name."""
    usage = {"input_tokens": 25_000, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 0}
    message = {
        "id": message_id,
        "model": "claude-opus-5-5",
        "content": [{"type": "text", "text": "Done."}],
        "stop_reason": "end_turn",
        "usage": {**usage, **changes.pop("usage", {})},
    }
    message |= changes.pop("message", {})
    line = {"type": "assistant", "timestamp": at, "sessionId": SESSION, "version": "2.1.330", "message": message}
    return json.dumps({**line, **changes}).encode() + b"\n"


def asked(prompt_id: str = PROMPT, at: str = "2026-11-22T16:47:00.000Z") -> bytes:
    """A line of the person's prompt."""
    message = {"role": "user", "content": "do it"}
    line = {"type": "user", "promptId": prompt_id, "timestamp": at, "sessionId": SESSION, "message": message}
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Local time is UTC, unless a test sets TZ itself."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)
