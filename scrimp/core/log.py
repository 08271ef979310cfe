"""One line per thing that went wrong, in `scrimp.log` of the data folder. Never raises, never prints.

What a command printed does not get here: of an error that is not our own or the system's, whose words may quote the
text that was worked on, the log says what it was and where.
"""

from __future__ import annotations

import os
import time

from scrimp.core import limits
from scrimp.core.errors import ScrimpError

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


def said(error: BaseException) -> str:
    """The error in words that quote no output."""
    name = type(error).__name__
    if isinstance(error, (ScrimpError, OSError)):
        return f"{name}: {error}"
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return name
    return f"{name} in {os.path.basename(place.tb_frame.f_code.co_filename)}, line {place.tb_lineno}"


def _rotate(path: str) -> None:
    try:
        if os.path.getsize(path) > limits.LOG_BYTES:
            os.replace(path, path + ".1")
    except FileNotFoundError:
        pass
