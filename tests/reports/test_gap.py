"""The ledger against the client's own totals. claude-opus-5-5: 4 in, 20 out, 0.20 read, 5 written, $ per million."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrimp.core.ledger import intake
from scrimp.core.prices import usd
from scrimp.core.transcript import find
from scrimp.core.transcript_records import ADVISOR, COMPACTION, EXECUTOR, FALLBACK, Leg
from scrimp.reports import gap
from tests.reports.ledger_rows import OPUS, SESSION, Book, clock, model_row, used

if TYPE_CHECKING:
    from pathlib import Path

RECORDED = "tests/transcripts/recorded/projects"
HAIKU = "claude-haiku-5-5"
UNKNOWN = "claude-unknown-9"
REPLY = used(write_5m=10_000, output=100)
"""Costs 10,000 x 5 + 100 x 20 = $0.052."""
OF_REPLY = {"written": 10_000, "output": 100}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


def account(book: Book, session: str = SESSION) -> list[tuple[str, str, str, str]]:
    """The rows as (what, dollars, about it, flags)."""
    found = gap.account(book.db, session)
    assert found is not None
    together = found.ledger_pico + sum(cause.pico for cause in found.causes) + found.unexplained_pico
    assert together == found.client_pico
    rows = gap.rows(found)
    return [(row["text"], usd(row["cost_usd"]), row["detail"], " ".join(row["flags"])) for row in rows]


def told(book: Book, session: str = SESSION) -> list[tuple[str, str, str, str]]:
    """The rows between the ledger's and the client's."""
    return account(book, session)[1:-1]


NOTHING_LEFT = ("not explained", "0", "", "")


def test_a_session_without_a_total_has_no_account(book: Book) -> None:
    book.request("m1", 0, REPLY)
    assert gap.account(book.db, SESSION) is None


def test_where_both_agree_nothing_is_left(book: Book) -> None:
    book.request("m1", 0, REPLY)
    book.client_total("0.052000000000000005", 2, {OPUS: model_row(0.052, **OF_REPLY)})
    assert account(book) == [
        ("this ledger", "0.052", "", ""),
        NOTHING_LEFT,
        ("the client's own total", "0.052", "from its transcript", ""),
    ]


def test_the_recorded_session_is_explained_by_its_compaction(book: Book) -> None:
    intake.catch_up(book.db, find([RECORDED]))
    assert account(book, "e99034b3-e497-4f4d-8b8c-2407aad4f7c8") == [
        ("this ledger", "0.5012402", "", ""),
        ("a compaction", "0.1368904", "claude-opus-5-5: 49.9k in, 53 out", "estimated"),
        NOTHING_LEFT,
        ("the client's own total", "0.6381306", "from its transcript", ""),
    ]


def test_the_recorded_fork_began_at_its_parents_second_total(book: Book) -> None:
    intake.catch_up(book.db, find([RECORDED]))
    assert account(book, "f8c5e5cf-bddd-42fc-b58d-b79d39c0aa89") == [
        ("this ledger", "0.12125", "", ""),
        ("what its parent had cost before", "0.4008752", "session e99034b3", ""),
        NOTHING_LEFT,
        ("the client's own total", "0.5221252", "from its transcript", ""),
    ]


def test_a_model_that_no_transcript_shows_was_called_in_the_background(book: Book) -> None:
    book.request("m1", 0, REPLY)
    titles = model_row(0.0006, input=5_000, output=200)
    book.client_total("0.0526", 2, {OPUS: model_row(0.052, **OF_REPLY), f"{HAIKU}-20260901": titles})
    detail = f"{HAIKU}: 5,000 in, 200 out"
    assert told(book) == [("background calls (titles, summaries)", "0.0006", detail, ""), NOTHING_LEFT]


def test_what_is_missing_of_a_model_that_was_used_is_not_explained(book: Book) -> None:
    book.request("m1", 0, REPLY)
    book.client_total("0.06", 2, {OPUS: model_row(0.06, written=11_000, output=250)})
    assert told(book) == [("not explained", "0.008", "", "")]


def test_the_client_may_have_less(book: Book) -> None:
    book.request("m1", 0, REPLY)
    book.client_total("0.04", 2, {OPUS: model_row(0.04, written=8_000)})
    assert told(book) == [("not explained", "-0.012", "", "")]


def test_a_compaction_explains_no_more_than_it_can_have_sent_and_written(book: Book) -> None:
    """Missing are 60,000 read and 1,500 written out; three times 10,000, and 900, can have been the compaction's."""
    book.request("m1", 0, REPLY)
    book.compaction(2, 10_000, 900)
    book.client_total("0.094", 3, {OPUS: model_row(0.094, cache_read=60_000, written=10_000, output=1_600)})
    assert told(book) == [
        ("a compaction", usd(30_000 * 200_000 + 900 * 20_000_000), f"{OPUS}: 30.0k in, 900 out", "estimated"),
        ("not explained", "0.018", "", ""),
    ]


def test_compactions_without_figures_by_model_are_estimated_by_their_sizes(book: Book) -> None:
    book.request("m1", 0, REPLY)
    book.compaction(2, 10_000, 900)
    book.compaction(3, 20_000, 100)
    book.client_total("0.1", 4, {}, source="statusline", started_ms=0)
    pico = 30_000 * 200_000 + 1_000 * 20_000_000
    assert account(book)[1:] == [
        ("2 compactions", usd(pico), "by their sizes", "estimated"),
        ("not explained", usd(48 * 10**9 - pico), "", ""),
        ("the client's own total", "0.1", "from its status line", ""),
    ]


def test_an_estimate_never_explains_more_than_is_missing(book: Book) -> None:
    book.request("m1", 0, REPLY)
    book.compaction(2, 1_000_000, 9_000)
    book.client_total("0.053", 4, {}, source="statusline")
    assert told(book) == [("a compaction", "0.001", "by their sizes", "estimated"), NOTHING_LEFT]


def test_output_that_a_record_lacks_is_told_from_the_clients_count(book: Book) -> None:
    book.request("m1", 0, REPLY, flags=("lower_bound",))
    book.client_total("0.06", 2, {OPUS: model_row(0.06, written=10_000, output=500)})
    assert account(book)[:-1] == [
        ("this ledger", "0.052", "", "lower_bound"),
        ("output that transcripts leave out", "0.008", f"{OPUS}: 400 tokens", "estimated"),
        NOTHING_LEFT,
    ]


@pytest.mark.parametrize(("guess", "detail"), [(0, UNKNOWN), (1, f"{UNKNOWN}, at a price that the client guessed")])
def test_a_model_without_a_price_here(book: Book, guess: int, detail: str) -> None:
    book.request("m1", 0, REPLY, model=UNKNOWN)
    book.client_total("0.3", 2, {UNKNOWN: model_row(0.3, **OF_REPLY)}, unknown_model=guess)
    assert account(book)[:-1] == [
        ("this ledger", "0", "", "unpriced"),
        ("a model without a price here", "0.3", detail, ""),
        NOTHING_LEFT,
    ]


def test_requests_since_the_total_are_not_in_it_but_subagents_beside_it_are(book: Book) -> None:
    book.request("m1", 0, REPLY)
    book.request("a1", 3, REPLY, agent_id="a1")
    book.client_total("0.104", 2, {OPUS: model_row(0.104, written=20_000, output=200)})
    assert told(book) == [NOTHING_LEFT]
    book.request("m2", 60, REPLY)
    book.request("a2", 61, REPLY, agent_id="a1", flags=("lower_bound",))
    assert told(book) == [("requests since that total", "-0.104", "2 requests", "lower_bound"), NOTHING_LEFT]


def test_what_the_client_reckons_otherwise(book: Book) -> None:
    """Fable 5.2 (8 in, 40 out) was asked and declined: that is left out, and Opus 5's answer priced as its own."""
    extra = used(input=1_000)
    answer = used(input=10_000, output=100)
    legs = (
        Leg(EXECUTOR, "claude-opus-5", answer),
        Leg(FALLBACK, "claude-fable-5-2", extra),
        Leg(COMPACTION, "claude-opus-5", extra),
        Leg(ADVISOR, OPUS, extra),
    )
    book.request("m1", 0, answer, legs=legs, model="claude-opus-5", requested_model="claude-fable-5-2")
    book.request("m2", 2, answer, tier="batch", requested_model=OPUS)
    fable = model_row(0.084, input=10_000, output=100)
    opus = model_row(0.042 + 0.004, input=11_000, output=100)
    book.client_total("0.13", 4, {"claude-fable-5-2": fable, OPUS: opus})
    assert account(book) == [
        ("this ledger", usd(52_500 * 10**6 + 8_000 * 10**6 + 5_000 * 10**6 + 4_000 * 10**6 + 21_000 * 10**6), "", ""),
        ("priced as the model that was asked for", "0.0315", "", ""),
        ("batch requests, at the full price", "0.021", "", ""),
        ("compactions inside replies, not in it", "-0.005", "", ""),
        ("attempts that were declined, not in it", "-0.008", "", ""),
        ("not explained", "0", "", ""),
        ("the client's own total", "0.13", "from its transcript", ""),
    ]


@pytest.mark.parametrize(
    ("client", "rows"),
    [
        (model_row(0.052, **OF_REPLY), [NOTHING_LEFT]),
        (
            model_row(0.056, input=1_000, **OF_REPLY),
            [("refusals that it counts as billed", "0.004", OPUS, "estimated"), NOTHING_LEFT],
        ),
    ],
)
def test_a_refusal_is_in_the_total_if_the_counts_say_so(book: Book, client: dict[str, Any], rows: list[Any]) -> None:
    book.request("m1", 0, REPLY)
    book.request("m2", 2, used(input=1_000), flags=("refusal_unbilled",), stop_reason="refusal")
    book.client_total(str(client["costUSD"]), 4, {OPUS: client})
    assert told(book) == rows


def test_of_several_totals_the_largest_counts_and_after_a_new_start_they_are_added(book: Book) -> None:
    for place in range(3):
        book.request(f"m{place}", 10 * place, REPLY)
    book.client_total("0.052", 2, {OPUS: model_row(0.052, **OF_REPLY)})
    book.client_total("0.104", 12, {OPUS: model_row(0.104, written=20_000, output=200)})
    book.client_total("0.052", 22, {OPUS: model_row(0.052, **OF_REPLY)}, started_ms=2)
    assert account(book) == [
        ("this ledger", "0.156", "", ""),
        NOTHING_LEFT,
        ("the client's own total", "0.156", "from its transcript", ""),
    ]


def test_a_fork_of_a_fork_began_at_the_total_that_leaves_the_least_open(book: Book) -> None:
    for place, session in enumerate(("s1", "s2", "s3")):
        book.request(f"m{place}", 10 * place, REPLY, session_id=session)
    for place, (session, total) in enumerate((("s1", "0.052"), ("s2", "0.104"), ("s3", "0.156"))):
        book.client_total(total, 10 * place + 2, {}, session_id=session)
    assert told(book, "s1") == [NOTHING_LEFT]
    assert told(book, "s2") == [("what its parent had cost before", "0.052", "session s1", ""), NOTHING_LEFT]
    assert told(book, "s3") == [("what its parent had cost before", "0.104", "session s2", ""), NOTHING_LEFT]


def test_a_fork_that_goes_on_is_known_by_the_start_time_of_its_own_last_total(book: Book) -> None:
    """The status line, which knows the newest total, says nothing of a start."""
    book.request("m1", 0, REPLY, session_id="s1")
    book.client_total("0.052", 2, {}, session_id="s1")
    book.request("m2", 10, REPLY, session_id="s2")
    book.client_total("0.104", 12, {}, session_id="s2")
    book.request("m3", 20, REPLY, session_id="s2")
    book.client_total("0.156", 22, {}, session_id="s2", source="statusline", started_ms=0)
    assert told(book, "s2") == [("what its parent had cost before", "0.052", "session s1", ""), NOTHING_LEFT]


def test_a_session_after_a_clear_keeps_the_start_time_and_begins_at_nothing(book: Book) -> None:
    book.request("m1", 0, used(output=100), session_id="s1")
    book.client_total("0.002", 2, {}, session_id="s1")
    book.request("m2", 10, REPLY, session_id="s2")
    book.client_total("0.0521", 12, {}, session_id="s2")
    assert told(book, "s2") == [("not explained", "0.0001", "", "")]


@pytest.mark.parametrize(
    "models", ["", "[]", "{", '{"m": 7}', '{"m": {"costUSD": "x", "inputTokens": -1}}', "[" * 9999]
)
@pytest.mark.parametrize("amount", ["0.052", "nan", "-1", "1e400", "", "x"])
def test_figures_that_are_none_are_taken_as_nothing(book: Book, models: str, amount: str) -> None:
    book.request("m1", 0, REPLY)
    row = (SESSION, "transcript", 1, amount, clock(2), models, 0)
    book.db.execute("INSERT INTO cost_states VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    left = "0" if amount == "0.052" else "-0.052"
    assert told(book) == [("not explained", left, "", "")]


COUNTS = st.integers(0, 50_000)
MODELS = st.sampled_from([OPUS, HAIKU, UNKNOWN])
FLAGS = st.sampled_from(["", "lower_bound", "refusal_unbilled"])


@settings(max_examples=30)
@given(
    requests=st.lists(
        st.tuples(MODELS, MODELS, COUNTS, COUNTS, st.sampled_from(["", "lower_bound", "refusal_unbilled"]))
    ),
    client=st.dictionaries(MODELS, st.tuples(st.floats(0, 2), COUNTS, COUNTS)),
    marks=st.lists(st.tuples(COUNTS, COUNTS), max_size=2),
    total=st.floats(0, 5),
)
def test_it_always_adds_up_to_the_last_pico_dollar(
    tmp_path_factory: pytest.TempPathFactory,
    requests: list[tuple[str, str, int, int, str]],
    client: dict[str, tuple[float, int, int]],
    marks: list[tuple[int, int]],
    total: float,
) -> None:
    book = Book(tmp_path_factory.mktemp("ledger"))
    for place, (model, asked, prompt, output, flag) in enumerate(requests):
        usage = used(input=prompt, output=0 if flag.startswith("refusal") else output)
        book.request(f"m{place}", place, usage, model=model, requested_model=asked, flags=flag.split())
    for place, (before, after) in enumerate(marks):
        book.compaction(place + 0.5, before, after)
    models = {name: model_row(cost, input=prompt, output=output) for name, (cost, prompt, output) in client.items()}
    book.client_total(repr(total), 3, models)
    assert account(book)[-1][1] == usd(round(total * 10**10) * 100)
    book.db.close()
