"""What counts as a break, what was sent anew, and its price to the pico-dollar."""

from __future__ import annotations

import pytest

from scrimp.cache import breaks
from scrimp.cache.breaks import Rewrite
from scrimp.core import prices
from scrimp.core.usage import NOTHING, Usage, prompt_tokens


def used(**counts: int) -> Usage:
    return NOTHING._replace(**counts)


@pytest.mark.parametrize(
    ("before", "now", "is_break"),
    [
        (40_000, 37_999, True),
        (40_000, 38_000, False),
        (100_000, 95_001, False),
        (10_000, 8_001, False),
        (10_000, 8_000, True),
        (0, 0, False),
        (5_000, 9_000, False),
    ],
)
def test_a_break_is_under_95_percent_and_2000_tokens_less(before: int, now: int, is_break: bool) -> None:
    assert breaks.is_break(used(cache_read=before), used(cache_read=now)) is is_break


def test_what_is_anew_is_what_was_written_first_then_what_was_not_cached() -> None:
    before = used(cache_read=20_000, write_5m=10_000)
    now = used(cache_read=1_000, write_1h=9_000, write_5m=4_000, write_unsplit=1_000, input=50_000)
    assert breaks.expected_tokens(before, now) == 30_000
    assert breaks.rewrite(before, now) == Rewrite(write_5m=5_000, write_1h=9_000, input=15_000)


def test_no_more_is_expected_than_the_prompt_is_long() -> None:
    assert breaks.rewrite(used(cache_read=90_000), used(write_5m=7_000)) == Rewrite(7_000, 0, 0)


def test_haikus_long_prompts_are_priced_at_their_own_rates() -> None:
    short, long = used(cache_read=5_000, write_5m=95_000), used(cache_read=5_000, write_5m=95_001)
    before = used(cache_read=60_000)
    picos: list[int] = []
    for now in (short, long):
        price = prices.lookup("claude-haiku-5-5", at="2026-11-22", prompt_tokens=prompt_tokens(now))
        assert price is not None
        picos.append(breaks.price_pico(breaks.rewrite(before, now), price))
    assert picos == [55_000 * (125_000 - 10_000), 55_000 * (625_000 - 50_000)]
