"""Transcript lines for tests that need just one thing of a transcript."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SESSION = "1a6f0c52-7d1e-4c39-9a52-0f6be2d1a001"
AT = "2026-11-20T10:00:00.000Z"
OPUS = "claude-opus-5-5"


def reply(key: str, output: int = 100, *, model: str = OPUS, at: str = AT, **message: Any) -> str:
    """A reply with 1,000 tokens of input: at Opus 5.5's prices $0.004 and $0.00002 for each token of output."""
    usage = {"input_tokens": 1000, "output_tokens": output}
    body: dict[str, Any] = {
        "id": key,
        "model": model,
        "usage": usage,
        "stop_reason": "end_turn",
        "content": [],
        **message,
    }
    line: dict[str, Any] = {
        "type": "assistant",
        "sessionId": SESSION,
        "timestamp": at,
        "version": "2.1.330",
        "message": body,
    }
    return json.dumps(line) + "\n"


def transcript(projects: Path, *lines: str, session: str = SESSION) -> Path:
    """A session's transcript that holds these lines."""
    file = projects / "-home-dev-shop" / f"{session}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(lines))
    return file
