"""Finds transcripts below the client's `projects` folders, and says what each is.

    <project>/<session>.jsonl                                        main
    <project>/<session>/subagents/agent-<id>.jsonl                   subagent
    <project>/<session>/subagents/agent-acompact-<id>.jsonl          compaction
    <project>/<session>/subagents/workflows/<run>/agent-<id>.jsonl   workflow
    <project>/subagents/agent-<id>.jsonl                             subagent of an older client, its session is in
    <project>/agent-<id>.jsonl                                       its lines; likewise

What tools have left (`tool-results`), memories and journals are not transcripts, whatever they are called.
"""

from __future__ import annotations

import os

from scrimp.core import quick_json, small_file
from scrimp.core.untrusted import as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import NamedTuple

    class TranscriptFile(NamedTuple):
        """A transcript: `kind` is main, subagent, workflow or compaction; `size` in bytes, as it was found.

        session_id is '' where only the lines say it; agent_id is '' for main.
        """

        path: str
        kind: str
        session_id: str
        agent_id: str
        project_dir: str
        size: int
        mtime_ns: int
else:
    from collections import namedtuple

    TranscriptFile = namedtuple("TranscriptFile", "path kind session_id agent_id project_dir size mtime_ns")

MAIN, SUBAGENT, WORKFLOW, COMPACTION = "main", "subagent", "workflow", "compaction"

UNREADABLE_FOLDERS = "folders that could not be read"
NO_FILES = "things called like a transcript that are no file: a link that leads nowhere, a pipe"

_SUFFIX = ".jsonl"
_AGENT = "agent-"
_COMPACT = "acompact"
_SUBAGENTS = "subagents"
_NO_TRANSCRIPTS = ("tool-results", "memory", "journal.jsonl")


def find(projects_dirs: Iterable[str], problems: dict[str, int] | None = None) -> Iterator[TranscriptFile]:
    """Every transcript below these folders, each once, the one that was written to longest ago first.

    Links are followed, a folder or file that two ways lead to is met once. Folders that cannot be read are counted in
    `problems`; one of `projects_dirs` that is not there is no problem.
    """
    seen: set[tuple[int, int]] = set()
    counted = {} if problems is None else problems
    found = [file for root in projects_dirs for file in _below(os.path.abspath(root), seen, counted)]
    return iter(sorted(found, key=lambda file: (file.mtime_ns, file.path)))


def of_path(path: str, root: str, size: int = 0, mtime_ns: int = 0) -> TranscriptFile:
    """What the transcript at `path`, somewhere below the projects folder `root`, is by its place and name."""
    parts = os.path.relpath(path, root).split(os.sep)
    project = os.path.join(root, parts[0]) if len(parts) > 1 else root
    parts = [part if part.isascii() else part.encode("utf-8", "replace").decode() for part in parts]
    stem = parts[-1][: -len(_SUFFIX)]
    at = parts.index(_SUBAGENTS) if _SUBAGENTS in parts[:-1] else 0
    if not at and not stem.startswith(_AGENT):
        return TranscriptFile(path, MAIN, stem, "", project, size, mtime_ns)
    agent = stem[len(_AGENT) :]
    session = parts[at - 1] if at > 1 else ""
    kind = SUBAGENT
    if agent.startswith(_COMPACT):
        kind = COMPACTION
    elif at and "workflows" in parts[at + 1 : -1]:
        kind = WORKFLOW
    return TranscriptFile(path, kind, session, agent, project, size, mtime_ns)


def agent_type(file: TranscriptFile) -> str:
    """The type of the agent whose transcript this is, from the file beside it or its id's own label; '' for others."""
    if file.kind == MAIN:
        return ""
    try:
        described = quick_json.loads(small_file.read(file.path[: -len(_SUFFIX)] + ".meta.json"))
    except (OSError, ValueError, RecursionError):
        described = None
    label, dash, _ = file.agent_id.partition("-")
    return as_text(as_object(described).get("agentType")) or (label[1:] if dash and label.startswith("a") else "")


def _below(root: str, seen: set[tuple[int, int]], problems: dict[str, int]) -> Iterator[TranscriptFile]:
    folders = [root] if os.path.isdir(root) else []
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                listed = list(entries)
        except OSError:
            problems[UNREADABLE_FOLDERS] = problems.get(UNREADABLE_FOLDERS, 0) + 1
            continue
        for entry in listed:
            if entry.name not in _NO_TRANSCRIPTS:
                yield from _look_at(entry, (root, folders), seen, problems)


def _look_at(
    entry: os.DirEntry[str], todo: tuple[str, list[str]], seen: set[tuple[int, int]], problems: dict[str, int]
) -> Iterator[TranscriptFile]:
    """The transcript that a folder's entry is; or its folder is put on the list of those to look into."""
    root, folders = todo
    is_folder, status = False, None
    try:
        is_folder = entry.is_dir()
        if not is_folder and not (entry.name.endswith(_SUFFIX) and _may_be(entry)):
            return
        status = entry.stat() if is_folder or entry.is_file() else None
    except OSError:
        pass
    if status is None:
        problems[NO_FILES] = problems.get(NO_FILES, 0) + 1
        return
    identity = (status.st_dev, status.st_ino)
    if identity in seen:
        return
    seen.add(identity)
    if is_folder:
        folders.append(entry.path)
    else:
        yield of_path(entry.path, root, status.st_size, status.st_mtime_ns)


def _may_be(entry: os.DirEntry[str]) -> bool:
    """Below `subagents` only agents' own files are transcripts."""
    return entry.name.startswith(_AGENT) or f"{os.sep}{_SUBAGENTS}{os.sep}" not in entry.path
