"""What is said before the prompt cache is paid for: on recorded events, with sums worked out by hand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hooks import dispatch
from hooks.steps import cache_watch
from scrimp.core import limits, times
from scrimp.core.cache_watch import said
from tests.hooks import recorded
from tests.hooks.test_import_budget import WITH_A_LIMIT, foreign, loaded, run
from tests.reports.ledger_rows import Book, used

if TYPE_CHECKING:
    from collections.abc import Callable

TRANSCRIPT = Path(__file__).parents[1] / "transcripts" / "recorded" / "projects"
NOW_MS = times.epoch_ms("2026-11-22T18:00:00.000Z")
MINUTE_MS = 60_000


@pytest.fixture(autouse=True)
def the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_watch, "_now_ms", lambda: NOW_MS)


@pytest.fixture
def state(tmp_path: Path) -> Callable[..., dispatch.State]:
    """A machine with these settings of the user, and of a repo."""

    def made(own: object = None, repo: object = None) -> dispatch.State:
        for folder, layer in ((tmp_path / ".claude", own), (tmp_path / "repo" / ".claude", repo)):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "scrimp.json").write_text(json.dumps(layer or {}))
        home = {"HOME": str(tmp_path), "CLAUDE_PROJECT_DIR": str(tmp_path / "repo"), "SCRIMP_HOME": str(tmp_path / "d")}
        return dispatch.State(home, {})

    return made


def reply(minutes_ago: float, tokens: int, *, ttl: str = "5m", **more: Any) -> dict[str, Any]:
    """A transcript's line of a reply that came so long ago, with so long a context, written for `ttl`."""
    split = {"ephemeral_5m_input_tokens": 1_000 * (ttl == "5m"), "ephemeral_1h_input_tokens": 1_000 * (ttl == "1h")}
    usage = {
        "input_tokens": 0, "cache_creation_input_tokens": 1_000, "cache_read_input_tokens": tokens - 1_100,
        "output_tokens": 100, "cache_creation": split, "speed": "standard", "service_tier": "standard",
    }  # fmt: skip
    message: dict[str, Any] = {
        "id": "msg_1",
        "model": "claude-opus-5-5",
        "usage": usage,
        "content": [],
        **more.pop("message", {}),
    }
    at = times.iso(NOW_MS - int(minutes_ago * MINUTE_MS))
    return {"type": "assistant", "timestamp": at, "promptCacheRequested": ttl, "message": message, **more}


def prompt(tmp_path: Path, *lines: dict[str, Any] | str) -> dict[str, Any]:
    """A prompt in a session whose transcript has these lines."""
    path = tmp_path / "s.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return recorded.event("prompt", transcript_path=str(path))


def said_after(age: str, tokens: str, usd: str, warm: str = "") -> str:
    return (
        f"scrimp: the prompt cache has expired, the last reply came {age} ago: going on writes {tokens} tokens anew, "
        f"{usd}{warm}. /compact pays that once too and makes every later request shorter; /clear starts afresh without "
        "it"
    )


def test_a_resume_with_a_cold_cache_says_the_clients_own_figure_from_the_threshold_on(
    state: Callable[..., dispatch.State],
) -> None:
    event = recorded.event("session_resume")
    assert cache_watch.at_start(event, state()) is None
    assert cache_watch.at_start(event, state({"cache": {"warnUsd": 0.09}})) == {
        "message": said_after("3 h", "19k", "$0.10")
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"source": "startup"},
        {"source": "compact"},
        {"prompt_cache_likely_expired": False},
        {"context_tokens": "19313"},
        {"estimated_cache_write_usd": None},
        {"estimated_cache_write_usd": float("nan")},
    ],
)
def test_a_session_that_pays_for_no_rewrite_or_does_not_say_so_hears_nothing(
    state: Callable[..., dispatch.State], changed: dict[str, Any]
) -> None:
    assert (
        cache_watch.at_start(recorded.event("session_resume", **changed), state({"cache": {"warnUsd": 0.01}})) is None
    )


def test_a_prompt_after_a_pause_beyond_the_lifetime_hears_the_price_once(
    state: Callable[..., dispatch.State], tmp_path: Path
) -> None:
    """200,000 tokens at $5 and $0.20 a million."""
    event, machine = prompt(tmp_path, reply(6, 200_000)), state()
    assert cache_watch.at_prompt(event, machine) == {"message": said_after("6 min", "200k", "$1.00", " (warm: $0.04)")}
    assert cache_watch.at_prompt(event, machine) is None


def test_what_was_said_is_remembered_of_the_latest_sessions_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CACHE_NOTES", 4)
    for number in range(5):
        said.note(str(tmp_path), f"s{number}", said.PAUSE, number + 1)
        os.utime(tmp_path / "cache" / f"pause-s{number}", (number, number))
    assert [said.last(str(tmp_path), f"s{number}", said.PAUSE) for number in range(5)] == [0, 0, 3, 4, 5]


def test_a_subscriber_hears_that_nobody_bills_it(state: Callable[..., dispatch.State], tmp_path: Path) -> None:
    answer = cache_watch.at_prompt(prompt(tmp_path, reply(6, 200_000)), state({"plan": "subscription"}))
    assert answer is not None
    assert answer["message"].endswith("without it (API value: a subscription is not billed for it, its windows fill)")


def test_within_the_lifetime_nothing_is_said_and_an_hour_is_an_hour(
    state: Callable[..., dispatch.State], tmp_path: Path
) -> None:
    machine = state()
    assert cache_watch.at_prompt(prompt(tmp_path, reply(4.9, 90_000)), machine) is None
    assert cache_watch.at_prompt(prompt(tmp_path, reply(59, 90_000, ttl="1h")), machine) is None
    assert cache_watch.at_prompt(prompt(tmp_path, reply(61, 90_000, ttl="1h")), machine) == {
        "message": said_after("1 h", "90k", "$0.72", " (warm: $0.02)")
    }


@pytest.mark.parametrize(
    "line",
    [
        reply(60, 90_000),
        reply(60, 200_000, isSidechain=True),
        reply(60, 200_000, message={"model": "<synthetic>"}),
        reply(60, 200_000, message={"model": "claude-of-tomorrow-9"}),
        reply(60, 200_000, timestamp="yesterday"),
        reply(60, 200_000, message={"usage": {"input_tokens": 200_000, "output_tokens": 9}}),
        '{"type":"assistant","message":{"usage":',
    ],
    ids=["too small", "a subagent's", "synthetic", "unpriced", "timeless", "not cached", "torn"],
)
def test_what_is_small_unknown_or_not_cached_is_not_spoken_of(
    state: Callable[..., dispatch.State], tmp_path: Path, line: dict[str, Any] | str
) -> None:
    assert cache_watch.at_prompt(prompt(tmp_path, line), state()) is None


def test_after_a_compaction_the_context_before_it_is_no_longer_there(
    state: Callable[..., dispatch.State], tmp_path: Path
) -> None:
    boundary = {"type": "system", "subtype": "compact_boundary"}
    assert cache_watch.at_prompt(prompt(tmp_path, reply(60, 500_000), boundary), state()) is None


def test_of_a_long_transcript_the_end_is_enough(state: Callable[..., dispatch.State], tmp_path: Path) -> None:
    rest = [json.dumps({"type": "user", "message": "x" * 1_000})] * 400
    lines = [*rest, reply(60, 200_000), *rest[:100]]
    assert cache_watch.at_prompt(prompt(tmp_path, *lines), state()) is not None


def test_a_recorded_transcript_is_read(state: Callable[..., dispatch.State]) -> None:
    (path,) = [one for one in TRANSCRIPT.rglob("*.jsonl") if "subagents" not in one.parts][:1]
    event = recorded.event("prompt", transcript_path=str(path))
    answer = cache_watch.at_prompt(event, state({"cache": {"warnUsd": 0}}))
    assert answer is not None
    assert answer["message"].startswith("scrimp: the prompt cache has expired, the last reply came ")


def test_a_repo_may_have_more_said_and_never_less(state: Callable[..., dispatch.State]) -> None:
    assert state({}, {"cache": {"warnUsd": 5}}).settings.warn_usd == 0.5
    assert state({}, {"cache": {"warnUsd": 0.1}}).settings.warn_usd == 0.1
    assert state({"cache": {"warnUsd": 3}}, {"cache": {"warnUsd": 5}}).settings.warn_usd == 3


def test_a_switch_is_asked_about_where_it_costs_more_than_staying_by_the_threshold(
    state: Callable[..., dispatch.State],
) -> None:
    """300,000 tokens: written by Sonnet at $2.50 a million, read by Opus at $0.20, by Sonnet at $0.10."""
    event = recorded.event("model_switch", context_tokens=300_000)
    reason = (
        "scrimp: this switch writes 300k tokens anew: $0.75; staying reads them: $0.06. Later requests read them for "
        "$0.03 instead of $0.06; /compact or /clear first makes it cheaper"
    )
    assert cache_watch.at_switch(event, state()) == {"ask": reason}
    assert cache_watch.at_switch(event | {"source": "picker"}, state()) == {"ask": reason}
    assert cache_watch.at_switch(event | {"source": "sdk"}, state()) == {"message": reason}
    assert cache_watch.at_switch(event, state({"cache": {"warnUsd": 0.7}})) is None
    assert cache_watch.at_switch(recorded.event("model_switch"), state()) is None


def test_a_switch_with_a_cold_cache_is_compared_with_writing_it_anew(state: Callable[..., dispatch.State]) -> None:
    """Opus would write them for $1.50: the switch to Sonnet is cheaper than to stay; one to Fable is not."""
    cold = recorded.event("model_switch", context_tokens=300_000, prompt_cache_warm=False)
    assert cache_watch.at_switch(cold, state()) is None
    answer = cache_watch.at_switch(cold | {"to_model": "claude-fable-5-2"}, state())
    assert answer is not None
    assert "anew: $3.00; staying writes them: $1.50." in answer["ask"]


@pytest.mark.parametrize(
    "changed", [{"to_model": "claude-of-tomorrow-9"}, {"context_tokens": 0}, {"context_tokens": "?"}]
)
def test_a_switch_whose_price_is_not_known_is_let_go(
    state: Callable[..., dispatch.State], changed: dict[str, Any]
) -> None:
    event = recorded.event("model_switch", **({"context_tokens": 900_000} | changed))
    assert cache_watch.at_switch(event, state()) is None


def past_sessions(tmp_path: Path, number: int, further: int) -> None:
    """Sessions that came to 200,000 tokens and then had so many more requests."""
    (tmp_path / "d").mkdir()
    book = Book(tmp_path / "d")
    for session in range(number):
        for place in range(further + 1):
            usage = used(cache_read=199_000 + place, write_5m=1_000, output=500)
            book.request(f"m{session}-{place}", session * 1_000 + place, usage, session_id=f"past-{session}")
    book.db.close()


def test_a_long_context_that_is_clearly_due_for_compaction_is_said_once(
    state: Callable[..., dispatch.State], tmp_path: Path
) -> None:
    # By hand, at 200,000 tokens of Opus 5.5: reading 200,000 ($0.04), 4,000 of summary ($0.08), 27,000 written instead
    # of read ($0.1296): $0.2496; each request then reads 173,000 less: $0.0346, so that eight pay for it.
    past_sessions(tmp_path, 5, 60)
    machine, event = state(), prompt(tmp_path, reply(1, 200_000))
    assert cache_watch.at_prompt(event, machine) == {
        "message": "scrimp: 200k tokens of context: /compact costs $0.25 once and saves $0.03 with every request, so "
        "it pays after 8; half of your 5 sessions that became so long went on for 60 requests or more. What a summary "
        "forgets is not in this"
    }
    assert cache_watch.at_prompt(prompt(tmp_path, reply(1, 900_000)), machine) is None


@pytest.mark.parametrize(("sessions", "further"), [(4, 60), (5, 23), (0, 0)])
def test_it_is_not_said_after_few_sessions_or_where_these_ended_soon(
    state: Callable[..., dispatch.State], tmp_path: Path, sessions: int, further: int
) -> None:
    if sessions:
        past_sessions(tmp_path, sessions, further)
    assert cache_watch.at_prompt(prompt(tmp_path, reply(1, 200_000)), state({"cache": {"warnUsd": 0.01}})) is None


@pytest.mark.parametrize("name", ["after_pause", "pre_model_switch"])
def test_where_nothing_is_due_neither_prices_nor_json_nor_the_ledger_are_loaded(tmp_path: Path, name: str) -> None:
    warm = prompt(tmp_path, reply(1, 20_000, timestamp="2099-01-01T00:00:00.000Z"))
    event = {"pre_model_switch": recorded.event("model_switch", context_tokens=0)}.get(name, warm)
    modules = loaded(run(tmp_path, json.dumps(event).encode(), name))
    assert foreign(modules) == set()
    assert modules & {"json", "re", "enum", "sqlite3", "scrimp.core.prices", "scrimp.core.ledger"} == set()


@pytest.mark.parametrize("name", ["after_pause", "pre_model_switch"])
def test_where_something_is_said_no_more_is_loaded_than_the_core_and_what_tells_who_pays(
    tmp_path: Path, name: str
) -> None:
    cold = prompt(tmp_path, reply(60, 500_000))
    event = {"pre_model_switch": recorded.event("model_switch", context_tokens=500_000)}.get(name, cold)
    modules = loaded(run(tmp_path, json.dumps(event).encode(), name))
    assert foreign(modules) <= WITH_A_LIMIT
    assert "scrimp.core.prices" in modules
