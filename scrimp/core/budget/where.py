"""Where a gate stands: which thread of which session asks, in which folder, at what time."""

from __future__ import annotations

import os

from scrimp.core.untrusted import as_list, as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NamedTuple

    class Where(NamedTuple):
        """agent_id, agent_type: '' in the main thread. folder: where the session works. now_ms: since the epoch.

        transcript_path: the main thread's, also in a subagent. calls: the ids of the tool calls that the event is
        about. woken_by: the id of the call and of the agent whose end is this prompt, '' each for a person's prompt.
        """

        session_id: str
        prompt_id: str
        agent_id: str
        agent_type: str
        folder: str
        transcript_path: str
        now_ms: int
        calls: tuple[str, ...] = ()
        woken_by: tuple[str, str] = ("", "")
else:
    from collections import namedtuple

    Where = namedtuple(
        "Where",
        "session_id prompt_id agent_id agent_type folder transcript_path now_ms calls woken_by",
        defaults=((), ("", "")),
    )

_NOTIFICATION = "<task-notification>"
_LOOKED_AT_CHARS = 2_000
"""The ids stand at the beginning of a notification, before what the agent says."""


def of_event(event: Mapping[str, Any], environ: Mapping[str, str], now_ms: int) -> Where:
    """Where the gate stands for a hook's event; what is missing in it is ''."""
    ids = (as_text(as_object(call).get("tool_use_id")) for call in (*as_list(event.get("tool_calls")), event))
    return Where(
        as_text(event.get("session_id")),
        as_text(event.get("prompt_id")),
        as_text(event.get("agent_id")),
        as_text(event.get("agent_type")) if event.get("agent_id") else "",
        as_text(event.get("cwd")) or environ.get("CLAUDE_PROJECT_DIR") or os.getcwd(),
        as_text(event.get("transcript_path")),
        now_ms,
        tuple(one for one in ids if one),
        _woken_by(as_text(event.get("prompt"))),
    )


def _woken_by(prompt: str) -> tuple[str, str]:
    head = prompt.lstrip()[:_LOOKED_AT_CHARS]
    if not head.startswith(_NOTIFICATION):
        return "", ""
    return _between(head, "tool-use-id"), _between(head, "task-id")


def _between(text: str, tag: str) -> str:
    return text.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0].strip()
