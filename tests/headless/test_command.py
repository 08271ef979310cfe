from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from scrimp.headless import command, handing_down

UUID = "11111111-2222-4333-8444-555555555555"


@pytest.mark.parametrize(
    ("words", "before"),
    [
        (["claude", "-p"], ("claude",)),
        (["/opt/bin/claude", "-p"], ("/opt/bin/claude",)),
        (["timeout", "600", "claude", "-p", "claude"], ("timeout", "600", "claude")),
        (["npx", "-y", "@anthropic-ai/claude-code", "-p"], ("npx", "-y", "@anthropic-ai/claude-code")),
        (["npx", "@anthropic-ai/claude-code@2.1.330", "-p"], ("npx", "@anthropic-ai/claude-code@2.1.330")),
    ],
)
def test_the_client_is_found_among_the_words(words: list[str], before: tuple[str, ...]) -> None:
    assert command.read(words).before == before


@pytest.mark.parametrize(
    ("options", "session", "goes_on", "prints"),
    [
        (["-p", "x"], "", False, True),
        (["--print"], "", False, True),
        (["-pc"], "", True, True),
        ([], "", False, False),
        (["--session-id", UUID], UUID, False, False),
        ([f"--session-id={UUID}"], UUID, False, False),
        (["--resume", UUID], UUID, True, False),
        (["-r", UUID, "-p"], UUID, True, True),
        (["--resume", "by-name"], "", True, False),
        (["--resume", UUID, "--fork-session"], "", True, False),
        (["--continue"], "", True, False),
        (["--from-pr", "7"], "", True, False),
    ],
)
def test_what_the_words_say_of_the_session(options: list[str], session: str, *, goes_on: bool, prints: bool) -> None:
    given = command.read(["claude", *options])
    assert (given.session_id, given.goes_on, given.is_print) == (session, goes_on, prints)


def test_of_a_repeated_option_the_last_counts_and_what_follows_two_dashes_is_none() -> None:
    given = command.read(["claude", "--settings", "a", "--settings=b", "--", "--settings", "c", "--print"])
    assert (given.settings, given.is_print, given.rest) == ("b", False, ("--", "--settings", "c", "--print"))
    assert command.read(["claude", "--settings"]).settings == ""


def test_ours_stand_in_the_place_of_the_clients_own() -> None:
    given = command.read(["claude", "-p", "--settings", "a", "--max-budget-usd=9", "--tools", "Bash", "--", "x"])
    assert given.words("s.json", "dir", "2", UUID) == [
        *("claude", "--settings", "s.json", "--max-budget-usd", "2", "--session-id", UUID, "--plugin-dir", "dir"),
        *("-p", "--tools", "Bash", "--", "x"),
    ]
    assert given.words("s.json", "dir", "", "") == [
        *("claude", "--settings", "s.json", "--plugin-dir", "dir"),
        *("-p", "--max-budget-usd=9", "--tools", "Bash", "--", "x"),
    ]


@pytest.mark.parametrize(
    ("inherited", "amount", "expected"),
    [
        ('{"sessionUsd": 1}', "2", {"sessionUsd": 1}),
        ('{"sessionUsd": 3}', "2", {"sessionUsd": 2.0}),
        ('{"sessionUsd": "0.01"}', "2", {"sessionUsd": "0.01"}),
        ('{"sessionUsd": "$5"}', "9", {"sessionUsd": "$5"}),
        ('{"sessionUsd": "abc"}', "2", {"sessionUsd": "abc"}),
        ('{"turns": 7}', "2", {"turns": 7, "sessionUsd": 2.0}),
    ],
)
def test_a_run_inside_a_run_never_loosens_what_it_was_handed(
    inherited: str, amount: str, expected: dict[str, Any]
) -> None:
    """What is no number is handed on as it is: the gate takes the stricter reading and names the problem."""
    assert json.loads(handing_down.section({"SCRIMP_BUDGET": inherited}, Decimal(amount))) == expected
