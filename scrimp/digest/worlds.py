"""Where a question is asked from: which model the user has for it, what the limits leave, where its cost is kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scrimp import tool_settings
from scrimp.core import ledger, managed_settings, settings, times
from scrimp.core.budget import gate, reading, wording
from scrimp.core.budget.rules import USD
from scrimp.core.budget.where import Where
from scrimp.core.errors import LedgerError
from scrimp.core.ledger import own
from scrimp.digest import api, claude_code
from scrimp.digest.asking import World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scrimp.core.callers import Caller
    from scrimp.digest.models import Model, Used
    from scrimp.settings_schema import AskSettings

_MS = 1000


def of(environ: Mapping[str, str], caller: Caller) -> World:
    """The world of a caller's question."""
    wanted = tool_settings.ask(environ)
    return World(
        model(wanted, environ, settings.data_dir(environ)),
        wanted.max_usd,
        time.time(),
        _refusal(environ, caller),
        _record(environ, caller),
    )


def model(wanted: AskSettings, environ: Mapping[str, str], folder: str) -> Model | None:
    """The model that the user's settings mean and the machine has; None where there is none.

    folder: where the user's Claude Code is started, one in which nobody works.
    """
    executable = claude_code.program(environ) if wanted.backend in {"auto", "claude"} else ""
    if executable:
        return claude_code.ClaudeCode(executable, wanted.model, environ, folder)
    if wanted.backend in {"auto", "api"} and environ.get(api.KEY) and not environ.get(claude_code.MARK):
        return api.MessagesApi(wanted.model, environ)
    return None


def _refusal(environ: Mapping[str, str], caller: Caller) -> Callable[[int], str]:
    """Why a caller may not spend so many pico-dollars more, '' where they may, by every limit in dollars."""

    def refuse(pico: int) -> str:
        rules = settings.load(environ, caller.folder).budget
        if not rules.is_set:
            return ""
        now_ms = int(time.time() * _MS)
        where = Where(caller.session_id, caller.prompt_id, "", "", caller.folder, caller.transcript_path, now_ms)
        try:
            with ledger.opened(ledger.path_of(environ)) as db:
                # no door has read the reply yet that holds this call
                problem = reading.session(db, where, managed_settings.prices(environ), must_exist=False)
                states = gate.states(db, rules, where, environ)
        except LedgerError as error:
            return f"the budget cannot be computed: {error}"
        if problem:
            return f"the budget cannot be computed: {problem}"
        for state in states:
            room = state.amount - state.spent - state.extra - state.reserved
            if state.limit.unit == USD and not state.limit.agent and room < pico:
                return wording.reached(state, pico)
        return ""

    return refuse


def _record(environ: Mapping[str, str], caller: Caller) -> Callable[[Sequence[Used]], int]:
    """Keeps what was used as the caller's session's, marked as ours; its pico-dollars."""

    def record(used: Sequence[Used]) -> int:
        managed = managed_settings.prices(environ)
        with ledger.opened(ledger.path_of(environ)) as db, ledger.transaction(db):
            return own.add(
                db,
                used,
                session_id=caller.session_id,
                prompt_id=caller.prompt_id,
                folder=caller.folder,
                at=times.iso(time.time() * _MS),
                managed=managed,
            )

    return record
