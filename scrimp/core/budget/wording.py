"""What the budget says: amounts as a person reads them, one line for each stop, landing and warning."""

from __future__ import annotations

from scrimp.core import times
from scrimp.core.budget.rules import (
    FIVE_HOUR,
    MINUTES,
    PERCENT,
    PROMPT,
    REQUEST,
    SCALES,
    SESSION,
    SEVEN_DAY,
    TOKENS,
    TURNS,
    USD,
)
from scrimp.core.prices import PICO
from scrimp.core.settings import BUDGET_SOURCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from scrimp.core.budget.rules import Limit
    from scrimp.core.budget.weighing import State

ANSWER_NOW = "Give your final answer now, from what you have: tools are denied."
GO_ON = "[scrimp] There is room in the budget again: tools are no longer denied."
_SPANS = {
    PROMPT: "this prompt",
    SESSION: "this session",
    FIVE_HOUR: "the 5-hour window",
    SEVEN_DAY: "the weekly window",
}
_ONE = {TURNS: " turn", TOKENS: " token of context", MINUTES: " minute"}
_UNITS = {TURNS: " turns", TOKENS: " tokens of context", MINUTES: " minutes", PERCENT: " %"}
_COUNTED = {TURNS: "turn", MINUTES: "time"}
_CENTS = PICO // 100
_TENTHS_OF_MILLS = PICO // 10_000
_DOLLAR = PICO


def amount(unit: str, value: int) -> str:
    """An amount of a limit's unit: `$1.25`, `$0.0312`, `80 %`, `12 turns`."""
    if unit == USD:
        return usd(value)
    number = f"{round(value / SCALES[unit], 1):,}".removesuffix(".0")
    return f"{number}{_ONE.get(unit, _UNITS[unit]) if number == '1' else _UNITS[unit]}"


def usd(pico: int) -> str:
    """Dollars with cents; below a dollar with as many as four decimals, rounded up, so that something is never $0."""
    if pico >= _DOLLAR:
        dollars, cents = divmod(-(-pico // _CENTS), 100)
        return f"${dollars:,}.{cents:02d}"
    text = f"{-(-max(pico, 0) // _TENTHS_OF_MILLS):04d}"
    return f"$0.{text[:2]}{text[2:].rstrip('0')}" if len(text) == 4 else "$1.00"  # noqa: PLR2004 - four decimals


def name(limit: Limit) -> str:
    """A limit in words: `limit for this session`, `limit for a day in repos ~/work/*`."""
    if limit.span == REQUEST:
        return "context limit"
    if limit.unit in _COUNTED:
        return f"{_COUNTED[limit.unit]} limit for this prompt"
    words = f"limit for {_SPANS.get(limit.span, f'a {limit.span}')}"
    if limit.repo:
        return f"{words} in {limit.repo}"
    return f"{words} for agents of type {limit.agent}" if limit.agent else words


def used(state: State) -> str:
    """How much of a limit is used: `$0.93 of $1.00 spent`, with what is estimated and what is under way."""
    unit = state.limit.unit
    about = "about " if state.is_estimated else ""
    text = f"{about}{amount(unit, state.spent + state.extra)} of {amount(unit, state.amount)} used"
    if state.unpriced:
        text += f", {state.unpriced} of unknown price"
    return f"{text}, {amount(unit, state.reserved)} under way" if state.reserved else text


def reached(state: State, takes: int) -> str:
    """Why nothing more is let go, and how to go on, in one line."""
    limit = state.limit
    about = f", the next request takes about {amount(limit.unit, takes)}" if takes else ""
    key = "" if limit.repo or limit.agent else f" {limit.name}"
    change = f"change{key} in {limit.source}"
    raising = f"`scrimp budget raise AMOUNT` in a terminal, or {change}"
    if limit.span == PROMPT:
        raising = f"ask again (the limit is each prompt's own), or {change}"
    if limit.span == REQUEST:
        raising = f"/compact or a new session, or {change}"
    if limit.source == BUDGET_SOURCE:
        raising = "resume the session by `scrimp run` with a higher limit"
    return f"scrimp: the {name(limit)} is reached: {used(state)}{about}. To go on: {raising}."


def no_room(state: State, takes: int) -> str:
    """Why an agent is not started, for the agent that would have started it."""
    about = f", its first request takes about {amount(state.limit.unit, takes)}" if takes else ""
    limit = f"{name(state.limit)} ({state.name})"
    return f"[scrimp] No agent fits into the {limit}: {used(state)}{about}. Do it yourself, or answer."


def near(state: State) -> str:
    """Why a thread is landing, in one line."""
    return f"scrimp: the {name(state.limit)} is nearly reached: {used(state)}. The agent is told to answer now."


def to_land(state: State) -> str:
    """What a landing agent is told."""
    return f"[scrimp] The {name(state.limit)} is nearly reached. {ANSWER_NOW}"


def warning(state: State, percent: int) -> str:
    """What the person is told once a limit is used by so much."""
    return f"scrimp: {percent} % of the {name(state.limit)}: {used(state)}."


def warning_to_agent(state: State, percent: int) -> str:
    """What the agent is told then."""
    return f"[scrimp] {percent} % of the {name(state.limit)} is used: {used(state)}. Do what matters most."


def unpriced(state: State) -> str:
    """Why nothing more is let go where an unknown price is a reason to stop."""
    return (
        f"scrimp: a request of unknown price counts for the {name(state.limit)}, and budget.onUnpriced is 'stop'. "
        f"To go on: choose a model with a known price, or change onUnpriced."
    )


def unpriced_counts(state: State, on_unpriced: str) -> str:
    """What requests without a price count as."""
    how = "count as if at the dearest known price" if on_unpriced == "dearest" else "are not counted"
    return f"scrimp: {state.unpriced} requests of unknown price {how} (budget.onUnpriced)."


def stale(state: State) -> str:
    """Why a limit in percent does not stop anything."""
    what = f"the last reading of {_SPANS[state.limit.span]} is over an hour old"
    if not state.span_key:
        what = f"nothing has told how full {_SPANS[state.limit.span]} is"
    return f"scrimp: {state.name} is not kept: {what}; the status line reads it."


def on_credits(resets_at: int, now_ms: int, *, stops: bool) -> str:
    """What is said when a plan's window is used up."""
    until = times.clock(resets_at, now_ms)
    text = f"scrimp: the plan's window is used up until {until}: usage is billed from now on"
    return f"{text}, and budget.onUsageCredits is 'stop'. To go on: wait, or change it." if stops else f"{text}."
