"""`scrimp costliest`, whole outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.reports.ledger_rows import PROMPT, SESSION, clock, used

if TYPE_CHECKING:
    from tests.reports.conftest import Command

BOTH = """\
The turns that cost the most
Turn      Begun        Session    Cost   Hit  Reqs  Tools   Time
9a0a9700  11-22 10:00  5e551011  $0.08  63 %     3      3  6.0 s
second    11-22 10:00  5e551011  $0.01   0 %     1      0  1.0 s

The tool results that cost the most
     Cost    Re-read  Times  Tool  What                       Bytes
≈ $0.01    ≈ $0.0004      1  Bash  cd shop && pytest -v       4,500
≈ $0.0083  ≈ $0.0003      1  Read  /home/dev/shop/a?[2Jb.png    225
≈ $0.00    ≈ $0.00        0  Grep                                90
≈ an estimate: a result's tokens by its bytes, at the prices of the requests
  that carried them
Re-read: what it has cost to be sent again with every request since; Times: how
  many these were
"""

TURN: dict[str, object] = {
    "prompt_id": PROMPT,
    "first_at": clock(0),
    "session_id": SESSION,
    "cost_usd": "0.07522",
    "hit_rate": 0.6327,
    "requests": 3,
    "tool_calls": 3,
    "seconds": 6.0,
    "flags": [],
}

RESULT = {
    "cost_usd": "0.0104",
    "enter_usd": "0.01",
    "reread_usd": "0.0004",
    "rereads": 1,
    "tool": "Bash",
    "about": "cd shop && pytest -v",
    "what": "was 145 KB",
    "bytes": 4_500,
    "tokens": 2_000,
    "images": 0,
    "is_error": False,
    "at": clock(2),
    "session_id": SESSION,
    "prompt_id": PROMPT,
    "message_id": "m1",
    "tool_use_id": "t1",
    "cut_handle": "3f9c02d41b7a8e55",
    "cut_command": "pytest -v",
    "cut_from_bytes": 145_000,
    "flags": ["estimated"],
}


def conversation(scrimp: Command) -> None:
    book = scrimp.book
    book.request("m1", 0, used(write_5m=10_000, output=100))
    book.result("t1", "m1", 2, 4_500, about="cd shop && pytest -v")
    book.cut("t1", "pytest -v", 145_000, 900)
    book.result("t2", "m1", 2, 225, name="Read", is_error=1, images=1, about="/home/dev/shop/a\x1b[2Jb.png")
    book.request("m2", 3, used(cache_read=10_000, write_5m=3_600))
    book.request("m3", 5, used(cache_read=13_600, write_5m=100))
    book.result("t3", "m3", 6, 90, name="Grep")
    book.request("m4", 40, used(input=2_500), prompt_id="second")


def test_turns_and_results_with_what_came_back(scrimp: Command) -> None:
    conversation(scrimp)
    assert scrimp("costliest") == BOTH


def test_a_wider_terminal_shows_what_came_back_and_when(scrimp: Command) -> None:
    conversation(scrimp)
    head, first, second = scrimp("costliest", "--results", "2", COLUMNS="120").splitlines()[1:4]
    assert " ".join(head.split()) == "Cost Entered Re-read Times Tool What Came back Bytes When Session"
    assert first.endswith("cd shop && pytest -v       was 145 KB         4,500  11-22 10:00  5e551011")
    assert second.endswith("/home/dev/shop/a?[2Jb.png  an error, 1 image    225  11-22 10:00  5e551011")


def test_as_json_both_are_lists_of_one_object_and_one_alone_is_a_list(scrimp: Command) -> None:
    conversation(scrimp)
    both = json.loads(scrimp("costliest", "--turns", "1", "--results", "1", "--json"))
    assert both == {"turns": [TURN], "results": [RESULT]}
    assert scrimp.rows("costliest", "--results", "1") == [RESULT]
    assert scrimp.rows("costliest", "--turns", "1") == [TURN]


def test_csv_is_one_table(scrimp: Command) -> None:
    conversation(scrimp)
    assert scrimp("costliest", "--turns", "1", "--csv").splitlines() == [
        "prompt_id,first_at,session_id,cost_usd,hit_rate,requests,tool_calls,seconds,flags",
        f"{PROMPT},{clock(0)},{SESSION},0.07522,0.6327,3,3,6.0,",
    ]
    assert scrimp("costliest", "--csv") == ""
    said = "scrimp: --csv is one table: give either --turns N or --results N with it\n"
    assert (scrimp.code, scrimp.errors) == (2, said)


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "\u0663"])
def test_a_number_that_is_none_is_wrong_use(scrimp: Command, number: str) -> None:
    assert scrimp("costliest", f"--turns={number}") == ""
    assert scrimp.code == 2
    assert f"{number!r} is no whole number from 1" in scrimp.errors


def test_filters_choose_the_turns_and_the_calls(scrimp: Command) -> None:
    conversation(scrimp)
    assert [row["prompt_id"] for row in scrimp.rows("costliest", "--turns", "9", "--until", "2026-11-21")] == []
    assert [row["tool"] for row in scrimp.rows("costliest", "--results", "9", "--model", "opus")] == [
        "Bash",
        "Read",
        "Grep",
    ]
    assert scrimp.rows("costliest", "--results", "9", "--model", "haiku") == []


def test_with_nothing_in_the_ledger_it_says_so(scrimp: Command) -> None:
    assert scrimp("costliest") == (
        "The turns that cost the most\nno requests here\n\nThe tool results that cost the most\nno tool results here\n"
    )


def test_models_without_a_price_are_named_once_beneath(scrimp: Command) -> None:
    scrimp.book.request("m1", 0, used(input=1_000), model="claude-unknown-9")
    scrimp.book.result("t1", "m1", 2, 90)
    scrimp.book.request("m2", 5, used(input=2_000), model="claude-unknown-9")
    assert scrimp("costliest", "--results", "1").splitlines()[1:] == [
        "    Cost   Entered   Re-read  Tool  Bytes  When         Session",
        "unpriced  unpriced  unpriced  Bash     90  11-22 10:00  5e551011",
        "≈ an estimate: a result's tokens by its bytes, at the prices of the requests",
        "  that carried them",
        "Re-read: what it has cost to be sent again with every request since; Times: how",
        "  many these were",
        "≥ at least: a part of it has no known price, or no full count",
        "no price is known for claude-unknown-9",
    ]
    assert [row["cost_usd"] for row in json.loads(scrimp("costliest", "--json"))["turns"]] == ["0"]
    assert scrimp.errors == "scrimp: no price is known for claude-unknown-9\n"


def test_as_many_turns_may_be_asked_for_as_there_are_and_each_session_without_prompt_ids_is_one(
    scrimp: Command,
) -> None:
    for place in range(1_500):
        scrimp.book.request(f"m{place}", place % 60, used(input=place), prompt_id="", session_id=f"s{place // 2}")
    rows = scrimp.rows("costliest", "--turns", "9999999")
    assert len(rows) == 750
    assert (rows[0]["session_id"], rows[0]["cost_usd"]) == ("s749", "0.011988")
