"""What is said beside the verdict, each once a session: percentages passed, and limits that cannot be kept as set."""

from __future__ import annotations

from scrimp.core.budget import weighing, wording
from scrimp.core.budget.rules import ON_USAGE_CREDITS
from scrimp.core.ledger import stops

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from typing import NamedTuple

    from scrimp.core.budget.rules import Rules
    from scrimp.core.budget.weighing import Weighed
    from scrimp.core.budget.where import Where

    class OnCredits(NamedTuple):
        """What is to be said of a plan that no longer pays, '' nothing, and whether that stops."""

        text: str
        stops: bool
else:
    from collections import namedtuple

    OnCredits = namedtuple("OnCredits", "text stops")

_CREDITS = "onUsageCredits"
_WERE_READ = "SELECT EXISTS (SELECT 1 FROM limits_seen)"


def warnings(db: sqlite3.Connection, where: Where, rules: Rules, weighed: list[Weighed]) -> tuple[str, str]:
    """What is said at the percentages of `warnAt`: one line to the agent, and those for the person."""
    to_agent = ""
    to_person: list[str] = []
    for one in weighed:
        state, used = one.state, weighing.used_percent(one.state)
        passed = max((mark for mark in rules.warn_at if used >= mark), default=0)
        if passed <= stops.warned(db, where.session_id, state.name, state.span_key):
            continue
        text = wording.warning(state, passed)
        stops.record(db, _thread(where), stops.WARNED, state.name, state.span_key, passed, where.now_ms, text)
        to_agent = to_agent or wording.warning_to_agent(state, passed)
        to_person.append(text)
    return to_agent, "\n".join(to_person)


def of_limits(db: sqlite3.Connection, where: Where, rules: Rules, weighed: list[Weighed]) -> list[str]:
    """What is wrong with a limit: requests of unknown price, a window that nobody has read lately."""
    said: list[str] = []
    for one in weighed:
        state = one.state
        if one.why == weighing.STALE:
            said.append(_once(db, where, state.name, weighing.STALE, wording.stale(state)))
        elif state.unpriced:
            text = wording.unpriced_counts(state, rules.on_unpriced)
            said.append(_once(db, where, "onUnpriced", weighing.UNPRICED, text))
    return [text for text in said if text]


def on_credits(db: sqlite3.Connection, environ: Mapping[str, str], rules: Rules, where: Where) -> OnCredits:
    """Whether a plan's window is used up, so that usage is billed from now on."""
    (were_read,) = db.execute(_WERE_READ).fetchone()
    if not were_read:
        return OnCredits("", False)
    from scrimp.core.budget import plan_windows

    resets_at = plan_windows.on_credits(db, environ, where.now_ms)
    if not resets_at:
        return OnCredits("", False)
    stops_here = rules.on_usage_credits == ON_USAGE_CREDITS[-1]
    text = wording.on_credits(resets_at, where.now_ms, stops=stops_here)
    return OnCredits(text if stops_here else _once(db, where, _CREDITS, str(resets_at), text), stops_here)


def _once(db: sqlite3.Connection, where: Where, name: str, span_key: str, text: str) -> str:
    if stops.is_noticed(db, where.session_id, name, span_key):
        return ""
    stops.record(db, _thread(where), stops.NOTICED, name, span_key, 0, where.now_ms, text)
    return text


def _thread(where: Where) -> tuple[str, str, str]:
    return where.session_id, where.agent_id, where.prompt_id
