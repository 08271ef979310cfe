"""One line per thing that went wrong, in `scrimp.log` of the data folder. Never raises, never prints."""

from __future__ import annotations

import os
import time

from scrimp.core import limits

NAME = "scrimp.log"
_LINE_CHARS = 2_000


def note(folder: str, message: str) -> None:
    """Append `message` as one dated line; a log that cannot be written is no reason to fail."""
    line = "{} {}\n".format(time.strftime("%Y-%m-%dT%H:%M:%S"), " ".join(message.split())[:_LINE_CHARS])
    path = os.path.join(folder, NAME)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        _rotate(path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return
    try:
        os.write(descriptor, line.encode("utf-8", "backslashreplace"))
    except OSError:
        pass
    finally:
        os.close(descriptor)


def _rotate(path: str) -> None:
    try:
        if os.path.getsize(path) > limits.LOG_BYTES:
            os.replace(path, path + ".1")
    except FileNotFoundError:
        pass
