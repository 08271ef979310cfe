"""When a cheaper model is adopted, and what is named when it is not."""

from __future__ import annotations

import pytest

from scrimp.core import limits
from scrimp.routing import adoption
from scrimp.routing.outcomes import Cell, Run

DEAR, CHEAP = Cell("sonnet", "medium"), Cell("haiku", "low")
CENT = 10**10
MORE = ", it must be more than 0"


def runs(successes: int, of: int, cost: int | None) -> list[Run]:
    return [Run(place < successes, cost, 5.0, 3) for place in range(of)]


def judged(mine: list[Run], theirs: list[Run]) -> adoption.Verdict:
    return adoption.judged(CHEAP, mine, DEAR, theirs)


def test_as_good_and_cheaper_is_adopted_with_its_figures() -> None:
    assert judged(runs(30, 30, CENT), runs(30, 30, 4 * CENT)) == (
        [],
        [
            "haiku/low succeeded in 30 of 30, sonnet/medium in 30 of 30: 8.3% fewer at worst, 10% is the most",
            "a success costs $0.0100 on haiku/low, $0.0400 on sonnet/medium: $0.0300 saved at worst" + MORE,
        ],
    )


def test_the_margin_s_reason_in_limits_is_true() -> None:
    assert not judged(runs(25, 25, CENT), runs(25, 25, 4 * CENT)).refusals
    assert judged(runs(24, 24, CENT), runs(24, 24, 4 * CENT)).refusals
    assert limits.ROUTES_MARGIN == 0.1


@pytest.mark.parametrize(
    ("mine", "theirs", "missing"),
    [
        (
            runs(5, 5, CENT),
            runs(30, 30, 4 * CENT),
            "haiku/low has 5 runs, 20 are needed",
        ),
        (
            runs(24, 30, CENT),
            runs(30, 30, 4 * CENT),
            "haiku/low succeeded in 24 of 30, sonnet/medium in 30 of 30: 34.3% fewer at worst, 10% is the most",
        ),
        (
            runs(30, 30, 4 * CENT),
            runs(30, 30, 4 * CENT),
            "a success costs $0.0400 on haiku/low, $0.0400 on sonnet/medium: $0.0000 saved at worst" + MORE,
        ),
        (runs(30, 30, None), runs(30, 30, CENT), "30 runs have no known price"),
        (
            runs(30, 30, CENT),
            runs(0, 30, CENT),
            "sonnet/medium never succeeded, so a failed run cannot be done again on it",
        ),
    ],
)
def test_what_is_not_supported_is_refused_by_the_figure_that_is_missing(
    mine: list[Run], theirs: list[Run], missing: str
) -> None:
    assert judged(mine, theirs).refusals == [missing]


def test_a_model_is_not_adopted_in_its_own_place() -> None:
    assert adoption.judged(DEAR, [], DEAR, []).refusals == ["sonnet/medium is what it would be compared with"]
