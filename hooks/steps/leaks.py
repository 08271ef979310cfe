"""A line that stands for what was cut must not get into a file.

An agent that has seen a cut text and writes it back would lose the rest of it for good. Only lines whose original is
really kept count: in documentation, or in a test of ours, such a line is text like any other. Before Write, Edit and
NotebookEdit they are refused. Of a command the agent is told afterwards, in the process that looks at its output
anyway: the client's conditions do not see what a here-document holds (2.1.330), and a process more before every
command would cost each of them 10 ms.
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
    found = next(filter(None, (_kept(text, state) for text in texts)), None)
    return {"deny": f"[scrimp] This text {_SAID.format(*found)}, and write what belongs there."} if found else None


def after_command(event: dict[str, Any], state: State) -> dict[str, Any] | None:
    """Tell the agent of a marker line of ours in the command that has just run, which was a line of its text."""
    if as_text(event.get("tool_name")) != "Bash":
        return None
    command = as_text(as_object(event.get("tool_input")).get("command"))
    found = None if _RECALL in command else _kept(command, state)
    if found is None:
        return None
    return {"context": f"[scrimp] This command {_SAID.format(*found)}, and mend what it wrote."}


_RECALL = "scrimp recall"
_SAID = "holds the line [scrimp {}: …], which stands for what was left out of an output. Read {} first"


def _kept(text: str, state: State) -> tuple[str, str] | None:
    """(handle, path) of the first marker line in a text whose original is kept."""
    return next((found for found in outputs.markers(text) if cuts.find(found[0], state.environ)), None)
