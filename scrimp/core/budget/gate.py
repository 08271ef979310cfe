"""The one entry for hooks and the command line: may this thread's next request be sent?

`judge` brings the ledger up to date, weighs every limit and reserves what the request may cost, the last two in one
transaction, so that two sessions cannot both take the last dollar. `states` says how much of each limit is used.
"""

from __future__ import annotations

from scrimp.core import limits, sqlite
from scrimp.core.budget import notices, reading, signs, weighing, wording
from scrimp.core.budget.asking import AGENT_START, BATCH, PROMPT, Asking
from scrimp.core.budget.decision import ACTIONS, GO, LAND, STOP, decide
from scrimp.core.budget.rules import USD
from scrimp.core.budget.weighing import State, Weighing
from scrimp.core.errors import LedgerError
from scrimp.core.ledger import prompts, raises, reservations, stops, transaction
from scrimp.core.settings import data_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from typing import NamedTuple

    from scrimp.core.budget.rules import Rules
    from scrimp.core.budget.weighing import Weighed
    from scrimp.core.budget.where import Where
    from scrimp.core.managed_prices import ManagedPrices

    class Verdict(NamedTuple):
        """action: GO, LAND (tell the agent `to_agent`, tools are denied from now on) or STOP.

        reason: one line for stopReason and the person, '' for GO. to_agent, to_person: '' where nothing is to be said.
        """

        action: str
        reason: str
        to_agent: str
        to_person: str
        states: list[State]
else:
    from collections import namedtuple

    Verdict = namedtuple("Verdict", "action reason to_agent to_person states")

__all__ = [
    "AGENT_START",
    "BATCH",
    "GO",
    "LAND",
    "PROMPT",
    "STOP",
    "State",
    "Verdict",
    "is_landing",
    "judge",
    "not_started",
    "release",
    "states",
    "unfit",
]

_NOTHING_SAID = Verdict(GO, "", "", "", [])


def judge(  # noqa: PLR0913 - what a request depends on
    db: sqlite3.Connection,
    rules: Rules,
    where: Where,
    environ: Mapping[str, str],
    *,
    new_chars: int,
    door: str,
    agent_type: str = "",
    model: str = "",
    sleep: Callable[[float], None] | None = None,
) -> Verdict:
    """Bring the ledger up to date from this session's files, and let the next request go or not.

    new_chars: what the request adds to the context. door: BATCH before a thread's next request, PROMPT before the
    first one of a prompt, AGENT_START before a new agent's first (of `agent_type`, at `model`). Never raises on what
    the ledger or the transcripts hold: what cannot be computed stops, with the reason. Before a verdict that is due
    only to requests under way, it waits (`sleep`) up to 20 seconds for what they really cost.
    """
    if not rules.is_set:
        return _NOTHING_SAID
    from scrimp.core import managed_settings

    asking = Asking(where, door, new_chars, agent_type or where.agent_type, model)
    try:
        managed = managed_settings.prices(environ)
        waited_ms = 0
        while True:
            now = asking._replace(where=where._replace(now_ms=where.now_ms + waited_ms))
            verdict = _judge(db, rules, now, environ, managed, waited_ms)
            if verdict is not None:
                if verdict.action == LAND:
                    signs.put(data_dir(environ), where.session_id, where.agent_id)
                return verdict
            _wait(sleep, limits.BUDGET_LOOK_AGAIN_MS)
            waited_ms += limits.BUDGET_LOOK_AGAIN_MS
    except (LedgerError, sqlite.Error, OSError, RecursionError) as error:
        return _closed(str(error))


def unfit(
    db: sqlite3.Connection,
    rules: Rules,
    where: Where,
    environ: Mapping[str, str],
    requests: int,
    *,
    sleep: Callable[[float], None] | None = None,
) -> str:
    """Why so many more requests of this thread do not fit, '' where they do; nothing is reserved and nothing kept.

    For what the client may do by itself where no other door stands: a compaction, a thread that another hook drives on.
    No call tells here whether the transcript lags by the newest reply: where that would matter, it is given a second.
    """
    if not rules.is_set:
        return ""
    from scrimp.core import managed_settings

    managed = managed_settings.prices(environ)
    if not _unfit(db, rules, where, environ, managed, requests + 1):
        return ""
    _wait(sleep, limits.BUDGET_LAG_MS)
    return _unfit(db, rules, where, environ, managed, requests)


def _unfit(
    db: sqlite3.Connection,
    rules: Rules,
    where: Where,
    environ: Mapping[str, str],
    managed: ManagedPrices | None,
    requests: int,
) -> str:
    problem = reading.session(db, where, managed, must_exist=False)
    if problem:
        return _closed(problem).reason
    asking = Asking(_charged(db, where), BATCH, 0, where.agent_type, "")
    weighed = Weighing(db, rules, asking, environ, managed)
    for found in weighed.all():
        more = found.ask.next + (requests - 1) * found.ask.later
        if not found.why and not found.ask.lands_first and weighing.room(found.state) < more:
            return wording.reached(found.state, found.ask.next)
    return ""


def is_landing(db: sqlite3.Connection, where: Where) -> str:
    """Why this thread's tools are denied, for the agent; '' where they are not, or a limit was raised since."""
    landing = stops.landing(db, where.session_id, where.agent_id)
    if landing is None or landing.at_ms < raises.last_ms(db, landing.name, landing.span_key):
        return ""
    return landing.reason


def not_started(db: sqlite3.Connection, where: Where, call_ids: list[str]) -> None:
    """Give back what was reserved for calls that have started no agent, or one that has ended with its call."""
    with transaction(db):
        reservations.drop_starts(db, where.session_id, call_ids)


def release(db: sqlite3.Connection, where: Where) -> None:
    """Give back what an agent that has ended had reserved, once its last reply has had time to reach its transcript."""
    with transaction(db):
        if reservations.of(db, where.session_id, where.agent_id) is None:
            reservations.claim(db, where.session_id, where.agent_id, where.agent_type)
        until_ms = where.now_ms + limits.BUDGET_RELEASE_MS
        reservations.shorten(db, where.session_id, where.agent_id, until_ms)
        stops.take_off(db, where.session_id, where.agent_id)


def states(db: sqlite3.Connection, rules: Rules, where: Where, environ: Mapping[str, str]) -> list[State]:
    """Every limit that concerns this place, with how much of it is used, by what the ledger has already."""
    asking = Asking(where, BATCH, 0, where.agent_type, "")
    return Weighing(db, rules, asking, environ, None).states()


def _judge(
    db: sqlite3.Connection,
    rules: Rules,
    asking: Asking,
    environ: Mapping[str, str],
    managed: ManagedPrices | None,
    waited_ms: int,
) -> Verdict | None:
    """The verdict; None where waiting may bring a better one."""
    where, door = asking.where, asking.door
    problem = reading.session(db, where, managed, must_exist=door == BATCH)
    if problem:
        return _closed(problem) if waited_ms >= limits.BUDGET_LAG_MS else None
    if reading.has_others(rules):
        if door == PROMPT and not waited_ms:
            reading.everything(db, rules, where, environ, managed)
        reading.others(db, where, managed)
    with transaction(db):
        _enter(db, where, door)
        weighed = Weighing(db, rules, asking._replace(where=_charged(db, where)), environ, managed)
        found = weighed.all()
        if waited_ms < _patience_ms(weighed, found):
            return None
        return _verdict(db, weighed, found, environ)


def _patience_ms(weighed: Weighing, found: list[Weighed]) -> int:
    """How long it is worth to wait: while what is under way is all that is against the request, or a mere guess."""
    worst = max(found, key=_strictness, default=None)
    if weighed.request.is_after_guess and any(_is_near(weighed, one) for one in found):
        return limits.BUDGET_LAG_MS
    if worst is None or worst.action == GO or worst.why:
        return 0
    freed = weighing.room(worst.state) + worst.state.reserved
    if not worst.state.reserved or decide(freed, worst.ask, weighed.landings(worst.state)) == worst.action:
        return 0
    is_stop = worst.action == STOP and weighed.asking.door == BATCH
    return limits.BUDGET_PATIENCE_MS if is_stop else limits.BUDGET_LAG_MS


def _is_near(weighed: Weighing, one: Weighed) -> bool:
    """Whether a guess that is far off could matter for a limit in dollars."""
    far_pico = weighed.request.forecast.pico * limits.BUDGET_GUESS_OFF
    return one.state.limit.unit == USD and weighing.room(one.state) < far_pico


def _wait(sleep: Callable[[float], None] | None, wait_ms: int) -> None:
    if sleep is None:
        from time import sleep
    sleep(wait_ms / 1000)


def _enter(db: sqlite3.Connection, where: Where, door: str) -> None:
    """What a door changes before anything is weighed."""
    reservations.drop_expired(db, where.now_ms)
    reservations.claim_started(db)
    if door == PROMPT:
        root = prompts.starter(db, where.session_id, where.prompt_id, where.woken_by) if any(where.woken_by) else ""
        prompts.record(db, where.session_id, where.prompt_id, where.now_ms, root)
        stops.take_off(db, where.session_id, where.agent_id)
    elif where.agent_id and reservations.of(db, where.session_id, where.agent_id) is None and door == BATCH:
        reservations.claim(db, where.session_id, where.agent_id, where.agent_type)


def _charged(db: sqlite3.Connection, where: Where) -> Where:
    return where._replace(prompt_id=prompts.charged(db, where.session_id, where.prompt_id, where.agent_id))


def _verdict(db: sqlite3.Connection, weighed: Weighing, found: list[Weighed], environ: Mapping[str, str]) -> Verdict:
    """What follows from all limits: the strictest counts, of several the one that is used most."""
    states = [one.state for one in found]
    where = weighed.asking.where
    on_credits = notices.on_credits(db, environ, weighed.rules, where)
    if on_credits.stops:
        return Verdict(STOP, on_credits.text, "", on_credits.text, states)
    worst = max(found, key=_strictness, default=None)
    if worst is not None and (worst.action == STOP or (worst.action == LAND and weighed.asking.door == AGENT_START)):
        return _stopped(db, weighed, worst, states)
    rooms = (weighing.room(state) for state in states if state.limit.unit == USD)
    reservations.put(db, weighed.request.reservation(min(rooms, default=weighed.request.forecast.pico)))
    if worst is not None and worst.action == LAND:
        return _landed(db, weighed, worst, states)
    to_agent, to_person = notices.warnings(db, where, weighed.rules, found)
    if weighed.landing and weighed.asking.door == BATCH:
        stops.take_off(db, where.session_id, where.agent_id)
        to_agent = wording.GO_ON
    said = [to_person, on_credits.text, *notices.of_limits(db, where, weighed.rules, found)]
    return Verdict(GO, "", to_agent, "\n".join(text for text in said if text), states)


def _strictness(one: Weighed) -> tuple[int, int]:
    return ACTIONS.index(one.action), weighing.used_percent(one.state)


def _landed(db: sqlite3.Connection, weighed: Weighing, worst: Weighed, states: list[State]) -> Verdict:
    where, state = weighed.asking.where, worst.state
    reason = wording.near(state)
    before = weighed.landing
    level = before.level + 1 if before else 1
    thread = (where.session_id, where.agent_id, where.prompt_id)
    told = wording.to_land(state)
    kept = stops.Landing(state.name, state.span_key, level, state.amount, where.now_ms, told)
    stops.land(db, thread, kept)
    return Verdict(LAND, reason, told, "" if before else reason, states)


def _stopped(db: sqlite3.Connection, weighed: Weighing, worst: Weighed, states: list[State]) -> Verdict:
    where, state = weighed.asking.where, worst.state
    reason = wording.unpriced(state) if worst.why else wording.reached(state, worst.ask.next)
    if weighed.asking.door == AGENT_START:
        reason = reason if worst.why else wording.no_room(state, worst.ask.next)
    else:
        thread = (where.session_id, where.agent_id, where.prompt_id)
        stops.record(db, thread, stops.STOPPED, state.name, state.span_key, 0, where.now_ms, reason)
    return Verdict(STOP, reason, "", reason, states)


def _closed(problem: str) -> Verdict:
    reason = f"scrimp: the budget cannot be computed, so nothing more is let go: {problem}"
    return Verdict(STOP, reason, "", reason, [])
