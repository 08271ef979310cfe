"""PreToolUse of the batch tools and of budget: leaves the server word of whose call it is.

The client tells a server the call's id and nothing else; which thread at which prompt makes it stands in this event.
A call that an earlier step has denied does not come here, so what has a note was held against the user's rules.
"""

from __future__ import annotations

from scrimp.core import callers
from scrimp.core.untrusted import as_text

_LOST = ("compact", "clear")
"""Sources of a SessionStart after which the conversation does not hold any more what it was given."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.dispatch import State


def step(event: dict[str, Any], state: State) -> None:
    """Note who calls; OSError where the data folder does not take it."""
    callers.note(state.data, event)


def at_start(event: dict[str, Any], state: State) -> None:
    """SessionStart: note that what the conversation was given before is gone."""
    if as_text(event.get("source")) in _LOST:
        callers.turn_over(state.data, as_text(event.get("session_id")))
