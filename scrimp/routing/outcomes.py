"""What a model at an effort has shown: quality and cost of its runs beside a baseline's. Pure.

The cost of a success counts failures and what they lead to: a failed run is paid for, and its work is done again on the
baseline until that succeeds. With c a run's mean cost, p its rate of successes and B the baseline's cost of a success,
that is c + (1 - p) B; for the baseline itself it comes to c / p.
"""

from __future__ import annotations

import statistics as plain
from typing import TYPE_CHECKING, NamedTuple

from scrimp.routing import statistics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.routing.statistics import Interval


class Run(NamedTuple):
    """One run. cost_pico: None where it has no price. turns: requests."""

    is_success: bool
    cost_pico: int | None
    seconds: float | None
    turns: int


class Cell(NamedTuple):
    """A model at an effort ('' the model's own), as a person names it: `haiku/low`."""

    model: str
    effort: str

    @property
    def name(self) -> str:
        """Its name."""
        return f"{self.model}/{self.effort}" if self.effort else self.model


class Outcome(NamedTuple):
    """What the runs of a cell come to. pico figures are None where a run has no price or nothing succeeded."""

    cell: Cell
    runs: int
    successes: int
    quality: Interval
    run_pico: float | None
    success_pico: float | None
    success_range: Interval | None
    seconds: float | None
    turns: float

    @property
    def rate(self) -> float:
        """The share of successes."""
        return self.successes / self.runs if self.runs else 0.0


def outcome(cell: Cell, runs: Sequence[Run], baseline: Sequence[Run] | None) -> Outcome:
    """What `runs` come to, a failed one done again on `baseline`; None: this is the baseline, or there is none."""
    groups = [list(runs)] if baseline is None else [list(runs), list(baseline)]
    is_priced = all(one.cost_pico is not None for group in groups for one in group)
    seconds = [one.seconds for one in runs if one.seconds is not None]
    successes = sum(one.is_success for one in runs)
    return Outcome(
        cell,
        len(runs),
        successes,
        statistics.wilson(successes, len(runs)),
        plain.mean(one.cost_pico or 0 for one in runs) if runs and is_priced else None,
        success_cost(groups) if is_priced else None,
        statistics.bootstrap(groups, success_cost) if is_priced else None,
        plain.median(seconds) if seconds else None,
        plain.median(one.turns for one in runs) if runs else 0.0,
    )


def success_cost(groups: Sequence[Sequence[Run]]) -> float | None:
    """The cost of a success in pico-dollars of (runs,) or of (runs, those of the baseline); None without any."""
    runs, retries = groups[0], groups[-1]
    retried = sum(one.is_success for one in retries)
    if not runs or not retried:
        return None
    again = sum(one.cost_pico or 0 for one in retries) / retried
    if len(groups) == 1:
        return again
    failed = sum(not one.is_success for one in runs)
    return (sum(one.cost_pico or 0 for one in runs) + failed * again) / len(runs)


def saved(groups: Sequence[Sequence[Run]]) -> float | None:
    """How much less a success of (runs, baseline) costs than one of the baseline, in pico-dollars."""
    mine, theirs = success_cost(groups), success_cost(groups[1:])
    return None if mine is None or theirs is None else theirs - mine
