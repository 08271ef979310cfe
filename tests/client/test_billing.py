"""The simulated prompt cache bills as the API's prompt caching page says. Dollars are worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from scrimp.core.tokens import estimate
from tests.client.billing import PromptCache, flatten

MARK = {"cache_control": {"type": "ephemeral"}}
HOUR = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
LONG = "the quick brown fox jumps over the lazy dog " * 100
LONG_TOKENS = estimate(LONG)


def prompt(*texts: str, model: str = "claude-opus-5-5", marks: dict[int, Any] | None = None) -> dict[str, Any]:
    """A request of one user message with a text block each; `marks` by block, by default one on the last."""
    marks = {len(texts) - 1: MARK} if marks is None else marks
    blocks = [{"type": "text", "text": text, **marks.get(i, {})} for i, text in enumerate(texts)]
    return {"model": model, "messages": [{"role": "user", "content": blocks}]}


def bill(cache: PromptCache, body: dict[str, Any], at_s: float = 0.0) -> tuple[int, int, int, int]:
    """Fresh, 5m, 1h and read tokens of one request whose answer was streamed."""
    charge = cache.charge(body, at_s)
    cache.store(charge)
    return charge.fresh, charge.write_5m, charge.write_1h, charge.read


def test_the_first_request_writes_its_marked_prefix_and_the_next_one_reads_it() -> None:
    cache = PromptCache()
    assert bill(cache, prompt(LONG)) == (0, LONG_TOKENS, 0, 0)
    assert bill(cache, prompt(LONG, "and on")) == (0, estimate("and on"), 0, LONG_TOKENS)


def test_what_follows_the_last_mark_is_fresh_input() -> None:
    assert bill(PromptCache(), prompt(LONG, "tail", marks={0: MARK})) == (estimate("tail"), LONG_TOKENS, 0, 0)


def test_an_edit_in_the_middle_writes_everything_again_from_there() -> None:
    cache = PromptCache()
    bill(cache, prompt(LONG, "one", LONG, marks={0: MARK, 2: MARK}))
    after_the_edit = estimate("two") + LONG_TOKENS
    assert bill(cache, prompt(LONG, "two", LONG, marks={0: MARK, 2: MARK})) == (0, after_the_edit, 0, LONG_TOKENS)


def test_an_entry_lives_five_minutes_from_its_last_read() -> None:
    cache = PromptCache()
    bill(cache, prompt(LONG), at_s=0)
    assert bill(cache, prompt(LONG), at_s=299) == (0, 0, 0, LONG_TOKENS)
    assert bill(cache, prompt(LONG), at_s=598) == (0, 0, 0, LONG_TOKENS)
    assert bill(cache, prompt(LONG), at_s=898) == (0, LONG_TOKENS, 0, 0)


def test_an_hour_mark_is_written_at_the_hour_price_and_lives_an_hour() -> None:
    cache = PromptCache()
    assert bill(cache, prompt(LONG, LONG, marks={0: HOUR, 1: MARK})) == (0, LONG_TOKENS, LONG_TOKENS, 0)
    assert bill(cache, prompt(LONG, LONG, marks={0: HOUR, 1: MARK}), at_s=3599) == (0, LONG_TOKENS, 0, LONG_TOKENS)


def test_twenty_positions_before_a_mark_are_looked_at_and_no_more() -> None:
    cache = PromptCache()
    bill(cache, prompt(LONG))
    nineteen_more = [f"block {i}" for i in range(19)]
    assert cache.charge(prompt(LONG, *nineteen_more), 0).read == LONG_TOKENS
    assert cache.charge(prompt(LONG, *nineteen_more, "one too many"), 0).read == 0


def test_a_run_of_tool_results_is_one_position_of_the_look_back() -> None:
    cache = PromptCache()
    bill(cache, prompt(LONG))
    results: list[dict[str, Any]] = [
        {"type": "tool_result", "tool_use_id": f"t{i}", "content": "ok"} for i in range(30)
    ]
    results[-1] |= MARK
    body = prompt(LONG, marks={})
    body["messages"].append({"role": "user", "content": results})
    assert cache.charge(body, 0).read == LONG_TOKENS


def test_a_prefix_under_the_minimum_is_not_cached() -> None:
    cache = PromptCache()
    short = "hello there"
    assert bill(cache, prompt(short)) == (estimate(short), 0, 0, 0)
    assert bill(cache, prompt(short)) == (estimate(short), 0, 0, 0)


def test_models_do_not_share_a_cache() -> None:
    cache = PromptCache()
    bill(cache, prompt(LONG))
    assert bill(cache, prompt(LONG, model="claude-sonnet-5-5")) == (0, LONG_TOKENS, 0, 0)


def test_two_requests_side_by_side_both_pay_the_write() -> None:
    cache = PromptCache()
    first, second = cache.charge(prompt(LONG), 0), cache.charge(prompt(LONG), 0)
    assert (first.write_5m, second.write_5m) == (LONG_TOKENS, LONG_TOKENS)


def test_a_lone_text_is_the_same_prefix_as_a_string_and_as_a_marked_block() -> None:
    marked = prompt(LONG)
    plain = {**marked, "messages": [{"role": "user", "content": LONG}]}
    assert flatten(marked)[0].prefix == flatten(plain)[0].prefix


def test_blocks_come_in_the_order_tools_system_messages_without_deferred_tools() -> None:
    body = {**prompt(LONG), "system": "be brief", "tools": [{"name": "Bash"}, {"name": "Late", "defer_loading": True}]}
    assert [block.kind for block in flatten(body)] == ["tool", "system", "text"]


@pytest.mark.parametrize(
    ("model", "by_hand"),
    [
        # 1,000 fresh, 2,000 written 5m, 3,000 written 1h, 50,000 read, 400 out; $ per million as listed
        ("claude-opus-5-5", 1_000 * 4 + 2_000 * 5 + 3_000 * 8 + 50_000 * 0.20 + 400 * 20),
        ("claude-sonnet-5-5", 1_000 * 2 + 2_000 * 2.5 + 3_000 * 4 + 50_000 * 0.10 + 400 * 10),
        ("claude-haiku-5-5", 1_000 * 0.1 + 2_000 * 0.125 + 3_000 * 0.2 + 50_000 * 0.01 + 400 * 0.5),
    ],
)
def test_dollars_are_tokens_by_class_times_the_list_price(model: str, by_hand: float) -> None:
    charge = PromptCache().charge(prompt(LONG, model=model), 0)
    charge = charge._replace(fresh=1_000, write_5m=2_000, write_1h=3_000, read=50_000)
    assert charge.pico_usd(400) == round(by_hand * 10**6)


def test_a_long_prompt_on_haiku_costs_five_times_as_much_output_included() -> None:
    charge = PromptCache().charge(prompt(LONG, model="claude-haiku-5-5"), 0)
    at_the_limit = charge._replace(fresh=0, write_5m=0, read=100_000)
    assert at_the_limit.pico_usd(1_000) == (100_000 * 10_000) + 1_000 * 500_000
    assert at_the_limit._replace(fresh=1).pico_usd(1_000) == 5 * (100_000 + 100_000 * 10_000 + 1_000 * 500_000)


def test_an_unknown_model_has_no_price_rather_than_the_price_nought() -> None:
    charge = PromptCache().charge(prompt(LONG, model="claude-unknown-9"), 0)
    with pytest.raises(KeyError, match="claude-unknown-9"):
        charge.pico_usd(1)
