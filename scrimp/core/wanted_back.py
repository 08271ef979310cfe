"""What was learned from use: which cuts were wanted back, and how much less is cut for it.

A cut that makes the agent come back costs a turn, which reads the whole context again. So a recall, a look at the
original or a re-run of the same command within `limits.RETURN_TURNS` requests counts against the family, for that kind
of command in that repo: twice it is cut less, from the third time on not at all. One JSON object a line, appended:
hooks of many sessions need no lock, and a cut counts once however often it is asked for. What comes later is written
down too, for the ledger's table `recalls`, and teaches nothing.
"""

from __future__ import annotations

import os
import time

from scrimp.core import cuts, limits, project, quick_json, since_cut
from scrimp.core.errors import JournalError
from scrimp.core.untrusted import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Cut = Mapping[str, Any]

NAME = "wanted_back.jsonl"
RECALL, READ, RERUN = "recall", "read", "rerun"
"""How it was wanted back."""

_KEYS = ("family", "kind", "repo", "handle")


def kind_of(command: str) -> str:
    """What kind of command it is: the program and its first plain word, `git log`, `pytest`, `npm ls`."""
    for part in since_cut.simple_commands(command):
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
    """What was wanted back soon, the latest last; of a long journal its end."""
    return [{name: as_text(row.get(name)) for name in _KEYS} for row in _recent(data, NAME) if row.get("is_soon", 1)]


def note(data: str, cut: Cut, how: str, call: str = "") -> bool:
    """Write down that a cut (a row of the journal of cuts) is wanted back; whether it is soon enough to learn from.

    call: the tool call that wants it, where that is known.
    """
    now_ms = int(time.time() * 1000)
    requests = since_cut.requests_since(cut, now_ms)
    is_soon = requests is not None and requests <= limits.RETURN_TURNS
    command = as_text(cut.get("command"))
    row: dict[str, str | int | None] = {
        "at_ms": now_ms,
        "how": how,
        "is_soon": int(is_soon),
        "by_tool_use_id": call,
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
    return is_soon


def note_rerun(data: str, session_id: str, command: str) -> None:
    """Where this session had the same command's output cut a short while ago and has only looked since: note it."""
    wanted = since_cut.without_filter(command)
    for cut in reversed(_recent(data, cuts.NAME)):
        if cut.get("session_id") == session_id and since_cut.without_filter(as_text(cut.get("command"))) == wanted:
            if not _is_noted(data, cut) and since_cut.is_looked_at_again(cut, command):
                note(data, cut, RERUN)
            return


def cut_at(data: str, path: str) -> Cut | None:
    """The latest row of the journal of cuts whose original is at this path; None where it has none.

    By path, not by handle: the client's own file of an output bears another name, and equal outputs of two sessions
    are two originals.
    """
    return next((cut for cut in reversed(_recent(data, cuts.NAME)) if cut.get("path") == path), None)


def _is_noted(data: str, cut: Cut) -> bool:
    """Whether a re-run after this cut is written down: where the trap leaves an output raw, a hook looks at it too."""
    call = cut.get("tool_use_id")
    return any(row.get("how") == RERUN and row.get("tool_use_id") == call for row in _recent(data, NAME))


def _recent(data: str, name: str) -> list[dict[str, Any]]:
    """The latest rows of a journal."""
    found = map(quick_json.object_in, since_cut.tail(os.path.join(data, name), limits.JOURNAL_TAIL_BYTES))
    return [row for row in found if row]


def _kind(words: list[str]) -> str:
    program = words[0].rpartition("/")[2]
    rest = words[1:]
    if rest[:1] == ["-m"]:  # python -m pytest
        program, rest = rest[1] if rest[1:] else program, rest[2:]
    plain = rest[0] if rest and rest[0].replace("-", "").replace(":", "").isalpha() and rest[0][0] != "-" else ""
    return f"{program} {plain}".strip()
