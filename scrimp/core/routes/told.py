"""What a session was told once, a line each in a file of its own: it is not said again."""

from __future__ import annotations

import os

from scrimp.core import limits

_FOLDER = "routes"
_NAME_CHARS = 100


def once(data: str, session_id: str, what: str) -> bool:
    """Whether `what` is said for the first time in this session, and from now on not; OSError where it is not kept."""
    line = " ".join(what.split())
    folder = os.path.join(data, _FOLDER)
    plain = "".join(char if char.isalnum() or char == "-" else "_" for char in session_id)[:_NAME_CHARS]
    path = os.path.join(folder, f"of-{plain}")
    try:
        with open(path, encoding="utf-8") as file:
            if line in file.read().split("\n"):
                return False
    except FileNotFoundError:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        _make_room(folder)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8") as file:
        file.write(line + "\n")
    return True


def _make_room(folder: str) -> None:
    """Drop the older half once there are too many."""
    with os.scandir(folder) as entries:
        found = sorted((entry.stat().st_mtime_ns, entry.path) for entry in entries)
    for _, path in found[: len(found) // 2] if len(found) >= limits.ROUTE_TOLD_SESSIONS else []:
        os.unlink(path)
