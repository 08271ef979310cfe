"""Asks the budget's gate, for each door in its own way; loads the ledger, so only where a limit is set.

Raises what goes wrong: the doors know what that means.
"""

from __future__ import annotations

import time

from hooks.steps import texts
from hooks.steps.budget_doors import AGENT_TOOLS
from scrimp.core import ledger, limits
from scrimp.core.budget import gate, signs
from scrimp.core.budget import where as places
from scrimp.core.ledger import prompts
from scrimp.core.untrusted import as_list, as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from typing import Any

    from hooks.dispatch import State
    from scrimp.core.budget.gate import Verdict
    from scrimp.core.budget.rules import Rules

    Event = dict[str, Any]

STOP = gate.STOP

_HANDED_BACK, _REFUSED = "[Subagent hand-back]", '"success":false'
"""How the client, 2.1.330, says that an agent's report is here, and that a message has reached nobody; an error of the
tool is a plain text instead of a list of blocks."""

_MS = 1_000


def batch(event: Event, rules: Rules, environ: Mapping[str, str]) -> Verdict:
    """The verdict on the request that brings the results of a batch."""
    chars = texts.chars(event.get("tool_calls"))
    where, not_started = _where(event, environ), _not_started(event)
    with ledger.opened(ledger.path_of(environ)) as db:
        if not_started:
            gate.not_started(db, where, not_started)
        return gate.judge(db, rules, where, environ, new_chars=chars, door=gate.BATCH)


def prompt(event: Event, state: State) -> dict[str, Any] | None:
    """Block a prompt that does not fit; None for one that does and needs no word."""
    where = _where(event, state.environ)
    chars = len(as_text(event.get("prompt")))
    with ledger.opened(ledger.path_of(state.environ)) as db:
        if _is_under_way(db, where):
            return None
        rules = state.rules(is_new=not any(where.woken_by))
        verdict = gate.judge(db, rules, where, state.environ, new_chars=chars, door=gate.PROMPT)
    if verdict.action == STOP:
        hidden = {"is_hidden": True} if any(where.woken_by) else {}  # nobody typed it, nobody wants it back
        return {"block": verdict.reason, **hidden}
    return _said(verdict)


def tool(event: Event, state: State, *, starts_agent: bool) -> dict[str, Any] | None:
    """Deny every tool of a thread that is told to answer, and the start of an agent that does not fit."""
    where = _where(event, state.environ)
    with ledger.opened(ledger.path_of(state.environ)) as db:
        why = gate.is_landing(db, where)
        if why:
            return {"deny": why}
        signs.take_down(state.data, where.session_id, where.agent_id)
        return _agent_start(db, event, state, where) if starts_agent else None


def end(event: Event, state: State) -> dict[str, Any] | None:
    """End a thread for good where its next request does not fit; an agent gives back what it had reserved."""
    where = _where(event, state.environ)
    with ledger.opened(ledger.path_of(state.environ)) as db:
        reason = gate.unfit(db, state.rules(), where, state.environ, requests=1)
        if where.agent_id:
            gate.release(db, where)
    return {"stop": reason} if reason else None


def compaction(event: Event, state: State) -> dict[str, Any] | None:
    """Block what the client does by two requests with the whole context, where these do not fit."""
    with ledger.opened(ledger.path_of(state.environ)) as db:
        where = _where(event, state.environ)
        reason = gate.unfit(db, state.rules(), where, state.environ, requests=limits.BUDGET_COMPACTION_REQUESTS)
    return {"block": reason} if reason else None


def _agent_start(db: sqlite3.Connection, event: Event, state: State, where: places.Where) -> dict[str, Any] | None:
    given = as_object(event.get("tool_input"))
    verdict = gate.judge(
        db,
        state.rules(),
        where,
        state.environ,
        new_chars=texts.chars(given),
        door=gate.AGENT_START,
        agent_type=as_text(given.get("subagent_type")),
        model=as_text(given.get("model")),
    )
    # An agent that would have to answer at once is not worth its start.
    return _said(verdict) if verdict.action == gate.GO else {"deny": verdict.reason}


def _not_started(event: Event) -> list[str]:
    """The ids of the calls in a batch that were to start an agent, and after which none is starting any more."""
    calls = [as_object(call) for call in as_list(event.get("tool_calls"))]
    return [as_text(call.get("tool_use_id")) for call in calls if _is_not_starting(call)]


def _is_not_starting(call: Event) -> bool:
    if as_text(call.get("tool_name")) not in AGENT_TOOLS:
        return False
    given = call.get("tool_response")
    said = given if isinstance(given, str) else "".join(as_text(as_object(one).get("text")) for one in as_list(given))
    return isinstance(given, str) or said.startswith(_HANDED_BACK) or _REFUSED in said


def _where(event: Event, environ: Mapping[str, str]) -> places.Where:
    return places.of_event(event, environ, int(time.time() * _MS))


def _is_under_way(db: sqlite3.Connection, where: places.Where) -> bool:
    """Whether this is no new prompt, but a word to one that runs: blocked, it would be lost and the run go on.

    The end of a background agent comes so while main works, right after a batch, on which the gate has its say.
    """
    return prompts.began_ms(db, where.session_id, where.prompt_id) > 0


def _said(verdict: Verdict) -> dict[str, Any] | None:
    pairs = {"message": verdict.to_person, "context": verdict.to_agent}
    return {key: text for key, text in pairs.items() if text} or None
