"""SessionStart: tells the person of a limit that was written into a file by hand and that no settings keep yet."""

from __future__ import annotations

from hooks import wired
from scrimp.core.settings import BUDGET_VARIABLE, config_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.dispatch import State

_SAID = (
    "scrimp: a limit is set, and these settings do not start what keeps it (the plugin, if enabled, keeps it less "
    "strictly). To put it right: scrimp install"
)


def step(_event: dict[str, Any], state: State) -> dict[str, Any] | None:
    """One line for the person where a limit is set without its entries; `scrimp run` brings its own."""
    if BUDGET_VARIABLE in state.environ or not state.settings.budget.is_set:
        return None
    is_wired = wired.is_wired(config_dir(state.environ), state.project, wired.GATE)
    return None if is_wired else {"message": _SAID}
