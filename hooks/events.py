"""Reads the event that the client gives a hook on its standard input, as bytes and as an object."""

from __future__ import annotations

import os

from scrimp.core import limits, quick_json
from scrimp.core.untrusted import as_object, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def read(descriptor: int) -> bytes:
    """Everything that comes; ValueError where it is more than any event has."""
    chunks: list[bytes] = []
    size = 0
    while True:
        chunk = os.read(descriptor, limits.PIPE_BYTES)
        if not chunk:
            return b"".join(chunks)
        size += len(chunk)
        if size > limits.EVENT_BYTES:
            raise ValueError(f"an event of more than {limits.EVENT_BYTES} bytes")
        chunks.append(chunk)


def parse(raw: bytes) -> dict[str, Any]:
    """The event; ValueError, TypeError or RecursionError where it is none."""
    event = quick_json.loads(raw.decode("utf-8", "replace"))
    if not is_object(event):
        raise TypeError(f"an event that is a {type(event).__name__}, not an object")
    return as_object(event)


def session_of(raw: bytes) -> str:
    """The session's id, before anything is loaded to parse the event; the client writes it first."""
    value = raw.partition(b'"session_id":')[2].lstrip()
    return value[1:].partition(b'"')[0].decode("utf-8", "replace") if value[:1] == b'"' else ""
