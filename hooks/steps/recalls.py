"""PostToolUse: an original that the agent reads was cut too much, and that is learned from."""

from __future__ import annotations

import os

from scrimp.core import wanted_back
from scrimp.core.untrusted import as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.dispatch import State


def step(event: dict[str, Any], state: State) -> None:
    """Note a Read of one of our originals."""
    if as_text(event.get("tool_name")) != "Read":
        return
    name = os.path.basename(as_text(as_object(event.get("tool_input")).get("file_path")))
    handle, is_ours = name[len("scrimp-") : -len(".txt")], name.startswith("scrimp-") and name.endswith(".txt")
    cut = wanted_back.cut_of(state.data, handle) if is_ours else None
    if cut is not None:
        wanted_back.note(state.data, cut, wanted_back.READ)
