"""prices.json itself: written as it says, never moved, and compared with genai-prices as an oracle."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrimp.core import prices
from scrimp.core.usage import Usage
from tests.core.priced import FAST, PAGE, dollars, prompt_of

HERE = Path(__file__).parent

MONEY = (
    "since",
    "input",
    "output",
    "cache_read",
    "write_5m",
    "write_1h",
    "long",
    "fast",
    "search",
    "geo_us",
    "regional",
)


def pin(model: str, row: dict[str, Any]) -> str:
    """The line of price_rows.txt that a row must keep: what it was checked against may change, its money may not."""
    money = json.dumps({key: row[key] for key in MONEY if key in row}, sort_keys=True)
    return f"{hashlib.sha256(f'{model} {money}'.encode()).hexdigest()[:16]} {model} {row['since'] or '-'}"


def test_no_old_row_has_moved() -> None:
    now = {pin(model, row) for model, rows in prices.models().items() for row in rows}
    pinned = (HERE / "price_rows.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in pinned if line not in now] == [], "a price changed: add a row, never edit one"


def test_every_row_that_a_newer_one_follows_is_pinned() -> None:
    pinned = (HERE / "price_rows.txt").read_text(encoding="utf-8").splitlines()
    superseded = {pin(model, row) for model, rows in prices.models().items() for row in rows[:-1]}
    assert sorted(superseded - set(pinned)) == [], "add these lines to price_rows.txt"


ROWS = [(model, row) for model, rows in prices.models().items() for row in rows]


@pytest.mark.parametrize(("model", "row"), ROWS, ids=[f"{model}-{row['since']}" for model, row in ROWS])
def test_a_row_is_written_as_the_file_says(model: str, row: dict[str, Any]) -> None:
    assert set(row) - {"long", "fast", "geo_us", "regional"} == {*MONEY[:6], "search", "source", "checked"}
    assert prices.canonical(model) == (model, "anthropic")
    for rates in (row, row.get("long"), row.get("fast"), row.get("fast", {}).get("long")):
        if rates is not None:
            assert all(Decimal(rates[kind]) > 0 for kind in MONEY[1:6])
            assert Decimal(rates["write_1h"]) == 2 * Decimal(rates["input"])
            expected = {"claude-3-haiku": Decimal("1.2")}.get(model, Decimal("1.25"))
            assert Decimal(rates["write_5m"]) == expected * Decimal(rates["input"])
            assert isinstance(rates.get("long", {}).get("above_tokens", 0), int)
    assert datetime.fromisoformat(row["checked"])
    assert row["source"]


def test_the_rows_of_a_model_stand_in_order_of_date() -> None:
    for rows in prices.models().values():
        days = [row["since"] for row in rows]
        assert days == sorted(set(days))
        assert days[0] == ""
        assert all(datetime.fromisoformat(day) for day in days[1:])


def test_a_price_with_too_many_decimals_is_refused_with_what_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {**prices.models()["claude-opus-5-5"][0], "input": "0.0000001"}
    monkeypatch.setattr(prices, "_models", {"claude-opus-5-5": [row]})
    monkeypatch.setattr(prices, "_memo", {})
    with pytest.raises(ValueError, match="at most 6 decimals"):
        prices.lookup("claude-opus-5-5", at="2026-11-22", prompt_tokens=0)


ORACLE_MODELS = sorted(set(PAGE) - {"claude-mythos-5", "claude-mythos-5-1"})
COUNTS = st.integers(0, 300_000)


@given(
    model=st.sampled_from(ORACLE_MODELS),
    mode=st.sampled_from(["standard", "fast", "batch"]),
    usage=st.builds(Usage, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, st.just(0), st.integers(0, 9)),
    day=st.integers(0, 30).map(lambda days: datetime(2026, 10, 20, tzinfo=UTC) + timedelta(days=days)),
)
def test_random_usages_cost_what_genai_prices_says(model: str, mode: str, usage: Usage, day: datetime) -> None:
    genai_prices: Any = pytest.importorskip("genai_prices", reason="genai-prices is not installed: no oracle")
    offered = {"standard": set(ORACLE_MODELS), "fast": set(FAST) - {"claude-opus-4-6", "claude-opus-4-7"}}
    if model not in offered.get(mode, set(ORACLE_MODELS) - {"claude-opus-4-1", "claude-opus-4-0"}):
        mode = "standard"
    context = {"standard": {}, "fast": {"speed": "fast"}, "batch": {"processing": "batch"}}[mode]
    theirs = genai_prices.calc_price(
        genai_prices.Usage(
            input_tokens=prompt_of(usage),
            cache_read_tokens=usage.cache_read,
            cache_write_tokens=usage.write_5m + usage.write_1h,
            cache_write_5m_tokens=usage.write_5m,
            cache_write_1h_tokens=usage.write_1h,
            output_tokens=usage.output,
            web_searches=usage.searches,
        ),
        model,
        provider_id="anthropic",
        genai_request_timestamp=day,
        price_context=context,
    ).total_price
    how = {"fast": {"speed": "fast"}, "batch": {"tier": "batch"}}.get(mode, {})
    assert Decimal(dollars(model, usage, at=day.isoformat(), **how)) == theirs


def test_every_difference_to_genai_prices_has_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("genai_prices", reason="genai-prices is not installed: nothing to compare with")
    from scripts import compare_prices  # noqa: PLC0415 - it needs the package

    assert compare_prices.main() == 0
    assert "UNEXPLAINED" not in capsys.readouterr().out


@pytest.mark.parametrize("family", ["haiku", "sonnet", "opus", "fable", "mythos"])
def test_a_short_name_stands_for_the_newest_model_of_its_family(family: str) -> None:
    """By the number in the name: the table's order is what `full_name` goes by."""
    versions = [
        tuple(int(part) for part in model.split("-") if part.isdigit())
        for model in prices.models()
        if family in model.split("-")
    ]
    newest = prices.full_name(family)
    assert tuple(int(part) for part in newest.split("-") if part.isdigit()) == max(versions)
    assert prices.full_name(newest) == newest
