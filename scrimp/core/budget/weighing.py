"""Weighs every limit that concerns the next request: how much is used, how much is left, what follows."""

from __future__ import annotations

from scrimp.core import times
from scrimp.core.budget import decision, gap, spending
from scrimp.core.budget.asking import AGENT_START, BATCH, PROMPT, Request
from scrimp.core.budget.decision import GO, STOP, Ask
from scrimp.core.budget.rules import DAY, MINUTES, PERCENT, TOKENS, TURNS, USD, key_of
from scrimp.core.budget.spans import Place, period
from scrimp.core.ledger import raises, stops

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from typing import NamedTuple

    from scrimp.core.budget.asking import Asking
    from scrimp.core.budget.rules import Limit, Rules
    from scrimp.core.ledger.stops import Landing
    from scrimp.core.managed_prices import ManagedPrices

    class State(NamedTuple):
        """A limit and how much of it is used, all in the limit's unit (see `rules.Limit`).

        name: `rules.key_of(limit)`; span_key: which day, session …; both are what `raises.add` takes.
        spent: by the ledger. extra: what the client's own total has beyond it, what that is estimated to be,
        and what requests without a price would have cost at the dearest one; is_estimated: whether it holds an
        estimate. unpriced: requests without a price. reserved: what is under way. amount: the limit, raised.
        """

        limit: Limit
        name: str
        span_key: str
        spent: int
        extra: int
        is_estimated: bool
        unpriced: int
        reserved: int
        amount: int

    class Weighed(NamedTuple):
        """A limit's state, what the next request asks of it and what follows; `why` where not for its size."""

        state: State
        ask: Ask
        action: str
        why: str
else:
    from collections import namedtuple

    State = namedtuple("State", "limit name span_key spent extra is_estimated unpriced reserved amount")
    Weighed = namedtuple("Weighed", "state ask action why")

UNPRICED, STALE = "unpriced", "stale"
"""Why a limit stops, or does not count, whatever its size."""

_COUNT = "SELECT COUNT(*) FROM requests WHERE agent_id = '' AND "
_FIRST = "SELECT MIN(at) FROM requests WHERE at != '' AND "
_WHOLE = 100


def room(state: State) -> int:
    """What is left of a limit; below 0 where more was used."""
    return state.amount - state.spent - state.extra - state.reserved


def used_percent(state: State) -> int:
    """How much of a limit is used; what is only under way does not count."""
    used = state.spent + state.extra
    return used * _WHOLE // state.amount if state.amount > 0 else _WHOLE


class Weighing:
    """All limits, weighed for one request, in the caller's transaction."""

    __slots__ = ("_db", "_environ", "_gap", "_place", "_raised", "asking", "landing", "request", "rules")

    def __init__(
        self,
        db: sqlite3.Connection,
        rules: Rules,
        asking: Asking,
        environ: Mapping[str, str],
        managed: ManagedPrices | None,
    ) -> None:
        where = asking.where
        self._db = db
        self._environ = environ
        self._place = Place(db, where)
        self._raised = raises.active(db, where.now_ms)
        self._gap: gap.Gap | None = None
        self.asking = asking
        self.rules = rules
        self.request = Request(db, asking, managed, counts_unpriced=rules.on_unpriced != "warn")
        self.landing: Landing | None = stops.landing(db, where.session_id, where.agent_id)

    def all(self) -> list[Weighed]:
        """Every limit that concerns the request, with what follows from it."""
        return [self._weighed(state, ask, why) for state, ask, why in self._asks()]

    def states(self) -> list[State]:
        """Every limit that concerns the request, with how much of it is used."""
        return [state for state, _, _ in self._asks()]

    def _asks(self) -> list[tuple[State, Ask, str]]:
        concern = (limit for limit in self.rules.limits if self._place.concerns(limit, self.asking.agent_type))
        ways: dict[str, Callable[[Limit], tuple[State, Ask, str] | None]] = {
            USD: self._money,
            TURNS: self._turns,
            MINUTES: self._minutes,
            TOKENS: self._context,
            PERCENT: self._window,
        }
        found = (ways[limit.unit](limit) for limit in concern)
        return [one for one in found if one is not None]

    def _weighed(self, state: State, ask: Ask, why: str) -> Weighed:
        if why:
            return Weighed(state, ask, STOP if why == UNPRICED else GO, why)
        if self.asking.door == PROMPT:
            ask = ask._replace(short=ask.next)  # nothing is lost yet by a stop: what does not fit is not begun
        return Weighed(state, ask, decision.decide(room(state), ask, self.landings(state)), "")

    def landings(self, state: State) -> int:
        """How many requests were let go since the thread lands because of this limit; 0 where it was raised since."""
        known = self.landing
        if known is None or (known.name, known.span_key) != (state.name, state.span_key):
            return 0
        return known.level if state.amount <= known.amount else 0

    def _state(self, limit: Limit, span_key: str, spent: int, **more: int) -> State:
        name = key_of(limit)
        amount = limit.amount + self._raised.get((name, span_key), 0)
        extra, unpriced, reserved = (more.get(word, 0) for word in ("extra", "unpriced", "reserved"))
        return State(limit, name, span_key, spent, extra, bool(more.get("estimated")), unpriced, reserved, amount)

    def _money(self, limit: Limit) -> tuple[State, Ask, str]:
        span = self._place.span(limit)
        spent = spending.spent(self._db, self._place, limit, span)
        extra, is_estimated = self._gap_of_session().of(self._db, limit, span, spent.pico)
        request = self.request
        if spent.unpriced and self.rules.on_unpriced != "warn":
            at = times.iso(self.asking.where.now_ms)
            extra += spending.at_dearest(self._db, self._place, limit, span, at)
            is_estimated = True
        reserved = request.own_pico + sum(pico for row, pico in request.reserved if self._place.counts(limit, row))
        state = self._state(
            limit,
            span.key,
            spent.pico,
            extra=extra,
            estimated=is_estimated,
            unpriced=spent.unpriced,
            reserved=reserved,
        )
        is_unknown = self.rules.on_unpriced == "stop" and (spent.unpriced or request.forecast.is_unpriced)
        return state, self._ask(limit), UNPRICED if is_unknown else ""

    def _ask(self, limit: Limit) -> Ask:
        """What the request asks of a limit in dollars, by what this limit counts of the threads beside it."""
        answer = None if limit.agent else self.request.answer
        running = (row.pico for row in self.request.running if self._place.counts(limit, row))
        is_start = self.asking.door == AGENT_START
        return decision.money_ask(self.request.forecast, answer, running, is_start=is_start)

    def _gap_of_session(self) -> gap.Gap:
        if self._gap is None:
            request, family = self.request, self._place.family
            in_flight = sum(pico for row, pico in request.reserved if row.session_id in family)
            _, _, day = period(DAY, self.asking.where.now_ms)
            self._gap = gap.Gap(self._db, self._place, day, request.own_pico + in_flight)
        return self._gap

    def _turns(self, limit: Limit) -> tuple[State, Ask, str] | None:
        if not self._is_main():
            return None
        span = self._place.span(limit)
        sent = self._sent(limit)
        lagging = int(self.request.own_pico > 0)
        return self._state(limit, span.key, sent, reserved=lagging), Ask(1, 1, 1), ""

    def _minutes(self, limit: Limit) -> tuple[State, Ask, str]:
        span, now_ms = self._place.span(limit), self.asking.where.now_ms
        began_ms = self._place.began_ms
        if not began_ms:
            (at,) = self._db.execute(_FIRST + span.condition, span.values).fetchone()
            began_ms = times.epoch_ms(at) or now_ms
        spent_ms = max(0, now_ms - began_ms)
        usual_ms = spent_ms // max(1, self._sent(limit))
        ask = Ask(0, 0, usual_ms, lands_first=self._lands_first())
        return self._state(limit, span.key, spent_ms), ask, ""

    def _sent(self, limit: Limit) -> int:
        """How many requests the main thread has sent for the prompt."""
        span = self._place.span(limit)
        (count,) = self._db.execute(_COUNT + span.condition, span.values).fetchone()
        return int(count)

    def _context(self, limit: Limit) -> tuple[State, Ask, str] | None:
        if self.asking.door == AGENT_START:
            return None
        thread, forecast = self.request.thread, self.request.forecast
        new = max(0, forecast.context_tokens - thread.context_tokens)
        where = self.asking.where
        state = self._state(limit, f"{where.session_id}/{where.agent_id}", thread.context_tokens)
        return state, Ask(new, new, forecast.grows_tokens, lands_first=self._lands_first()), ""

    def _window(self, limit: Limit) -> tuple[State, Ask, str]:
        from scrimp.core.budget import plan_windows

        filled = plan_windows.filled(self._db, self._environ, limit.span, self.asking.where.now_ms)
        if filled is None:
            return self._state(limit, "", 0), Ask(0, 0, 0), STALE
        state = self._state(limit, str(filled.resets_at), filled.used)
        own, later = (
            plan_windows.taken(filled, pico) for pico in (self.request.forecast.pico, self.request.forecast.later_pico)
        )
        return state, Ask(own, own, later, lands_first=self._lands_first()), "" if filled.is_trusted else STALE

    def _is_main(self) -> bool:
        return not self.asking.where.agent_id and self.asking.door != AGENT_START

    def _lands_first(self) -> bool:
        return self.asking.door == BATCH
