"""Who calls a tool of the MCP server: the client tells the server only the call's id, but its hooks the rest.

pre_tool_use leaves a note by that id, the server takes it. One without a note comes from a client without our hooks:
then nobody has asked the person about what the user's rules do not settle.
"""

from __future__ import annotations

import os
import time

from scrimp.core import limits, quick_json, small_file
from scrimp.core.untrusted import as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NamedTuple

    class Caller(NamedTuple):
        """A session's thread, at which prompt; agent_id '' for the main one. folder: where it works.

        turn: changes when the conversation loses what it held (a compaction); '' without our hook.
        is_judged: whether our hook has held the call against the user's rules, and asked where these did not settle it.
        """

        session_id: str
        prompt_id: str
        agent_id: str
        transcript_path: str
        folder: str
        permission_mode: str
        turn: str
        is_judged: bool
else:
    from collections import namedtuple

    Caller = namedtuple("Caller", "session_id prompt_id agent_id transcript_path folder permission_mode turn is_judged")

_FOLDER = "callers"
_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_TURN = "turn"
_FIELDS = ("session_id", "prompt_id", "agent_id", "transcript_path", "cwd", "permission_mode")


def note(data: str, event: Mapping[str, Any]) -> None:
    """Leave who makes the call of this PreToolUse event, in scrimp's data folder; OSError where that cannot be."""
    path = _path(data, as_text(event.get("tool_use_id")))
    if not path:
        return
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    _forget_old(folder)
    said = {name: as_text(event.get(name)) for name in _FIELDS}
    _write(path, quick_json.dumps_flat({**said, _TURN: _turn(data, said["session_id"])}))


def turn_over(data: str, session_id: str) -> None:
    """Note that a session's conversation has lost what it held before; OSError where that cannot be."""
    path = _path(data, f"turn-{session_id}")
    if path:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        _write(path, str(time.time_ns()))


def take(data: str, tool_use_id: str) -> Caller | None:
    """Who makes the call, once; None where no hook of ours has seen it."""
    path = _path(data, tool_use_id)
    try:
        found = as_object(quick_json.loads(small_file.read(path)))
        os.unlink(path)
    except (OSError, ValueError, RecursionError):
        return None
    session, prompt, agent, transcript, folder, mode = (as_text(found.get(name)) for name in _FIELDS)
    return Caller(session, prompt, agent, transcript, folder, mode, as_text(found.get(_TURN)), is_judged=True)


def _turn(data: str, session_id: str) -> str:
    try:
        return small_file.read(_path(data, f"turn-{session_id}"))
    except OSError:
        return "0"


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        os.write(descriptor, text.encode("utf-8", "replace"))
    finally:
        os.close(descriptor)


def _path(data: str, tool_use_id: str) -> str:
    is_id = tool_use_id and len(tool_use_id) <= limits.CALL_ID_CHARS and _SIGNS.issuperset(tool_use_id)
    return os.path.join(data, _FOLDER, tool_use_id) if is_id else ""


def _forget_old(folder: str) -> None:
    """What a call that the person refused has left."""
    names = os.listdir(folder)
    if len(names) < limits.CALLERS_KEPT:
        return
    oldest = time.time() - limits.CALLER_SECONDS
    for name in names:
        path = os.path.join(folder, name)
        try:
            if os.stat(path, follow_symlinks=False).st_mtime < oldest:
                os.unlink(path)
        except OSError:
            continue
