from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.core import ledger
from scrimp.core.budget.rules import Rules
from scrimp.core.ledger import limits_seen
from scrimp.core.limit_readings import FIVE_HOUR, SEVEN_DAY, STATUS_LINE, Reading
from scrimp.headless import waiting

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator
    from pathlib import Path

NOW_S = 1_795_370_000
HOUR_S = 3_600
PLAN = {"CLAUDE_CODE_OAUTH_TOKEN": "of a plan", "TZ": "UTC"}


class Clock:
    """A clock that sleeping alone moves; `naps` are how long it slept each time."""

    def __init__(self) -> None:
        self.at_s = float(NOW_S)
        self.naps: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.at_s += seconds

    def injected(self) -> waiting.Clock:
        return waiting.Clock(lambda: self.at_s, self.sleep)


@pytest.fixture
def db(tmp_path: Path) -> Generator[sqlite3.Connection]:
    with ledger.opened(str(tmp_path / "ledger.db")) as opened:
        yield opened


def read(db: sqlite3.Connection, window: str, percent: float, *, resets_in_s: int, age_s: int = 60) -> None:
    at_ms = (NOW_S - age_s) * 1000
    limits_seen.record(db, [Reading(window, at_ms, STATUS_LINE, percent, NOW_S + resets_in_s)])


def waited(db: sqlite3.Connection, home: Path, rules: Rules | None = None, **environ: str) -> tuple[float, list[str]]:
    """How long it was waited, in seconds, and what was said."""
    clock, said = Clock(), list[str]()
    waiting.until_reset(db, {"HOME": str(home), **PLAN, **environ}, rules or Rules(), said.append, clock.injected())
    return clock.at_s - NOW_S, said


def test_a_window_with_room_is_not_waited_for(db: sqlite3.Connection, tmp_path: Path) -> None:
    read(db, FIVE_HOUR, 99.0, resets_in_s=HOUR_S)
    assert waited(db, tmp_path) == (0, [])


def test_nothing_is_waited_for_where_nothing_was_ever_read(db: sqlite3.Connection, tmp_path: Path) -> None:
    said = "--wait-for-reset: nothing has told how full the plan's windows are; not waiting"
    assert waited(db, tmp_path) == (0, [said])


def test_a_window_that_is_used_up_is_waited_for_until_just_after_its_reset(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    read(db, FIVE_HOUR, 100.0, resets_in_s=HOUR_S)
    seconds, said = waited(db, tmp_path)
    assert seconds == HOUR_S + 5
    assert [line.partition(" at ")[0] for line in said] == [
        "the plan's 5-hour window is 100 % used; waiting until it resets"
    ]


def test_it_is_slept_a_minute_at_a_time_because_clocks_are_put_right(db: sqlite3.Connection, tmp_path: Path) -> None:
    read(db, FIVE_HOUR, 100.0, resets_in_s=100)
    clock = Clock()
    waiting.until_reset(db, {"HOME": str(tmp_path), **PLAN}, Rules(), print, clock.injected())
    assert clock.naps == [60, 45]


def test_of_two_windows_the_one_that_resets_last_is_waited_for(db: sqlite3.Connection, tmp_path: Path) -> None:
    read(db, FIVE_HOUR, 100.0, resets_in_s=HOUR_S)
    read(db, SEVEN_DAY, 100.0, resets_in_s=20 * HOUR_S)
    seconds, said = waited(db, tmp_path)
    assert (seconds, len(said)) == (20 * HOUR_S + 5, 1)
    assert said[0].startswith("the plan's weekly window is 100 % used")


def test_a_limit_in_percent_is_waited_for_as_well(db: sqlite3.Connection, tmp_path: Path) -> None:
    read(db, FIVE_HOUR, 81.0, resets_in_s=HOUR_S)
    rules = Rules()
    rules.add("a file", {"fiveHourPercent": 80})
    assert waited(db, tmp_path, rules)[0] == HOUR_S + 5


def test_an_old_reading_of_a_full_window_still_counts_and_one_of_before_its_reset_does_not(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    read(db, FIVE_HOUR, 100.0, resets_in_s=HOUR_S, age_s=3 * HOUR_S)
    assert waited(db, tmp_path)[0] == HOUR_S + 5
    db.execute("DELETE FROM limits_seen")
    read(db, FIVE_HOUR, 100.0, resets_in_s=-1, age_s=3 * HOUR_S)
    assert waited(db, tmp_path) == (0, [])


def test_where_dollars_are_billed_there_is_nothing_to_wait_for(db: sqlite3.Connection, tmp_path: Path) -> None:
    read(db, FIVE_HOUR, 100.0, resets_in_s=HOUR_S)
    assert waited(db, tmp_path, CLAUDE_CODE_USE_BEDROCK="1") == (
        0,
        ["--wait-for-reset: dollars are billed here, there is no plan to wait for"],
    )
