from __future__ import annotations

import pytest

from scrimp.core import facts, limits, terminal
from scrimp.core.compact import family_of
from scrimp.core.families import NAMES
from tests.compact import cases

ELSEWHERE = {
    "log/progress_in_colour": "plain",
    "plain/listing_long": "listing",
    "plain/search_hits": "search",
    "plain/cargo_failed": "diagnostics",
    "plain/help_text": "help",
    "plain/man_page": "help",
    "plain/make_failed": "diagnostics",
}
"""Kept among the logs for its escapes; without them it is lines like any other. The others passed raw as plain ones."""


@pytest.mark.parametrize("name", cases.names())
def test_the_model_sees_what_is_written_down(name: str) -> None:
    """`python -m tests.compact.cases` writes it down anew; what `git diff` then shows is to be read as the agent."""
    assert cases.view(cases.load(name).compacted()) == cases.expected(name)


@pytest.mark.parametrize("name", cases.names())
def test_a_recorded_output_is_told_by_its_look(name: str) -> None:
    result = cases.load(name).compacted()
    assert result.why == "small" or result.family == ELSEWHERE.get(name, cases.load(name).family)


@pytest.mark.parametrize("name", cases.names())
def test_every_fact_survives_or_it_is_said_how_many_did(name: str) -> None:
    case = cases.load(name)
    result = case.compacted()
    if not result.cut:
        assert result.text == case.text
        return
    all_facts = facts.extract(result.family, terminal.as_shown(case.text))
    lost = facts.missing(all_facts, result.text)
    assert result.facts_total == len(all_facts)
    assert result.facts_kept <= len(all_facts) - len(lost)
    if result.facts_kept < result.facts_total:
        assert len(case.text) > case.raw_limit


@pytest.mark.parametrize("name", cases.names())
def test_a_cut_leaves_room_for_its_marker_and_is_worth_it(name: str) -> None:
    case = cases.load(name)
    result = case.compacted()
    if not result.cut:
        assert result.text == case.text
        return
    assert result.chars_out == len(result.text) <= case.cap - limits.MARKER_CHARS
    if len(case.text) <= case.raw_limit:
        assert result.chars_in - result.chars_out >= limits.WORTH_CHARS


@pytest.mark.parametrize("name", cases.names())
def test_what_was_compacted_once_is_left_alone(name: str) -> None:
    case = cases.load(name)
    result = case.compacted()
    assert not case.compacted(result.with_marker(cases.MARKER)).cut or not result.cut


def test_every_family_has_a_module_that_calls_itself_so() -> None:
    assert [family_of(name).NAME for name in NAMES] == list(NAMES)


def test_every_family_has_a_recorded_success_and_a_failure() -> None:
    seen = {(case.family, case.exit_code != 0) for case in map(cases.load, cases.names())}
    assert seen == {(name, failed) for name in NAMES for failed in (False, True)}


def test_29_failures_in_deep_tracebacks_take_6_kb_with_every_name_place_and_message() -> None:
    case = cases.load("pytest/failed_29_deep")
    result = case.compacted()
    failures = [fact for fact in facts.extract("pytest", case.text) if fact.kind == "failure"]
    assert len(failures) == 29
    assert facts.missing(failures, result.text) == []
    assert len(result.text.encode()) + limits.MARKER_USUAL_CHARS <= 6_000


def test_a_log_of_5000_lines_keeps_its_error_block_whole_in_2_kb() -> None:
    result = cases.load("log/service_error_in_middle").compacted()
    assert len(result.text) + limits.MARKER_USUAL_CHARS <= 2_000
    assert (
        "2026-04-19 04:41:23,695 ERROR    [shop.payment] charge failed for order 48213, customer 7710\n"
        "Traceback (most recent call last):\n"
        '  File "/tmp/shop/scripts/service.py", line 69, in <module>\n'
        "    charge(48213)\n"
        '  File "/tmp/shop/scripts/service.py", line 43, in charge\n'
        '    raise TimeoutError(f"gateway did not answer for order {order} within 5000 ms")\n'
        "TimeoutError: gateway did not answer for order 48213 within 5000 ms\n"
    ) in result.text


def test_more_errors_than_fit_are_counted_and_no_kind_is_pushed_out_by_another() -> None:
    result = cases.load("log/broker_many_errors").compacted()
    assert 0 < result.facts_kept < result.facts_total
    assert " CRITICAL " in result.text
    assert " WARNING " in result.text
    assert result.text.endswith("worker stopped after 1200 messages\n")


def test_a_single_cut_has_its_marker_in_its_place() -> None:
    result = cases.load("plain/seq_20000").compacted()
    assert result.with_marker("[marker]") == "1\n2\n[marker]\n19998\n19999\n20000\n"
