"""Which facts stay when not all of them fit."""

from __future__ import annotations

from scrimp.core.compact.rescue import Carriers, turns
from scrimp.core.facts.fact import ALIKE, DETAIL, FAILURE, TOTAL, WARNING, Fact
from tests.compact import cases


def fact(priority: int, said: str) -> Fact:
    return Fact(priority, "error", (said,))


def test_how_it_ended_comes_first_then_each_kind_of_failure_and_warning_then_details_and_floods_last() -> None:
    found = [
        fact(ALIKE, "flood 1"),
        fact(DETAIL, "expected 3"),
        fact(WARNING, "slow"),
        fact(FAILURE, "lost 1"),
        fact(FAILURE, "lost 2"),
        fact(FAILURE, "lost 3"),
        fact(TOTAL, "3 failed"),
    ]
    by_kind = [found[index].parts[0] for index in turns(found)]
    by_priority = [found[index].parts[0] for index in turns(found, kinds_first=False)]
    assert by_kind == ["3 failed", "lost 1", "lost 3", "slow", "lost 2", "expected 3", "flood 1"]
    assert by_priority == ["3 failed", "lost 1", "lost 3", "lost 2", "slow", "expected 3", "flood 1"]


def test_among_equals_those_near_the_ends_come_first() -> None:
    found = [fact(FAILURE, word) for word in ("one", "two", "three", "four", "five")]
    assert [found[index].parts[0] for index in turns(found)] == ["one", "five", "two", "four", "three"]


def test_a_line_that_carries_two_parts_of_a_fact_is_paid_for_once() -> None:
    lines = ["7:18 lost  rule", "8:30 gone  rule"]
    found = [Fact(FAILURE, "error", ("7:18 lost", "rule")), Fact(FAILURE, "error", ("8:30 gone", "rule"))]
    carriers = Carriers(lines, found)
    carriers.take_what_fits(2 * (len(lines[0]) + 1), str, 0)
    assert sorted(carriers.parts) == [0, 1]


def test_past_the_clients_limits_no_failure_is_left_out_while_a_detail_or_a_drop_of_a_flood_is_searched_for() -> None:
    result = cases.load("diagnostics/mvn_failed").compacted()
    assert result.text.count("[ERROR] /tmp/shop_diagnostics/") == 72
    assert result.facts_kept < result.facts_total
