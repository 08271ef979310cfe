"""What a session was told once, a line each in a file of its own: it is not said again."""

from __future__ import annotations

import os

from scrimp.core import limits

_FOLDER = "routes"
_NAME_CHARS = 100


def once(data: str, session_id: str, what: str) -> bool:
    """Whether `what` is said for the first time in this session; from now on not, if the data folder takes it.

    Where nothing can be kept it is said again: what is said here is about money.
    """
    line = " ".join(what.split()).encode("utf-8", "replace").decode()
    folder = os.path.join(data, _FOLDER)
    plain = "".join(char if char.isascii() and (char.isalnum() or char == "-") else "_" for char in session_id)
    path = os.path.join(folder, f"of-{plain[:_NAME_CHARS]}")
    try:
        return _is_new(path, line)
    except OSError:
        return True


def _is_new(path: str, line: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            if line in file.read().split("\n"):
                return False
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        _make_room(os.path.dirname(path))
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8") as file:
        file.write(line + "\n")
    return True


def _make_room(folder: str) -> None:
    """Drop the older half once there are too many."""
    with os.scandir(folder) as entries:
        found = sorted((entry.stat().st_mtime_ns, entry.path) for entry in entries)
    for _, path in found[: len(found) // 2] if len(found) >= limits.ROUTE_TOLD_SESSIONS else []:
        os.unlink(path)
