"""Tells from an event's bytes that there is nothing to do, before anything is loaded to parse it.

Most tool calls are small, and parsing one costs more than all else that a hook does for it.
"""

from __future__ import annotations

from scrimp.core import limits

_SIGNS_OF_WORK = (b"[scrimp ", b"backgroundTaskId", b"persistedOutputPath", b"/tool-results/")
"""In a small event: a cut that the trap made, a task in the background, an output kept elsewhere, a look at one."""


def is_idle(name: str, raw: bytes) -> bool:
    """Whether the event `name` with these bytes is one that no step would answer or note; never one that is broken."""
    if raw[:1] != b"{" or raw.rstrip()[-1:] != b"}":
        return False
    if name in ("post_tool_use_failure", "pre_write"):
        return _SIGNS_OF_WORK[0] not in raw
    if name == "post_tool_use":
        return len(raw) <= limits.SMALL_CHARS and not any(sign in raw for sign in _SIGNS_OF_WORK)
    return False
