"""Runs a subagent on what the user's rules say (`routes`), by changing the call's input before it starts.

Without rules nothing is loaded. `step` alone answers with a changed input; where a limit is set, `foresee` works the
same out beside it, in the process of the budget's door.
"""

from __future__ import annotations

from scrimp.core.untrusted import as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.dispatch import State
    from scrimp.core.routes.deciding import Routed
    from scrimp.core.routes.rules import Rule

    Event = dict[str, Any]

TOOL = "Agent"
_FORK = "fork"
"""A fork runs on its parent's model, whatever the call says."""

_MS = 1_000


def step(event: Event, state: State) -> dict[str, Any] | None:
    """The call's input as the first rule that matches has it; None where nothing changes."""
    given = as_object(event.get("tool_input"))
    if event.get("tool_name") != TOOL or not state.settings.routes:
        return None
    from scrimp.core import log
    from scrimp.core.routes import told

    session_id = as_text(event.get("session_id"))
    routed, problems = _routed(event, state)
    if problems and told.once(state.data, session_id, "problems"):
        log.note(state.data, "; ".join(problems))
    if routed.why_not and told.once(state.data, session_id, routed.why_not):
        log.note(state.data, routed.why_not)
    if not routed.changes:
        return None
    is_new = bool(routed.said) and told.once(state.data, session_id, routed.said)
    return {"input": {**given, **routed.changes}, **({"message": f"scrimp: {routed.said}"} if is_new else {})}


def foresee(event: Event, state: State) -> None:
    """Let the steps that follow see the call as `step`, in another process, makes it: the budget reserves for that."""
    if event.get("tool_name") == TOOL and state.settings.routes:
        event["tool_input"] = {**as_object(event.get("tool_input")), **_routed(event, state)[0].changes}


def _routed(event: Event, state: State) -> tuple[Routed, list[str]]:
    """What the rules make of the call, and what is wrong with the rules."""
    from scrimp.core.routes import deciding, faults, rules, surroundings

    given = as_object(event.get("tool_input"))
    agent = as_text(given.get("subagent_type")) or surroundings.DEFAULT_AGENT
    usable, problems = faults.usable(state.settings, state.environ, state.project)
    call = rules.Call(agent, as_text(given.get("description")), as_text(given.get("prompt")))
    rule = None if agent == _FORK or given.get("model") else rules.first(usable, call)
    return (_decided(event, state, rule, agent) if rule else deciding.LEFT), problems


def _decided(event: Event, state: State, rule: Rule, agent: str) -> Routed:
    """What the rule makes of the call, beside what it would run on by itself."""
    import time

    from scrimp.core import managed_settings, times
    from scrimp.core.routes import deciding, surroundings
    from scrimp.core.routes.weighing import Choice

    own = surroundings.own_choice(agent, state.environ, state.project)
    if not own.is_known:
        return deciding.Routed({}, "", f"{rule.place}: what {agent} runs on is not known; the call is left as it is")
    effort = as_text(as_object(event.get("effort")).get("level"))
    thread = Choice(_model_of_thread(event), effort if effort in deciding.EFFORTS else "")
    around = deciding.Around(
        deciding.base(own.model, own.effort, thread, state.environ),
        own.names_model or surroundings.names_model(state.environ),
        own.names_effort or surroundings.names_effort(state.environ),
        times.iso(time.time() * _MS),
        state.environ,
        managed_settings.prices(state.environ),
    )
    return deciding.decide(rule, as_object(event.get("tool_input")), around)


def _model_of_thread(event: Event) -> str:
    """The model of the thread that calls; the client writes a session's very first request down a moment late."""
    import time

    from scrimp.core import limits
    from scrimp.core.routes import surroundings

    for _ in range(limits.BUDGET_LAG_MS // limits.BUDGET_LOOK_AGAIN_MS):
        model = surroundings.model_of(as_text(event.get("transcript_path")), as_text(event.get("agent_id")))
        if model:
            return model
        time.sleep(limits.BUDGET_LOOK_AGAIN_MS / _MS)
    return ""
