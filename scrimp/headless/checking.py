"""`scrimp check`: what a run cost, against an amount and against another run. Pure but for reading the files.

A cost that is only known to be at least so much does not pass: what cannot be reckoned is not within any bound.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core.errors import UsageError
from scrimp.core.prices import PICO
from scrimp.core.untrusted import as_list, as_object
from scrimp.headless.account import FORMAT
from scrimp.reports import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHOLE = Decimal(100)
_CENT = Decimal("0.01")


class Cost(NamedTuple):
    """What a run, or a session, cost in dollars. name: what it is called. unpriced: what of it has no price."""

    name: str
    usd: Decimal
    unpriced: tuple[str, ...] = ()


def read(path: str) -> Cost:
    """The cost in a file that `scrimp run --json` wrote; UsageError for another file, OSError for none."""
    with open(path, encoding="utf-8") as file:
        try:
            row: dict[str, Any] = as_object(json.load(file))
            usd = Decimal(str(row["cost_usd"]))
        except (ValueError, KeyError, InvalidOperation, RecursionError) as error:
            raise UsageError(f"{path}: not a file of `scrimp run --json`") from error
    if row.get("scrimp_run") != FORMAT or not usd.is_finite() or usd < 0:
        raise UsageError(f"{path}: not a file of `scrimp run --json` that this scrimp can read")
    return Cost(path, usd, tuple(str(one) for one in as_list(row.get("unpriced"))))


def percent(text: str) -> Decimal:
    """An increase as it is written on the command line, `20%`, in percent; UsageError for what is none."""
    try:
        found = Decimal(text.strip().removesuffix("%").strip())
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or found < 0:
        raise UsageError(f"--max-increase {text!r}: expected a percentage from 0, as in --max-increase 20%")
    return found


def faults(cost: Cost, most: Decimal | None, baseline: Cost | None, increase: Decimal) -> list[str]:
    """Why `cost` does not pass, in sentences: it may not be above `most`, nor `increase` percent above `baseline`."""
    found = [
        f"{one.name}: no price is known for {', '.join(one.unpriced)}, so nobody knows what it cost"
        for one in (cost, baseline)
        if one is not None and one.unpriced
    ]
    if most is not None and cost.usd > most:
        found.append(f"{cost.name} cost {dollars(cost.usd)}, more than {dollars(most)}")
    if baseline is not None and cost.usd * _WHOLE > baseline.usd * (_WHOLE + increase):
        found.append(
            f"{cost.name} cost {dollars(cost.usd)}, {_more(cost, baseline)} than {baseline.name} "
            f"({dollars(baseline.usd)}); allowed are {increase:f} % more"
        )
    return found


def passed(cost: Cost, most: Decimal | None, baseline: Cost | None) -> str:
    """What is said of a cost that passes."""
    against: Sequence[str] = [
        *([f"at most {dollars(most)}"] if most is not None else []),
        *([f"{_more(cost, baseline)} than {baseline.name}"] if baseline is not None else []),
    ]
    return f"{cost.name} cost {dollars(cost.usd)}: {', '.join(against)}"


def dollars(usd: Decimal) -> str:
    """An amount as a person reads it; exactly where rounding would hide a difference."""
    return wording.money(int(usd * PICO)) if usd == usd.quantize(_CENT) else f"${usd.normalize():f}"


def _more(cost: Cost, baseline: Cost) -> str:
    if not baseline.usd:
        return "more" if cost.usd else "no more"
    change = (cost.usd / baseline.usd - 1) * _WHOLE
    return f"{abs(change):.1f} % {'more' if change >= 0 else 'less'}"
