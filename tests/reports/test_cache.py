"""`scrimp cache` on a recorded break, and on a ledger made by hand."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from tests.reports.ledger_rows import SESSION, used

if TYPE_CHECKING:
    from tests.reports.conftest import Command

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TTL = os.path.join(ROOT, "tests", "cache", "recorded", "ttl_5m", "projects")

TABLES = """\
Hit rate by project
Project         Last          Cost  Reqs   Read   W 5m   Hit  Breaks  Their cost
/home/dev/shop  11-23 00:28  $0.26     4  44.4k  50.3k  47 %       1       $0.12

What broke the cache
Cause           Breaks  Rewritten   Cost
ttl_expired_5m       1      25.1k  $0.12
ttl_expired_5m: go on within five minutes, or compare an hour's lifetime:
  `scrimp cache advise`

The dearest of 1 breaks
At           Session   Request                  Expected   Cost  Cause
11-23 00:28  627abe91  msg_1795393700495277950     25.1k  $0.12  ttl_expired_5m
msg_1795393700495277950: after 10 min
"""

SESSION_BARS = """\
Session 627abe91-7bcf-4f8b-8517-3140016fb24f
At           Agent  Its parts                    Hit  Break  Cause
11-23 00:18  main   ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒         0 %
11-23 00:18  main   ████████████████████▒▒▒▒▒▒  77 %
11-23 00:28  main   ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒   0 %  $0.12  ttl_expired_5m
11-23 00:28  main   ██████████████████████████  99 %
█ read  ▒ written  ░ uncached
"""


def test_rates_causes_with_advice_and_the_dearest_breaks(scrimp: Command) -> None:
    assert scrimp("cache", "--projects", TTL) == TABLES
    assert (scrimp.code, scrimp.errors) == (0, "")


def test_a_session_as_a_bar_for_each_request(scrimp: Command) -> None:
    assert scrimp("cache", "--session", "627abe91", "--projects", TTL) == SESSION_BARS


def test_as_json_with_everything_exactly(scrimp: Command) -> None:
    shown = json.loads(scrimp("cache", "--by", "session", "--json", "--projects", TTL))
    assert [
        (row["session_id"][:8], row["hit_rate"], row["breaks"], row["breaks_usd"]) for row in shown["hit_rates"]
    ] == [("627abe91", 0.4689, 1, "0.120624")]
    assert shown["causes"] == [
        {
            "cause": "ttl_expired_5m",
            "breaks": 1,
            "rewritten_tokens": 25_130,
            "cost_usd": "0.120624",
            "advice": "go on within five minutes, or compare an hour's lifetime: `scrimp cache advise`",
        }
    ]
    [one] = shown["breaks"]
    assert (one["read_tokens"], one["expected_tokens"], one["detail"]) == (0, 25_130, "after 10 min")


def test_a_subagents_requests_are_compared_among_themselves(scrimp: Command) -> None:
    scrimp.book.request("m1", 0, used(cache_read=50_000, write_5m=1_000))
    scrimp.book.request("a1", 1, used(cache_read=3_000, write_5m=10_000), agent_id="a", agent_type="Explore")
    scrimp.book.request("m2", 2, used(cache_read=51_000))
    scrimp.book.request("a2", 3, used(write_5m=14_000), agent_id="a", agent_type="Explore")
    shown = json.loads(scrimp("cache", "--by", "agent", "--json"))
    assert [(row["agent"], row["breaks"]) for row in shown["hit_rates"]] == [("Explore", 1), ("main", 0)]
    assert [(one["message_id"], one["cause"]) for one in shown["breaks"]] == [("a2", "unknown")]


def test_a_request_that_turns_out_to_lie_between_takes_the_break_away(scrimp: Command) -> None:
    scrimp.book.request("m1", 0, used(cache_read=50_000))
    scrimp.book.request("m3", 600, used(cache_read=9_000, write_5m=41_000), cache_asked="5m")
    assert len(scrimp.rows("cache", "--session", SESSION)) == 2
    assert [row["cause"] for row in scrimp.rows("cache", "--session", SESSION)] == ["", "unknown"]
    scrimp.book.request("m2", 300, used(cache_read=10_000, write_5m=40_000), cache_asked="5m")
    assert [row["cause"] for row in scrimp.rows("cache", "--session", SESSION)] == ["", "unknown", ""]
