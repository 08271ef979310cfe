"""Who pays, and the line of somebody whose dollars nobody bills."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import plans
from scrimp.core.ledger import limits_seen
from scrimp.core.limit_readings import Reading
from tests.statusline.conftest import NOW, NOW_MS, PROMPT, SESSION, Machine, asked, reply

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

RESETS = NOW + 3_600
TAIL = "context 2 % · cache 0 %, warm to 16:53 · Opus 5.5 medium"
UTILIZATION = {
    "five_hour": {"utilization": 12, "resets_at": "2026-11-22T17:50:00Z"},
    "seven_day": {"utilization": 55.4, "resets_at": "2026-11-24T09:00:00Z"},
}


def limits(five: object, seven: object = 10, resets_at: int = RESETS) -> dict[str, Any]:
    return {
        "five_hour": {"used_percentage": five, "resets_at": resets_at},
        "seven_day": {"used_percentage": seven, "resets_at": NOW + 2 * 86_400},
    }


def remembers(machine: Machine, **state: Any) -> None:
    (machine.home / ".claude.json").write_text(json.dumps(state))


@pytest.fixture
def db(machine: Machine) -> Iterator[sqlite3.Connection]:
    db = machine.ledger
    yield db
    db.close()


def reading(minute: float, percent: float, source: str = "statusline") -> Reading:
    return Reading("five_hour", NOW_MS + int(minute * 60_000), source, percent, RESETS, SESSION, "")


def test_where_nothing_shows_a_plan_dollars_are_billed(machine: Machine, db: sqlite3.Connection) -> None:
    assert plans.is_billed(machine.environ, db, NOW) is True
    assert plans.is_billed(machine.environ, None) is True


SUBSCRIBED: dict[str, dict[str, Any]] = {
    "a plan's name": {"oauthAccount": {"planDisplayName": "Claude Max"}},
    "a subscription's date": {"oauthAccount": {"subscriptionCreatedAt": "2026-01-01T00:00:00Z"}},
    "a seat": {"oauthAccount": {"seatTier": "premium"}},
    "how it is billed": {"oauthAccount": {"billingType": "stripe_subscription"}},
    "a remembered window": {"cachedUsageUtilization": {"fetchedAtMs": 1, "utilization": UTILIZATION}},
}


@pytest.mark.parametrize("state", SUBSCRIBED.values(), ids=SUBSCRIBED)
def test_what_the_client_remembers_of_the_account_shows_a_plan(
    machine: Machine, db: sqlite3.Connection, state: dict[str, Any]
) -> None:
    remembers(machine, **state)
    assert plans.is_billed(machine.environ, db, NOW) is False
    remembers(machine, **state, primaryApiKey="sk")
    assert plans.is_billed(machine.environ, db, NOW) is True


BILLED: dict[str, dict[str, Any]] = {
    "an account without a plan": {"oauthAccount": {"billingType": "prepaid", "seatTier": None, "emailAddress": "a@b"}},
    "windows that are not there": {"cachedUsageUtilization": {"utilization": {"five_hour": None}}},
    "wrong types": {"oauthAccount": [1], "cachedUsageUtilization": "text"},
}


@pytest.mark.parametrize("state", BILLED.values(), ids=BILLED)
def test_an_account_alone_is_no_plan(machine: Machine, db: sqlite3.Connection, state: dict[str, Any]) -> None:
    remembers(machine, **state)
    assert plans.is_billed(machine.environ, db, NOW) is True


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_a_file_of_the_client_that_is_broken_shows_nothing(
    machine: Machine, db: sqlite3.Connection, content: bytes
) -> None:
    (machine.home / ".claude.json").write_bytes(content)
    (machine.home / ".claude" / "settings.json").write_bytes(content)
    assert plans.is_billed(machine.environ, db, NOW) is True


def test_a_window_that_was_read_of_late_shows_a_plan(machine: Machine, db: sqlite3.Connection) -> None:
    limits_seen.record(db, [reading(-60, 10, "event")])
    assert plans.is_billed(machine.environ, db, NOW) is False
    assert plans.is_billed(machine.environ, db, NOW + 9 * 86_400) is True


KEYS = {
    "ANTHROPIC_API_KEY": "sk-ant-0123456789abcdefghij",
    "ANTHROPIC_AUTH_TOKEN": "t",
    "CLAUDE_CODE_USE_BEDROCK": "1",
    "CLAUDE_CODE_USE_VERTEX": "true",
    "CLAUDE_CODE_USE_FOUNDRY": "1",
}


@pytest.mark.parametrize("name", KEYS)
def test_a_key_or_another_provider_is_billed_whatever_the_account(
    machine: Machine, db: sqlite3.Connection, name: str
) -> None:
    remembers(machine, **SUBSCRIBED["a plan's name"])
    assert plans.is_billed({**machine.environ, name: KEYS[name]}, db, NOW) is True
    assert plans.is_billed({**machine.environ, name: ""}, db, NOW) is False
    settings = machine.home / ".claude" / "settings.json"
    settings.write_text(json.dumps({"env": {name: KEYS[name]}}))
    assert plans.is_billed(machine.environ, db, NOW) is True


def test_a_key_that_the_person_turned_down_is_not_used(machine: Machine, db: sqlite3.Connection) -> None:
    rejected = {"approved": [], "rejected": ["0123456789abcdefghij"]}
    remembers(machine, **SUBSCRIBED["a plan's name"], customApiKeyResponses=rejected)
    environ = {**machine.environ, "ANTHROPIC_API_KEY": KEYS["ANTHROPIC_API_KEY"]}
    assert plans.is_billed(environ, db, NOW) is False
    assert plans.is_billed({**environ, "ANTHROPIC_API_KEY": "another"}, db, NOW) is True


def test_a_helper_for_keys_is_a_key_and_a_sign_in_token_a_plan(machine: Machine, db: sqlite3.Connection) -> None:
    assert plans.is_billed({**machine.environ, "CLAUDE_CODE_OAUTH_TOKEN": "t"}, db, NOW) is False
    (machine.home / ".claude" / "settings.json").write_text('{"apiKeyHelper": "key.sh"}')
    assert plans.is_billed({**machine.environ, "CLAUDE_CODE_OAUTH_TOKEN": "t"}, db, NOW) is True


def test_what_the_user_says_counts_before_all_that_shows_and_a_repo_says_nothing(
    machine: Machine, db: sqlite3.Connection
) -> None:
    machine.settings({"plan": "subscription"})
    assert plans.is_billed({**machine.environ, **KEYS}, db, NOW) is False
    machine.settings({"plan": "api"})
    remembers(machine, **SUBSCRIBED["a plan's name"])
    assert plans.is_billed(machine.environ, db, NOW) is True
    machine.settings({})
    (machine.repo / ".claude" / "scrimp.json").write_text('{"plan": "api"}')
    assert plans.is_billed(machine.environ, db, NOW) is False


def test_the_clients_files_are_found_where_it_has_them(machine: Machine, db: sqlite3.Connection) -> None:
    other = machine.home / "other"
    other.mkdir()
    (other / ".claude.json").write_text(json.dumps(SUBSCRIBED["a plan's name"]))
    assert plans.is_billed({**machine.environ, "CLAUDE_CONFIG_DIR": str(other)}, db, NOW) is False


def test_the_headline_is_of_the_newest_reading_wherever_it_is_from(machine: Machine, db: sqlite3.Connection) -> None:
    assert plans.headline(db, machine.environ, NOW) == ""
    utilization = {"fetchedAtMs": NOW_MS - 600_000, "utilization": UTILIZATION}
    remembers(machine, cachedUsageUtilization=utilization)
    cached = "5h 12 % (10 min ago) · resets 17:50 · 7d 55 % (10 min ago) · resets Tue 09:00"
    assert plans.headline(db, machine.environ, NOW) == cached
    limits_seen.record(db, [reading(-8, 14, "event")])
    assert plans.headline(db, machine.environ, NOW).startswith("5h 14 % (8 min ago) · resets 17:50 · 7d ")
    limits_seen.record(db, [reading(-7, 15)])
    assert plans.headline(db, machine.environ, NOW).startswith("5h 15 % (7 min ago) · resets 17:50 · 7d ")


def test_past_its_reset_a_window_says_that_its_figure_is_reckoned(machine: Machine, db: sqlite3.Connection) -> None:
    limits_seen.record(db, [reading(-7, 15)])
    assert plans.headline(db, machine.environ, RESETS - 1) == "5h 15 % (1 h ago) · resets 17:50"
    assert plans.headline(db, machine.environ, RESETS) == "5h 0 % (reset 17:50)"
    assert plans.headline(db, machine.environ, RESETS + 86_400) == "5h 0 % (reset Sun 17:50)"
    assert plans.headline(db, machine.environ, RESETS + 9 * 86_400) == "5h 0 % (reset 9 d ago)"
    limits_seen.record(db, [reading(-6, 16)._replace(resets_at=0)])
    assert plans.headline(db, machine.environ, RESETS + 5 * 3_600) == "5h 0 % (reset by 21:44)"


def test_past_its_reset_the_status_line_says_so_too(machine: Machine) -> None:
    machine.line(rate_limits=limits(62.3))
    machine.write(asked(), reply("msg_1", at="2026-11-22T17:55:00.000Z"))
    line = machine.line(now=RESETS + 600, cost=None, prompt_id="")
    assert line.startswith("5h ≥ 0 % (reset 17:50) · ≈ $0.10 API value (not billed) · ")


def test_what_a_plan_leaves_unbilled_reads_so_and_the_windows_lead(machine: Machine) -> None:
    machine.write(asked(), reply("msg_1"))
    line = machine.line(rate_limits=limits(62.3), cost={"total_cost_usd": 3.1})
    assert line == f"5h 62 % · resets 17:50 · ≈ $3.10 API value (not billed) · {TAIL}"
    assert machine.line(rate_limits=limits(62.3, 51)).startswith(
        "5h 62 % · resets 17:50 · 7d 51 % · resets Tue 16:50 · ≈ $0.12 API value (not billed) · "
    )


def test_this_prompts_share_of_the_window_is_shown(machine: Machine) -> None:
    machine.line(now=NOW - 600, rate_limits=limits(59.2))
    machine.write(asked(), reply("msg_1"))
    line = machine.line(rate_limits=limits(62.3))
    assert line.startswith("5h 62 % · resets 17:50 · this prompt +3.1 % · ≈ $0.12 API value (not billed) · ")
    assert PROMPT in machine.given().decode()


def test_limits_in_dollars_stand_beside_what_a_plan_leaves_unbilled(machine: Machine) -> None:
    machine.settings({"budget": {"sessionUsd": 5, "dayUsd": 20}})
    assert machine.line(rate_limits=limits(1)).startswith(
        "5h 1 % · resets 17:50 · ≈ $0.12 of $5 API value (not billed) · ≈ ~$0.12 of $20 today · "
    )


def test_without_any_price_the_value_of_a_plan_is_unpriced(machine: Machine) -> None:
    machine.settings({"plan": "subscription", "budget": {"dayUsd": 20}})
    machine.write(reply("msg_1", message={"model": "some-model-of-tomorrow"}))
    line = machine.line(cost=None)
    assert line.startswith("unpriced API value (not billed) · unpriced of $20 today · ")
    machine.write(reply("msg_2"))
    line = machine.line(cost=None)
    assert line.startswith("≈ $0.10 API value (not billed) + unpriced · ≈ $0.10 of $20 today + unpriced · ")


def test_with_a_plan_by_settings_the_dollars_read_so_without_any_window(machine: Machine) -> None:
    machine.settings({"plan": "subscription"})
    assert machine.line().startswith("≈ $0.12 API value (not billed) · context 2 % · ")
    machine.settings({"plan": "api"})
    assert machine.line(rate_limits=limits(62)).startswith("$0.12 session · ")


def test_the_windows_are_kept_and_lead_before_the_next_sessions_first_answer(machine: Machine) -> None:
    machine.line(rate_limits=limits(62.3))
    db = machine.ledger
    kept = db.execute("SELECT window, at_ms, source, used_percent, resets_at, session_id, prompt_id FROM limits_seen")
    assert kept.fetchall() == [
        ("five_hour", NOW_MS, "statusline", 62.3, RESETS, SESSION, PROMPT),
        ("seven_day", NOW_MS, "statusline", 10.0, NOW + 2 * 86_400, SESSION, PROMPT),
    ]
    db.close()
    line = machine.line(now=NOW + 300, session_id="another", prompt_id="", cost=None)
    assert line.startswith("5h 62 % (5 min ago) · resets 17:50 · context 2 % · ")


def test_a_full_window_is_red(machine: Machine) -> None:
    del machine.environ["NO_COLOR"]
    assert machine.line(rate_limits=limits(99)).startswith("\x1b[31m5h 99 %\x1b[0m")


def test_without_a_ledger_what_the_client_tells_of_the_windows_is_shown(machine: Machine) -> None:
    machine.data.write_text("a file in its place")
    line = machine.line(rate_limits=limits(62.3))
    assert line.startswith("5h 62 % · resets 17:50 · ≈ $0.12 API value (not billed) · ")
