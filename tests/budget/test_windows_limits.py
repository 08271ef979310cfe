"""Limits in percent of a subscription's windows, and what happens once a plan's window is used up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core.budget import gate
from scrimp.core.ledger import limits_seen
from scrimp.core.limit_readings import FIVE_HOUR, STATUS_LINE, Reading
from tests.budget.world import World

if TYPE_CHECKING:
    from pathlib import Path

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


def read(world: World, percent: float, *, age_ms: int = 0, resets_in_ms: int = 2 * HOUR_MS) -> None:
    at_ms = world.now_ms - age_ms
    resets_at = (world.now_ms + resets_in_ms) // 1000
    limits_seen.add(world.db, [Reading(FIVE_HOUR, at_ms, STATUS_LINE, percent, resets_at)])


def test_a_window_that_is_full_enough_lands_and_then_stops_and_blocks_prompts(tmp_path: Path) -> None:
    world = World(tmp_path, fiveHourPercent=80)
    call = world.reply()
    read(world, 79)
    assert world.ask(calls=(call,)).action == "go"
    world.now_ms += MINUTE_MS
    read(world, 80.5)
    verdict = world.ask(calls=(call,))
    nearly = "scrimp: the limit for the 5-hour window is nearly reached: 80.5 % of 80 % used. "
    assert (verdict.action, verdict.reason) == ("land", f"{nearly}The agent is told to answer now.")
    assert world.ask(calls=(call,)).action == "stop"
    assert world.ask(gate.PROMPT, prompt_id="prompt-2").action == "stop"


def test_a_reading_over_an_hour_old_warns_once_and_blocks_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, fiveHourPercent=80)
    call = world.reply()
    read(world, 99, age_ms=HOUR_MS + 1)
    verdict = world.ask(calls=(call,))
    assert verdict.action == "go"
    assert verdict.to_person.splitlines()[-1] == (
        "scrimp: fiveHourPercent is not kept: the last reading of the 5-hour window is over an hour old; the status "
        "line reads it."
    )
    assert "not kept" not in world.ask(calls=(call,)).to_person


def test_without_any_reading_the_limit_warns_once(tmp_path: Path) -> None:
    world = World(tmp_path, fiveHourPercent=80, sevenDayPercent=80)
    call = world.reply()
    verdict = world.ask(calls=(call,))
    rows = (("fiveHourPercent", "5-hour"), ("sevenDayPercent", "weekly"))
    said = [
        f"scrimp: {name} is not kept: nothing has told how full the {window} window is; the status line reads it."
        for name, window in rows
    ]
    assert (verdict.action, verdict.to_person.splitlines()) == ("go", said)
    assert world.ask(calls=(call,)).to_person == ""


def test_a_window_that_has_been_reset_is_empty(tmp_path: Path) -> None:
    world = World(tmp_path, fiveHourPercent=80)
    call = world.reply()
    read(world, 99, age_ms=30 * MINUTE_MS, resets_in_ms=-10 * MINUTE_MS)
    assert world.ask(calls=(call,)).action == "go"


def test_once_a_plan_is_used_up_it_is_said_once_or_stops(tmp_path: Path) -> None:
    for policy, expected in (("warn", "go"), ("stop", "stop")):
        world = World(tmp_path / policy, sessionUsd=100, onUsageCredits=policy)
        call = world.reply()
        read(world, 100)
        verdict = world.ask(calls=(call,))
        assert verdict.action == expected
        assert "usage is billed from now on" in verdict.to_person
        again = world.ask(calls=(call,))
        assert ("usage is billed" in again.to_person) is (policy == "stop")


def test_a_used_up_window_that_has_been_reset_since_stops_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, onUsageCredits="stop")
    call = world.reply()
    read(world, 100, age_ms=30 * MINUTE_MS, resets_in_ms=10 * MINUTE_MS)
    assert world.ask(calls=(call,)).action == "stop"
    world.now_ms += 10 * MINUTE_MS
    assert world.ask(calls=(call,)).action == "go"


def test_to_stop_at_usage_credits_no_other_limit_is_needed(tmp_path: Path) -> None:
    world = World(tmp_path, onUsageCredits="stop")
    call = world.reply()
    assert world.ask(calls=(call,)).action == "go"
    read(world, 100)
    assert world.ask(calls=(call,)).action == "stop"
