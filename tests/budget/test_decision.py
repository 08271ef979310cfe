"""The decision by itself, in units of one usual request."""

from __future__ import annotations

import pytest

from scrimp.core.budget.decision import GO, LAND, STOP, Ask, decide, money_ask
from scrimp.core.budget.forecast import Forecast

USUAL = Ask(100, 40, 100)
OWN = Forecast(100, 40, 30, 10, 5_000, 100, False)
ANSWER = Forecast(200, 80, 60, 20, 9_000, 100, False)


@pytest.mark.parametrize(
    ("landings", "room", "action"),
    [
        (0, 300, GO),
        (0, 299, LAND),
        (0, 40, LAND),
        (0, 39, STOP),
        (1, 500, GO),
        (1, 499, LAND),
        (1, 40, LAND),
        (1, 39, STOP),
        (2, 300, GO),
        (2, 299, STOP),
    ],
)
def test_three_requests_let_it_go_five_lift_a_landing_that_has_just_begun_and_the_second_is_the_last(
    landings: int, room: int, action: str
) -> None:
    assert decide(room, USUAL, landings) == action


def test_nothing_left_stops_even_what_asks_for_nothing() -> None:
    assert decide(0, Ask(0, 0, 0)) == STOP


def test_what_lands_first_lands_once_however_far_the_limit_is_passed() -> None:
    ask = Ask(0, 0, 100, lands_first=True)
    assert [decide(-500, ask, landings) for landings in (0, 1, 2)] == [LAND, STOP, STOP]


def test_what_is_kept_for_others_lands_and_only_the_least_of_it_stops() -> None:
    ask = USUAL._replace(keep=200, keep_least=50)
    assert [decide(room, ask) for room in (500, 499, 90, 89)] == [GO, LAND, LAND, STOP]


@pytest.mark.parametrize(
    ("answer", "is_start", "ask"),
    [
        (None, False, Ask(100, 40, 30, 20 + 30)),
        (None, True, Ask(100, 40, 30, 20 + 90)),
        (ANSWER, False, Ask(100, 40, 30, 20 + 30 + 60, 20)),
        (ANSWER, True, Ask(100, 40, 30, 20 + 90 + 60, 60)),
    ],
)
def test_room_is_kept_for_the_answer_of_who_waits_and_of_all_that_run(
    answer: Forecast | None, is_start: bool, ask: Ask
) -> None:
    """Two agents run that have reserved 20 and 90: an answer of theirs is no dearer than a later request here."""
    assert money_ask(OWN, answer, [20, 90], is_start=is_start) == ask
