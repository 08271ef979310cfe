"""The intervals, against worked examples of the literature and by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.routing import outcomes, statistics
from scrimp.routing.outcomes import Cell, Run

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.parametrize(
    ("successes", "runs", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_s_interval_is_that_of_newcombe_s_table(successes: int, runs: int, low: float, high: float) -> None:
    assert statistics.wilson(successes, runs) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0),
        ((0, 10), (0, 10), -0.2775, 0.2775),
    ],
)
def test_the_interval_of_a_difference_is_newcombe_s_tenth(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    assert statistics.difference(one, other) == pytest.approx((low, high), abs=1e-4)


def test_nothing_run_says_nothing() -> None:
    assert statistics.wilson(0, 0) == (0, 1)
    assert statistics.difference((0, 0), (1, 1)) == (-1, 1)
    assert statistics.bootstrap([[]], lambda _: 1.0) is None


def test_a_bootstrap_is_the_same_every_time_and_holds_the_mean_s_normal_interval() -> None:
    sample = [float(number) for number in range(1, 101)]

    def mean(groups: Sequence[Sequence[float]]) -> float:
        return sum(groups[0]) / len(groups[0])

    found = statistics.bootstrap([sample], mean)
    assert found == statistics.bootstrap([sample], mean)
    assert found is not None
    # 50.5 ± 1.96 · 28.866 / √100
    assert found == pytest.approx((44.84, 56.16), abs=0.5)


def test_a_bootstrap_without_a_value_in_many_draws_is_none() -> None:
    assert outcomes.outcome(Cell("a", ""), [run(ok=True), run(ok=False)], None).success_range is None


def run(cost: int = 100, *, ok: bool) -> Run:
    return Run(ok, cost, 10.0, 2)


def test_a_failed_run_is_done_again_on_the_baseline() -> None:
    baseline = [run(100, ok=True)] * 8 + [run(100, ok=False)] * 2
    cheap = [run(20, ok=True)] * 6 + [run(20, ok=False)] * 4
    # the baseline: 1,000 for 8 successes, 125 each; the cheap one: 20 + 0.4 · 125
    assert outcomes.outcome(Cell("dear", ""), baseline, None).success_pico == 125
    assert outcomes.outcome(Cell("cheap", ""), cheap, baseline).success_pico == pytest.approx(70)
    assert outcomes.saved([cheap, baseline]) == pytest.approx(55)
    # done again on itself, the baseline's own rule says the same as its cost by successes
    assert outcomes.success_cost([baseline, baseline]) == pytest.approx(125)


def test_what_never_succeeds_or_has_no_price_has_no_cost_of_a_success() -> None:
    failed = [run(ok=False)] * 5
    assert outcomes.outcome(Cell("a", ""), failed, None).success_pico is None
    assert outcomes.outcome(Cell("a", ""), [run(ok=True)], failed).success_pico is None
    unpriced = outcomes.outcome(
        Cell("a", ""), [run(ok=True), Run(is_success=True, cost_pico=None, seconds=1, turns=1)], None
    )
    assert (unpriced.run_pico, unpriced.success_pico, unpriced.success_range) == (None, None, None)
