"""How full a window is now, on readings made by hand: `at(minute, percent)` in a window that resets after an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.core.limit_readings import Reading
from scrimp.core.windows import PICO, State, latest, per_dollar, prompt_percent, state
from tests.statusline.conftest import NOW, NOW_MS

if TYPE_CHECKING:
    from scrimp.core.windows import Spent

RESETS = NOW + 3_600
MINUTE_MS = 60_000


def at(minute: float, percent: float, resets_at: int = RESETS, source: str = "statusline") -> Reading:
    return Reading("five_hour", ms(minute), source, percent, resets_at)


def ms(minute: float) -> int:
    return NOW_MS + int(minute * MINUTE_MS)


def nothing(from_ms: int, to_ms: int) -> int:
    assert from_ms <= to_ms
    return 0


def a_dollar_a_minute(from_ms: int, to_ms: int) -> int:
    return (to_ms - from_ms) * PICO // MINUTE_MS


TWO_PERCENT_A_DOLLAR = [at(-40, 10), at(-30, 30), at(-20, 50), at(-10, 70)]


def test_without_a_reading_nothing_is_known() -> None:
    assert state([], nothing, NOW_MS) is None


def test_the_newest_reading_counts_and_says_its_age() -> None:
    newest = at(-10, 62)
    assert state([at(-20, 70), newest, at(-30, 50)], nothing, NOW_MS) == State(62, False, RESETS, 600_000, newest)


def test_of_readings_of_the_same_minutes_the_status_lines_counts_then_the_events_then_the_remembered_one() -> None:
    cached, event, line = at(-1, 63, source="cached"), at(-2, 62, source="event"), at(-5, 61)
    assert latest([cached, event, line], NOW_MS) is line
    assert latest([cached, event], NOW_MS) is event
    assert latest([cached, event, at(-6, 61)], NOW_MS) is event
    assert latest([cached, at(-30, 50)], NOW_MS) is cached


def test_a_reading_whose_window_has_reset_gives_way_to_one_of_the_new_window() -> None:
    new = at(-1, 2, NOW + 5 * 3_600, "event")
    assert latest([new, at(-3, 90, NOW - 120)], NOW_MS) is new


def test_past_its_reset_a_reading_counts_as_nothing() -> None:
    over = at(-90, 95, NOW - 60)
    assert state([over], nothing, NOW_MS) == State(0, False, 0, 90 * MINUTE_MS, over)


def test_past_its_reset_what_was_spent_since_then_carries_on() -> None:
    over = [*TWO_PERCENT_A_DOLLAR, at(-9, 72)]
    found = state(over, a_dollar_a_minute, NOW_MS + 63 * MINUTE_MS)
    assert found is not None
    assert (found.percent, found.is_lower, found.resets_at) == (6, True, 0)


@pytest.mark.parametrize(("window", "hours"), [("five_hour", 5), ("seven_day", 168)])
def test_without_a_reset_a_reading_counts_for_the_length_of_its_window(window: str, hours: int) -> None:
    reading = Reading(window, NOW_MS, "cached", 50, 0)
    almost, after = NOW_MS + hours * 60 * MINUTE_MS - 1, NOW_MS + hours * 60 * MINUTE_MS
    assert [found.percent for now in (almost, after) if (found := state([reading], nothing, now))] == [50, 0]


def test_between_readings_the_fitted_percent_per_dollar_carries_on_as_a_lower_bound() -> None:
    found = state(TWO_PERCENT_A_DOLLAR, a_dollar_a_minute, NOW_MS)
    assert found == State(90, True, RESETS, 600_000, TWO_PERCENT_A_DOLLAR[-1])
    full = state([*TWO_PERCENT_A_DOLLAR, at(-9, 99)], a_dollar_a_minute, NOW_MS)
    assert full is not None
    assert full.percent == 100


def test_from_too_few_pairs_nothing_is_added_and_the_figure_is_a_lower_bound_all_the_same() -> None:
    found = state(TWO_PERCENT_A_DOLLAR[-3:], a_dollar_a_minute, NOW_MS)
    assert found is not None
    assert (found.percent, found.is_lower) == (70, True)


def test_the_fit_is_the_median_so_that_what_another_machine_spent_does_not_spoil_it() -> None:
    readings = [*TWO_PERCENT_A_DOLLAR[:3], at(-19, 90)]
    assert per_dollar(readings, a_dollar_a_minute) == 2
    assert per_dollar([*readings, at(-9, 99)], a_dollar_a_minute) == (2 + 2) / 2


def test_the_fit_knows_no_pairs_over_a_reset_or_a_fall_or_without_dollars_or_a_reset() -> None:
    other = RESETS + 5 * 3_600
    over_resets = [at(-40, 10), at(-30, 90), at(-20, 1, other), at(-10, 50, other + 18_000)]
    assert per_dollar(over_resets, a_dollar_a_minute) is None
    falling = [at(-40 + minute, percent) for minute, percent in enumerate((40, 30, 20, 10, 5))]
    assert per_dollar(falling, a_dollar_a_minute) is None
    assert per_dollar(TWO_PERCENT_A_DOLLAR, nothing) is None
    assert per_dollar([one._replace(resets_at=0) for one in TWO_PERCENT_A_DOLLAR], a_dollar_a_minute) is None


def test_the_fit_joins_small_steps_which_are_rounded_and_bears_a_reset_that_wavers() -> None:
    steps = [at(-40 + minute / 10, round(minute / 5, 1), RESETS + minute % 2) for minute in range(300)]
    assert per_dollar(steps, a_dollar_a_minute) == pytest.approx(2)


def test_after_the_window_fell_the_fit_goes_on_from_where_it_fell_to() -> None:
    readings = [at(-50, 80), at(-40, 10), at(-30, 30), at(-20, 50), at(-10, 70)]
    assert per_dollar(readings, a_dollar_a_minute) == 2


def test_a_reading_that_falls_is_believed() -> None:
    found = state([at(-10, 70), at(-1, 40)], nothing, NOW_MS)
    assert found is not None
    assert found.percent == 40


def test_readings_from_the_future_do_not_count_but_a_clock_may_be_a_minute_off() -> None:
    assert latest([at(2, 70)], NOW_MS) is None
    assert latest([at(2, 70), at(-300, 10)], NOW_MS) == at(-300, 10)
    found = state([at(0.5, 70)], nothing, NOW_MS)
    assert found == State(70, False, RESETS, 0, at(0.5, 70))


def prompted(readings: list[Reading], began: float, pico: int, spent: Spent) -> float | None:
    now = state(readings, spent, NOW_MS)
    assert now is not None
    return prompt_percent(readings, now, (ms(began), pico), spent, NOW_MS)


def test_a_prompt_has_used_what_the_window_rose_by_since_it_began() -> None:
    assert prompted([at(-10, 50), at(0, 53.1)], -9, 10 * PICO, nothing) == pytest.approx(3.1)


def test_of_what_the_window_rose_by_a_prompt_has_its_share_of_the_dollars() -> None:
    readings = [*TWO_PERCENT_A_DOLLAR, at(0, 90)]
    assert prompted(readings, -10, 10 * PICO, a_dollar_a_minute) == 20
    assert prompted(readings, -10, 5 * PICO, a_dollar_a_minute) == 10
    assert prompted(readings, -5, 5 * PICO, a_dollar_a_minute) == 10


def test_without_a_reading_before_the_prompt_only_the_fit_can_tell() -> None:
    assert prompted([at(0, 53)], -9, PICO, nothing) is None
    moved = [*TWO_PERCENT_A_DOLLAR, at(0, 8, RESETS + 18_000)]
    assert prompted(moved, -9, 3 * PICO, a_dollar_a_minute) == 6
    assert prompted(moved, -9, 300 * PICO, a_dollar_a_minute) == 8


def test_a_prompt_without_dollars_has_no_figure_and_a_window_that_fell_gives_none_below_nothing() -> None:
    assert prompted([at(-10, 50), at(0, 53)], -9, 0, nothing) is None
    assert prompted([at(-10, 50), at(0, 40)], -9, PICO, nothing) == 0
