"""`scrimp budget status`: every limit with what is used, what is under way, and where it stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scrimp.core.budget import wording
from scrimp.core.budget.rules import SCALES, USD, key_of
from scrimp.core.prices import usd
from scrimp.reports import shown
from scrimp.reports.shown import PATH, TEXT, Column
from scrimp.reports.wording import short_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrimp.core.budget.gate import State
    from scrimp.core.budget.rules import Limit, Rules
    from scrimp.limiting.standing import Standing
    from scrimp.reports.shown import Row

COLUMNS = (
    Column("limit", "Limit", TEXT),
    Column("amount", "Amount", TEXT),
    Column("used", "Used", TEXT),
    Column("reserved", "Under way", TEXT, 2),
    Column("left", "Left", TEXT),
    Column("raised", "Raised by", TEXT, 1),
    Column("source", "Set in", PATH),
)


def table(rules: Rules, standing: Standing, environ: Mapping[str, str]) -> None:
    """Print the limits as a table."""
    from scrimp.reports import table as tables  # noqa: PLC0415 - loads rich, for a terminal alone

    concerned = {state.name for state in standing.states}
    rows = [_row(state) for state in standing.states]
    rows += [_elsewhere(limit) for limit in rules.limits if key_of(limit) not in concerned]
    session = standing.where.session_id
    unpriced = sorted((state for state in standing.states if state.unpriced), key=_unpriced, reverse=True)
    notes = [
        *([f"session {short_id(session)}; its next request: {wording.usd(standing.next_pico)}"] if session else []),
        *(wording.unpriced_counts(state, rules.on_unpriced) for state in unpriced[:1]),
        f"warnings at {', '.join(f'{percent} %' for percent in rules.warn_at)}" if rules.limits else "",
    ]
    report = shown.Report("", COLUMNS, environ, notes=[note for note in notes if note], nothing="no limit is set")
    tables.show(report, rows)


def as_text(rules: Rules, standing: Standing) -> str:
    """The same for an agent, a line for each limit that concerns it."""
    if not rules.limits:
        return "\n".join(["No limit is set.", *rules.problems])
    here = [f"{state.name}: {wording.used(state)}, {wording.amount(state.limit.unit, _left(state))} left"
            for state in standing.states]  # fmt: skip
    return "\n".join([*here, *rules.problems] or ["No limit concerns this session."])


def as_json(rules: Rules, standing: Standing) -> str:
    """The same as one JSON object; amounts are exact decimal strings in the limit's unit."""
    concerned = {state.name: state for state in standing.states}
    limits = [_object(limit, concerned.get(key_of(limit))) for limit in rules.limits]
    whole = {
        "session_id": standing.where.session_id,
        "next_request_usd": usd(standing.next_pico),
        "limits": limits,
        "problems": rules.problems,
    }
    return json.dumps(whole, indent=2)


def _object(limit: Limit, state: State | None) -> Row:
    row: Row = {"name": key_of(limit), "unit": limit.unit, "source": limit.source}
    if state is None:
        return {**row, "amount": exact(limit, limit.amount), "concerns_this_session": False}
    return {
        **row,
        "amount": exact(limit, state.amount),
        "concerns_this_session": True,
        "used": exact(limit, _used(state)),
        "is_estimated": state.is_estimated,
        "unpriced_requests": state.unpriced,
        "reserved": exact(limit, state.reserved),
        "left": exact(limit, _left(state)),
        "raised": exact(limit, state.amount - limit.amount),
    }


def exact(limit: Limit, value: int) -> str:
    """An amount in a limit's unit as a plain decimal number: dollars exactly."""
    return usd(value) if limit.unit == USD else f"{value / SCALES[limit.unit]:g}"


def _row(state: State) -> Row:
    unit = state.limit.unit
    raised = state.amount - state.limit.amount
    return {
        "limit": state.name,
        "amount": wording.amount(unit, state.amount),
        "used": ("≈ " if state.is_estimated else "") + wording.amount(unit, _used(state)),
        "reserved": wording.amount(unit, state.reserved) if state.reserved else "",
        "left": wording.amount(unit, _left(state)),
        "raised": wording.amount(unit, raised) if raised else "",
        "source": state.limit.source,
    }


def _elsewhere(limit: Limit) -> Row:
    """A limit that does not concern this session: of another repo, or of a type of agent."""
    amount = wording.amount(limit.unit, limit.amount)
    empty = dict.fromkeys(("used", "reserved", "left", "raised"), "")
    return {"limit": key_of(limit), "amount": amount, **empty, "source": limit.source}


def _used(state: State) -> int:
    return state.spent + state.extra


def _unpriced(state: State) -> int:
    return state.unpriced


def _left(state: State) -> int:
    return max(0, state.amount - _used(state) - state.reserved)
