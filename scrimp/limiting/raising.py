"""`scrimp budget raise`: how much on top, of which limit, for how long."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from scrimp.core import limits, times
from scrimp.core.budget import wording
from scrimp.core.budget.rules import PERCENT, PROMPT, SCALES, USD
from scrimp.core.errors import UsageError

if TYPE_CHECKING:
    from scrimp.core.budget.gate import State

_FOR = re.compile(r"([1-9]\d{0,4}) ?(m|min|h|d)")
_MS = {"m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_WHOLE = 100
FOREVER_MS = limits.NUMBER_MAX
"""A raise without an end: it holds as long as its session, its day or its week."""


def until_ms(text: str, now_ms: int) -> int:
    """When a raise ends, `text` being `2h`, `30m` or `1d`, or '' for no end; UsageError."""
    if not text:
        return FOREVER_MS
    found = _FOR.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"--for {text!r}: expected minutes, hours or days, as in --for 30m, 2h, 1d")
    return now_ms + int(found[1]) * _MS[found[2]]


def amount(text: str, state: State) -> int:
    """How much goes on top of a limit, in its unit; UsageError for what is no amount above 0."""
    unit = state.limit.unit
    if state.limit.span == PROMPT:
        raise UsageError(f"{state.name} is each prompt's own: ask again, or set it higher by scrimp budget set")
    if not state.span_key:
        raise UsageError(f"{state.name}: nothing here has begun that it could be raised for")
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or not 0 < number <= limits.BUDGET_USD_MAX or not int(number * SCALES[unit]):
        named = "dollars" if unit == USD else unit
        raise UsageError(f"{text!r}: expected a number of {named} above 0, up to {limits.BUDGET_USD_MAX:,}, as in 2.50")
    if unit == PERCENT and state.amount + number * SCALES[unit] > _WHOLE * SCALES[unit]:
        raise UsageError(f"{text!r}: {wording.amount(unit, state.amount)} and so much more are over 100 %")
    return int(number * SCALES[unit])


def told(state: State, extra: int, ends_ms: int, now_ms: int) -> str:
    """What was done, in one line."""
    unit = state.limit.unit
    until = "" if ends_ms == FOREVER_MS else f" until {times.clock(ends_ms / 1000, now_ms)}"
    more, whole = wording.amount(unit, extra), wording.amount(unit, state.amount + extra)
    return f"{state.name} ({state.span_key or 'now'}) is raised by {more} to {whole}{until}"
