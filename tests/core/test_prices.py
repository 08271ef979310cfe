"""Every trap of the price page, worked out by hand, and the client's own figures.

client_costs.json holds what client 2.1.330 answered (`costUSD` of its `modelUsage`) when an API on loopback gave it
these usages, one request a run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrimp.core import limits, prices
from scrimp.core.usage import Usage
from tests.core.priced import FAST, MILLION, NOW, PAGE, dollars, per_million, prompt_of, used

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BEFORE_GENERAL_1M = "2026-03-12T23:59:59.999Z"
GENERAL_1M = "2026-03-13T00:00:00.000Z"
RECORDED: list[dict[str, Any]] = json.loads((HERE / "client_costs.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("model", PAGE)
def test_a_current_model_costs_what_the_price_page_says(model: str) -> None:
    assert per_million(model) == PAGE[model].split()


def test_each_class_of_token_has_its_own_price_and_a_search_costs_a_cent() -> None:
    usage = used(input=10, write_5m=2000, write_1h=3000, cache_read=5000, output=100)
    assert dollars("claude-opus-4-8", usage) == "0.04755"
    assert dollars("claude-opus-4-8", usage._replace(searches=2)) == "0.06755"


def test_writes_that_are_not_split_by_lifetime_cost_what_5m_writes_cost() -> None:
    assert dollars("claude-opus-5-5", used(write_unsplit=1000)) == "0.005"


def test_haiku_5_5_is_five_times_dearer_in_every_class_once_the_whole_prompt_is_over_100_000_tokens() -> None:
    at_the_edge = used(input=1000, cache_read=90_000, write_5m=8000, write_1h=1000, output=2000)
    # 100 + 900 + 1,000 + 200 + 1,000 micro-dollars
    assert dollars("claude-haiku-5-5", at_the_edge) == "0.0032"
    # one token more: 5 times that, and 0.5 micro-dollars for it
    assert dollars("claude-haiku-5-5", at_the_edge._replace(input=1001)) == "0.0160005"
    assert dollars("claude-haiku-5-5", used(input=1, output=200_000)) == "0.1000001"


@pytest.mark.parametrize(("model", "flat", "long"), [("opus-4-6", "1.25", "2.375"), ("sonnet-4-6", "0.75", "1.425")])
def test_4_6_had_a_long_prompt_price_until_1m_became_general(model: str, flat: str, long: str) -> None:
    usage = used(input=200_000, cache_read=1, output=10_000)
    read = {"opus-4-6": ("0.0000005", "0.000001"), "sonnet-4-6": ("0.0000003", "0.0000006")}[model]
    assert dollars(f"claude-{model}", usage, at=GENERAL_1M) == str(Decimal(flat) + Decimal(read[0]))
    assert dollars(f"claude-{model}", usage, at=BEFORE_GENERAL_1M) == str(Decimal(long) + Decimal(read[1]))
    assert dollars(f"claude-{model}", usage._replace(cache_read=0), at=BEFORE_GENERAL_1M) == flat


def test_sonnet_4_5_and_4_keep_their_long_prompt_price_at_every_date() -> None:
    usage = used(input=MILLION, output=MILLION)
    assert dollars("claude-sonnet-4-5", usage) == dollars("claude-sonnet-4-0", usage, at="2025-10-01") == "28.5"


def test_from_4_6_on_a_million_tokens_cost_no_more_each() -> None:
    for model in ("claude-opus-5-5", "claude-sonnet-5", "claude-sonnet-5-5", "claude-fable-5-2"):
        assert dollars(model, used(input=MILLION)) == PAGE[model].split()[0]


def test_the_cut_of_sonnet_5_5_s_read_price_counts_from_its_day_on() -> None:
    usage = used(cache_read=MILLION)
    assert dollars("claude-sonnet-5-5", usage, at="2026-10-06T23:59:59.999Z") == "0.2"
    assert dollars("claude-sonnet-5-5", usage, at="2026-10-07T00:00:00.000Z") == "0.1"


def test_the_announced_rise_of_sonnet_5_never_came() -> None:
    assert per_million("claude-sonnet-5", at="2026-08-31") == per_million("claude-sonnet-5", at="2026-09-01")


@pytest.mark.parametrize("model", FAST)
def test_fast_has_its_own_price_with_the_cache_s_multipliers_on_top(model: str) -> None:
    assert per_million(model, speed="fast") == FAST[model].split()


def test_fast_is_unpriced_where_it_was_never_offered() -> None:
    offered = {model for model in prices.models() if dollars(model, used(input=1), speed="fast") != "unpriced"}
    assert offered == set(FAST)


def test_fast_opus_4_6_on_a_long_prompt_cost_twelve_times_until_1m_became_general() -> None:
    usage = used(input=MILLION, output=MILLION)
    assert dollars("claude-opus-4-6", usage, at=BEFORE_GENERAL_1M, speed="fast") == "285"
    assert dollars("claude-opus-4-6", usage, at=GENERAL_1M, speed="fast") == "180"


def test_inference_in_the_us_adds_a_tenth_to_every_token_and_nothing_to_searches() -> None:
    usage = used(input=10, write_5m=2000, write_1h=3000, cache_read=5000, output=100, searches=2)
    assert dollars("claude-opus-4-8", usage, geo="us") == "0.072305"
    assert dollars("claude-haiku-5-5", used(cache_read=1), geo="us") == "0.000000011"


def test_models_before_4_6_know_no_inference_region() -> None:
    for model in ("claude-haiku-4-5", "claude-opus-4-5", "claude-sonnet-4-5"):
        assert per_million(model, geo="us") == PAGE[model].split()


@pytest.mark.parametrize("geo", ["", "global", "not_available"])
def test_no_region_no_premium(geo: str) -> None:
    assert per_million("claude-opus-5-5", geo=geo) == PAGE["claude-opus-5-5"].split()


def test_a_regional_endpoint_costs_a_tenth_more_from_4_5_on() -> None:
    assert per_million("eu.anthropic.claude-opus-5-5") == ["4.4", "5.5", "8.8", "0.22", "22"]
    assert per_million("us.anthropic.claude-haiku-4-5-20251001-v1:0")[0] == "1.1"
    assert per_million("us.anthropic.claude-opus-4-1-20250805-v1:0")[0] == "15"
    assert per_million("global.anthropic.claude-opus-5-5") == PAGE["claude-opus-5-5"].split()


def test_bedrock_and_vertex_charge_for_the_endpoint_s_region_alone() -> None:
    assert per_million("us.anthropic.claude-opus-5-5", geo="us")[0] == "4.4"


def test_batch_halves_every_token_and_no_search() -> None:
    usage = used(input=10, write_5m=2000, write_1h=3000, cache_read=5000, output=100, searches=2)
    assert dollars("claude-opus-4-8", usage, tier="batch") == "0.043775"
    assert dollars("claude-opus-4-8", usage, speed="fast") == "0.1151"


def test_premiums_multiply_and_the_price_says_which_were_applied() -> None:
    price = prices.lookup("claude-haiku-5-5", at=NOW, prompt_tokens=100_001, geo="us", tier="batch")
    assert price is not None
    assert price.input == 275_000
    assert price.terms == ("us x1.1", "batch x0.5", "prompt over 100,000 tokens")
    assert (price.model, price.since) == ("claude-haiku-5-5", "")


@pytest.mark.parametrize(
    ("model", "how"),
    [
        ("claude-opus-9", {}),
        ("<synthetic>", {}),
        ("", {}),
        ("opus", {}),
        ("glm-5.3[1m]", {}),
        ("claude-opus-5-5", {"speed": "turbo"}),
        ("claude-opus-5-5", {"geo": "mars"}),
        ("claude-opus-5-5", {"tier": "flex"}),
        ("claude-sonnet-5-5", {"at": "yesterday"}),
        ("claude-sonnet-5-5", {"at": ""}),
    ],
)
def test_what_is_not_known_is_unpriced_and_never_free(model: str, how: dict[str, str]) -> None:
    assert dollars(model, used(input=1), **how) == "unpriced"


def test_a_model_that_has_had_one_price_only_needs_no_date() -> None:
    assert dollars("claude-opus-5-5", used(input=MILLION), at="") == "4"


def test_a_request_from_before_the_oldest_row_has_its_price() -> None:
    assert dollars("claude-opus-4-6", used(input=MILLION), at="2020-01-01") == "10"


@given(st.text(), st.text(), st.integers())
def test_any_text_at_all_is_priced_or_unpriced(model: str, text: str, prompt: int) -> None:
    for name in (model, "claude-opus-5-5", f"us.anthropic.{model}", f"{model}/claude-{text}"):
        price = prices.lookup(name, at=text, prompt_tokens=prompt, speed=text, geo=text, tier=text)
        assert price is None or price.input > 0


def test_the_memory_of_prices_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    memo: dict[str, object] = {}
    monkeypatch.setattr(prices, "_memo", memo)
    for number in range(limits.PRICE_MEMO_ENTRIES + 2):
        prices.lookup(f"model {number}", at=NOW, prompt_tokens=0)
    assert len(memo) <= limits.PRICE_MEMO_ENTRIES
    assert dollars("claude-opus-5-5", used(input=MILLION)) == "4"


def of_record(usage: dict[str, Any]) -> Usage:
    split = usage.get("cache_creation", {})
    write_5m, write_1h = split.get("ephemeral_5m_input_tokens", 0), split.get("ephemeral_1h_input_tokens", 0)
    return Usage(
        input=usage["input_tokens"],
        output=usage["output_tokens"],
        cache_read=usage["cache_read_input_tokens"],
        write_5m=write_5m,
        write_1h=write_1h,
        write_unsplit=usage["cache_creation_input_tokens"] - write_5m - write_1h,
        searches=usage.get("server_tool_use", {}).get("web_search_requests", 0),
    )


DIFFERENT = {
    ("claude-sonnet-4-5-20250929", "", "", 215_394): "the client has no long-prompt price for Sonnet 4.5",
    ("claude-haiku-4-5", "", "us", 15_394): "the client adds the premium to models that take no region",
    ("claude-sonnet-5", "fast", "", 15_394): "the client prices a speed that the model does not have as standard",
}
"""Model, speed, region and prompt tokens of the recorded rows where the client itself is wrong, and why."""


@pytest.mark.parametrize("row", RECORDED, ids=[f"{index}-{row['model']}" for index, row in enumerate(RECORDED)])
def test_a_request_costs_what_the_client_itself_says(row: dict[str, Any]) -> None:
    usage, speed, geo = of_record(row["usage"]), row["usage"].get("speed", ""), row["usage"].get("inference_geo", "")
    ours = dollars(row["model"], usage, speed=speed, geo=geo)
    different = (row["model"], speed, geo, prompt_of(usage)) in DIFFERENT
    client = prices.usd(round(Decimal(row["costUSD"]) * prices.PICO))  # a float's noise is far below a pico-dollar
    assert (ours != client) == different


def test_where_the_client_is_wrong_ours_is_the_price_page_s() -> None:
    ours = {
        row["model"]: dollars(row["model"], of_record(row["usage"]), geo=row["usage"].get("inference_geo", ""))
        for row in RECORDED
        if prompt_of(of_record(row["usage"])) in {215_394, 15_394}
    }
    # 21 x 6 + 432 x 22.5 + 210,987 x 0.6 + 65 x 7.5 + 4,321 x 12 micro-dollars
    assert ours["claude-sonnet-4-5-20250929"] == "0.1887777"
    # 21 + 432 x 5 + 10,987 x 0.1 + 65 x 1.25 + 4,321 x 2
    assert ours["claude-haiku-4-5"] == "0.01200295"


@given(st.integers(-(10**30), 10**30))
def test_a_sum_is_written_as_exact_dollars(pico: int) -> None:
    assert Fraction(prices.usd(pico)) * prices.PICO == pico


def test_a_hook_that_looks_a_price_up_loads_nothing_for_it_but_scrimp_core() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import os; before = set(sys.modules)\n"
        "from scrimp.core import prices\n"
        "price = prices.lookup('claude-opus-5-5', at='2026-11-22', prompt_tokens=1)\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    core = {
        "scrimp",
        "scrimp.core",
        *(f"scrimp.core.{name}" for name in ("limits", "model_ids", "prices", "quick_json", "untrusted")),
    }
    assert set(done.stdout.split()) - {"__future__", "_json"} == core
