"""Transcripts, read from where the last reading ended, as records.

`find` lists them, `read` gives what is new in one since an offset, `merge` makes one of two records of one request.
A record may come again (a block that is written late, a file read anew): whoever keeps them merges by `message_id`.
"""

from __future__ import annotations

import os
import stat
from io import BytesIO

from scrimp.core import bulk_json, limits, outputs
from scrimp.core.transcript_context import Context
from scrimp.core.transcript_files import TranscriptFile, agent_type, find, of_path
from scrimp.core.transcript_lines import Reading
from scrimp.core.transcript_merge import merge
from scrimp.core.transcript_records import CompactionMark, CostState, Fork, Leg, Request, ToolResult, ToolUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from typing import Any, NamedTuple

    from scrimp.core.bulk_json import Loads
    from scrimp.core.transcript_records import Record

    class Chunk(NamedTuple):
        """What a reading gave: `problems` is how often each thing was wrong, in words for a person.

        `new_offset` (bytes) and `new_fingerprint` are what the next reading of this file is given.
        """

        records: list[Record]
        new_offset: int
        new_fingerprint: str
        problems: dict[str, int]
else:
    from collections import namedtuple

    Chunk = namedtuple("Chunk", "records new_offset new_fingerprint problems")

__all__ = [
    "Chunk",
    "CompactionMark",
    "CostState",
    "Fork",
    "Leg",
    "Request",
    "ToolResult",
    "ToolUse",
    "TranscriptFile",
    "find",
    "merge",
    "of_path",
    "read",
]

UNREADABLE = "files that could not be read"
REPLACED = "files that were replaced or cut short, read again from their start"
BROKEN = "lines that are no JSON object"
TOO_LONG = f"lines over {limits.TRANSCRIPT_LINE_BYTES // 1024 // 1024} MB, not read"

_BOM = b"\xef\xbb\xbf"
_TIME = b'"timestamp":"'
_TEXT_BYTES = 80
"""More than a time takes."""

_WIDER = 4

_KINDS = (b"api-request", b"file-history-snapshot", b"last-prompt", b"queue-operation", b"summary", b"tools-used")
_NOT_OURS = tuple(b'{"type":"' + kind for kind in _KINDS)
_ATTACHED = b',"attachment":{'
_ATTACHED_WITHIN_BYTES = 200
"""How lines begin, or what they have near their beginning, that hold nothing for us: half of all bytes."""


def read(file: TranscriptFile, offset: int = 0, fingerprint: str = "", *, loads: Loads = bulk_json.plain) -> Chunk:
    """The records that were written to `file` after `offset`, where a reading that gave `fingerprint` ended.

    A file that is not the one read then, or is shorter now, is read from its start. A last line that is only half
    written is left for the next time. Never raises on what a file holds, or on one that cannot be read. `loads` is
    `bulk_json.fastest()` where much is to be read.
    """
    problems: dict[str, int] = {}
    try:
        descriptor = os.open(file.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe would wait for a writer
        with open(descriptor, "rb", buffering=0) as source:
            size = _plain_size(source)
            if offset and fingerprint != _fingerprint(source, offset):
                problems[REPLACED] = 1
                offset = 0
            if offset == size:
                return Chunk([], offset, fingerprint, problems)
            reading = Reading(_context(file, source, offset), problems)
            offset = _take_all(source, offset, reading, loads)
            return Chunk(reading.records(), offset, _fingerprint(source, offset), problems)
    except OSError:
        problems[UNREADABLE] = 1
        return Chunk([], offset, fingerprint, problems)


def _plain_size(source: FileIO) -> int:
    """The size of a plain file; OSError for a pipe, a device, a folder."""
    status = os.fstat(source.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise OSError("not a plain file")
    return status.st_size


def _fingerprint(source: FileIO, offset: int) -> str:
    """What tells that a file still begins as it did, up to `offset`: its first bytes, and its last before that."""
    size = limits.FINGERPRINT_BYTES
    head = _bytes_at(source, 0, min(size, offset))
    tail = _bytes_at(source, max(0, offset - size), min(size, offset))
    return outputs.handle_of(head + tail) if offset and len(tail) == min(size, offset) else ""


def _bytes_at(source: FileIO, offset: int, size: int) -> bytes:
    source.seek(offset)
    return source.read(size)


def _context(file: TranscriptFile, source: FileIO, offset: int) -> Context:
    """What the bytes before `offset` tell about the lines after it."""
    context = Context(file, agent_type(file))
    head = _bytes_at(source, 0, limits.TRANSCRIPT_EDGE_BYTES)
    last = _bytes_at(source, max(0, _plain_size(source) - limits.TRANSCRIPT_EDGE_BYTES), limits.TRANSCRIPT_EDGE_BYTES)
    began_at, ended_at = _text_after(head, head.find(_TIME), _TIME), _text_after(last, last.rfind(_TIME), _TIME)
    context.span = f"{began_at} {ended_at}"
    context.prompt_id, context.at = _left_off(file, source, offset)
    return context


def _left_off(file: TranscriptFile, source: FileIO, offset: int) -> tuple[str, str]:
    """The prompt and the time that the lines before `offset` said last, as reading them all would have found."""
    before = limits.TRANSCRIPT_LOOK_BACK_BYTES
    while offset:
        begin = max(0, offset - before)
        known = _bytes_at(source, begin, offset - begin)
        again = Context(file, "")
        _take(known[known.find(b"\n") + 1 if begin else 0 :], Reading(again, {}), bulk_json.plain)
        if (again.prompt_id and again.at) or not begin or before >= limits.TRANSCRIPT_LINE_BYTES:
            return again.prompt_id, again.at
        before *= _WIDER  # a long line may have been the last
    return "", ""


def _text_after(data: bytes, at: int, key: bytes) -> str:
    if at < 0:
        return ""
    text, quote, _ = data[at + len(key) : at + len(key) + _TEXT_BYTES].partition(b'"')
    return text.decode("ascii", "replace") if quote else ""


def _take_all(source: FileIO, offset: int, reading: Reading, loads: Loads) -> int:
    """Read all lines from `offset` on; where the last whole one ended."""
    source.seek(offset)
    for at, block in _blocks(source, offset, reading.problems):
        offset = at + _take(block, reading, loads)
    return offset


def _blocks(source: FileIO, at: int, problems: dict[str, int]) -> Iterator[tuple[int, bytes]]:
    """Whole lines, many at a time, each time with their offset; the last may be the beginning of a line."""
    begun, is_lost = b"", False
    size = _plain_size(source)
    while at + len(begun) < size:
        data = source.read(min(limits.TRANSCRIPT_BLOCK_BYTES, size - at - len(begun)))
        if not data:
            break
        if is_lost:  # the rest of a line that is too long
            first = data.find(b"\n") + 1 or len(data)
            at += first
            is_lost = data[first - 1 : first] != b"\n"
            data = data[first:]
        end = data.rfind(b"\n") + 1
        if end:
            yield at, begun + data[:end]
            at += len(begun) + end
            begun = data[end:]
        else:
            begun += data
        if len(begun) > limits.TRANSCRIPT_LINE_BYTES:
            problems[TOO_LONG] = problems.get(TOO_LONG, 0) + 1
            at += len(begun)
            begun, is_lost = b"", True
    yield at, begun


def _take(block: bytes, reading: Reading, loads: Loads) -> int:
    """Read the lines of a block; how many bytes of it they are, without a last one that is half written."""
    first = len(_BOM) if block.startswith(_BOM) else 0
    end = max(first, block.rfind(b"\n") + 1)
    for raw in BytesIO(block[first:end]):  # much faster than looking for each end of a line here
        is_ours = not raw.startswith(_NOT_OURS) and raw.find(_ATTACHED, 0, _ATTACHED_WITHIN_BYTES) < 0
        if is_ours and not _take_line(raw, reading, loads):
            reading.problems[BROKEN] = reading.problems.get(BROKEN, 0) + 1
    return end if end < len(block) and not _take_line(block[end:], reading, loads) else len(block)


def _take_line(raw: bytes, reading: Reading, loads: Loads) -> bool:
    """Read one line; whether it is a JSON object, or nothing at all."""
    try:
        line: dict[str, Any] = loads(raw)
        if type(line) is not dict:
            return False
        reading.take(line, raw)
    except RecursionError:
        return False
    except ValueError:
        return not raw.strip()
    return True
