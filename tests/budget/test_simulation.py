"""Ten thousand made-up runs: no false stop, at most a request over the limit for each thread, little left at a stop."""

from tests.budget.simulation import Outcomes


def test_of_ten_thousand_runs_none_that_fits_is_stopped_and_none_goes_far_over_its_limit() -> None:
    outcomes = Outcomes()
    over, left = outcomes.over(), outcomes.left()
    assert (len(outcomes.fitting), len(outcomes.others)) == (5_000, 5_000)
    assert [run.stops for run in outcomes.fitting if run.stops] == []
    assert all(run.total <= run.limit for run in outcomes.fitting)
    assert over[len(over) // 2] == 0
    assert over[-1] <= 1
    assert left[-1] <= 2
