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
    from scrimp.core.routes.weighing import Choice

    Event = dict[str, Any]

TOOL = "Agent"
_FORK = "fork"
"""A fork runs on its parent's model, whatever the call says."""

_DEARER_AGENTS = ("expert", "scrimp:expert")
"""The shipped agents that may be dearer than the thread that calls them, as the client names them."""

_MS = 1_000


def step(event: Event, state: State) -> dict[str, Any] | None:
    """The call's input as the first rule that matches has it; None where nothing changes."""
    given = as_object(event.get("tool_input"))
    if event.get("tool_name") != TOOL:
        return None
    if not state.settings.routes:
        return _dearer_by_itself(event, given, state)
    from scrimp.core import log
    from scrimp.core.routes import told

    session_id = as_text(event.get("session_id"))
    routed, problems = _routed(event, state)
    if problems and told.once(state.data, session_id, "problems"):
        log.note(state.data, "; ".join(problems))
    if routed.why_not and told.once(state.data, session_id, routed.why_not):
        log.note(state.data, routed.why_not)
    if not routed.changes:
        return _dearer_by_itself(event, given, state)
    is_new = bool(routed.said) and told.once(state.data, session_id, routed.said)
    return {"input": {**given, **routed.changes}, **({"message": f"scrimp: {routed.said}"} if is_new else {})}


def _dearer_by_itself(event: Event, given: dict[str, Any], state: State) -> dict[str, Any] | None:
    """A word to the person, once a session, where a shipped agent costs more than the thread and no rule says so."""
    agent = as_text(given.get("subagent_type"))
    if agent not in _DEARER_AGENTS or given.get("model"):
        return None
    import time

    from scrimp.core import managed_settings, times
    from scrimp.core.routes import deciding, surroundings, told, weighing

    own = surroundings.own_choice(agent, state.environ, state.project)
    if own.names_model or surroundings.names_model(state.environ):
        return None
    thread = _thread(event)
    new = deciding.base(own.model, own.effort, thread, state.environ)
    at, managed = times.iso(time.time() * _MS), managed_settings.prices(state.environ)
    said = f"{agent}, which the agent has called by itself, runs on {new.model}: it costs more than {thread.model}"
    if not weighing.is_dearer(new, thread, at, managed):
        return None
    return {"message": f"scrimp: {said}"} if told.once(state.data, as_text(event.get("session_id")), said) else None


def foresee(event: Event, state: State) -> None:
    """Let the steps that follow see the call with the model that it will run on: the budget reserves for that.

    As `step`, in another process, makes it; else as the agent's own file says.
    """
    given = as_object(event.get("tool_input"))
    if event.get("tool_name") != TOOL or given.get("model") or not state.is_limited:
        return
    from scrimp.core.routes import surroundings

    changes = _routed(event, state)[0].changes if state.settings.routes else {}
    own = surroundings.own_choice(_agent_of(given), state.environ, state.project).model
    known = {"model": own} if own and own != "inherit" else {}
    event["tool_input"] = {**known, **given, **changes}


def _routed(event: Event, state: State) -> tuple[Routed, list[str]]:
    """What the rules make of the call, and what is wrong with the rules."""
    from scrimp.core.routes import deciding, faults, rules

    given = as_object(event.get("tool_input"))
    agent = _agent_of(given)
    usable, problems = faults.usable(state.settings, state.environ, state.project)
    call = rules.Call(agent, as_text(given.get("description")), as_text(given.get("prompt")))
    rule = None if agent == _FORK or given.get("model") else rules.first(usable, call)
    return (_decided(event, state, rule, agent) if rule else deciding.LEFT), problems


def _agent_of(given: dict[str, Any]) -> str:
    from scrimp.core.routes import surroundings

    return as_text(given.get("subagent_type")) or surroundings.DEFAULT_AGENT


def _decided(event: Event, state: State, rule: Rule, agent: str) -> Routed:
    """What the rule makes of the call, beside what it would run on by itself."""
    import time

    from scrimp.core import managed_settings, times
    from scrimp.core.routes import deciding, surroundings

    own = surroundings.own_choice(agent, state.environ, state.project)
    if not own.is_known:
        return deciding.Routed({}, "", f"{rule.place}: what {agent} runs on is not known; the call is left as it is")
    thread = _thread(event)
    around = deciding.Around(
        deciding.base(own.model, own.effort, thread, state.environ),
        own.names_model or surroundings.names_model(state.environ),
        own.names_effort or surroundings.names_effort(state.environ),
        times.iso(time.time() * _MS),
        state.environ,
        managed_settings.prices(state.environ),
    )
    return deciding.decide(rule, as_object(event.get("tool_input")), around)


def _thread(event: Event) -> Choice:
    """What the thread that calls runs on."""
    from scrimp.core.routes import deciding, weighing

    effort = as_text(as_object(event.get("effort")).get("level"))
    return weighing.Choice(_model_of_thread(event), effort if effort in deciding.EFFORTS else "")


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
