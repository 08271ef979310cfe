"""What the next request will cost, reckoned by hand at Opus 5.5's prices: 4 in, 20 out, 0.20 read, 5 and 8 written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.core.budget import forecast
from scrimp.core.budget.forecast import Forecast
from scrimp.core.managed_prices import ManagedPrices
from tests.budget.world import OTHER, SESSION, World

if TYPE_CHECKING:
    from pathlib import Path

MILLION = 10**6
"""A dollar for a million tokens, in pico-dollars a token."""

MINUTE_MS = 60_000


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, sessionUsd=1000)


def forecast_of(world: World, new_tokens: int = 0, *, agent: str = "", session: str = SESSION) -> Forecast:
    world.ask(session=session)
    known = forecast.thread(world.db, session, agent)
    assert known is not None
    return forecast.forecast(known, new_tokens, world.now_ms)


def test_the_prompt_is_read_from_the_cache_what_is_new_is_written_and_the_reply_is_as_usual(world: World) -> None:
    """Read 10,000 + 1,000; written: the reply of 600 and 900 new; 600 out. Later: 12,500 read, 1,000 written."""
    world.reply(read=10_000, write=1_000, output=600)
    assert forecast_of(world, 900) == Forecast(
        (11_000 * 2 // 10 + 1_500 * 5 + 600 * 20) * MILLION,
        (11_000 * 2 // 10 + 1_500 * 5 + 500 * 20) * MILLION,
        (12_500 * 2 // 10 + 1_000 * 5 + 600 * 20) * MILLION,
        12_500 * 2 // 10 * MILLION,
        12_500,
        1_000,
        False,
    )


def test_an_expired_cache_is_written_anew_after_five_minutes_or_an_hour(world: World) -> None:
    world.reply(read=10_000, write=1_000, output=500)
    warm = (11_000 * 2 // 10 + 500 * 5 + 500 * 20) * MILLION
    cold = (11_500 * 5 + 500 * 20) * MILLION
    world.now_ms += 5 * MINUTE_MS
    assert forecast_of(world).pico == warm
    world.now_ms += 1
    assert forecast_of(world).pico == cold
    world.reply(read=10_000, hour=1_000, output=500)
    world.now_ms += 60 * MINUTE_MS
    assert forecast_of(world).pico == (11_000 * 2 // 10 + 500 * 8 + 500 * 20) * MILLION
    world.now_ms += 1
    assert forecast_of(world).pico == (11_500 * 8 + 500 * 20) * MILLION


def test_where_nothing_is_cached_the_whole_prompt_is_paid_in_full(world: World) -> None:
    world.reply(input=2_000, output=500)
    assert forecast_of(world, 100).pico == (2_600 * 4 + 500 * 20) * MILLION


def test_the_usual_reply_is_what_three_in_four_are_not_longer_than_and_no_shorter_than_a_real_answer(
    world: World,
) -> None:
    for output in (100, 200, 300):
        world.reply(read=10_000, output=output)
    assert forecast_of(world).pico == (10_000 * 2 // 10 + 300 * 5 + 500 * 20) * MILLION
    for output in (4_000, 3_000, 2_000, 1_000, 900):
        world.reply(read=10_000, output=output)
    assert forecast_of(world).pico == (10_000 * 2 // 10 + 900 * 5 + 3_000 * 20) * MILLION


def test_only_the_latest_twenty_replies_count(world: World) -> None:
    world.reply(read=10_000, output=50_000)
    for _ in range(20):
        world.reply(read=10_000, output=500)
    assert forecast_of(world).pico == (10_000 * 2 // 10 + 500 * 5 + 500 * 20) * MILLION


def test_a_long_prompt_has_its_own_price(world: World) -> None:
    """Haiku 5.5 takes five times as much for a prompt of over 100,000 tokens."""
    world.reply(read=99_000, output=500, model="claude-haiku-5-5")
    short, long = forecast_of(world).pico, forecast_of(world, 600).pico
    assert short == (99_000 + 500 * 12.5 + 500 * 50) * 10**4
    assert long == (99_000 + 1_100 * 12.5 + 500 * 50) * 5 * 10**4


def test_a_model_without_a_price_is_taken_at_the_dearest_or_at_nothing(world: World) -> None:
    world.reply(read=10_000, output=500, model="some-model")
    world.ask()
    known = forecast.thread(world.db, SESSION, "")
    assert known is not None
    dearest = forecast.forecast(known, 0, world.now_ms)
    opus_3 = (10_000 * 15 // 10 + 500 * 75 // 4 + 500 * 75) * MILLION
    assert (dearest.is_unpriced, dearest.pico) == (True, opus_3)
    assert forecast.forecast(known, 0, world.now_ms, counts_unpriced=False).pico == 0


def test_an_agent_is_forecast_from_its_own_requests(world: World) -> None:
    world.reply(read=100_000, output=5_000)
    world.reply(agent="a1", read=10_000, output=500)
    assert forecast_of(world, agent="a1").pico == (10_000 * 2 // 10 + 500 * 5 + 500 * 20) * MILLION


def test_a_fork_without_requests_of_its_own_is_forecast_from_its_parent(world: World) -> None:
    world.reply(read=10_000, output=500, key="msg_1")
    world.ask()
    world.reply(session=OTHER, read=10_000, output=500, key="msg_1", copied_from=SESSION)
    assert forecast_of(world, session=OTHER).pico == (10_000 * 2 // 10 + 500 * 5 + 500 * 20) * MILLION


def test_an_agent_that_is_to_start_is_as_large_as_the_first_of_its_type_and_at_the_model_it_is_given(
    world: World,
) -> None:
    world.reply(read=10_000)
    world.reply(agent="a1", write=9_000, output=500)
    world.ask()
    usual = forecast.first_of_agent(world.db, SESSION, "Explore", "")
    assert forecast.forecast(usual, 1_000, world.now_ms).pico == (10_000 * 5 + 500 * 20) * MILLION
    cheap = forecast.first_of_agent(world.db, SESSION, "Plan", "haiku")
    assert (cheap.model, cheap.context_tokens) == ("claude-haiku-5-5", 12_000)
    assert forecast.first_of_agent(world.db, SESSION, "Plan", "inherit").model == "claude-opus-5-5"


@pytest.mark.parametrize(
    ("column", "value", "tenths"), [("speed", "fast", 20), ("geo", "us", 11), ("tier", "batch", 5)]
)
def test_speed_region_and_tier_of_the_latest_request_are_those_of_the_next(
    world: World, column: str, value: str, tenths: int
) -> None:
    """Opus 5.5 takes twice as much when it is fast, a tenth more in the US, half in a batch."""
    world.reply(read=10_000, output=500)
    usual = forecast_of(world)
    world.db.execute(f"UPDATE requests SET {column} = ?", (value,))  # noqa: S608 - a word of this test
    found = forecast_of(world)
    assert [cost * 10 for cost in found[:4]] == [cost * tenths for cost in usual[:4]]


def test_an_organisations_own_prices_are_those_of_the_next_request(world: World) -> None:
    world.reply(read=10_000, output=500)
    usual = forecast_of(world)
    known = forecast.thread(world.db, SESSION, "")
    assert known is not None
    halved = forecast.forecast(known, 0, world.now_ms, managed=ManagedPrices({"multiplier": 0.5}))
    assert [cost * 2 for cost in halved[:4]] == list(usual[:4])


def test_a_cache_that_was_asked_for_an_hour_lasts_one_though_nothing_was_written(world: World) -> None:
    world.reply(read=10_000, output=500)
    world.ask()
    world.db.execute("UPDATE requests SET cache_asked = '1h'")
    world.now_ms += 60 * MINUTE_MS
    assert forecast_of(world).pico == (10_000 * 2 // 10 + 500 * 8 + 500 * 20) * MILLION


def test_after_a_request_that_the_ledger_lacks_its_whole_prompt_is_in_the_cache(world: World) -> None:
    """It was forecast at 20,000 tokens, or is taken to be a usual step longer than the one before."""
    world.reply(read=10_000, write=1_000, output=600)
    world.ask()
    known = forecast.thread(world.db, SESSION, "")
    assert known is not None
    world.now_ms += 6 * MINUTE_MS
    forecasts = [forecast.forecast(forecast.lagging(known, tokens), 0, world.now_ms) for tokens in (20_000, 0)]
    assert [(one.pico, one.context_tokens) for one in forecasts] == [
        ((20_000 * 2 // 10 + 600 * 5 + 600 * 20) * MILLION, 20_600),
        ((12_600 * 2 // 10 + 600 * 5 + 600 * 20) * MILLION, 13_200),
    ]


def test_a_session_that_has_not_begun_is_taken_to_ask_the_model_that_was_asked_last(world: World) -> None:
    assert forecast.first(world.db).model == forecast.DEFAULT_MODEL
    world.reply(session=OTHER, model="claude-haiku-5-5")
    world.ask(session=OTHER)
    assert forecast.first(world.db).model == "claude-haiku-5-5"


@pytest.mark.parametrize(("chars", "tokens"), [(0, 0), (1, 1), (225, 100), (226, 101), (30_000, 13_334)])
def test_characters_are_tokens_at_two_and_a_quarter_each(chars: int, tokens: int) -> None:
    assert forecast.tokens_of(chars) == tokens
