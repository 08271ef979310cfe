"""What the benchmark says of a run under a limit, from what was sent and when it was answered."""

from __future__ import annotations

from benchmarks.budget_runs import ANSWER, Outcome, outcome_of
from tests.client.budgeted import Asked
from tests.client.script import Request

LIMIT = 100


def sent(agent: str, at_s: float, ended_s: float, pico: int) -> Request:
    request = Request({"model": "m", "messages": []}, agent, at_s)
    request.ended_s, request.pico_usd = ended_s, pico
    return request


def outcome(*requests: Request, side_pico: int = 0) -> Outcome:
    billed = side_pico + sum(request.pico_usd for request in requests)
    return outcome_of(1, Asked("s", ANSWER, {}, list(requests), billed), LIMIT, listens=True)


def of(found: Outcome) -> tuple[int, int, int]:
    return found.over, found.in_flight, found.later


def test_within_the_limit_nothing_is_over() -> None:
    found = outcome(sent("main", 0, 1, 60), sent("main", 2, 3, 40))
    assert of(found) == (0, 0, 0)
    assert (found.billed, found.dearest, found.requests, found.threads, found.is_answered) == (100, 60, 2, 1, True)


def test_what_ran_as_the_limit_was_passed_was_in_flight() -> None:
    assert of(outcome(sent("main", 0, 1, 60), sent("a", 1, 4, 30), sent("main", 2, 3, 50))) == (40, 80, 0)


def test_what_its_agent_sent_afterwards_was_sent_later() -> None:
    assert of(outcome(sent("main", 0, 1, 110), sent("main", 2, 3, 5))) == (15, 110, 1)


def test_another_agents_first_request_may_have_been_let_go_before() -> None:
    found = outcome(sent("main", 0, 2, 110), sent("a", 2.5, 3, 5), sent("a", 4, 5, 7))
    assert of(found) == (22, 115, 1)


def test_requests_that_are_no_agents_count_too() -> None:
    assert of(outcome(sent("main", 0, 1, 100), side_pico=3)) == (3, 100, 0)
