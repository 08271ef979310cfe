"""What each limit asks of the next request; as in `test_gate.py` every request costs ten cents, the next one twelve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.core.budget import gate, wording
from scrimp.core.budget.rules import NAMES, SCALES, Rules
from scrimp.core.ledger import limits_seen, raises, reservations
from scrimp.core.limit_readings import STATUS_LINE, Reading
from tests.budget.world import OTHER, SESSION, World, usd

if TYPE_CHECKING:
    from pathlib import Path

REQUEST = usd(0.12)
DAY_MS = 24 * 3_600_000
ANY = 90


def said(world: World, count: int) -> list[str]:
    """The actions of the main thread's gates for so many more requests."""
    return [world.ask(calls=(world.reply(),)).action for _ in range(count)]


@pytest.mark.parametrize("name", NAMES)
def test_every_limit_that_can_be_set_is_weighed_and_can_be_said(tmp_path: Path, name: str) -> None:
    world = World(tmp_path, **{name: ANY})
    for window in ("five_hour", "seven_day"):
        limits_seen.add(world.db, [Reading(window, world.now_ms, STATUS_LINE, 1.0, world.now_ms // 1000 + 3600)])
    (state,) = world.ask(calls=(world.reply(),)).states
    assert (state.name, state.amount) == (name, ANY * SCALES[state.limit.unit])
    texts = (
        wording.reached(state, 1),
        wording.near(state),
        wording.no_room(state, 1),
        wording.to_land(state),
        wording.warning(state, 50),
        wording.warning_to_agent(state, 50),
    )
    assert all(wording.name(state.limit) in text for text in texts)


def test_every_unit_of_a_limit_has_a_scale_and_words() -> None:
    rules = Rules()
    rules.add("scrimp.json", dict.fromkeys(NAMES, ANY))
    assert {limit.unit for limit in rules.limits} == set(SCALES)
    assert [wording.amount(unit, 2 * scale) for unit, scale in SCALES.items()] == [
        "$2.00",
        "2 %",
        "2 minutes",
        "2 turns",
        "2 tokens of context",
    ]


@pytest.mark.parametrize(("dollars", "action"), [(1.15, "go"), (1.13, "land")])
def test_room_is_kept_for_the_answers_of_two_agents_at_work(tmp_path: Path, dollars: float, action: str) -> None:
    """$0.40 is spent, $0.24 under way; three more of $0.12 fit in $0.36, and $0.12 is kept for each agent's answer."""
    world = World(tmp_path, sessionUsd=dollars + 0.1, warnAt=[])
    world.reply()
    for agent in ("a1", "a2"):
        assert world.ask(agent=agent, calls=(world.reply(agent=agent),)).action == "go"
    verdict = world.ask(calls=(world.reply(),))
    (state,) = verdict.states
    assert (state.spent, state.reserved) == (usd(0.4), 2 * REQUEST)
    assert verdict.action == action


@pytest.mark.parametrize(("is_released", "action"), [(True, "go"), (False, "land")])
def test_an_agent_that_has_ended_needs_no_room_for_an_answer(tmp_path: Path, is_released: bool, action: str) -> None:
    """$0.40 of $0.80 is spent, nothing under way: three of $0.12 fit, but not beside an answer of the agent."""
    world = World(tmp_path, sessionUsd=0.8)
    world.reply()
    assert world.ask(agent="a1", calls=(world.reply(agent="a1"),)).action == "go"
    world.reply(agent="a1")
    if is_released:
        gate.release(world.db, world.where(agent="a1"))
    verdict = world.ask(calls=(world.reply(),))
    assert (verdict.action, verdict.states[0].reserved) == (action, 0)


def test_an_agent_that_has_ended_is_no_longer_told_to_answer(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=0.5)
    world.reply()
    assert world.ask(agent="a1", calls=(world.reply(agent="a1"),)).action == "land"
    assert gate.is_landing(world.db, world.where(agent="a1")) != ""
    gate.release(world.db, world.where(agent="a1"))
    assert gate.is_landing(world.db, world.where(agent="a1")) == ""


def test_a_limit_for_agents_keeps_no_room_for_the_main_threads_answer(tmp_path: Path) -> None:
    """That answer is none of the limit's requests: of its $1 three more of $0.12 fit after $0.60."""
    world = World(tmp_path, agents={"Explore": {"sessionUsd": 1}})
    world.reply()
    for _ in range(5):
        world.reply(agent="a1")
    assert world.ask(agent="a1", calls=(world.reply(agent="a1"),)).action == "go"
    assert world.ask(agent="a1", calls=(world.reply(agent="a1"),)).action == "land"


def test_a_turn_that_the_transcript_lacks_is_one_all_the_same(tmp_path: Path) -> None:
    world = World(tmp_path, turns=4)
    assert said(world, 1) == ["go"]
    verdict = world.ask(calls=("toolu_not_written_yet",))
    (state,) = verdict.states
    assert (verdict.action, state.spent, state.reserved) == ("land", 1, 1)


def test_turns_are_no_reason_not_to_start_an_agent(tmp_path: Path) -> None:
    world = World(tmp_path, turns=2)
    said(world, 2)
    verdict = world.ask(gate.AGENT_START, calls=("toolu_agent",))
    assert (verdict.action, verdict.states) == ("go", [])


def test_a_raise_counts_a_landing_anew(tmp_path: Path) -> None:
    """$0.80 of $1.25 is spent: three more of $0.12 fit, enough for a thread to go on but not to lift its landing."""
    world = World(tmp_path, sessionUsd=1)
    assert said(world, 7)[-1] == "land"
    raises.add(world.db, "sessionUsd", SESSION, usd(0.25), world.now_ms + DAY_MS, world.now_ms)
    assert said(world, 1) == ["go"]


def test_the_landing_of_one_day_is_none_of_the_next(tmp_path: Path) -> None:
    world = World(tmp_path, dayUsd=1)
    assert said(world, 7)[-1] == "land"
    world.now_ms += DAY_MS
    for _ in range(5):
        world.reply()
    assert said(world, 1) == ["go"]


@pytest.mark.parametrize(("policy", "action"), [("stop", "stop"), ("dearest", "go")])
def test_a_next_request_of_unknown_price_stops_where_that_is_asked_for(
    tmp_path: Path, policy: str, action: str
) -> None:
    world = World(tmp_path, sessionUsd=50, onUnpriced=policy)
    world.reply(session=OTHER, model="some-model")
    world.ask(session=OTHER)
    verdict = world.ask(gate.PROMPT)
    (state,) = verdict.states
    assert (verdict.action, state.spent, state.unpriced) == (action, 0, 0)
    assert ("unknown price" in verdict.reason) is (action == "stop")


def test_what_was_reserved_is_the_least_that_a_missing_request_may_have_cost(tmp_path: Path) -> None:
    """A request that no gate let go has come into the ledger since; the one that was let go still has not."""
    world = World(tmp_path, sessionUsd=10)
    said(world, 2)
    world.reply(output=10)
    row = reservations.of(world.db, SESSION, "")
    assert row is not None
    assert world.ask(calls=("toolu_late",)).states[0].reserved == row.pico == REQUEST


def test_prices_of_an_organisation_are_those_that_the_gate_goes_by(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=10)
    (world.home / ".claude/remote-settings.json").write_text('{"modelPricing": {"multiplier": 0.5}}')
    said(world, 1)
    row = reservations.of(world.db, SESSION, "")
    assert row is not None
    assert (row.pico, world.spent("sessionUsd")) == (REQUEST // 2, usd(0.05))
