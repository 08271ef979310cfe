"""What tool results cost, worked out by hand for claude-opus-5-5: 4 in, 5 and 8 written, 0.20 read, $ per million."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrimp.core.prices import usd
from scrimp.core.transcript_records import EXECUTOR, Leg
from scrimp.reports import results, results_tokens
from scrimp.reports.results_carried import Carried, Result
from tests.reports.ledger_rows import OPUS, SESSION, Book, clock, used

if TYPE_CHECKING:
    from pathlib import Path

MORE_THAN_THERE_ARE = 99

TWO_THOUSAND_TOKENS = 4_500
"""Bytes of it, at 2.25 a token."""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


def found(book: Book, where: str = "TRUE") -> dict[str, Result]:
    return {result.tool_use_id: result for result in results.dearest(book.db, MORE_THAN_THERE_ARE, where)}


def worked_out(book: Book) -> dict[str, tuple[int, str, str, int]]:
    """Tokens, dollars to enter, dollars to be read again, and how often it was."""
    return {
        name: (one.tokens, usd(one.enter_pico), usd(one.reread_pico), one.rereads) for name, one in found(book).items()
    }


def conversation(book: Book) -> None:
    """A result of 2,000 tokens comes after the first of four requests; the prompt then grows by 3,000."""
    book.request("m1", 0, used(write_5m=10_000, output=100))
    book.result("t1", "m1", 2, TWO_THOUSAND_TOKENS)
    book.request("m2", 3, used(cache_read=10_000, write_5m=3_000))
    book.request("m3", 5, used(cache_read=13_000, write_5m=100))
    book.request("m4", 7, used(cache_read=13_100, input=50))


def test_a_result_enters_at_the_write_price_and_is_read_again_by_every_request_since(book: Book) -> None:
    conversation(book)
    assert found(book) == {
        "t1": Result(
            less_pico=-(2_000 * 5_000_000 + 2 * 2_000 * 200_000),
            at=clock(2),
            tool_use_id="t1",
            name="Bash",
            bytes=TWO_THOUSAND_TOKENS,
            images=0,
            is_error=0,
            tokens=2_000,
            enter_pico=2_000 * 5_000_000,
            reread_pico=2 * 2_000 * 200_000,
            rereads=2,
            is_unpriced=False,
            message_id="m1",
            session_id=SESSION,
            agent_id="",
        )
    }


def test_it_enters_at_the_price_of_what_the_next_request_writes_most_of(book: Book) -> None:
    for place, kind in enumerate(("write_1h", "write_5m", "input", "write_unsplit")):
        book.request(f"m{place}", 0, used(write_5m=10_000), session_id=f"s{place}")
        book.result(f"t{place}", f"m{place}", 2, TWO_THOUSAND_TOKENS)
        book.request(f"n{place}", 3, used(cache_read=10_000, **{kind: 3_000}), session_id=f"s{place}")
    assert {name: usd(result.enter_pico) for name, result in found(book).items()} == {
        "t0": "0.016",
        "t1": "0.01",
        "t2": "0.008",
        "t3": "0.01",
    }


def test_a_request_that_found_less_than_half_in_the_cache_paid_for_all_of_it_as_new(book: Book) -> None:
    conversation(book)
    book.request("m5", 4_000, used(cache_read=5_000, write_1h=9_000))
    assert worked_out(book)["t1"] == (2_000, "0.01", usd(2 * 2_000 * 200_000 + 2_000 * 8_000_000), 3)


def test_a_compaction_takes_it_out(book: Book) -> None:
    conversation(book)
    book.compaction(6, 13_100, 900)
    assert worked_out(book)["t1"] == (2_000, "0.01", "0.0004", 1)


def test_a_compaction_of_another_thread_does_not(book: Book) -> None:
    conversation(book)
    book.compaction(6, 13_100, 900, agent_id="a1")
    assert worked_out(book)["t1"] == (2_000, "0.01", "0.0008", 2)


def test_a_prompt_no_longer_than_before_it_came_does_not_hold_it_any_more(book: Book) -> None:
    """The person went back to an earlier message: no line says so, the prompt does."""
    conversation(book)
    book.request("m5", 9, used(cache_read=9_900, write_5m=100))
    book.request("m6", 11, used(cache_read=10_000, write_5m=9_000))
    assert worked_out(book)["t1"] == (2_000, "0.01", "0.0008", 2)


def test_results_of_one_batch_share_what_the_prompt_grew_by(book: Book) -> None:
    book.request("m1", 0, used(write_5m=10_000))
    book.result("small", "m1", 2, 4_500)
    book.result("large", "m1", 2, 13_500, name="Read")
    book.request("m2", 3, used(cache_read=10_000, write_5m=4_000))
    assert worked_out(book) == {"small": (1_000, "0.005", "0", 0), "large": (3_000, "0.015", "0", 0)}


def test_a_result_that_no_request_has_carried_yet_has_cost_nothing(book: Book) -> None:
    book.request("m1", 0, used(write_5m=10_000))
    book.result("t1", "m1", 2, TWO_THOUSAND_TOKENS)
    book.result("waiting", "m1", -1, 0)
    assert worked_out(book) == {"t1": (2_000, "0", "0", 0)}


def test_one_that_came_later_than_the_next_request_entered_with_the_one_after(book: Book) -> None:
    conversation(book)
    book.result("late", "m1", 4, 2_250)
    assert worked_out(book)["late"] == (1_000, "0.005", "0.0002", 1)


def test_threads_do_not_carry_one_anothers_results(book: Book) -> None:
    conversation(book)
    book.request("a1", 2.5, used(write_5m=5_000), agent_id="a1")
    book.result("inner", "a1", 2.6, TWO_THOUSAND_TOKENS)
    book.request("a2", 2.7, used(cache_read=5_000, write_5m=5_000), agent_id="a1")
    assert worked_out(book) == {"t1": (2_000, "0.01", "0.0008", 2), "inner": (2_000, "0.01", "0", 0)}


def test_each_sampling_step_of_a_request_sends_the_conversation_again(book: Book) -> None:
    conversation(book)
    steps = (used(cache_read=13_150), used(cache_read=13_150, write_5m=200))
    whole = used(cache_read=26_300, write_5m=200)
    book.request("m5", 9, whole, legs=tuple(Leg(EXECUTOR, OPUS, step) for step in steps))
    assert worked_out(book)["t1"] == (2_000, "0.01", "0.0016", 4)


def test_what_an_unknown_price_leaves_out_is_said(book: Book) -> None:
    conversation(book)
    book.request("m5", 9, used(cache_read=13_150), model="claude-unknown-9")
    result = found(book)["t1"]
    assert (result.reread_pico, result.is_unpriced) == (800_000_000, True)


def test_a_refusal_that_was_not_billed_carries_for_nothing(book: Book) -> None:
    conversation(book)
    book.request("m5", 9, used(cache_read=13_150), flags=("refusal_unbilled",))
    assert worked_out(book)["t1"] == (2_000, "0.01", "0.0008", 3)


def test_only_calls_of_chosen_requests_are_listed_and_all_requests_are_followed(book: Book) -> None:
    conversation(book)
    book.result("t2", "m2", 4, 225)
    chosen = found(book, f"requests.at < '{clock(3)}'")
    assert {name: usd(one.pico) for name, one in chosen.items()} == {"t1": "0.0108"}


def test_by_tool_sums_up_the_dearest_first(book: Book) -> None:
    conversation(book)
    book.result("t2", "m2", 4, 225, name="Read", is_error=1)
    book.result("t3", "m3", 6, 225, name="Read", images=1)
    assert results.by_tool(book.db) == [
        {
            "name": "Bash",
            "results": 1,
            "errors": 0,
            "bytes": 4_500,
            "images": 0,
            "tokens": 2_000,
            "enter_pico": 10_000_000_000,
            "reread_pico": 800_000_000,
            "pico": 10_800_000_000,
            "rereads": 2,
            "flags": frozenset(("estimated",)),
        },
        {
            "name": "Read",
            "results": 2,
            "errors": 1,
            "bytes": 450,
            "images": 1,
            "tokens": 100 + 50,
            "enter_pico": 100 * 5_000_000 + 50 * 4_000_000,
            "reread_pico": 100 * 200_000,
            "pico": 720_000_000,
            "rereads": 1,
            "flags": frozenset(("estimated",)),
        },
    ]


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("claude-opus-4-6", 800),
        ("claude-sonnet-4-6-20260101", 800),
        ("claude-haiku-4-5", 800),
        ("claude-3-5-sonnet-20241022", 800),
        ("claude-opus-4-7", 1_000),
        ("us.anthropic.claude-opus-4-8", 1_000),
        ("claude-opus-5-5[1m]", 1_000),
        ("claude-sonnet-5", 1_000),
        ("claude-haiku-5-5", 1_000),
        ("claude-fable-5-2", 1_000),
        ("something-else", 1_000),
        ("", 1_000),
    ],
)
def test_bytes_a_token_depend_on_the_models_tokenizer(model: str, tokens: int) -> None:
    size = {800: 2_248, 1_000: 2_250}[tokens]
    assert results_tokens.estimate(size, 0, results_tokens.centibytes(model)) == tokens


@given(
    st.lists(
        st.tuples(*(st.integers(0, 9),) * 4, st.lists(st.integers(0, 9_000), max_size=3)), min_size=1, max_size=12
    ),
    st.sets(st.integers(0, 12)),
)
def test_running_sums_come_to_what_going_through_every_request_comes_to(
    rows: list[tuple[int, int, int, int, list[int]]], compacted: set[int]
) -> None:
    """Each result followed by itself, request by request, by the rule as it is written down."""
    ats = [clock(10 * place) for place in range(len(rows))]
    prompts = [1000 * (new + cached) for new, cached, *_ in rows]
    from_cache = [1000 * cached for _, cached, *_ in rows]
    rates = [(100 + enter, read, False) for _, _, enter, read, _ in rows]
    carried = Carried(ats, prompts, from_cache, rates, [clock(10 * place + 7) for place in sorted(compacted)])
    for place, (*_, sizes) in enumerate(rows):
        batch = [("m", f"t{n}", "Bash", clock(10 * place + 5), size, 0, 0) for n, size in enumerate(sizes)]
        for row in carried.results(batch, place, 225, ("", "")) if batch else ():
            result = Result(*row)
            sends = list(zip(prompts, from_cache, rates, strict=True))
            expected = followed(sends, compacted, place, result.tokens)
            assert (result.enter_pico, result.reread_pico, result.rereads) == expected


def followed(
    sends: list[tuple[int, int, tuple[int, int, bool]]], compacted: set[int], place: int, tokens: int
) -> tuple[int, int, int]:
    entered = again = times = 0
    for here in range(place + 1, len(sends)):
        before, (prompt, cached, (enter, read, _)) = sends[here - 1][0], sends[here]
        if not tokens or (here > place + 1 and (here - 1 in compacted or prompt <= sends[place][0])):
            break
        is_new = here == place + 1 or 2 * cached < before
        price = tokens * (enter if is_new else read)
        if here == place + 1:
            entered = price
        else:
            again += price
            times += 1
    return entered, again, times
