"""The budget's doors as steps: where no limit is set they load nothing and do nothing.

What a door cannot reckon it keeps shut, with the reason, and leaves other tools alone: they cost nothing by themselves.
"""

from __future__ import annotations

from scrimp.core.budget import signs
from scrimp.core.settings import config_dir
from scrimp.core.untrusted import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.dispatch import State

    Event = dict[str, Any]

AGENT_TOOLS = ("Agent", "SendMessage", "Workflow")
"""The tools whose call lets an agent send requests: SendMessage wakes one that had ended, Workflow starts many."""

_ANSWERS = ("StructuredOutput",)
"""Tools by which the answer itself is given: these are not denied to an agent that is told to answer."""


def at_prompt(event: Event, state: State) -> dict[str, Any] | None:
    """Block a prompt that does not fit, before anything is paid for it."""
    if not state.is_limited:
        return None
    try:
        from hooks.steps import judging

        return judging.prompt(event, state)
    except Exception as error:  # noqa: BLE001 - fail closed for money
        return {"block": _unreckoned(error)}


def at_tool(event: Event, state: State) -> dict[str, Any] | None:
    """Deny the tools of an agent that is told to answer, and the start of an agent that does not fit."""
    tool = as_text(event.get("tool_name"))
    thread = (as_text(event.get("session_id")), as_text(event.get("agent_id")))
    if tool in _ANSWERS or (tool not in AGENT_TOOLS and not signs.is_up(state.data, *thread)):
        return None
    try:
        if not state.is_limited:
            return None
        from hooks.steps import judging

        return judging.tool(event, state, starts_agent=tool in AGENT_TOOLS)
    except Exception as error:
        if tool in AGENT_TOOLS:
            return {"deny": _unreckoned(error)}
        raise


def at_end(event: Event, state: State) -> dict[str, Any] | None:
    """End a thread that has answered, where nothing more fits: another hook may want it to go on."""
    if not state.is_limited:
        return None
    from hooks.steps import judging

    return judging.end(event, state)


def at_compaction(event: Event, state: State) -> dict[str, Any] | None:
    """Block a compaction that does not fit: it reads the whole context once more."""
    if not state.is_limited:
        return None
    try:
        from hooks.steps import judging

        return judging.compaction(event, state)
    except Exception as error:  # noqa: BLE001 - fail closed for money
        return {"block": _unreckoned(error)}


def at_change(event: Event, state: State) -> dict[str, Any] | None:
    """Block a change of the client's settings in a session with a limit, if it leaves the session without its gate."""
    if not state.is_limited:
        return None
    from hooks import wired

    path = as_text(event.get("file_path"))
    is_silenced = wired.switches_off(path)
    if not is_silenced and wired.is_wired(config_dir(state.environ), state.project, wired.GATE):
        return None
    return {"block": f"scrimp: {path} no longer starts the budget's gate, so this session keeps the hooks it has"}


def _unreckoned(error: Exception) -> str:
    return f"scrimp: the budget could not be reckoned, so nothing is spent ({type(error).__name__}: {error})"
