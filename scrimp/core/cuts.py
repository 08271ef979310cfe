"""The journal of cuts: which tool call was cut, what was kept of it, and where its original lies.

One JSON object a line, appended in one write: hooks of many sessions need no lock, and a line that is broken costs
itself alone. Nothing depends on it: the originals' names carry their handles.
"""

from __future__ import annotations

import os
import time

from scrimp.core import outputs, quick_json
from scrimp.core.errors import JournalError
from scrimp.core.settings import config_dir, data_dir
from scrimp.core.untrusted import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "cuts.jsonl"
_COMMAND_CHARS = 2_000


def record(folder: str, cut: Mapping[str, str | int | None]) -> None:
    """Append one cut to the journal in `folder`; JournalError when it cannot be written.

    `cut` has handle, session_id, tool_use_id, project, tool, command, family, exit_code, bytes_in, bytes_out,
    facts_total, facts_kept and path; the time (ms since the epoch) is added.
    """
    row = {"at_ms": int(time.time() * 1000), **cut, "command": as_text(cut.get("command"))[:_COMMAND_CHARS]}
    append(os.path.join(folder, NAME), row)


def append(path: str, row: Mapping[str, str | int | None]) -> None:
    """Append one row to a journal, in one write; JournalError when it cannot be written."""
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, quick_json.dumps_flat(row).encode() + b"\n")
        finally:
            os.close(descriptor)
    except OSError as error:
        raise JournalError(f"{path}: a cut was not recorded ({error})") from error


def find(handle: str, environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """(handle, path) of the originals whose handle starts with `handle`, newest first: the journal's, else by names.

    Of one handle there may be several: each session keeps its own, and some the client keeps under a name of its own.
    """
    recorded = [found for found in _recorded(handle, data_dir(environ)) if os.path.exists(found[1])]
    return list(dict.fromkeys(recorded)) or _searched(handle, environ)


def _recorded(handle: str, folder: str) -> list[tuple[str, str]]:
    wanted = f'"handle": "{handle}'.encode()
    try:
        with open(os.path.join(folder, NAME), "rb") as file:
            lines = [line for line in file if wanted in line]
    except OSError:
        return []
    return [found for found in map(_original_in, reversed(lines)) if found[1]]


def _original_in(line: bytes) -> tuple[str, str]:
    row = quick_json.object_in(line)
    return as_text(row.get("handle")), as_text(row.get("path"))


def _searched(handle: str, environ: Mapping[str, str]) -> list[tuple[str, str]]:
    found = [(outputs.handle_in(path), path) for path in named(handle, environ)]
    return sorted(found, key=lambda original: os.path.getmtime(original[1]), reverse=True)


def named(start: str, environ: Mapping[str, str]) -> list[str]:
    """Paths of the originals under scrimp's own names whose handle starts so, in all sessions' folders and its own."""
    import glob  # only where the journal does not know

    name = os.path.basename(outputs.path_of(glob.escape(start) + "*", ""))
    folders = (
        os.path.join(glob.escape(config_dir(environ)), "projects", "*", "*", "tool-results"),
        os.path.join(glob.escape(data_dir(environ)), "outputs"),
    )
    return [path for folder in folders for path in glob.glob(os.path.join(folder, name))]
