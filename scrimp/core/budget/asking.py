"""The request that asks: its thread as the ledger knows it, what may be missing of it there, and what it will cost."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.budget import forecast
from scrimp.core.ledger import reservations, tool_calls
from scrimp.core.ledger.reservations import Reservation

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import NamedTuple

    from scrimp.core.budget.forecast import Forecast, Thread
    from scrimp.core.budget.where import Where
    from scrimp.core.managed_prices import ManagedPrices

    class Asking(NamedTuple):
        """Who asks: at which door, with how many new characters; the type and model of an agent that is to start."""

        where: Where
        door: str
        new_chars: int
        agent_type: str
        model: str
else:
    from collections import namedtuple

    Asking = namedtuple("Asking", "where door new_chars agent_type model")

BATCH, PROMPT, AGENT_START = "batch", "prompt", "agent_start"


class Request:
    """The next request. `own_pico` is what its thread's request before may cost, where the ledger lacks that one.

    is_after_guess: whether that was the thread's first, of which only a guess is known. `answer`: the forecast for the
    thread that waits for this one, None for a main thread. `reserved` is what all other threads have outstanding;
    `running` are the other agents at work, each of which will want to answer.
    """

    __slots__ = (
        "_known",
        "answer",
        "asking",
        "forecast",
        "is_after_guess",
        "own_pico",
        "reserved",
        "running",
        "thread",
    )

    def __init__(
        self, db: sqlite3.Connection, asking: Asking, managed: ManagedPrices | None, *, counts_unpriced: bool
    ) -> None:
        where = asking.where
        self.asking = asking
        self._known = reservations.newest(db, where.session_id, where.agent_id)
        row = reservations.of(db, where.session_id, where.agent_id)
        self.own_pico, context_tokens = 0, 0
        new_tokens = forecast.tokens_of(asking.new_chars)
        own = self._thread(db, where.agent_id)

        def priced(thread: Thread, tokens: int) -> Forecast:
            return forecast.forecast(thread, tokens, where.now_ms, managed=managed, counts_unpriced=counts_unpriced)

        self.answer: Forecast | None = None
        is_behind = self._is_behind(db, row)
        self.is_after_guess = is_behind and not self._known and asking.door != PROMPT
        if asking.door == AGENT_START:
            self.answer = priced(own, 0)
            own = forecast.first_of_agent(db, where.session_id, asking.agent_type, asking.model or own.model)
        elif is_behind:
            usual = priced(own, own.fresh_tokens).pico
            self.own_pico, context_tokens = self._missing(row, usual)
            own = forecast.lagging(own, context_tokens)
        if where.agent_id and asking.door == BATCH:
            self.answer = priced(self._thread(db, ""), 0)
        self.thread = own
        self.forecast = priced(own, new_tokens)
        others = [
            row
            for row in reservations.all_of_now(db, where.now_ms)
            if asking.door == AGENT_START or (row.session_id, row.agent_id) != (where.session_id, where.agent_id)
        ]
        self.reserved = reservations.outstanding(db, others)
        soon_ms = where.now_ms + limits.BUDGET_RELEASE_MS  # what expires by then was released
        self.running = [row for row in others if row.expires_ms > soon_ms and _is_agent(row.agent_id)]

    def reservation(self, most_pico: int) -> Reservation:
        """What is reserved when the request is let go: its forecast, as far as there is so much."""
        where, now_ms = self.asking.where, self.asking.where.now_ms
        is_start = self.asking.door == AGENT_START
        agent_id = f"{reservations.STARTING}{(*where.calls, str(now_ms))[0]}" if is_start else where.agent_id
        lasts_ms = limits.BUDGET_START_MS if is_start else limits.BUDGET_REQUEST_MS
        return Reservation(
            where.session_id,
            agent_id,
            self.asking.agent_type,
            where.prompt_id,
            where.folder,
            where.transcript_path,
            "" if is_start else (*self._known, "")[0],
            self.own_pico,
            min(self.forecast.pico, most_pico),
            self.forecast.context_tokens,
            now_ms,
            now_ms + lasts_ms,
        )

    def _thread(self, db: sqlite3.Connection, agent_id: str) -> Thread:
        where = self.asking.where
        known = forecast.thread(db, where.session_id, agent_id)
        if known is not None:
            return known
        if agent_id:
            return forecast.first_of_agent(db, where.session_id, where.agent_type, "")
        return forecast.first(db)

    def _is_behind(self, db: sqlite3.Connection, row: Reservation | None) -> bool:
        """Whether the ledger lacks the thread's request before this one, as its transcript lags by the newest.

        The calls that were just answered tell it; where another request has had calls of the same ids (a server that
        counts from 0 in each session), what was reserved does.
        """
        where = self.asking.where
        if self.asking.door == BATCH and where.calls:
            conversation = f"{where.session_id}/{where.agent_id}"
            keys = [tool_calls.key_of(one, conversation) for one in where.calls]
            asked_by = tool_calls.asked_by(db, keys)
            if not asked_by or not asked_by.isdisjoint(self._known[:1]):
                return not asked_by
        return row is not None and reservations.outstanding_pico(row, self._known) > 0

    def _missing(self, row: Reservation | None, usual_pico: int) -> tuple[int, int]:
        """What the requests that the ledger lacks may have cost, and the prompt of the newest, 0 unknown."""
        if row is None:
            return usual_pico, 0
        return max(row.pico, reservations.outstanding_pico(row, self._known)), row.context_tokens


def _is_agent(agent_id: str) -> bool:
    return bool(agent_id) and not agent_id.startswith(reservations.ASKING)
