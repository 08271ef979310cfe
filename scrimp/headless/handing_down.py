"""The budget that a run hands down to the client and to all that is started from it: SCRIMP_BUDGET, as JSON.

A run inside a run hands on what it was handed; of a limit that both have, the lower holds.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from scrimp.core import limits, settings
from scrimp.core.budget.rules import Rules
from scrimp.core.errors import UsageError
from scrimp.core.prices import PICO
from scrimp.core.untrusted import as_object, is_object

if TYPE_CHECKING:
    from collections.abc import Mapping

SESSION = "sessionUsd"
"""What a run may cost is what its session may, with its resumes, its forks and the runs that are started in it."""


def dollars(text: str, name: str) -> Decimal:
    """An amount in dollars from the command line; UsageError for what is none, naming the option."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or not 0 < amount <= limits.BUDGET_USD_MAX:
        expected = f"a number of dollars above 0, up to {limits.BUDGET_USD_MAX:,}, as in {name} 2.50"
        raise UsageError(f"{name} {text!r}: expected {expected}")
    return amount


def section(environ: Mapping[str, str], amount: Decimal | None) -> str:
    """What SCRIMP_BUDGET is to be: what was handed to us, and not more than `amount` for a session; '' for nothing."""
    inherited = _inherited(environ)
    if amount is None:
        return json.dumps(inherited) if inherited else ""
    rules = Rules("")
    rules.add(settings.BUDGET_VARIABLE, {SESSION: inherited[SESSION]} if SESSION in inherited else {}, is_own=True)
    known = rules.lowest(SESSION)
    is_lower = known is not None and known <= amount * PICO
    return json.dumps(inherited if is_lower else {**inherited, SESSION: float(amount)})


def _inherited(environ: Mapping[str, str]) -> dict[str, Any]:
    given = environ.get(settings.BUDGET_VARIABLE, "")
    if not given:
        return {}
    try:
        found = json.loads(given)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{settings.BUDGET_VARIABLE} is no JSON: {error}") from error
    if not is_object(found):
        raise UsageError(f"{settings.BUDGET_VARIABLE} is {given!r}, expected an object such as {{{SESSION!r}: 2}}")
    return as_object(found)
