"""When compacting pays: sums worked out by hand, and what the command prints."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from scrimp.cache import history
from scrimp.cache.replay import Asked
from scrimp.cache.threads import Thread
from scrimp.cli.caching import history as command
from scrimp.core import prices
from scrimp.core.cache_watch import compacting
from scrimp.core.cache_watch.compacting import Sizes
from scrimp.core.usage import Usage, prompt_tokens
from tests.reports.ledger_rows import OPUS, Book, used

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from scrimp.core.prices import Price

DAY = "2026-11-22T10:00:00.000Z"
SIZES = Sizes(30_000, 4_000)
DOLLAR = 10**12


def opus() -> Price:
    price = prices.lookup(OPUS, at=DAY, prompt_tokens=1)
    assert price is not None
    return price


def asked(second: int, usage: Usage, model: str = OPUS) -> Asked:
    price = prices.lookup(model, at=DAY, prompt_tokens=prompt_tokens(usage))
    cost = 0 if price is None else prices.cost(usage, price)
    return Asked(second * 1_000, DAY, model, usage, "5m", "", "", "", cost, price is None)


def growing(*prompts: int) -> list[Asked]:
    """A conversation whose prompts are so long, each written once and then read."""
    before = [0, *prompts]
    return [
        asked(place, used(cache_read=min(before[place], prompt), write_5m=max(0, prompt - before[place]), output=100))
        for place, prompt in enumerate(prompts)
    ]


def test_a_compaction_costs_a_reading_the_summary_and_what_is_left_and_saves_the_rest_each_time() -> None:
    # By hand at 300,000 tokens: 300,000 x 0.20 + 4,000 x 20 + 30,000 x (5 - 0.20) = 284,000 millionths of a dollar;
    # then 270,000 x 0.20 = 54,000 a request, so that six pay for it (5.3).
    found = compacting.of(300_000, opus(), SIZES)
    assert found == compacting.Compaction(284_000 * 10**6, 54_000 * 10**6, 6)


def test_what_is_shorter_than_what_a_compaction_leaves_never_pays() -> None:
    assert compacting.of(30_000, opus(), SIZES).requests is None


def test_a_window_that_no_prompt_reaches_changes_nothing() -> None:
    requests = growing(50_000, 100_000, 150_000)
    assert history.replayed(requests, 150_000, SIZES) == (0, 0)


def test_a_window_saves_what_later_requests_do_not_read_less_what_its_compaction_costs() -> None:
    # By hand: before the request of 210,000 the context of 200,000 is compacted to 30,000: 170,000 tokens less are
    # read by it and by the one of 220,000: 2 x 170,000 x 0.20 = 68,000 millionths of a dollar. The compaction costs
    # 200,000 x 0.20 + 4,000 x 20 + 30,000 x 4.80 = 264,000.
    requests = growing(100_000, 200_000, 210_000, 220_000)
    assert history.replayed(requests, 200_000, SIZES) == (1, (68_000 - 264_000) * 10**6)


def test_in_a_session_that_goes_on_long_enough_it_saves_money() -> None:
    requests = growing(200_000, *range(201_000, 221_000, 500))
    count, saved = history.replayed(requests, 200_000, SIZES)
    assert (count, saved) == (1, 40 * 170_000 * 200_000 - 264_000 * 10**6)


def test_the_sessions_own_compaction_ends_what_was_saved() -> None:
    requests = growing(200_000, 210_000, 30_000, 40_000)
    assert history.replayed(requests, 200_000, SIZES) == (1, 170_000 * 200_000 - 264_000 * 10**6)


def test_a_model_without_a_price_is_left_as_it_was() -> None:
    requests = [
        asked(place, used(cache_read=tokens), "claude-of-tomorrow-9") for place, tokens in enumerate((1, 10**6))
    ]
    assert history.replayed(requests, 100_000, SIZES) == (0, 0)


def test_of_each_long_session_is_said_what_a_compaction_where_it_became_long_would_have_saved() -> None:
    # At 100,000 it costs 100,000 x 0.20 + 4,000 x 20 + 30,000 x 4.80 = 244,000 millionths and saves 14,000 a
    # request: 18 pay for it; one session had 20 more, one had 3 up to its own compaction, one never became long.
    long = growing(99_000, *range(100_000, 121_000, 1_000))
    ended = growing(100_000, 110_000, 120_000, 130_000, 20_000, 30_000)
    threads = [
        Thread("long", "", "", long),
        Thread("ended", "", "", ended),
        Thread("short", "", "", growing(90_000)),
        Thread("long", "agent", "", long),
    ]
    found = history.longest(threads, SIZES)
    assert [(one.session_id, one.context_tokens, one.after_requests, one.needed, one.saved_pico) for one in found] == [
        ("long", 100_000, 20, 18, (20 * 14_000 - 244_000) * 10**6),
        ("ended", 100_000, 3, 18, (3 * 14_000 - 244_000) * 10**6),
    ]


def printed(tmp_path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    arguments = parser.parse_args([*words, "--ledger", str(tmp_path / "ledger.db")])
    environ = {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path), "ANTHROPIC_API_KEY": "key", "COLUMNS": "110"}
    assert command.run(arguments, environ) == 0
    return capsys.readouterr().out


def test_the_command_reckons_with_what_the_users_own_compactions_leave(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Book(tmp_path)
    for place, request in enumerate(growing(150_000, *range(151_000, 191_000, 1_000))):
        book.request(f"m{place}", place, request.usage, cache_asked="5m")
    book.compaction(9_000, 191_000, 30_000)
    book.db.close()
    out = printed(tmp_path, capsys)
    assert "Sessions of 100,000 tokens and more, compacted where they became so long" in out
    assert "≈ reckoned with 30,000 tokens left by a compaction and a summary of 4,000" in out
    found = json.loads(printed(tmp_path, capsys, "--json"))
    assert [row["needed"] for row in found["sessions"]] == [11]
    assert [row["after_requests"] for row in found["sessions"]] == [40]
    saved = {row["window_tokens"]: row["saved_usd"] for row in found["windows"]}
    assert saved[150_000] == prices.usd(
        40 * 120_000 * 200_000 - (150_000 * 200 + 80_000 * 1_000 + 30_000 * 4_800) * 1_000
    )
    assert saved[200_000] == "0"


def test_without_a_long_session_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = Book(tmp_path)
    book.request("m1", 0, used(write_5m=50_000), cache_asked="5m")
    book.db.close()
    assert "no session here came to 100,000 tokens of context" in printed(tmp_path, capsys)
