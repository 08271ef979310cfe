"""The status line as a program: what stands on standard input, made into lines on standard output."""

from __future__ import annotations

import os
import sys

from scrimp.core import limits, log, statusline
from scrimp.core.settings import data_dir


def main(arguments: list[str]) -> None:
    """Print the status line for the input on standard input; nothing where anything at all is wrong. Never raises."""
    os.umask(0o077)
    try:
        _print(statusline.printed(_read(), arguments, os.environ))
    except SystemExit:  # the client wants a newer line, and has ended this one
        return
    except BaseException as error:  # noqa: BLE001 - a status line has nobody to tell
        log.note(data_dir(os.environ), f"statusline: {type(error).__name__}: {error}")


def _read() -> bytes:
    chunks: list[bytes] = []
    while sum(map(len, chunks)) <= limits.STATUS_LINE_BYTES:
        chunk = os.read(sys.stdin.fileno(), limits.PIPE_BYTES)
        if not chunk:
            break
        chunks.append(chunk)
    return b"".join(chunks)


def _print(text: bytes) -> None:
    while text:
        text = text[os.write(sys.stdout.fileno(), text) :]
