"""Readings out of what the client tells, in its three shapes; and what of them is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import ledger
from scrimp.core.ledger import limits_seen
from scrimp.core.limit_readings import Reading, of_cached, of_event, of_status_line
from tests.statusline.conftest import NOW, NOW_MS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

RESETS = NOW + 3_600


def test_a_status_line_names_percent_and_seconds() -> None:
    limits = {
        "five_hour": {"used_percentage": 62.3, "resets_at": RESETS},
        "seven_day": {"used_percentage": 41, "resets_at": RESETS + 86_400},
        "spend_limit": {"used_percentage": 5, "resets_at": RESETS},
    }
    given = {"session_id": "s1", "prompt_id": "p1", "rate_limits": limits}
    assert of_status_line(given, NOW_MS) == [
        Reading("five_hour", NOW_MS, "statusline", 62.3, RESETS, "s1", "p1"),
        Reading("seven_day", NOW_MS, "statusline", 41, RESETS + 86_400, "s1", "p1"),
    ]


def test_an_event_names_fractions_of_every_window_or_of_the_one_that_limits() -> None:
    info: dict[str, Any] = {
        "status": "allowed",
        "rateLimitType": "five_hour",
        "utilization": 0.623,
        "resetsAt": RESETS,
        "isUsingOverage": False,
    }
    event = {"type": "rate_limit_event", "rate_limit_info": info, "uuid": "u", "session_id": "s1"}
    first = Reading("five_hour", NOW_MS, "event", 62.3, RESETS, "s1", "")
    assert of_event(event, NOW_MS) == [first]
    info["unifiedWindows"] = {"seven_day": {"utilization": 1.2, "resetsAt": RESETS}}
    assert of_event(event, NOW_MS) == [first, Reading("seven_day", NOW_MS, "event", 100, RESETS, "s1", "")]
    assert of_event({**event, "type": "result"}, NOW_MS) == []
    info["rateLimitType"] = "overage"
    assert [reading.window for reading in of_event(event, NOW_MS)] == ["seven_day"]


def test_what_the_client_remembers_names_percent_and_an_iso_time_and_is_believed_for_an_hour() -> None:
    utilization = {
        "five_hour": {"utilization": 12, "resets_at": "2026-11-22T18:50:00.123456+00:00"},
        "seven_day": {"utilization": 3.5, "resets_at": None},
        "seven_day_opus": None,
        "extra_usage": {"is_enabled": False, "monthly_limit": None, "used_credits": None, "utilization": None},
    }
    config = {"cachedUsageUtilization": {"fetchedAtMs": NOW_MS - 1, "accountUuid": "a", "utilization": utilization}}
    assert of_cached(config, NOW_MS) == [
        Reading("five_hour", NOW_MS - 1, "cached", 12, NOW + 7_200),
        Reading("seven_day", NOW_MS - 1, "cached", 3.5, 0),
    ]
    assert of_cached(config, NOW_MS + 3_600_000) == []
    assert of_cached(config, NOW_MS - 2) == []


WRONG: list[Any] = [None, True, -1, float("nan"), 10**400, "62", "\ud800", [], {}]


@pytest.mark.parametrize("wrong", WRONG, ids=[repr(wrong)[:12] for wrong in WRONG])
def test_what_is_missing_or_wrong_gives_no_reading_and_never_an_error(wrong: Any) -> None:
    assert of_status_line({"rate_limits": wrong}, NOW_MS) == []
    assert of_status_line({"rate_limits": {"five_hour": wrong}}, NOW_MS) == []
    assert of_status_line({"rate_limits": {"five_hour": {"used_percentage": wrong}}}, NOW_MS) == []
    assert of_event({"type": "rate_limit_event", "rate_limit_info": wrong}, NOW_MS) == []
    assert of_event({"type": "rate_limit_event", "rate_limit_info": {"unifiedWindows": wrong}}, NOW_MS) == []
    assert of_event({"type": wrong}, NOW_MS) == []
    assert of_cached(wrong, NOW_MS) == []
    assert of_cached({"cachedUsageUtilization": wrong}, NOW_MS) == []
    assert of_cached({"cachedUsageUtilization": {"fetchedAtMs": wrong, "utilization": wrong}}, NOW_MS) == []
    limits = {"five_hour": {"used_percentage": 1, "resets_at": wrong}}
    assert [one.resets_at for one in of_status_line({"rate_limits": limits, "session_id": wrong}, NOW_MS)] == [0]


def test_a_reset_that_is_years_away_or_in_milliseconds_is_unknown() -> None:
    for resets_at in (NOW_MS, 1, NOW + 400 * 86_400):
        limits = {"five_hour": {"used_percentage": 1, "resets_at": resets_at}}
        assert [one.resets_at for one in of_status_line({"rate_limits": limits}, NOW_MS)] == [0]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    db = ledger.connect(str(tmp_path / "ledger.db"))
    yield db
    db.close()


def at(second: float, percent: float, resets_at: int = RESETS) -> Reading:
    return Reading("five_hour", NOW_MS + int(second * 1000), "statusline", percent, resets_at, "s1", "p1")


def test_a_reading_is_kept_when_it_is_another_or_the_last_is_five_minutes_old(db: sqlite3.Connection) -> None:
    given = [at(0, 10), at(1, 10), at(2, 10.1), at(3, 10.1, RESETS + 1), at(299, 10.1, RESETS + 1)]
    again = [at(303, 10.1, RESETS + 1), at(602, 10.1, RESETS + 1), at(604, 9)]
    assert [limits_seen.record(db, [one]) for one in given] == [1, 0, 1, 1, 0]
    assert [limits_seen.record(db, [one]) for one in again] == [1, 0, 1]
    assert limits_seen.readings(db, "five_hour") == [again[2], again[0], given[3], given[2], given[0]]
    assert limits_seen.readings(db, "seven_day") == []


def test_a_reading_that_comes_late_or_twice_is_kept_once_in_its_place(db: sqlite3.Connection) -> None:
    assert limits_seen.record(db, [at(10, 20), at(5, 19), at(10, 20)]) == 2
    assert limits_seen.readings(db, "five_hour") == [at(10, 20), at(5, 19)]


def test_the_events_of_a_headless_run_are_kept_like_any_other(db: sqlite3.Connection) -> None:
    info = {"status": "allowed", "rateLimitType": "five_hour", "utilization": 0.5, "resetsAt": RESETS}
    event = {"type": "rate_limit_event", "rate_limit_info": info, "session_id": "s1"}
    assert limits_seen.record_event(db, event, NOW_MS) == 1
    assert limits_seen.record_event(db, event, NOW_MS + 1) == 0
    assert limits_seen.record_event(db, {"type": "assistant"}, NOW_MS) == 0
    assert limits_seen.readings(db, "five_hour") == [Reading("five_hour", NOW_MS, "event", 50, RESETS, "s1", "")]
