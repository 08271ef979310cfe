"""The transcripts of one session: its main file and those of its agents, without looking at any other."""

from __future__ import annotations

import os
import stat

from scrimp.core.transcript_files import MAIN, of_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrimp.core.transcript_files import TranscriptFile

_SUFFIX = ".jsonl"


def of(transcript_path: str) -> list[TranscriptFile]:
    """The transcripts of the session whose main file lies at `transcript_path`; none where there is no such file."""
    path = os.path.abspath(transcript_path)
    if not path.endswith(_SUFFIX):
        return []
    projects = os.path.dirname(os.path.dirname(path))
    main = _file(path, projects)
    if main is None or main.kind != MAIN:
        return []
    agents = (_file(one, projects) for one in _paths(os.path.join(path[: -len(_SUFFIX)], "subagents")))
    return [main, *(file for file in agents if file is not None)]


def _paths(folder: str) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.startswith("agent-") and name.endswith(_SUFFIX):
                yield os.path.join(where, name)


def _file(path: str, projects: str) -> TranscriptFile | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):  # gone; a zero byte in it
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return of_path(path, projects, status.st_size, status.st_mtime_ns)
