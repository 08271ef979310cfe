"""scrimp's own data folder: writable, closed to others, and what its log says of late."""

from __future__ import annotations

import os
import stat
import tempfile
from typing import TYPE_CHECKING

from scrimp.cli.checks import Finding
from scrimp.core import log, settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OTHERS = 0o077
_LOG_LINES = 3


def examine(environ: Mapping[str, str]) -> list[Finding]:
    """The folder, its modes and the end of its log."""
    folder = settings.data_dir(environ)
    if not os.path.isdir(folder):
        return [_creatable(folder)]
    return [_writable(folder), *_open_to_others(folder), *_log(folder)]


def _creatable(folder: str) -> Finding:
    above = folder
    while not os.path.exists(above):
        above = os.path.dirname(above)
    if os.path.isdir(above) and os.access(above, os.W_OK):
        return Finding("ok", "data", f"{folder} (not there yet)")
    return Finding("fail", "data", f"{folder} cannot be made: {above} is not a folder you may write to")


def _writable(folder: str) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"scrimp")
            file.flush()
    except OSError as error:
        return Finding("fail", "data", f"{folder} cannot be written: {error.strerror}")
    return Finding("ok", "data", folder)


def _open_to_others(folder: str) -> list[Finding]:
    paths = [folder, *(os.path.join(at, name) for at, dirs, files in os.walk(folder) for name in [*dirs, *files])]
    loose = [path for path in paths if _mode(path) & _OTHERS]
    if not loose:
        return []
    more = f" and {len(loose) - 1} more" if len(loose) > 1 else ""
    return [Finding("note", "data", f"{loose[0]}{more} can be read by others; chmod -R go= {folder}")]


def _mode(path: str) -> int:
    try:
        status = os.lstat(path)
    except OSError:
        return 0
    return 0 if stat.S_ISLNK(status.st_mode) else stat.S_IMODE(status.st_mode)


def _log(folder: str) -> list[Finding]:
    path = os.path.join(folder, log.NAME)
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines: Sequence[str] = file.read().splitlines()
    except OSError:
        return []
    return [Finding("note", "log", line) for line in lines[-_LOG_LINES:]]
