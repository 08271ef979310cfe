"""PreToolUse: a line that stands for what was cut must not get into a file.

An agent that has seen a cut text and writes it back would lose the rest of it for good. Only lines whose original is
really kept count: in documentation, or in a test of ours, such a line is text like any other.
"""

from __future__ import annotations

from scrimp.core import cuts, outputs
from scrimp.core.untrusted import as_list, as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.dispatch import State

_TEXTS = {"Write": ("content",), "Edit": ("new_string",), "NotebookEdit": ("new_source",)}


def step(event: dict[str, Any], state: State) -> dict[str, Any] | None:
    """Deny a text that holds one of our marker lines; None for any other."""
    given = as_object(event.get("tool_input"))
    names = _TEXTS.get(as_text(event.get("tool_name")), ())
    texts = [as_text(given.get(name)) for name in names]
    texts += [as_text(as_object(edit).get("new_string")) for edit in as_list(given.get("edits"))]
    for text in texts:
        for handle, path in outputs.markers(text):
            if cuts.find(handle, state.environ):
                return {"deny": _said(handle, path)}
    return None


def _said(handle: str, path: str) -> str:
    return (
        f"[scrimp] This text holds the line [scrimp {handle}: …], which stands for what was left out of an output. "
        f"Read {path} first, and write what belongs there."
    )
