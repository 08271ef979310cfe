"""`scrimp explain`: every dollar of a request, on the fixtures of transcripts and on requests made by hand."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from scrimp.core.managed_prices import ManagedPrices
from scrimp.core.prices import PICO
from scrimp.core.transcript_records import ADVISOR, EXECUTOR, Leg
from tests.reports.ledger_rows import OPUS, PROMPT, SESSION, clock, used

if TYPE_CHECKING:
    from tests.reports.conftest import Command

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TRAPS = os.path.join(ROOT, "tests", "transcripts")
CATALOGUE = "client 2.1.330 catalogue; Anthropic price page, autumn 2026"

LEGS = """\
Request msg_01A: $0.086
  model    claude-opus-5-5
  at       2026-11-20 09:00
  session  1a6f0c52-7d1e-4c39-9a52-0f6be2d1a001, main thread
  project  /home/dev/shop
  branch   main
  mode     speed standard, tier standard, stopped by end_turn
  client   2.1.330

answer 1 of 2: claude-opus-5-5
  input       600 x $4 per million  = $0.0024
  output       60 x $20 per million = $0.0012
  web search    2 x $0.01 each      = $0.0200
  price: claude-opus-5-5; source: client 2.1.330 catalogue; Anthropic price
    page, autumn 2026

answer 2 of 2: claude-opus-5-5
  input   400 x $4 per million  = $0.0016
  output   40 x $20 per million = $0.0008
  price: claude-opus-5-5; source: client 2.1.330 catalogue; Anthropic price
    page, autumn 2026

advisor: claude-fable-5-2
  input   5,000 x $8 per million  = $0.0400
  output    500 x $40 per million = $0.0200
  price: claude-fable-5-2; source: client 2.1.330 catalogue; genai-prices 0.2.3

sum: $0.086, which is what the ledger has
"""

ALL_TERMS = f"""\
Request m1: at least $0.006655
  model    claude-opus-5-5, asked for claude-opus-5-5[1m]
  at       2026-11-22 10:00
  turn     {PROMPT}
  session  {SESSION}, subagent Explore a1
  project  -home-dev-shop
  mode     effort high, speed fast, region us, tier batch, cache 1h

answer: claude-opus-5-5
  input                                   100 x $4.4 per million  = $0.000440
  cache read                            1,000 x $0.22 per million = $0.000220
  cache write 5m                          200 x $5.5 per million  = $0.001100
  cache write, unknown lifetime, as 5m     10 x $5.5 per million  = $0.000055
  cache write 1h                          300 x $8.8 per million  = $0.002640
  output                                  100 x $22 per million   = $0.002200
  price: claude-opus-5-5, fast, us x1.1, batch x0.5; source: client 2.1.330
    catalogue; Anthropic price page, autumn 2026

sum: ≥ $0.006655, which is what the ledger has
lower_bound: a transcript that does not say how a reply ended: at least this
  much
split_missing: cache writes of unknown lifetime, priced as 5-minute ones: at
  least this much
"""


def traps(name: str) -> tuple[str, str]:
    return "--projects", os.path.join(TRAPS, name, "projects")


def test_each_leg_has_its_own_rates_and_they_sum_up_to_what_the_ledger_has(scrimp: Command) -> None:
    assert scrimp("explain", "msg_01A", *traps("legs")) == LEGS


def test_what_a_rate_depends_on_is_named(scrimp: Command) -> None:
    usage = used(input=100, cache_read=1_000, write_5m=200, write_unsplit=10, write_1h=300, output=100)
    scrimp.book.request(
        "m1",
        0,
        usage,
        agent_id="a1",
        agent_type="Explore",
        requested_model=f"{OPUS}[1m]",
        effort="high",
        speed="fast",
        geo="us",
        tier="batch",
        cache_asked="1h",
        flags=("lower_bound", "split_missing"),
    )
    assert scrimp("explain", "m1") == ALL_TERMS


def test_a_long_prompt_is_said_to_be_one(scrimp: Command) -> None:
    scrimp.book.request("m1", 0, used(input=100_001), model="claude-haiku-5-5")
    assert scrimp("explain", "m1").splitlines()[7:] == [
        "answer: claude-haiku-5-5",
        "  input  100,001 x $0.5 per million = $0.0500005",
        "  price: claude-haiku-5-5, prompt over 100,000 tokens; source: client 2.1.330",
        "    catalogue; Anthropic price page, autumn 2026",
        "",
        "sum: $0.0500005, which is what the ledger has",
    ]


def test_without_a_price_nothing_is_made_up(scrimp: Command) -> None:
    scrimp.book.request("m1", 0, used(input=1_000), model="claude-unknown-9")
    lines = scrimp("explain", "m1").splitlines()
    assert lines[0] == "Request m1: unpriced"
    assert lines[7:] == [
        "answer: claude-unknown-9",
        "  input  1,000 x no known price = unpriced",
        "  no price is known for claude-unknown-9",
        "",
        "sum: unpriced",
        "unpriced: a model, speed, region or tier without a known price is left out of",
        "  the dollars",
    ]


def test_where_only_the_speed_the_region_or_the_tier_is_unknown_the_model_is_not_blamed(scrimp: Command) -> None:
    scrimp.book.request("m0", 0, used(input=1), speed="warp")
    scrimp.book.request("m1", 0, used(input=1), geo="moon")
    scrimp.book.request("m2", 0, used(input=1), tier="gold")
    said = [
        "claude-opus-5-5 at region moon",
        "claude-opus-5-5 at speed warp",
        "claude-opus-5-5 at tier gold",
    ]
    scrimp.rows("report")
    assert scrimp.errors == f"scrimp: no price is known for {', '.join(said)}\n"
    assert f"  no price is known for {said[1]}" in scrimp("explain", "m0").splitlines()


def test_a_request_with_one_unpriced_leg_is_at_least_the_rest(scrimp: Command) -> None:
    own, advice = used(input=1_000), used(output=10)
    scrimp.book.request("m1", 0, own, legs=(Leg(EXECUTOR, OPUS, own), Leg(ADVISOR, "claude-unknown-9", advice)))
    lines = scrimp("explain", "m1").splitlines()
    assert lines[0] == "Request m1: at least $0.004"
    assert "sum: ≥ $0.004, which is what the ledger has" in lines


def test_a_refusal_is_explained_as_not_billed(scrimp: Command) -> None:
    lines = scrimp("explain", "msg_01A", *traps("refusal")).splitlines()
    assert lines[9:] == [
        "answer: claude-opus-5-5",
        "  input           1,000 x not billed = $0",
        "  cache read        400 x not billed = $0",
        "  cache write 5m     20 x not billed = $0",
        "  price: claude-opus-5-5; source: client 2.1.330 catalogue; Anthropic price",
        "    page, autumn 2026",
        "",
        "sum: $0, which is what the ledger has",
        "refusal_unbilled: refused before any output: counted, not billed",
    ]


def test_where_the_prices_of_now_differ_from_what_is_kept_both_are_said(scrimp: Command) -> None:
    managed = ManagedPrices({"multiplier": 0.5})
    scrimp.book.request("m1", 0, used(input=1_000), managed=managed)
    scrimp.book.request("m2", 0, used(input=1_000))
    assert scrimp("explain", "m1").splitlines()[-2:] == [
        "sum: $0.004 at the prices of now; the ledger has $0.002, priced by the",
        "  organisation's own prices of that time",
    ]
    scrimp.book.db.execute("UPDATE requests SET cost_pico = 5 WHERE message_id = 'm2'")
    assert scrimp("explain", "m2").splitlines()[-2:] == [
        "sum: $0.004 at the prices of now; the ledger has $0.000000000005, priced when it",
        "  was read",
    ]


def test_an_organisations_own_prices_are_applied_where_they_still_hold(scrimp: Command) -> None:
    setting = {"modelPricing": {"multiplier": 0.5}}
    scrimp.book.request("m1", 0, used(input=1_000), managed=ManagedPrices(setting["modelPricing"]))
    (scrimp.home / ".claude" / "remote-settings.json").write_text(json.dumps(setting))
    assert scrimp("explain", "m1").splitlines()[-5:] == [
        "  input  1,000 x $2 per million = $0.002",
        "  price: claude-opus-5-5, modelPricing; source: client 2.1.330 catalogue;",
        "    Anthropic price page, autumn 2026",
        "",
        "sum: $0.002, which is what the ledger has",
    ]


def test_as_json_it_is_one_object_with_exact_dollars(scrimp: Command) -> None:
    scrimp.book.request("m1", 0, used(input=7, searches=1), cwd="/home/dev/shop", git_branch="main")
    assert json.loads(scrimp("explain", "m1", "--json")) == {
        "message_id": "m1",
        "session_id": SESSION,
        "prompt_id": PROMPT,
        "agent_id": "",
        "agent_type": "",
        "project": "-home-dev-shop",
        "cwd": "/home/dev/shop",
        "git_branch": "main",
        "at": clock(0),
        "model": OPUS,
        "requested_model": "",
        "flags": [],
        "priced_by": "list",
        "cost_usd": "0.010028",
        "reckoned_usd": "0.010028",
        "legs": [
            {
                "kind": "executor",
                "model": OPUS,
                "cost_usd": "0.010028",
                "price": {"model": OPUS, "since": "", "terms": [], "source": CATALOGUE},
                "classes": [
                    {"class": "input", "number": 7, "usd_each": "0.000004", "cost_usd": "0.000028"},
                    {"class": "web search", "number": 1, "usd_each": "0.01", "cost_usd": "0.01"},
                ],
            }
        ],
    }


def test_a_turn_is_explained_by_its_requests(scrimp: Command) -> None:
    scrimp.book.request("m1", 0, used(input=1_000))
    scrimp.book.request("m2", 5, used(cache_read=1_000))
    scrimp.book.request("m3", 9, used(cache_read=1_000), prompt_id="another")
    assert scrimp("explain", PROMPT[:6]) == (
        f"Turn {PROMPT}\n"
        "Request  At           Agent  Model        Cost    Hit   Time     In   Read\n"
        "m1       11-22 10:00  main   opus-5-5  $0.0040    0 %  1.0 s  1,000      0\n"
        "m2       11-22 10:00  main   opus-5-5  $0.0002  100 %  1.0 s      0  1,000\n"
        "──────────────────────────────────────────────────────────────────────────\n"
        "total                                  $0.0042   50 %         1,000  1,000\n"
    )


@pytest.mark.parametrize(
    ("name", "code", "error"),
    [
        ("msg_", 2, "'msg_' is the start of several ids: msg_01, msg_012, msg_02; give more of it"),
        ("x", 1, "no request or turn in the ledger has an id that begins with 'x'"),
        ("", 2, "the id of the request or turn is empty; scrimp session --requests lists requests"),
        ("5e55", 2, "'5e55' is the id of a session, which is shown by: scrimp session 5e55"),
    ],
)
def test_an_id_that_names_nothing_or_too_much_is_said_so(scrimp: Command, name: str, code: int, error: str) -> None:
    for message in ("msg_01", "msg_012", "msg_02"):
        scrimp.book.request(message, 0, used(input=1))
    assert scrimp("explain", name) == ""
    assert (scrimp.code, scrimp.errors) == (code, f"scrimp: {error}\n")


def test_a_whole_id_goes_before_a_longer_one_that_begins_so(scrimp: Command) -> None:
    for message in ("msg_01", "msg_012"):
        scrimp.book.request(message, 0, used(input=1))
    assert scrimp("explain", "msg_01").startswith("Request msg_01: ")


@pytest.mark.parametrize("trap", ["legs", "terms", "refusal", "recorded", "write_split", "legs_not_summing"])
def test_every_request_of_the_fixtures_is_explained_to_the_last_pico_dollar(scrimp: Command, trap: str) -> None:
    scrimp("report", *traps(trap))
    for (message,) in scrimp.book.db.execute("SELECT message_id FROM requests").fetchall():
        explained = json.loads(scrimp("explain", message, "--json", *traps(trap)))
        parts = [one["cost_usd"] for leg in explained["legs"] for one in leg["classes"]]
        assert explained["cost_usd"] == explained["reckoned_usd"]
        assert sum(map(pico, parts)) == pico(explained["cost_usd"])
        lines = scrimp("explain", message, *traps(trap)).splitlines()
        assert any(line.endswith(f"${explained['cost_usd']}, which is what the ledger has") for line in lines)


def pico(dollars: str) -> int:
    whole, _, part = dollars.partition(".")
    return int(whole) * PICO + int(f"{part:0<12}")


def test_nothing_in_an_id_moves_the_cursor(scrimp: Command) -> None:
    scrimp.book.request("m\x1b[2J", 0, used(input=1), model=f"{OPUS}\n", cwd="/a\x1b]0;b\x07")
    assert "\x1b" not in scrimp("explain", "m")
