from __future__ import annotations

from typing import Any

from scrimp.core.budget.rules import SESSION, USD, Limit
from scrimp.core.budget.weighing import State
from scrimp.core.budget.wording import ANSWER_NOW
from scrimp.headless import account_text
from scrimp.headless.account import Account, Run, Stop

DOLLAR = 10**12
COUNTS: dict[str, Any] = {
    "cost_usd": 430 * DOLLAR // 1000,
    "requests": 23,
    "input_tokens": 1_200,
    "output_tokens": 9_000,
    "cache_read_tokens": 800_000,
    "cache_write_5m_tokens": 30_000,
    "cache_write_1h_tokens": 0,
    "hit_rate": 0.9625,
    "flags": [],
}
DEAREST: dict[str, Any] = {
    **COUNTS,
    "cost_usd": DOLLAR // 10,
    "agent": "Explore",
    "model": "claude-opus-5-5",
    "tools": {"Bash": 2, "Read": 1},
}
LIMIT = Limit("sessionUsd", USD, SESSION, DOLLAR, "", "", "scrimp run")
STATE = State(LIMIT, "sessionUsd", "s", 430 * DOLLAR // 1000, 0, False, 0, 0, DOLLAR)
RUN = Run(("s",), ("s",), (1_000, 125_000), "/repo", 0, False, "")
WHOLE = Account(
    run=RUN,
    cost_pico=470 * DOLLAR // 1000,
    ledger_pico=430 * DOLLAR // 1000,
    client_pico=470 * DOLLAR // 1000,
    sums=COUNTS,
    dearest=[DEAREST],
    models=[{**COUNTS, "model": "claude-opus-5-5"}, {**COUNTS, "model": "odd|*model*", "flags": ["unpriced"]}],
    unpriced=["odd|*model*"],
    states=[STATE],
    stops=[
        Stop("landing", f"[scrimp] The limit for this session is nearly reached. {ANSWER_NOW}", "", 4),
        Stop("stop", "scrimp: the limit for this session is reached: 43 % [so far]\nand more", "", 5),
    ],
    problems={"lines that are no JSON": 2},
)


def test_the_account_in_lines() -> None:
    assert account_text.lines(WHOLE) == [
        "$0.47 in 23 requests, 96 % of the prompts from the cache, 2m 04s",
        "  limit sessionUsd: $0.43 of $1.00 used",
        (
            "  dearest: $0.10, Explore, claude-opus-5-5, 800k tokens from the cache, 31.2k new, 9,000 out, "
            "then Bash x2 Read x1"
        ),
        "  $0.04 of it is in the client's own total alone: calls that no transcript shows",
        "  no price is known for odd|*model*",
        "  lines that are no JSON: 2",
        "  told to answer, its tools denied: The limit for this session is nearly reached.",
        "  the limit for this session is reached: 43 % [so far]?and more",
    ]


def test_the_account_as_a_section_of_a_summary() -> None:
    assert account_text.markdown(WHOLE) == (
        "### Claude Code: $0.47 in 23 requests, 96 % of the prompts from the cache, 2m 04s\n"
        "\n"
        "- **told to answer, its tools denied: The limit for this session is nearly reached.**\n"
        "- **the limit for this session is reached: 43 % \\[so far\\]?and more**\n"
        "- limit sessionUsd: $0.43 of $1.00 used\n"
        "\n"
        "| model | requests | cost |\n"
        "|---|--:|--:|\n"
        "| claude-opus-5-5 | 23 | $0.43 |\n"
        "| odd\\|\\*model\\* | 23 | ≥ $0.43 |\n"
        "\n"
        "- dearest: $0.10, Explore, claude-opus-5-5, 800k tokens from the cache, 31.2k new, 9,000 out, "
        "then Bash x2 Read x1\n"
        "\n"
    )


def test_an_annotation_is_one_line_whatever_it_says() -> None:
    assert account_text.annotation("error", "100 %\r\nof it") == "::error title=scrimp::100 %25%0D%0Aof it"


def test_why_it_ended_is_said_once() -> None:
    run = RUN._replace(is_over=True, reason="no gate")
    twice = WHOLE._replace(run=run, stops=WHOLE.stops * 2)
    assert account_text.ends(twice) == [
        "the client's own --max-budget-usd was reached",
        "told to answer, its tools denied: The limit for this session is nearly reached.",
        "the limit for this session is reached: 43 % [so far]?and more",
        "no gate",
    ]
