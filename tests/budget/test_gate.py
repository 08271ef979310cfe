"""The gate, on sessions whose requests cost exactly ten cents each, the next one forecast at twelve."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import settings
from scrimp.core.budget import gate, signs
from scrimp.core.budget.rules import Rules
from scrimp.core.ledger import client_totals, raises, reservations
from tests.budget.world import OTHER, SESSION, World, usd

if TYPE_CHECKING:
    from pathlib import Path

MINUTE_MS = 60_000
REQUEST = usd(0.12)
"""5,000 tokens of output at $20, and the same number in the prompt at $4."""


def said(world: World, count: int, **more: Any) -> list[str]:
    """The actions for so many more requests of ten cents."""
    found: list[str] = []
    for _ in range(count):
        call = world.reply()
        found.append(world.ask(calls=(call,), **more).action)
    return found


def test_a_run_is_let_go_then_lands_and_then_is_stopped(tmp_path: Path) -> None:
    """$1: after $0.60 three more of $0.12 fit, after $0.70 two; it may answer, and try once more."""
    world = World(tmp_path, sessionUsd=1)
    assert said(world, 9) == [*["go"] * 6, "land", "land", "stop"]


def test_what_is_said_when_it_lands_and_stops(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=1, warnAt=[])
    said(world, 6)
    call = world.reply()
    verdict = world.ask(calls=(call,))
    told = (
        "[scrimp] The limit for this session is nearly reached. Give your final answer now, from what you have: tools "
        "are denied."
    )
    assert verdict[:4] == (
        "land",
        "scrimp: the limit for this session is nearly reached: $0.70 of $1.00 used. The agent is told to answer now.",
        told,
        "scrimp: the limit for this session is nearly reached: $0.70 of $1.00 used. The agent is told to answer now.",
    )
    assert gate.is_landing(world.db, world.where()) == told
    call = world.reply()
    assert world.ask(calls=(call,))[2:4] == (told, "")
    call = world.reply()
    reason = (
        "scrimp: the limit for this session is reached: $0.90 of $1.00 used, the next request takes about $0.12. "
        "To go on: `scrimp budget raise AMOUNT` in a terminal, or change sessionUsd in scrimp.json."
    )
    assert world.ask(calls=(call,))[:4] == ("stop", reason, "", reason)
    kinds = world.db.execute("SELECT kind, name, span_key, reason FROM stops ORDER BY kind").fetchall()
    assert kinds == [("landing", "sessionUsd", SESSION, told), ("stop", "sessionUsd", SESSION, reason)]


def test_without_a_limit_nothing_is_looked_at(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.reply()
    world.db.close()
    assert world.ask() == ("go", "", "", "", [])


def test_the_person_is_warned_once_at_each_mark_and_the_agent_in_one_line(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=2, promptUsd=2)
    found: list[tuple[str, str]] = []
    for _ in range(16):
        call = world.reply()
        verdict = world.ask(calls=(call,))
        if verdict.to_agent or verdict.to_person:
            found.append((verdict.to_agent, verdict.to_person))
    limits = ("the limit for this session", "the limit for this prompt")
    assert found == [
        (
            f"[scrimp] {mark} % of {limits[0]} is used: ${spent} of $2.00 used. Do what matters most.",
            "\n".join(f"scrimp: {mark} % of {limit}: ${spent} of $2.00 used." for limit in limits),
        )
        for mark, spent in ((50, "1.00"), (80, "1.60"))
    ]


def test_a_new_prompt_begins_without_a_landing_and_is_blocked_where_nothing_fits(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=1)
    assert said(world, 7)[-1] == "land"
    world.reply()
    assert world.ask(gate.PROMPT, prompt_id="prompt-2", new_chars=100).action == "land"
    call = world.reply(prompt="prompt-2")
    assert world.ask(calls=(call,), prompt_id="prompt-2").action == "land"
    call = world.reply(prompt="prompt-2")
    assert world.ask(calls=(call,), prompt_id="prompt-2").action == "stop"
    world.now_ms += 1000
    assert world.ask(gate.PROMPT, prompt_id="prompt-3").action == "stop"


def test_a_limit_that_nobody_can_read_blocks_every_prompt(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd="abc")
    verdict = world.ask(gate.PROMPT)
    assert (verdict.action, verdict.reason.partition(":")[0]) == ("stop", "scrimp")


def test_a_raise_lifts_a_landing_and_a_stop_until_it_expires(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=1)
    said(world, 9)
    (state,) = gate.states(world.db, world.rules, world.where(), world.environ)
    world.now_ms += 1
    raises.add(world.db, state.name, state.span_key, usd(1), world.now_ms + 10 * MINUTE_MS, world.now_ms)
    assert gate.is_landing(world.db, world.where()) == ""
    verdict = world.ask(gate.PROMPT, prompt_id="prompt-2")
    assert (verdict.action, verdict.states[0].amount) == ("go", usd(2))
    assert said(world, 1, prompt_id="prompt-2") == ["go"]
    world.now_ms += 10 * MINUTE_MS
    assert world.ask(gate.PROMPT, prompt_id="prompt-3").action == "stop"
    raises.add(world.db, state.name, state.span_key, usd(1), world.now_ms + MINUTE_MS, world.now_ms)
    assert raises.active(world.db, world.now_ms) == {("sessionUsd", SESSION): usd(1)}
    assert raises.clear(world.db) == 2
    assert world.ask(gate.PROMPT, prompt_id="prompt-3").action == "stop"


def test_a_landing_ends_when_the_limit_is_raised_and_the_agent_is_told(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=1)
    assert said(world, 7)[-1] == "land"
    raises.add(world.db, "sessionUsd", SESSION, usd(1), world.now_ms + MINUTE_MS, world.now_ms)
    call = world.reply()
    verdict = world.ask(calls=(call,))
    assert (verdict.action, verdict.to_agent) == (
        "go",
        "[scrimp] There is room in the budget again: tools are no longer denied.",
    )
    assert gate.is_landing(world.db, world.where()) == ""


def test_the_reply_that_the_transcript_lacks_is_reserved_for(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=10)
    said(world, 2)
    verdict = world.ask(calls=("toolu_not_written_yet",))
    (state,) = verdict.states
    assert (verdict.action, state.spent, state.reserved) == ("go", usd(0.2), REQUEST)
    row = reservations.of(world.db, SESSION, "")
    assert row is not None
    assert row.lagging_pico == REQUEST
    world.reply(call="toolu_not_written_yet")
    assert world.ask(calls=("toolu_not_written_yet",)).states[0].reserved == 0


def test_a_lag_shows_though_another_session_has_had_a_call_of_the_same_id(tmp_path: Path) -> None:
    world = World(tmp_path, dayUsd=10)
    said(world, 2)
    world.reply(session=OTHER, call="toolu_counted_3")
    world.ask(session=OTHER, calls=("toolu_counted_3",))
    (state,) = world.ask(calls=("toolu_counted_3",)).states
    assert (state.spent, state.reserved) == (usd(0.3), 2 * REQUEST)


def test_nor_is_it_hidden_by_a_call_of_the_same_id_before_the_session_was_resumed(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=10)
    first = said(world, 2)
    assert first == ["go", "go"]
    world.reply(call="toolu_again")
    world.ask(calls=("toolu_again",))
    world.reply(call="toolu_2")
    world.ask(calls=("toolu_2",))
    (state,) = world.ask(calls=("toolu_again",)).states
    assert (state.spent, state.reserved) == (usd(0.4), REQUEST)


def test_nor_in_a_session_of_which_nothing_is_known_yet(tmp_path: Path) -> None:
    world = World(tmp_path, dayUsd=10)
    world.path().touch()
    first = world.ask(gate.PROMPT).states[0].reserved
    world.reply(session=OTHER, call="toolu_counted_1")
    world.ask(session=OTHER, calls=("toolu_counted_1",))
    (state,) = world.ask(calls=("toolu_counted_1",)).states
    assert (first, state.spent) == (0, usd(0.1))
    assert REQUEST < state.reserved < 2 * REQUEST


def test_before_it_ends_the_work_for_a_lag_the_gate_waits_for_the_reply(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=1.05)
    said(world, 6)
    waits: list[float] = []

    def write(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            world.reply(call="toolu_late", output=10)

    verdict = gate.judge(
        world.db, world.rules, world.where(calls=("toolu_late",)), world.environ,
        new_chars=0, door=gate.BATCH, sleep=write,
    )  # fmt: skip
    assert (verdict.action, waits) == ("go", [0.05] * 3)


def test_it_does_not_wait_for_ever(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=1.05)
    said(world, 6)
    waits: list[float] = []
    verdict = gate.judge(
        world.db, world.rules, world.where(calls=("toolu_never",)), world.environ,
        new_chars=0, door=gate.BATCH, sleep=waits.append,
    )  # fmt: skip
    assert (verdict.action, len(waits)) == ("land", 20)


@pytest.mark.parametrize(("comes_after", "action"), [(399, "go"), (1_000, "stop")])
def test_for_what_others_have_under_way_it_waits_twenty_seconds_before_a_stop(
    tmp_path: Path, comes_after: int, action: str
) -> None:
    world = World(tmp_path, dayUsd=5.5)
    world.ask(session=OTHER, calls=(world.reply(session=OTHER, output=125_000),))
    world.reply(output=10)
    waits: list[float] = []

    def look(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == comes_after:
            world.reply(session=OTHER, output=10)

    where = world.where()
    verdict = gate.judge(world.db, world.rules, where, world.environ, new_chars=0, door=gate.BATCH, sleep=look)
    assert (verdict.action, len(waits)) == (action, min(comes_after, 400))


def test_a_second_prompt_before_the_first_reply_does_not_wait_for_it(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=0.2)
    waits: list[float] = []
    for prompt in ("prompt-1", "prompt-2"):
        verdict = gate.judge(
            world.db, world.rules, world.where(prompt_id=prompt), world.environ,
            new_chars=0, door=gate.PROMPT, sleep=waits.append,
        )  # fmt: skip
        assert (verdict.action, waits) == ("go", [])


def test_of_several_limits_that_stop_the_one_that_is_used_most_is_named(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=1.02, promptUsd=1, dayUsd=1.01, warnAt=[])
    for _ in range(10):
        world.reply()
    assert world.ask().reason.startswith("scrimp: the limit for this prompt is reached: $1.00 of $1.00 used")


def test_two_sessions_share_the_last_dollar_of_a_day(tmp_path: Path) -> None:
    world = World(tmp_path, dayUsd=1)
    said(world, 3)
    for _ in range(3):
        call = world.reply(session=OTHER)
        world.ask(session=OTHER, calls=(call,))
    call = world.reply()
    verdict = world.ask(calls=(call,))
    (state,) = verdict.states
    assert (verdict.action, state.spent, state.reserved) == ("land", usd(0.7), REQUEST)


def test_what_another_session_did_reserve_counts_until_its_request_is_there_or_it_expires(tmp_path: Path) -> None:
    world = World(tmp_path, dayUsd=100)
    call = world.reply(session=OTHER)
    world.ask(session=OTHER, calls=(call,))
    mine = world.reply()
    assert world.ask(calls=(mine,)).states[0].reserved == REQUEST
    world.reply(session=OTHER)
    assert world.ask(calls=(mine,)).states[0][3:8] == (usd(0.3), 0, False, 0, 0)
    call = world.reply(session=OTHER)
    world.ask(session=OTHER, calls=(call,))
    assert world.ask(calls=(mine,)).states[0].reserved > 0
    world.now_ms += 15 * MINUTE_MS
    assert world.ask(calls=(mine,)).states[0].reserved == 0


def test_an_agent_leaves_room_for_the_answer_of_the_thread_that_waits_for_it(tmp_path: Path) -> None:
    alone, beside = World(tmp_path / "alone", sessionUsd=1), World(tmp_path / "beside", sessionUsd=1)
    assert said(alone, 6)[-1] == "go"
    for _ in range(5):
        beside.reply()
    call = beside.reply(agent="a1")
    assert beside.ask(agent="a1", calls=(call,)).action == "land"
    assert gate.is_landing(beside.db, beside.where(agent="a1")).startswith("[scrimp] The limit for this session")
    assert gate.is_landing(beside.db, beside.where()) == ""


def test_an_agent_that_does_not_fit_is_not_started_and_one_that_fits_has_its_reservation(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=1)
    world.reply()
    world.ask()
    fits = world.ask(gate.AGENT_START, calls=("toolu_agent",), new_chars=2_250, agent_type="Explore")
    agents = (12_000 + 1_000) * 5 * 10**6 + usd(0.01)
    row = reservations.of(world.db, SESSION, "start:toolu_agent")
    assert row is not None
    assert (fits.action, row.pico, row.agent_type) == ("go", agents, "Explore")
    for _ in range(7):
        world.reply()
    verdict = world.ask(gate.AGENT_START, calls=("toolu_other",), agent_type="Explore")
    reason = (
        "[scrimp] No agent fits into the limit for this session (sessionUsd): $0.80 of $1.00 used, $0.075 under way, "
        "its first request takes about $0.07. Do it yourself, or answer."
    )
    assert (verdict.action, verdict.reason) == ("stop", reason)
    assert gate.is_landing(world.db, world.where()) == ""
    assert reservations.of(world.db, SESSION, "start:toolu_other") is None


def test_an_agents_reservation_is_its_own_from_its_first_gate_and_released_at_its_end(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=10)
    world.reply()
    world.ask()
    for number in (1, 2):
        world.ask(gate.AGENT_START, calls=(f"toolu_{number}",), agent_type="Explore")
    call = world.reply(agent="a1")
    world.ask(agent="a1", calls=(call,))
    rows = world.db.execute("SELECT agent_id FROM reservations ORDER BY 1").fetchall()
    assert rows == [("",), ("a1",), ("start:toolu_2",)]
    gate.release(world.db, world.where(agent="a1"))
    gate.release(world.db, world.where(agent="a2"))
    assert world.db.execute("SELECT agent_id, expires_ms FROM reservations ORDER BY 1").fetchall()[1:] == [
        ("a1", world.now_ms + 30_000),
        ("a2", world.now_ms + 30_000),
    ]
    world.now_ms += 30_000
    world.ask()
    assert world.db.execute("SELECT agent_id FROM reservations").fetchall() == [("",)]


def test_turns_are_the_main_threads_requests_for_one_prompt(tmp_path: Path) -> None:
    world = World(tmp_path, turns=5)
    world.ask(gate.PROMPT)
    world.reply(agent="a1")
    assert said(world, 5) == ["go", "go", "land", "land", "stop"]
    assert world.ask(agent="a1").states == []
    assert world.ask(gate.PROMPT, prompt_id="prompt-2").action == "go"


def test_a_time_limit_lands_first_however_late_it_is_and_then_stops(tmp_path: Path) -> None:
    world = World(tmp_path, minutes=10)
    world.ask(gate.PROMPT)
    assert said(world, 3) == ["go"] * 3
    world.now_ms += 30 * MINUTE_MS
    assert said(world, 2) == ["land", "stop"]
    assert world.ask(gate.PROMPT, prompt_id="prompt-2").action == "go"


def test_without_a_prompt_that_was_seen_to_come_time_runs_from_its_first_request(tmp_path: Path) -> None:
    world = World(tmp_path, minutes=10)
    world.reply()
    world.now_ms += 2 * MINUTE_MS
    assert world.ask().states[0].spent == 2 * MINUTE_MS


def test_a_context_limit_lands_before_the_prompt_would_grow_past_it(tmp_path: Path) -> None:
    world = World(tmp_path, contextTokens=100_000)
    call = world.reply(read=90_000, write=1_000, output=1_000)
    verdict = world.ask(calls=(call,), new_chars=2_250)
    assert (verdict.action, verdict.states[0].spent) == ("go", 92_000)
    call = world.reply(read=96_000, write=1_000, output=1_000)
    verdict = world.ask(calls=(call,), new_chars=2_250)
    reason = (
        "scrimp: the context limit is nearly reached: 98,000 tokens of context of 100,000 tokens of context used. "
        "The agent is told to answer now."
    )
    assert (verdict.action, verdict.reason) == ("land", reason)
    assert said(world, 1, new_chars=400_000)[0] in {"land", "stop"}
    assert world.ask(gate.PROMPT, prompt_id="prompt-2", new_chars=400_000).action == "stop"


def test_requests_of_unknown_price_count_at_the_dearest_stop_or_are_only_told(tmp_path: Path) -> None:
    for policy, expected in (("dearest", "go"), ("stop", "stop"), ("warn", "go")):
        world = World(tmp_path / policy, sessionUsd=5, onUnpriced=policy)
        world.reply(model="some-model", output=10_000)
        verdict = world.ask()
        (state,) = verdict.states
        extra = usd(0.75) if policy != "warn" else 0
        assert (verdict.action, state.spent, state.extra, state.unpriced) == (expected, 0, extra, 1)
        said_of_it = "unknown price" in verdict.to_person
        assert said_of_it
        assert ("unknown price" in world.ask().to_person) is (policy == "stop")


def test_the_clients_own_total_counts_where_it_is_larger(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=10, promptUsd=10, dayUsd=10)
    world.reply()
    world.reply(prompt="prompt-2")
    client_totals.record(world.db, SESSION, usd(0.3), "2026-11-22T12:00:02.000Z")
    found = {state.name: state[3:6] for state in world.ask(prompt_id="prompt-2").states}
    assert found == {
        "sessionUsd": (usd(0.2), usd(0.1), False),
        "promptUsd": (usd(0.1), usd(0.05), True),
        "dayUsd": (usd(0.2), usd(0.1), False),
    }
    client_totals.record(world.db, SESSION, usd(0.1), "2026-11-22T12:00:03.000Z")
    assert {state.extra for state in world.ask().states} == {0}


def test_headless_the_gap_is_estimated_from_the_latest_sessions(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=10, dayUsd=10)
    world.reply(session=OTHER)
    client_totals.record(world.db, OTHER, usd(0.125), "2026-11-22T11:00:00.000Z")
    world.ask(session=OTHER)
    world.db.execute("DELETE FROM meta WHERE name = 'budget_gap'")
    world.reply()
    found = {state.name: state[3:6] for state in world.ask().states}
    assert found == {"sessionUsd": (usd(0.1), usd(0.025), True), "dayUsd": (usd(0.2), usd(0.05), True)}


def test_a_reply_that_only_the_client_knows_is_not_counted_twice(tmp_path: Path) -> None:
    """Its total has the newest reply already, the transcript has not: it is reserved for, and no gap."""
    world = World(tmp_path, sessionUsd=10)
    said(world, 2)
    client_totals.record(world.db, SESSION, usd(0.3), "2026-11-22T12:00:02.000Z")
    (state,) = world.ask(calls=("toolu_late",)).states
    assert (state.spent, state.extra, state.reserved) == (usd(0.2), 0, REQUEST)


def too_deep(*_: object, **__: object) -> str:
    raise RecursionError("nested too deep")


@pytest.mark.parametrize("trouble", ["no transcript", "a folder", "a corrupt ledger", "what is nested too deep"])
def test_what_cannot_be_computed_stops_with_the_reason(
    tmp_path: Path, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, sessionUsd=10)
    if trouble == "a folder":
        world.path().mkdir()
    elif trouble == "a corrupt ledger":
        world.reply()
        world.db.execute("DROP TABLE requests")
    elif trouble == "what is nested too deep":
        monkeypatch.setattr(gate.reading, "session", too_deep)
    verdict = world.ask()
    assert verdict.action == "stop"
    assert verdict.reason.startswith("scrimp: the budget cannot be computed, so nothing more is let go: ")


def test_a_transcript_that_may_not_be_read_stops(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    world = World(tmp_path, sessionUsd=10)
    world.reply()
    world.path().chmod(0)
    assert "cannot be read" in world.ask().reason


def test_the_first_prompt_of_a_session_needs_no_transcript(tmp_path: Path) -> None:
    assert World(tmp_path, sessionUsd=10).ask(gate.PROMPT).action == "go"


def test_a_landing_leaves_a_sign_by_which_the_hooks_know_that_the_ledger_must_be_asked(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=1)
    data = world.environ["SCRIMP_HOME"]
    assert said(world, 6)[-1] == "go"
    assert not signs.is_up(data, SESSION, "")
    assert said(world, 1) == ["land"]
    assert signs.is_up(data, SESSION, "")


def test_a_limit_that_scrimp_run_hands_down_is_raised_by_another_run(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.rules.add(settings.BUDGET_SOURCE, {"sessionUsd": 1}, is_own=True)
    said(world, 10)
    reason = world.ask(gate.PROMPT, prompt_id="prompt-2").reason
    assert reason.endswith("To go on: resume the session by `scrimp run` with a higher limit.")


def test_only_a_raise_of_its_own_limit_lets_a_landing_thread_have_tools_again(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=1)
    assert said(world, 7)[-1] == "land"
    world.now_ms += 1
    raises.add(world.db, "sessionUsd", OTHER, usd(1), world.now_ms + MINUTE_MS, world.now_ms)
    assert gate.is_landing(world.db, world.where()) != ""
    raises.add(world.db, "sessionUsd", SESSION, usd(1), world.now_ms + MINUTE_MS, world.now_ms)
    assert gate.is_landing(world.db, world.where()) == ""


def test_a_prompt_that_does_not_fit_is_not_begun_though_a_short_answer_would_fit(tmp_path: Path) -> None:
    """$0.90 of $1 is used, a usual request takes $0.12: a thread under way might answer shortly, a new one waits."""
    world = World(tmp_path, sessionUsd=1)
    said(world, 5)
    for _ in range(4):
        world.reply()
    assert world.ask(gate.PROMPT, prompt_id="prompt-2").action == "stop"


def test_what_does_not_fit_is_told_without_reserving_anything(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=1)
    said(world, 5)
    where = world.where()

    def ask(requests: int) -> str:
        return gate.unfit(world.db, world.rules, where, world.environ, requests, sleep=list[float]().append)

    before = reservations.of(world.db, SESSION, "")
    assert (ask(1), ask(2)) == ("", "")
    for _ in range(3):
        world.reply()
    assert ask(1) == ""
    assert ask(2).startswith("scrimp: the limit for this session is reached: $0.80 of $1.00 used, the next request")
    assert reservations.of(world.db, SESSION, "") == before
    assert gate.unfit(world.db, Rules(""), where, world.environ, 9) == ""


def test_a_thread_that_would_be_driven_on_waits_for_its_last_reply_where_that_could_matter(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=1)
    said(world, 8)
    waits: list[float] = []

    def reach_the_transcript(seconds: float) -> None:
        waits.append(seconds)
        world.reply()

    reason = gate.unfit(world.db, world.rules, world.where(), world.environ, 1, sleep=reach_the_transcript)
    assert waits == [1]
    assert reason.startswith("scrimp: the limit for this session is reached: $0.90 of $1.00 used")


def test_what_was_reserved_for_an_agent_that_did_not_start_is_room_again(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=1)
    said(world, 1)
    for call in ("toolu_a", "toolu_b"):
        assert world.ask(gate.AGENT_START, calls=(call,)).action == "go"
    started = reservations.all_of_now(world.db, world.now_ms)
    gate.not_started(world.db, world.where(), ["toolu_a", "toolu_c"])
    left = reservations.all_of_now(world.db, world.now_ms)
    assert [row.agent_id for row in started if row not in left] == ["start:toolu_a"]
