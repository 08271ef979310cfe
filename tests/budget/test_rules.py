"""Limits as settings name them, and what is made of those that are none."""

from __future__ import annotations

from typing import Any

import pytest

from scrimp.core import limits, settings
from scrimp.core.budget.rules import AGENTS, MONEY, NAMES, REPOS, Rules, key_of
from scrimp.settings_schema import BudgetSettings, LimitsOfSome

USD = 10**12


def rules(*sections: object) -> Rules:
    found = Rules("/home/a")
    for place, section in enumerate(sections):
        found.add(f"file{place}", section, is_own=place == 0)
    return found


def amounts(found: Rules) -> dict[str, int]:
    return {key_of(limit): limit.amount for limit in found.limits}


def test_without_a_section_nothing_is_limited() -> None:
    found = Rules()
    assert (found.limits, found.problems, found.is_set) == ([], [], False)
    assert (found.warn_at, found.on_unpriced, found.on_usage_credits) == ((50, 80, 95), "dearest", "warn")


def test_every_limit_is_read_in_its_own_unit() -> None:
    found = rules(
        {
            "promptUsd": 0.5, "sessionUsd": 1, "dayUsd": 2.5, "weekUsd": 10, "monthUsd": 30, "fiveHourPercent": 62.5,
            "sevenDayPercent": 90, "minutes": 0.5, "turns": 40, "contextTokens": 150_000,
            "repos": {"~/work/*": {"dayUsd": 3}, "shop": {"monthUsd": 5}}, "agents": {"Explore": {"promptUsd": 0.2}},
        }
    )  # fmt: skip
    assert found.problems == []
    assert amounts(found) == {
        "promptUsd": USD // 2, "sessionUsd": USD, "dayUsd": 5 * USD // 2, "weekUsd": 10 * USD, "monthUsd": 30 * USD,
        "fiveHourPercent": 6_250, "sevenDayPercent": 9_000, "minutes": 30_000, "turns": 40, "contextTokens": 150_000,
        "repos./home/a/work/*.dayUsd": 3 * USD, "repos.shop.monthUsd": 5 * USD,
        "agents.Explore.promptUsd": USD // 5,
    }  # fmt: skip


def test_the_settings_schema_and_the_rules_know_the_same_keys() -> None:
    how = {"warnAt", "onUnpriced", "onUsageCredits"}
    assert {info.alias for info in BudgetSettings.model_fields.values()} == {*NAMES, REPOS, AGENTS, *how}
    assert {info.alias for info in LimitsOfSome.model_fields.values()} == set(MONEY)
    assert rules(dict.fromkeys([*NAMES, REPOS, AGENTS, *how])).problems == []


def test_of_each_kind_the_lowest_holds_and_its_file_is_named() -> None:
    found = rules({"dayUsd": 5, "turns": 10}, {"dayUsd": 2, "turns": 50, "repos": {"*": {"dayUsd": 1}}})
    assert {key_of(limit): (limit.amount, limit.source) for limit in found.limits} == {
        "dayUsd": (2 * USD, "file1"),
        "turns": (10, "file0"),
        "repos.*.dayUsd": (USD, "file1"),
    }


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        ("$5", 5 * USD),
        ("5", 5 * USD),
        ("5 to 10", 5 * USD),
        ("10,50 EUR", 10 * USD),
        ("0.25$", USD // 4),
        ("1e-3", USD // 1000),
        ("abc", 0),
        ("", 0),
        ("-", 0),
        ("nan", 0),
        ("inf", 0),
        (-1, 0),
        (0, 0),
        (True, 0),
        (False, 0),
        ([5], 0),
        ([], 0),
        ({"usd": 5}, 0),
        ({"a": [{"b": [None]}]}, 0),
        (float("nan"), 0),
        (float("inf"), limits.BUDGET_USD_MAX * USD),
        (10**9, limits.BUDGET_USD_MAX * USD),
        ("99999999999", limits.BUDGET_USD_MAX * USD),
    ],
)
def test_what_is_no_amount_is_said_and_read_in_the_strictest_way(value: Any, taken: int) -> None:
    found = rules({"sessionUsd": value})
    assert amounts(found) == {"sessionUsd": taken}
    (problem,) = found.problems
    assert problem.startswith(f"file0: budget.sessionUsd is {value!r}, expected a number of dollars above 0, up to ")
    assert problem.endswith("nothing is let through until it is mended") is (taken == 0)


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ({"turns": 2.5}, "budget.turns is 2.5, expected a whole number above 0, up to 1,000,000,000; taken as 2"),
        ({"minutes": "1h"}, "budget.minutes is '1h', expected a number above 0, up to 100,000; taken as 1"),
        ({"fiveHourPercent": 120}, "budget.fiveHourPercent is 120, expected a number above 0, up to 100; taken as 100"),
        ({"yearUsd": 1}, "unknown key budget.yearUsd: no limit is set by it"),
        ({"repos": {"*": {"turns": 1}}}, "unknown key budget.repos.*.turns: no limit is set by it"),
        ({"warnAt": 80}, "budget.warnAt is 80, expected a list of whole percentages from 1 to 100; it is ignored"),
        ({"warnAt": [0]}, "budget.warnAt is [0], expected a list of whole percentages from 1 to 100; it is ignored"),
        ({"onUnpriced": 1}, "budget.onUnpriced is 1, expected warn or dearest or stop; it is ignored"),
        ({"onUsageCredits": []}, "budget.onUsageCredits is [], expected warn or stop; it is ignored"),
    ],
)
def test_what_is_wrong_is_said_with_file_key_and_value(section: dict[str, Any], problem: str) -> None:
    assert rules(section).problems == [f"file0: {problem}"]


@pytest.mark.parametrize("section", [5, [1], "5", True, {"repos": 5}, {"agents": [1]}])
def test_a_section_that_is_none_lets_nothing_through(section: object) -> None:
    found = rules(section)
    assert amounts(found) == {"sessionUsd": 0}
    assert len(found.problems) == 1


def test_limits_of_a_repo_that_are_none_let_nothing_through_there() -> None:
    assert amounts(rules({"repos": {"shop": 5}, "agents": {"Plan": "x"}})) == {
        "repos.shop.dayUsd": 0,
        "agents.Plan.dayUsd": 0,
    }


def test_nulls_are_as_if_they_were_not_there() -> None:
    found = rules(dict.fromkeys(("dayUsd", "turns", "repos", "agents", "warnAt", "onUnpriced", "onUsageCredits")))
    assert (found.limits, found.problems) == ([], [])


def test_only_the_users_own_file_may_loosen_and_a_repo_may_tighten() -> None:
    own = {"onUnpriced": "warn", "warnAt": [90]}
    found = rules(own)
    assert (found.on_unpriced, found.warn_at) == ("warn", (90,))
    found = rules({}, own)
    assert (found.on_unpriced, found.warn_at) == ("dearest", (50, 80, 90, 95))
    found = rules(own, {"onUnpriced": "stop", "onUsageCredits": "stop", "warnAt": [10]}, {"onUsageCredits": "warn"})
    assert (found.on_unpriced, found.on_usage_credits, found.warn_at) == ("stop", "stop", (10, 90))


def test_a_limit_handed_down_by_a_run_is_one_layer_more(tmp_path: Any) -> None:
    environ = {"HOME": str(tmp_path), settings.BUDGET_VARIABLE: '{"sessionUsd": 2, "onUnpriced": "warn"}'}
    for found in (settings.load(environ, str(tmp_path)), settings.own(environ)):
        (limit,) = found.budget.limits
        assert (limit.name, limit.amount, limit.source) == ("sessionUsd", 2 * USD, "scrimp run")
        assert (found.session_pico, found.budget.on_unpriced, found.problems) == (2 * USD, "dearest", [])


@pytest.mark.parametrize("given", ["{", "5", "[" * 100_000])
def test_one_that_cannot_be_read_lets_nothing_through(tmp_path: Any, given: str) -> None:
    found = settings.load({"HOME": str(tmp_path), settings.BUDGET_VARIABLE: given}, str(tmp_path))
    assert amounts(found.budget) == {"sessionUsd": 0}
    assert len(found.problems) == 1
    assert found.problems[0].startswith("scrimp run: ")


def test_a_broken_file_that_was_to_set_limits_lets_nothing_through(tmp_path: Any) -> None:
    (tmp_path / ".claude").mkdir()
    file = tmp_path / ".claude" / "scrimp.json"
    file.write_text('{"budget": {"dayUsd": 5},}')
    found = settings.load({"HOME": str(tmp_path)}, str(tmp_path))
    assert (amounts(found.budget), len(found.problems)) == ({"sessionUsd": 0}, 1)
    file.write_text('{"compact": {"enabled": false},}')
    found = settings.load({"HOME": str(tmp_path)}, str(tmp_path))
    assert (found.budget.is_set, len(found.problems)) == (False, 1)
