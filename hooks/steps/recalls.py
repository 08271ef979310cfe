"""PostToolUse: an original that the agent reads was cut too much, and that is learned from."""

from __future__ import annotations

from scrimp.core import wanted_back
from scrimp.core.untrusted import as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.dispatch import State


def step(event: dict[str, Any], state: State) -> None:
    """Note a Read of an original, a Grep in it, or a command that names it."""
    given = as_object(event.get("tool_input"))
    for path in _named(as_text(event.get("tool_name")), given):
        cut = wanted_back.cut_at(state.data, path) if _FOLDER in path else None
        if cut is not None:
            wanted_back.note(state.data, cut, wanted_back.READ, as_text(event.get("tool_use_id")))


_FOLDER = "/tool-results/"
_AROUND = "'\"()<>;"


def _named(tool: str, given: dict[str, Any]) -> list[str]:
    """The paths that a call names; `scrimp recall` notes by itself what it brings back."""
    if tool in _PATHS:
        return [as_text(given.get(_PATHS[tool]))]
    command = as_text(given.get("command"))
    if tool != "Bash" or _FOLDER not in command or "scrimp recall" in command:
        return []
    return list(dict.fromkeys(word.strip(_AROUND) for word in command.split()))


_PATHS = {"Read": "file_path", "Grep": "path"}
