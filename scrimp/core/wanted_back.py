"""What was learned from use: which cuts were wanted back, and how much less is cut for it.

A cut that makes the agent come back costs a turn, which reads the whole context again. So a recall, a Read of the
original or a re-run of the same command within `limits.RETURN_TURNS` requests counts against the family, for that kind
of command in that repo: twice it is cut less, from the third time on not at all. One JSON object a line, appended:
hooks of many sessions need no lock, and a cut counts once however often it is asked for.
"""

from __future__ import annotations

import os
import time

from scrimp.core import cuts, limits, project, quick_json
from scrimp.core.errors import JournalError
from scrimp.core.untrusted import as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Cut = Mapping[str, Any]

NAME = "wanted_back.jsonl"
RECALL, READ, RERUN = "recall", "read", "rerun"
"""How it was wanted back."""

_EDITS = (b'"name":"Edit"', b'"name":"Write"', b'"name":"NotebookEdit"', b'"name":"MultiEdit"')
_CALL_ID = b'"tool_use_id":"'
_NEW_REQUEST = b'"type":"assistant"'
_MESSAGE_ID = b'"id":"msg_'
_KEYS = ("family", "kind", "repo", "handle")


def kind_of(command: str) -> str:
    """What kind of command it is: the program and its first plain word, `git log`, `pytest`, `npm ls`."""
    for part in _simple(command):
        words = [word for word in part.split() if "=" not in word.partition("/")[0]]
        if words[:2] and words[0] != "cd":
            return _kind(words)
    return ""


def steps_of(data: str, repo: str, command: str) -> dict[str, int]:
    """How often the cuts of each family were wanted back, for this kind of command in this repo."""
    kind, found = kind_of(command), dict[str, set[str]]()
    for row in rows(data):
        if row["kind"] == kind and row["repo"] == repo:
            found.setdefault(row["family"], set()).add(row["handle"])
    return {family: len(handles) for family, handles in found.items()}


def rows(data: str) -> list[dict[str, str]]:
    """What was wanted back, the latest last; of a long journal its end."""
    return [
        {name: as_text(row.get(name)) for name in _KEYS}
        for row in map(_object, _tail(os.path.join(data, NAME), limits.JOURNAL_TAIL_BYTES))
        if row
    ]


def note(data: str, cut: Cut, how: str) -> bool:
    """Write down that a cut (a row of the journal of cuts) is wanted back, if it is soon enough; whether it is."""
    asked = _requests_since(cut)
    if asked is None or asked[0] > limits.RETURN_TURNS or (how == RERUN and asked[1]):
        return False
    command = as_text(cut.get("command"))
    row = {
        "at_ms": int(time.time() * 1000),
        "how": how,
        "handle": as_text(cut.get("handle")),
        "session_id": as_text(cut.get("session_id")),
        "tool_use_id": as_text(cut.get("tool_use_id")),
        "repo": project.top(as_text(cut.get("project"))),
        "family": as_text(cut.get("family")),
        "kind": kind_of(command),
    }
    try:
        cuts.append(os.path.join(data, NAME), row)
    except JournalError:
        return False
    return True


def note_rerun(data: str, session_id: str, command: str) -> None:
    """Where this session had the same command's output cut a short while ago and changed no file since: note it."""
    wanted = _without_filter(command)
    for cut in reversed(_recent_cuts(data)):
        if cut.get("session_id") == session_id and _without_filter(as_text(cut.get("command"))) == wanted:
            note(data, cut, RERUN)
            return


def cut_of(data: str, handle: str) -> Cut | None:
    """The latest row of the journal of cuts with this handle; None where it has none."""
    return next((cut for cut in reversed(_recent_cuts(data)) if cut.get("handle") == handle), None)


def _recent_cuts(data: str) -> list[dict[str, Any]]:
    found = map(_object, _tail(os.path.join(data, cuts.NAME), limits.JOURNAL_TAIL_BYTES))
    return [cut for cut in found if cut]


def _requests_since(cut: Cut) -> tuple[int, bool] | None:
    """How many requests the session has made since a cut, and whether it changed a file; None where nothing tells.

    The transcript lies beside the folder that holds the originals. A reply is several lines with one id.
    """
    folder = os.path.dirname(os.path.dirname(as_text(cut.get("path"))))
    call = as_text(cut.get("tool_use_id"))
    if not folder or not call:
        return None
    lines = _tail(f"{folder}.jsonl", limits.TRANSCRIPT_TAIL_BYTES)
    result = next((at for at, line in enumerate(lines) if _CALL_ID + call.encode() in line), None)
    if result is None:
        return None
    replies = [line for line in lines[result + 1 :] if _NEW_REQUEST in line]
    ids = {line.partition(_MESSAGE_ID)[2].partition(b'"')[0] for line in replies}
    return len(ids), any(edit in line for line in replies for edit in _EDITS)


def _tail(path: str, most_bytes: int) -> list[bytes]:
    """The last whole lines of a file; none of one that is not there."""
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - most_bytes))
            lines = file.read().split(b"\n")
    except OSError:
        return []
    return lines if size <= most_bytes else lines[1:]


def _object(line: bytes) -> dict[str, Any]:
    try:
        return as_object(quick_json.loads(line.decode("utf-8", "replace"))) if line else {}
    except (ValueError, RecursionError):
        return {}


def _simple(command: str) -> list[str]:
    """The simple commands of a line, as far as their words tell."""
    for separator in ("&&", "||", ";", "|"):
        command = command.replace(separator, "\n")
    return [part.strip() for part in command.split("\n") if part.strip()]


def _kind(words: list[str]) -> str:
    program = words[0].rpartition("/")[2]
    rest = words[1:]
    if rest[:1] == ["-m"]:  # python -m pytest
        program, rest = rest[1] if rest[1:] else program, rest[2:]
    plain = rest[0] if rest and rest[0].replace("-", "").replace(":", "").isalpha() and rest[0][0] != "-" else ""
    return f"{program} {plain}".strip()


def _without_filter(command: str) -> str:
    """A command without what only chooses how much of it is seen."""
    for pipe in ("| head", "| tail", "| cat", "| less"):
        command = command.partition(pipe)[0]
    return " ".join(command.replace("2>&1", " ").split())
