"""The one rule by which a model is adopted for an agent in another's place, or not. Pure.

All of it must hold: enough runs on both sides; every one priced; the rate of successes not lower than the baseline's by
more than a margin, at the lower end of a one-sided 95 % interval of their difference (Newcombe's); and a success
cheaper, at the lower end of a one-sided 95 % interval of what it saves (bootstrap, failed runs done again on the
baseline). So the doubt is on the side of what works today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits
from scrimp.core.prices import PICO
from scrimp.routing import outcomes, statistics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.routing.outcomes import Cell, Run

_BOTH_ENDS = 0.9
"""The lower end of a 90 % interval is that of a one-sided 95 % one."""


class Verdict(NamedTuple):
    """refusals: what the evidence lacks, each with its figure; none: it supports the rule. support: the figures."""

    refusals: list[str]
    support: list[str]


def judged(cell: Cell, runs: Sequence[Run], base: Cell, baseline: Sequence[Run]) -> Verdict:
    """Whether `runs` support `cell` in the place of `base`."""
    if cell == base:
        return Verdict([f"{cell.name} is what it would be compared with"], [])
    few = [
        f"{name} has {number} runs, {limits.ROUTES_ADOPT_RUNS} are needed"
        for name, number in ((cell.name, len(runs)), (base.name, len(baseline)))
        if number < limits.ROUTES_ADOPT_RUNS
    ]
    if few:
        return Verdict(few, [])
    quality, quality_is_held = _quality(cell, runs, base, baseline)
    cost, is_cheaper = _cost(cell, runs, base, baseline)
    refusals = [text for text, holds in ((quality, quality_is_held), (cost, is_cheaper)) if not holds]
    return Verdict(refusals, [text for text, holds in ((quality, quality_is_held), (cost, is_cheaper)) if holds])


def _quality(cell: Cell, runs: Sequence[Run], base: Cell, baseline: Sequence[Run]) -> tuple[str, bool]:
    mine, theirs = (sum(one.is_success for one in group) for group in (runs, baseline))
    low = statistics.difference((mine, len(runs)), (theirs, len(baseline)), statistics.Z_ONE_SIDED_95).low
    text = (
        f"{cell.name} succeeded in {mine} of {len(runs)}, {base.name} in {theirs} of {len(baseline)}: "
        f"{_worse(low)} at worst, {limits.ROUTES_MARGIN:.0%} is the most"
    )
    return text, low >= -limits.ROUTES_MARGIN


def _worse(low: float) -> str:
    return f"{-low:.1%} fewer" if low < 0 else f"{low:.1%} more"


def _cost(cell: Cell, runs: Sequence[Run], base: Cell, baseline: Sequence[Run]) -> tuple[str, bool]:
    groups = [list(runs), list(baseline)]
    unpriced = sum(one.cost_pico is None for group in groups for one in group)
    if unpriced:
        return f"{unpriced} runs have no known price", False
    mine, theirs = outcomes.success_cost(groups), outcomes.success_cost(groups[1:])
    if mine is None or theirs is None:
        return f"{base.name} never succeeded, so a failed run cannot be done again on it", False
    saved = statistics.bootstrap(groups, outcomes.saved, _BOTH_ENDS)
    beside = f"a success costs ${mine / PICO:.4f} on {cell.name}, ${theirs / PICO:.4f} on {base.name}"
    if saved is None:
        return f"{beside}: too few successes to tell the difference", False
    return f"{beside}: ${saved.low / PICO:.4f} saved at worst, it must be more than 0", saved.low > 0
