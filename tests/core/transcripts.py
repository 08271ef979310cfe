"""Reads a tree of transcripts to its end, and the tables of a trap's README that say what is in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scrimp.core import bulk_json, transcript
from scrimp.core.transcript import Chunk, Request, TranscriptFile
from scrimp.core.usage import total

TRAPS = Path(__file__).parents[1] / "transcripts"
NAMES = sorted(folder.name for folder in TRAPS.iterdir() if folder.is_dir())
SESSION = "1a6f0c52-7d1e-4c39-9a52-0f6be2d1a001"
ID_CHARS = 8


def requests_of(*chunks: Chunk) -> dict[str, Request]:
    """All requests of some readings, by message id."""
    known: dict[str, Request] = {}
    for record in (record for chunk in chunks for record in chunk.records):
        if isinstance(record, Request):
            before = known.get(record.message_id)
            known[record.message_id] = transcript.merge(before, record) if before else record
    return known


def read_tree(folder: Path, loads: bulk_json.Loads = bulk_json.plain) -> list[Chunk]:
    return [transcript.read(file, loads=loads) for file in transcript.find([str(folder)])]


def problems_of(*chunks: Chunk) -> dict[str, int]:
    names = {name for chunk in chunks for name in chunk.problems}
    return {name: sum(chunk.problems.get(name, 0) for chunk in chunks) for name in names}


def sessions(requests: dict[str, Request]) -> list[str]:
    """One table row for each session, as the READMEs write it."""
    rows: list[str] = []
    for session in sorted({request.session_id for request in requests.values()}):
        own = [request for request in requests.values() if request.session_id == session]
        flags = ", ".join(sorted({flag for request in own for flag in request.flags}))
        rows.append(cells(session[:ID_CHARS], len(own), *total([request.usage for request in own]), flags))
    return rows


def cells(*values: object) -> str:
    return "|".join(str(value) for value in values)


def tables(trap: str) -> list[list[str]]:
    """The tables of a trap's README, row by row, without their heads."""
    found: list[list[str]] = []
    for line in (TRAPS / trap / "README.md").read_text().splitlines():
        if line.startswith("|---"):
            found.append([])
        elif line.startswith("|") and found and not line.startswith(("| session ", "| message ")):
            found[-1].append(cells(*(cell.strip() for cell in line.strip("|").split("|"))))
    return found


def file_at(path: Path, root: Path | None = None) -> TranscriptFile:
    return transcript.of_path(str(path), str(root or path.parent))


def reply(message_id: str = "msg_01A", output: int = 20, **changes: Any) -> bytes:
    """One line of a reply: 10 in, `output` out, 30 read, 40 written for five minutes."""
    usage: dict[str, Any] = {
        "input_tokens": 10,
        "cache_creation_input_tokens": 40,
        "cache_read_input_tokens": 30,
        "output_tokens": output,
        "cache_creation": {"ephemeral_5m_input_tokens": 40, "ephemeral_1h_input_tokens": 0},
    }
    message: dict[str, Any] = {
        "id": message_id,
        "model": "claude-opus-5-5",
        "content": [],
        "stop_reason": "end_turn",
        "usage": usage,
    }
    line: dict[str, Any] = {
        "message": message,
        "type": "assistant",
        "timestamp": "2026-11-20T09:00:01.000Z",
        "sessionId": SESSION,
        "version": "2.1.330",
    }
    return json.dumps(line | changes).encode() + b"\n"
