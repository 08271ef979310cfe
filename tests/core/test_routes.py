"""The setting `routes`: patterns, rules of several layers, and what a rule makes of a call beside its price."""

from __future__ import annotations

from typing import Any

import pytest

from scrimp.core import limits
from scrimp.core.routes import deciding, faults, patterns, rules, weighing
from scrimp.core.routes.rules import Call, Layer, Rule
from scrimp.core.routes.weighing import Choice

AT = "2026-11-23T10:00:00.000Z"
OPUS = Choice("claude-opus-5-5", "medium")


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("Explore", "explore", True),
        ("Explore", "Explorer", False),
        ("*", "", True),
        ("run*tests", "run the tests", True),
        ("run*tests", "run the tests now", False),
        ("*run*tests*", "please\nrun all\ntests now", True),
        ("ab*ba", "aba", False),
        ("a*b*c", "a-c-b", False),
        ("[a-z]?", "b1", False),
        ("STRASSE", "straße", True),
    ],
)
def test_a_pattern_is_the_whole_text_and_an_asterisk_is_anything(pattern: str, text: str, *, matches: bool) -> None:
    assert patterns.matches(pattern, text) is matches


def test_no_pattern_is_slow_on_any_text() -> None:
    """Each asterisk looks for its part once, from where the last was found, so the looks are no more than the parts."""

    class Counted(str):
        __slots__ = ()
        looks = 0

        def casefold(self) -> Counted:
            return self

        def find(self, *where: Any) -> int:
            Counted.looks += 1
            return super().find(*where)

    assert not patterns.matches("*a" * 100 + "b*", Counted("a" * 100_000))
    assert Counted.looks <= 100


def read(*layers: tuple[str, bool, object]) -> tuple[list[Rule], list[str]]:
    return rules.read(Layer(*layer) for layer in layers)


def test_the_users_rules_come_first_then_the_persons_in_the_repo_then_the_repos() -> None:
    one = [{"agent": "Explore", "model": "haiku"}]
    found, problems = read(("/r/scrimp.json", False, one), ("/r/scrimp.local.json", False, one), ("/u", True, one))
    assert [rule.place for rule in found] == [
        "/u: routes[0]",
        "/r/scrimp.local.json: routes[0]",
        "/r/scrimp.json: routes[0]",
    ]
    assert problems == []


BAD: list[tuple[object, str]] = [
    ("x", "is 'x', expected an object"),
    ({"agent": "a"}, "names neither model nor effort nor background"),
    ({"agent": "a", "model": "gpt"}, "has model 'gpt', expected one of haiku, sonnet, opus, fable"),
    ({"agent": "a", "model": []}, "has model [], expected one of haiku, sonnet, opus, fable"),
    ({"model": "haiku", "effort": "tiny"}, "has effort 'tiny', expected one of low, medium, high, xhigh, max"),
    ({"model": "haiku", "background": 1}, "has background 1, expected true or false"),
    ({"model": "haiku", "regex": "a"}, "has the unknown key regex"),
    ({"model": "haiku", "prompt": ""}, "has prompt '', expected a pattern of up to 300 characters"),
    ({"model": "haiku", "dearer": True}, "says dearer, which only your own file may"),
]


def test_a_bad_rule_is_named_and_left_out_and_the_others_hold() -> None:
    good = {"agent": "Plan", "effort": "low"}
    found, problems = read(("/r", False, [*(said for said, _ in BAD), good]), ("/l", False, {"agent": "a"}))
    assert [rule.agent for rule in found] == ["Plan"]
    named = [f"/r: routes[{number}] {words}; the rule is ignored" for number, (_, words) in enumerate(BAD)]
    assert problems == [*named, "/l: routes is {'agent': 'a'}, expected a list of rules; it is ignored"]


def test_a_megabyte_in_a_repos_rule_makes_no_long_sentence() -> None:
    long = "x" * 1_000_000
    _, problems = read(("/r", False, [{"prompt": long}, {"model": [long]}, long]), ("/l", False, {"a": long}))
    assert [len(one) < limits.ROUTE_PATTERN_CHARS + 100 for one in problems] == [True] * 4


def test_no_more_rules_are_read_than_the_limit() -> None:
    found, problems = read(("/r", False, [{"model": "haiku"}] * (limits.ROUTE_RULES + 1)))
    assert len(found) == limits.ROUTE_RULES
    assert problems == [f"/r: routes has more than {limits.ROUTE_RULES} rules; the rest is ignored"]


def test_the_first_rule_whose_patterns_all_match_is_taken_and_a_shipped_agent_goes_by_either_name() -> None:
    found, _ = read(
        ("/u", True, [
            {"agent": "scout", "prompt": "*log*", "effort": "high"},
            {"agent": "scout", "model": "sonnet"},
            {"description": "find *", "model": "haiku"},
        ])
    )  # fmt: skip
    calls = [
        Call("scrimp:scout", "", "read the LOG"),
        Call("scout", "", ""),
        Call("Plan", "Find it", ""),
        Call("x", "", ""),
    ]
    taken = [rules.first(found, call) for call in calls]
    assert [rule and rule.place[-2] for rule in taken] == ["0", "1", "2", None]


def test_a_rule_that_an_earlier_one_hides_is_said_to_be_never_reached() -> None:
    found, _ = read(
        ("/u", True, [
            {"agent": "Ex*", "model": "haiku"},
            {"agent": "Explore", "prompt": "*", "model": "sonnet"},
            {"agent": "ex*", "model": "opus"},
            {"model": "haiku"},
        ])
    )  # fmt: skip
    assert faults.unreached(found) == [
        "/u: routes[1] is never reached: /u: routes[0] comes first and matches all that it would, and more",
        "/u: routes[2] is never reached: /u: routes[0] comes first and matches the same calls",
    ]


def test_a_short_name_is_followed_through_the_environment_and_one_that_leads_back_is_not_known() -> None:
    assert weighing.id_of("haiku", {}) == "claude-haiku-5-5"
    chain = {"ANTHROPIC_DEFAULT_HAIKU_MODEL": "sonnet", "ANTHROPIC_DEFAULT_SONNET_MODEL": "claude-sonnet-4-6"}
    assert weighing.id_of("haiku", chain) == "claude-sonnet-4-6"
    loop = {"ANTHROPIC_DEFAULT_HAIKU_MODEL": "sonnet", "ANTHROPIC_DEFAULT_SONNET_MODEL": "haiku"}
    assert weighing.id_of("haiku", loop) == ""
    assert weighing.id_of("haiku", {"CLAUDE_CODE_USE_BEDROCK": "1"}) == ""


@pytest.mark.parametrize(
    ("new", "old", "dearer"),
    [
        (Choice("claude-haiku-5-5", ""), OPUS, False),
        (Choice("claude-haiku-5-5", "xhigh"), OPUS, False),
        (Choice("claude-haiku-5-5", "max"), OPUS, True),  # of a prompt of more than 100,000 tokens
        (Choice("claude-sonnet-5-5", "low"), OPUS, False),
        (Choice("claude-sonnet-5-5", "xhigh"), OPUS, True),
        (Choice("claude-fable-5-2", "low"), OPUS, True),
        (Choice("claude-opus-5-5", "low"), OPUS, False),
        (Choice("claude-opus-5-5", "high"), OPUS, True),
        (Choice("claude-opus-5-5", "medium"), Choice("claude-opus-5-5", ""), True),
        (Choice("claude-haiku-4-5", ""), Choice("claude-haiku-5-5", ""), True),
        (Choice("gpt", ""), OPUS, None),
        (Choice("claude-haiku-5-5", ""), Choice("", ""), None),
    ],
)
def test_in_doubt_a_model_may_be_dearer(new: Choice, old: Choice, *, dearer: bool | None) -> None:
    assert weighing.is_dearer(new, old, AT) is dearer


def decide(said: dict[str, Any], given: dict[str, Any], old: Choice = OPUS, **around: bool) -> deciding.Routed:
    (rule,), _ = read(("/u", True, [said]))
    defaults = {"names_model": False, "names_effort": False, **around}
    return deciding.decide(rule, given, deciding.Around(old, **defaults, at=AT, environ={}, managed=None))


def test_a_cheaper_rule_changes_what_nobody_has_chosen() -> None:
    said = {"model": "haiku", "effort": "low", "background": True}
    changed = {"model": "haiku", "effort": "low", "run_in_background": True}
    assert decide(said, {}) == (changed, "", "")
    assert decide(said, {"model": "opus"}) == deciding.LEFT
    assert decide(said, {}, names_model=True) == deciding.LEFT
    del changed["effort"]
    assert decide(said, {}, names_effort=True) == (changed, "", "")
    assert decide(said, {"effort": "high"}) == (changed, "", "")
    del changed["run_in_background"]
    assert decide(said, {"effort": "high", "run_in_background": False}) == (changed, "", "")


def test_a_dearer_one_needs_the_word_and_is_told() -> None:
    told = "claude-fable-5-2 costs more than claude-opus-5-5 at effort medium"
    assert decide({"model": "fable"}, {}) == ({}, "", f"/u: routes[0]: {told}; the call is left as it is")
    assert decide({"model": "fable", "dearer": True}, {}) == (
        {"model": "fable"},
        f"{told}, by your rule /u: routes[0]",
        "",
    )
    assert decide({"model": "sonnet"}, {}, Choice("", "")).changes == {}


def test_an_agents_own_file_and_the_thread_say_what_it_would_run_on() -> None:
    assert deciding.base("", "", OPUS, {}) == OPUS
    assert deciding.base("inherit", "x", OPUS, {}) == OPUS
    assert deciding.base("haiku", "low", OPUS, {}) == Choice("claude-haiku-5-5", "low")
