"""Where a question is asked from: which model the user has for it, what the limits leave, where its cost is kept."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

from scrimp import tool_settings
from scrimp.core import ledger, limits, managed_settings, settings, times
from scrimp.core.budget import gate, reading, weighing, wording
from scrimp.core.budget.rules import USD
from scrimp.core.budget.where import Where
from scrimp.core.errors import LedgerError
from scrimp.core.ledger import own, reservations
from scrimp.digest import api, claude_code
from scrimp.digest.asking import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scrimp.core.callers import Caller
    from scrimp.digest.models import Model, Used
    from scrimp.settings_schema import AskSettings

_MS = 1000


def of(environ: Mapping[str, str], caller: Caller) -> World:
    """The world of a caller's question."""
    wanted, purse = tool_settings.ask(environ), _Purse(environ, caller)
    found = model(wanted, environ, settings.data_dir(environ))
    return World(found, wanted.max_usd, time.time(), purse.refusal, purse.record)


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


class _Purse:
    """What one question may spend: held back from every limit while it is asked, in the ledger afterwards."""

    def __init__(self, environ: Mapping[str, str], caller: Caller) -> None:
        self._environ = environ
        self._caller = caller
        self._key = f"{reservations.ASKING}{uuid.uuid4().hex}"

    def refusal(self, pico: int) -> str:
        """Why so many pico-dollars more may not be spent, '' where they may, by every limit in dollars, and are held.

        Checked and held in one transaction: of several questions of one reply, each counts for the next.
        """
        rules = settings.load(self._environ, self._caller.folder).budget
        if not rules.is_set:
            return ""
        where = self._where()
        try:
            with ledger.opened(ledger.path_of(self._environ)) as db:
                # no door has read the reply yet that holds this call
                problem = reading.session(db, where, managed_settings.prices(self._environ), must_exist=False)
                if problem:
                    return f"the budget cannot be computed: {problem}"
                with ledger.transaction(db):
                    refused = self._over(gate.states(db, rules, where, self._environ), pico)
                    if not refused:
                        reservations.put(db, self._held(where, pico))
        except LedgerError as error:
            return f"the budget cannot be computed: {error}"
        return refused

    def record(self, used: Sequence[Used]) -> int:
        """Keep what was used as the caller's session's, marked as ours, in place of what was held; its pico-dollars."""
        managed, where = managed_settings.prices(self._environ), self._where()
        with ledger.opened(ledger.path_of(self._environ)) as db, ledger.transaction(db):
            reservations.drop(db, where.session_id, self._key)
            return own.add(
                db,
                used,
                session_id=where.session_id,
                prompt_id=where.prompt_id,
                folder=where.folder,
                at=times.iso(where.now_ms),
                managed=managed,
            )

    def _where(self) -> Where:
        caller = self._caller
        now_ms = int(time.time() * _MS)
        return Where(caller.session_id, caller.prompt_id, "", "", caller.folder, caller.transcript_path, now_ms)

    def _over(self, states: Sequence[gate.State], pico: int) -> str:
        dollars = (state for state in states if state.limit.unit == USD and not state.limit.agent)
        return next((wording.reached(state, pico) for state in dollars if weighing.room(state) < pico), "")

    def _held(self, where: Where, pico: int) -> reservations.Reservation:
        expires_ms = where.now_ms + limits.BUDGET_REQUEST_MS
        place = (where.prompt_id, where.folder, where.transcript_path)
        return reservations.Reservation(
            where.session_id, self._key, own.AGENT_TYPE, *place, "", 0, pico, 0, where.now_ms, expires_ms
        )
