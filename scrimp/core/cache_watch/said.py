"""What a person was told of a session's cache, as small files in the data folder, so that nothing is said twice."""

from __future__ import annotations

import os

from scrimp.core import limits

_FOLDER = "cache"
_MOST_CHARS = 200
_MOST_DIGITS = 20

PAUSE = "pause"
"""The value is when a pause was last spoken of, in milliseconds since the epoch."""

LENGTH = "length"
"""The value is how many tokens of context there were when it was last looked at whether a compaction pays."""


def last(data: str, session_id: str, kind: str) -> int:
    """The value that was noted last; 0 where there is none, or what is there is no number."""
    try:
        with open(_path(data, session_id, kind), encoding="ascii", errors="replace") as file:
            text = file.read(_MOST_DIGITS)
    except OSError:
        return 0
    return int(text) if text.isdecimal() else 0


def note(data: str, session_id: str, kind: str, value: int) -> None:
    """Note `value`; OSError where the data folder does not take it."""
    path = _path(data, session_id, kind)
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    _make_room(os.path.dirname(path))
    with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(str(value))


def _make_room(folder: str) -> None:
    """Forget what was noted longest ago: those sessions are over, and at worst something is said twice."""
    paths = [os.path.join(folder, name) for name in os.listdir(folder)]
    if len(paths) >= limits.CACHE_NOTES:
        for path in sorted(paths, key=os.path.getmtime)[: len(paths) // 2]:
            os.unlink(path)


def _path(data: str, session_id: str, kind: str) -> str:
    name = f"{kind}-{session_id}"[:_MOST_CHARS]
    return os.path.join(data, _FOLDER, "".join(char if char.isalnum() or char in "-." else "_" for char in name))
