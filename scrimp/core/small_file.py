"""Reads a file that a cloned repo may have put there: only a plain file, and no more of it than settings can be."""

from __future__ import annotations

import os
import stat

from scrimp.core import limits


def read(path: str, most_bytes: int = limits.SMALL_FILE_BYTES) -> str:
    """The text of a small plain file; OSError where there is none, or a pipe, a device or a huge file in its place."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe would wait for a writer
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)  # `open` below would leave that of a folder open
        raise OSError("not a plain file")
    with open(descriptor, "rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise OSError(f"more than {most_bytes} bytes")
    return data.decode("utf-8-sig", "replace")
