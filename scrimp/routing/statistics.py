"""Intervals for rates and for costs: pure, and the same for the same input.

Rates: Wilson's score interval, and Newcombe's for a difference of two rates (R. G. Newcombe, Statistics in Medicine 17,
1998: number 3 of the single ones, number 10 of the differences). Costs are skewed and have no handy formula: the
percentile bootstrap, its choice drawn from a fixed seed.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from scrimp.core import limits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Run = TypeVar("_Run")

Z_95 = 1.959964
"""Both ends of a 95 % interval, which is what is shown."""

Z_ONE_SIDED_95 = 1.644854
"""One end that holds in 95 %: a decision asks only whether something is worse."""


class Interval(NamedTuple):
    """A lower and an upper end."""

    low: float
    high: float


def wilson(successes: int, runs: int, z: float = Z_95) -> Interval:
    """Where the true rate of successes lies; from 0 to 1 where nothing was run."""
    if not runs:
        return Interval(0.0, 1.0)
    rate, square = successes / runs, z * z
    middle = (successes + square / 2) / (runs + square)
    half = z * math.sqrt(runs * rate * (1 - rate) + square / 4) / (runs + square)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def difference(one: tuple[int, int], other: tuple[int, int], z: float = Z_95) -> Interval:
    """Where the true rate of `one` (successes, runs) less that of `other` lies, taken as independent of each other."""
    if not one[1] or not other[1]:
        return Interval(-1.0, 1.0)
    rates = one[0] / one[1], other[0] / other[1]
    first, second = wilson(*one, z), wilson(*other, z)
    between = rates[0] - rates[1]
    return Interval(
        between - math.hypot(rates[0] - first.low, second.high - rates[1]),
        between + math.hypot(first.high - rates[0], rates[1] - second.low),
    )


def bootstrap(
    groups: Sequence[Sequence[_Run]],
    statistic: Callable[[Sequence[Sequence[_Run]]], float | None],
    share: float = 0.95,
) -> Interval | None:
    """The percentile interval of a statistic of several samples, each drawn anew from itself by its own size.

    None where the statistic has no value in some draws of a hundred, as the cost of a success has none without one:
    an interval of the others alone would be too good.
    """
    if not all(groups):
        return None
    draws = random.Random(limits.ROUTES_SEED)  # noqa: S311 - no secret: the same every time
    found: list[float] = []
    for _ in range(limits.ROUTES_DRAWS):
        value = statistic([draws.choices(group, k=len(group)) for group in groups])
        if value is not None:
            found.append(value)
    if len(found) < limits.ROUTES_DRAWS * limits.ROUTES_DRAWS_SHARE:
        return None
    found.sort()
    tail = (1 - share) / 2
    return Interval(found[int(tail * len(found))], found[min(len(found) - 1, int((1 - tail) * len(found)))])
