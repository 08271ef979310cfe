"""What each grouping sums up. claude-opus-5-5: 4 in, 20 out, 0.20 read, 5 and 8 written, dollars per million."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core.transcript_records import ADVISOR, EXECUTOR, Leg
from scrimp.reports.groupings import NO_PROMPT
from tests.core.transcripts import ID_CHARS, NAMES, TRAPS, cells, tables
from tests.reports.ledger_rows import OPUS, PROMPT, SESSION, used

if TYPE_CHECKING:
    from tests.reports.conftest import Command

HAIKU, UNKNOWN = "claude-haiku-4-5", "claude-someday-9"
OTHER = "5e551011-0000-4000-8000-000000000002"


def brief(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


@pytest.mark.parametrize("trap", NAMES)
def test_every_trap_is_reported_as_its_readme_works_it_out(scrimp: Command, trap: str) -> None:
    words = ("report", "--projects", str(TRAPS / trap / "projects"), "--ledger", "new.db", "--by", "session")
    rows = sorted(scrimp.rows(*words), key=lambda row: row["session_id"])
    found = [
        cells(
            row["session_id"][:ID_CHARS],
            *brief(row, "requests", "input_tokens", "output_tokens", "cache_read_tokens"),
            *brief(row, "cache_write_5m_tokens", "cache_write_1h_tokens", "web_searches"),
            ", ".join(flag for flag in row["flags"] if flag != "unpriced"),
        )
        for row in rows
    ]
    assert found == [_without_unsplit(line) for line in tables(trap)[0]]


def _without_unsplit(line: str) -> str:
    """A README's row with the unsplit writes among those of five minutes, as they are priced."""
    *first, minutes, hour, unsplit, searches, flags = line.split("|")
    return cells(*first, int(minutes) + int(unsplit), hour, searches, flags)


def test_a_session_has_exact_dollars_and_all_that_its_requests_used(scrimp: Command) -> None:
    scrimp.book.request("a", 0, used(input=100, output=10, cache_read=8000, write_5m=500, write_1h=400))
    scrimp.book.request("b", 60, used(input=1, write_unsplit=999, searches=2), flags=("split_missing",))
    scrimp.book.result("t1", "a", 1, 5000)
    scrimp.book.result("t2", "a", 1, 5000)
    assert scrimp.rows("report", "--by", "session") == [
        {
            "session_id": SESSION,
            "project": "-home-dev-shop",
            "cwd": "",
            "first_at": "2026-11-22T10:00:00.000Z",
            "last_at": "2026-11-22T10:01:01.000Z",
            "cost_usd": "0.032899",
            "requests": 2,
            "input_tokens": 101,
            "output_tokens": 10,
            "cache_read_tokens": 8000,
            "cache_write_5m_tokens": 1499,
            "cache_write_1h_tokens": 400,
            "hit_rate": 0.8,
            "tool_calls": 2,
            "web_searches": 2,
            "seconds": 61.0,
            "flags": ["split_missing"],
        }
    ]


def test_the_time_of_a_session_is_that_of_its_turns_and_not_of_the_pauses_between(scrimp: Command) -> None:
    scrimp.book.request("a", 0, used(output=1), prompt_id="p1")
    scrimp.book.request("b", 9, used(output=1), prompt_id="p1")
    scrimp.book.request("c", 5000, used(output=1), prompt_id="p2")
    (session,) = scrimp.rows("report", "--by", "session")
    assert session["seconds"] == 11.0


def test_a_turn_is_all_that_one_prompt_caused_whoever_did_it(scrimp: Command) -> None:
    scrimp.book.request("a", 0, used(output=100))
    scrimp.book.request("b", 5, used(output=50), agent_id="x", agent_type="Explore")
    scrimp.book.request("c", 0, used(output=10), prompt_id="", session_id=OTHER)
    scrimp.book.request("d", 0, used(output=20), prompt_id="")
    names = ("prompt_id", "session_id", "cost_usd", "requests", "seconds")
    assert [brief(row, *names) for row in scrimp.rows("report", "--by", "turn")] == [
        (PROMPT, SESSION, "0.003", 2, 6.0),
        (NO_PROMPT, SESSION, "0.0004", 1, None),
        (NO_PROMPT, OTHER, "0.0002", 1, None),
    ]


def test_agents_are_told_apart_by_type_and_the_main_thread_is_main(scrimp: Command) -> None:
    scrimp.book.request("a", 0, used(output=100))
    scrimp.book.request("b", 1, used(output=50), agent_id="x", agent_type="Explore")
    scrimp.book.request("c", 1, used(output=20), agent_id="y")
    found = [brief(row, "agent", "cost_usd") for row in scrimp.rows("report", "--by", "agent")]
    assert found == [("main", "0.002"), ("Explore", "0.001"), ("(no type)", "0.0004")]


def test_a_leg_of_another_model_is_that_models(scrimp: Command) -> None:
    own, advice = used(input=10, output=100), used(input=1000, output=10)
    legs = (Leg(EXECUTOR, OPUS, own), Leg(ADVISOR, HAIKU, advice))
    scrimp.book.request("a", 0, own, legs=legs)
    scrimp.book.request("b", 1, used(output=1))
    scrimp.book.result("t1", "a", 1, 10)
    names = ("model", "cost_usd", "requests", "input_tokens", "output_tokens", "tool_calls", "flags")
    assert [brief(row, *names) for row in scrimp.rows("report", "--by", "model")] == [
        (OPUS, "0.00206", 2, 10, 101, 1, []),
        (HAIKU, "0.00105", 1, 1000, 10, 0, []),
    ]
    assert [row["model"] for row in scrimp.rows("report", "--by", "model", "--model", "haiku")] == [HAIKU]
    (session,) = scrimp.rows("report", "--by", "session")
    assert brief(session, "cost_usd", "input_tokens", "output_tokens") == ("0.00311", 10, 101)
    assert scrimp("report", "--by", "model") == (
        "Model         Cost  Reqs     In  Out  Hit  Tools\n"
        "opus-5-5   $0.0021     2     10  101  0 %      1\n"
        "haiku-4-5  $0.0011     1  1,000   10  0 %      0\n"
        "────────────────────────────────────────────────\n"
        "total      $0.0031     2  1,010  111  0 %      1\n"
    )


def test_an_unpriced_leg_flags_its_own_model_alone(scrimp: Command) -> None:
    own, advice = used(output=100), used(output=10)
    legs = (Leg(EXECUTOR, OPUS, own), Leg(ADVISOR, UNKNOWN, advice))
    scrimp.book.request("a", 0, own, legs=legs, flags=("lower_bound",))
    assert [brief(row, "model", "cost_usd", "flags") for row in scrimp.rows("report", "--by", "model")] == [
        (OPUS, "0.002", ["lower_bound"]),
        (UNKNOWN, "0", ["lower_bound", "unpriced"]),
    ]
    assert "no price is known for claude-someday-9" in scrimp.errors


def test_days_weeks_and_months_are_those_of_the_persons_clock(scrimp: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    scrimp.book.request("a", 0, used(output=1), at="2026-10-31T23:30:00.000Z")
    scrimp.book.request("b", 0, used(output=1), at="")
    assert [row["day"] for row in scrimp.rows("daily")] == ["(no time)", "2026-10-31"]
    monkeypatch.setenv("TZ", "UTC-2")  # two hours east
    time.tzset()
    assert [row["day"] for row in scrimp.rows("daily")] == ["(no time)", "2026-11-01"]
    assert [row["week"] for row in scrimp.rows("weekly")] == ["(no time)", "2026-10-26"]
    assert [row["month"] for row in scrimp.rows("monthly")] == ["(no time)", "2026-11"]


def test_a_project_is_shown_by_the_folder_that_its_name_was_made_of(scrimp: Command) -> None:
    for place, cwd in enumerate(["/home/dev", "/home/dev/shop", "/home/dev/shop/api"]):
        scrimp.book.request(f"a{place}", 0, used(output=1), cwd=cwd, git_branch="main")
    scrimp.book.request("b", 0, used(output=1), cwd="/elsewhere", project="-unknown", git_branch="fix")
    names = ("project", "cwd", "requests")
    shop, unknown = ("-home-dev-shop", "/home/dev/shop", 3), ("-unknown", "/elsewhere", 1)
    assert [brief(row, *names) for row in scrimp.rows("report", "--by", "project")] == [shop, unknown]
    assert [brief(row, "branch", *names) for row in scrimp.rows("report", "--by", "branch")] == [
        ("main", *shop),
        ("fix", *unknown),
    ]


def test_only_what_is_asked_for_is_summed_up(scrimp: Command) -> None:
    scrimp.book.request("a", 0, used(output=1), cwd="/home/dev/shop")
    scrimp.book.request("b", 7200, used(output=10), model=HAIKU, project="-srv-blog", cwd="/srv/blog")

    def requests(*words: str) -> int:
        return sum(row["requests"] for row in scrimp.rows("report", *words))

    assert requests("--project", "SHOP") == 1
    assert requests("--project=-srv") == 1
    assert requests("--model", "haiku") == 1
    assert requests("--since", "2026-11-22", "--until", "20261122") == 2
    assert requests("--since", "2026-11-23") == 0
    assert requests("--until", "2026-11-21") == 0


def test_an_absurd_sum_does_not_overflow(scrimp: Command) -> None:
    for place in range(3):
        scrimp.book.request(f"a{place}", place, used(output=1))
    scrimp.book.db.execute("UPDATE requests SET cost_pico = 9223372036854775807, priced_by = 'managed'")
    (session,) = scrimp.rows("report", "--by", "session")
    assert session["cost_usd"] == "27670116.110564327421"


def test_tools_have_their_calls_bytes_errors_and_seconds(scrimp: Command) -> None:
    scrimp.book.request("a", 0, used(output=1))
    scrimp.book.result("t1", "a", 3, 5000, "Bash", duration_ms=1500)
    scrimp.book.result("t2", "a", 3, 100, "Bash", is_error=1, duration_ms=250)
    scrimp.book.result("t3", "a", 4, 70, "Read")
    names = ("tool", "calls", "requests", "errors", "result_bytes", "seconds", "flags")
    assert [brief(row, *names) for row in scrimp.rows("report", "--by", "tool")] == [
        ("Bash", 2, 1, 1, 5100, 1.75, ["estimated"]),
        ("Read", 1, 1, 0, 70, None, ["estimated"]),
    ]
