"""PreToolUse of batch_run, where a limit is set: what an agent may not run by Bash it may not run in a list either."""

from __future__ import annotations

import os

from scrimp.core.untrusted import as_list, as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.dispatch import State


def step(event: dict[str, Any], state: State) -> dict[str, Any] | None:
    """Deny the call for the first command that would change the budget; None for other tools and without a limit."""
    if not as_text(event.get("tool_name")).endswith("__batch_run") or not state.is_limited:
        return None
    from hooks.steps import guards
    from scrimp.core.permissions import judging

    folder = as_text(event.get("cwd")) or state.project
    for entry in as_list(as_object(event.get("tool_input")).get("commands")):
        given = as_object(entry)
        command = entry if isinstance(entry, str) else as_text(given.get("command"))
        env = [(name, as_text(value)) for name, value in as_object(given.get("env")).items()]
        asked = {"command": judging.as_typed(command, env)}
        at = os.path.join(folder, as_text(given.get("cwd")))
        answer = guards.step({**event, "tool_name": "Bash", "tool_input": asked, "cwd": at}, state)
        if answer:
            return answer
    return None
