"""The managed setting `modelPricing`: an organisation's rates, as client 2.1.330 applies them."""

from __future__ import annotations

import pytest

from scrimp.core import prices
from scrimp.core.managed_prices import ManagedPrices
from tests.core.priced import MILLION, NOW, dollars, used

OWN = {
    "multiplier": 0.5,
    "overrides": {"claude-opus-5-5": {"input": 3, "output": 15, "cacheRead": 0.3, "cacheWrite": 3.75}},
}


def test_the_organisation_s_rates_win_over_the_list_in_every_spelling_and_mode() -> None:
    managed = ManagedPrices(OWN)
    usage = used(input=MILLION, output=MILLION, write_1h=MILLION, write_5m=MILLION, cache_read=MILLION, searches=100)
    assert managed.problems == []
    for model in ("claude-opus-5-5", "us.anthropic.claude-opus-5-5", "anthropic/claude-opus-5.5"):
        # half of 3 + 15 + 3.75 + 3.75 + 0.3 dollars and 100 searches
        assert dollars(model, usage, managed=managed, speed="fast", geo="us") == "13.4"
    price = prices.lookup("claude-opus-5-5", at=NOW, prompt_tokens=0, managed=managed)
    assert price is not None
    assert (price.source, price.terms) == ("managed setting modelPricing", ("modelPricing",))


def test_the_organisation_s_multiplier_is_on_list_prices_and_searches_too() -> None:
    usage = used(input=MILLION, searches=1)
    assert dollars("claude-sonnet-5", usage, managed=ManagedPrices(OWN)) == "1.005"
    assert dollars("claude-sonnet-5", usage) == "2.01"


def test_a_rate_for_the_exact_id_wins_and_prices_what_no_list_knows() -> None:
    row = {"input": 1, "output": 1, "cacheRead": 1, "cacheWrite": 1}
    managed = ManagedPrices(
        {"overrides": {"claude-opus-5": row, "Global.anthropic.claude-opus-5[1m]": {**row, "input": 2}, "our-gpt": row}}
    )
    usage = used(input=MILLION)
    assert dollars("claude-opus-5", usage, managed=managed) == "1"
    assert dollars("us.anthropic.claude-opus-5", usage, managed=managed) == "1"
    assert dollars("global.anthropic.claude-opus-5", usage, managed=managed) == "2"
    assert dollars("OUR-GPT", usage, managed=managed) == "1"
    assert dollars("our-gpt-20260101", usage, managed=managed) == "unpriced"


@pytest.mark.parametrize(
    ("setting", "key"),
    [
        ("half", "modelPricing is 'half'"),
        ({"multiplier": 0}, "modelPricing.multiplier is 0"),
        ({"multiplier": 11}, "modelPricing.multiplier is 11"),
        ({"multiplier": True}, "modelPricing.multiplier is True"),
        ({"multiplier": float("nan")}, "modelPricing.multiplier is nan"),
        ({"overrides": []}, "modelPricing.overrides is []"),
        ({"overrides": {"claude-opus-5-5": None}}, "modelPricing.overrides.claude-opus-5-5 is None"),
        ({"overrides": {"claude-opus-5-5": {"input": 1}}}, "modelPricing.overrides.claude-opus-5-5 is"),
        (
            {"overrides": {"claude-opus-5-5": {"input": -1, "output": 1, "cacheRead": 1, "cacheWrite": 1}}},
            "modelPricing.overrides.claude-opus-5-5 is",
        ),
    ],
)
def test_a_bad_rate_is_named_and_the_list_stands(setting: object, key: str) -> None:
    managed = ManagedPrices(setting)
    assert [problem.startswith(key) for problem in managed.problems] == [True]
    assert dollars("claude-opus-5-5", used(input=MILLION), managed=managed) == "4"
