"""The line for an API key: dollars first, from the ledger and the client's own total."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import limits
from scrimp.core.untrusted import as_object
from tests.statusline.conftest import NOW, SESSION, Machine, reply

if TYPE_CHECKING:
    from pathlib import Path

TAIL = "context 2 % · cache 50 %, warm to 16:53 · Opus 5.5 medium"


def rows(machine: Machine, query: str) -> list[tuple[Any, ...]]:
    db = machine.ledger
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


def test_what_the_real_client_gives_becomes_one_line(machine: Machine) -> None:
    assert machine.line() == f"$0.12 session · ~$0.12 today · {TAIL}"


def test_the_ledger_is_brought_up_to_date_with_main_and_subagents(machine: Machine) -> None:
    machine.write(reply("msg_1"), reply("msg_2"))
    agent = machine.projects / SESSION / "subagents" / "agent-a1.jsonl"
    machine.write(reply("msg_3", isSidechain=True, agentId="a1"), path=agent)
    assert machine.line() == "$0.30 session · $0.30 today · context 2 % · cache 0 %, warm to 16:53 · Opus 5.5 medium"
    machine.write(reply("msg_4"))
    assert machine.line().startswith("$0.40 session · $0.40 today · ")
    assert rows(machine, "SELECT COUNT(*), SUM(cost_pico) FROM requests") == [(4, 4 * 10**11)]


def test_what_the_client_has_over_the_ledger_is_added_to_the_day_as_an_estimate(machine: Machine) -> None:
    machine.write(reply("msg_1"), reply("msg_0", at="2026-11-21T09:00:00.000Z"))
    line = machine.line(cost={"total_cost_usd": 0.55})
    assert line.startswith("$0.55 session · ~$0.45 today · ")


def test_a_forks_parent_is_not_counted_into_the_day_again(machine: Machine) -> None:
    """A fork goes on from its parent's total, and has its parent's start."""
    machine.write(reply("msg_1"))
    machine.line(cost={"total_cost_usd": 0.10})
    parent = "5e551011-0000-4000-8000-00000000000a"
    machine.write(reply("msg_p", sessionId=parent), path=machine.projects / f"{parent}.jsonl")
    machine.lines(machine.given(session_id=parent, transcript_path=str(machine.projects / f"{parent}.jsonl")))
    db = machine.ledger
    for session in (parent, SESSION):
        db.execute("INSERT INTO cost_states VALUES (?, 'transcript', 17, '0.1', '', '{}', 0)", (session,))
    db.close()
    assert machine.line(cost={"total_cost_usd": 0.20}).startswith("$0.10 session · $0.20 today · ")


def test_limits_stand_beside_what_is_spent(machine: Machine) -> None:
    machine.settings({"budget": {"sessionUsd": 5, "dayUsd": 20.5}})
    (machine.repo / ".claude" / "scrimp.json").write_text('{"budget": {"sessionUsd": 100, "dayUsd": 0.5}}')
    assert machine.line().startswith("$0.12 of $5 session · ~$0.12 of $0.50 today · ")


def test_near_its_limit_a_figure_is_yellow_and_at_it_red(machine: Machine) -> None:
    del machine.environ["NO_COLOR"]
    machine.settings({"budget": {"sessionUsd": 1, "dayUsd": 1}})
    between = "\x1b[2m · \x1b[0m"
    for total, colour in ((0.5, ""), (0.85, "\x1b[33m"), (0.96, "\x1b[31m")):
        first = machine.line(cost={"total_cost_usd": total}).split(between)[0]
        text = f"${total:.2f} of $1 session"
        assert first == (f"{colour}{text}\x1b[0m" if colour else text)


def test_the_day_is_the_persons_own(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.write(reply("msg_1", at="2026-11-22T07:59:59.999Z"), reply("msg_2", at="2026-11-22T08:00:00.000Z"))
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    assert machine.line(cost=None).startswith("$0.20 session · $0.10 today · ")


def test_too_much_that_is_new_is_not_waited_for(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.write(reply("msg_1"))
    machine.line()
    machine.write(reply("msg_2"), reply("msg_3"))
    monkeypatch.setattr(limits, "STATUS_LINE_CATCH_UP_BYTES", 500)
    assert machine.line(cost=None).startswith("≥ $0.10 session · ≥ $0.10 today · ")
    monkeypatch.undo()
    assert machine.line(cost=None).startswith("$0.30 session · $0.30 today · ")


def test_unpriced_and_incomplete_requests_are_shown_as_such(machine: Machine) -> None:
    machine.write(reply("msg_1"), reply("msg_2", message={"model": "some-model-of-tomorrow"}))
    assert machine.line(cost=None).startswith("$0.10 session + unpriced · $0.10 today + unpriced · ")
    agent = machine.projects / SESSION / "subagents" / "agent-a1.jsonl"
    machine.write(reply("msg_3", message={"stop_reason": None}, isSidechain=True, agentId="a1"), path=agent)
    assert machine.line(cost=None).startswith("≥ $0.20 session + unpriced · ≥ $0.20 today + unpriced · ")


def test_where_nothing_has_a_price_no_amount_is_shown(machine: Machine) -> None:
    machine.write(reply("msg_1", message={"model": "some-model-of-tomorrow"}))
    assert machine.line(cost=None).startswith("unpriced session · unpriced today · ")
    assert machine.line(cost={"total_cost_usd": 0}).startswith("unpriced session · unpriced today · ")
    machine.settings({"budget": {"sessionUsd": 5}})
    assert machine.line(cost=None).startswith("unpriced of $5 session · unpriced today · ")


def test_requests_without_a_time_may_be_of_today(machine: Machine) -> None:
    machine.write(reply("msg_1", at="", message={"model": "some-model-of-tomorrow"}))
    assert machine.line(cost=None).startswith("unpriced session · unpriced today · ")
    machine.write(reply("msg_2", at=""), reply("msg_3"))
    assert machine.line(cost=None).startswith("$0.20 session + unpriced · ≥ $0.10 today + unpriced · ")


def test_the_clients_total_is_kept_as_the_last_of_each_session(machine: Machine) -> None:
    machine.line()
    machine.line(now=NOW + 60)
    query = "SELECT session_id, source, started_ms, total_usd, at, model_usage, unknown_model FROM cost_states"
    row = (SESSION, "statusline", 0, "0.1150292", "2026-11-22T16:50:00.000Z", "{}", 0)
    assert rows(machine, query) == [row]
    machine.line(now=NOW + 120, cost={"total_cost_usd": 0.2})
    later = (*row[:3], "0.2", "2026-11-22T16:52:00.000Z", *row[5:])
    assert rows(machine, query) == [later]


def test_a_cache_that_has_gone_cold_meanwhile_is_said_to_be_cold(machine: Machine) -> None:
    assert "cache 50 %, cold" in machine.line(now=NOW + 223)
    assert "cache 50 %, cold" in machine.line(prompt_cache={"warm": False, "hit_ratio": 0.5})
    assert "cache 50 % · " in machine.line(prompt_cache={"hit_ratio": 0.5})
    assert "cache warm · " in machine.line(prompt_cache={"warm": True})
    assert "cache" not in machine.line(prompt_cache=None)


def test_what_does_not_fit_the_terminal_is_left_off_at_the_end(machine: Machine) -> None:
    whole = "".join(machine.lines(COLUMNS="80"))
    assert whole == f"$0.12 session · ~$0.12 today · {TAIL.rpartition(' · ')[0]}"
    assert machine.lines(COLUMNS="30") == ["$0.12 session · ~$0.12 today"]
    assert machine.lines(COLUMNS="1") == ["$0.12 session"]
    assert machine.lines(COLUMNS="wide") == [f"$0.12 session · ~$0.12 today · {TAIL}"]


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'"text"'])
def test_input_that_is_none_gives_no_line(machine: Machine, raw: bytes) -> None:
    assert machine.lines(raw) == []
    assert not (machine.data / "scrimp.log").exists()


WRONG: list[Any] = [
    None,
    True,
    -1,
    10**400,
    1e300,
    "text",
    "\x1b[31m\n",
    "\ud800",
    "\0",
    [],
    [1],
    {},
    {"a": None},
    [[]],
]


@pytest.mark.parametrize("wrong", WRONG, ids=[repr(wrong)[:12] for wrong in WRONG])
def test_a_value_of_a_wrong_type_anywhere_costs_its_own_part_alone(machine: Machine, wrong: Any) -> None:
    whole: dict[str, Any] = json.loads(machine.given())
    for key, value in whole.items():
        printed = machine.lines(json.dumps({**whole, key: wrong}).encode())
        assert len(printed) == 1, key
        assert "\x1b" not in printed[0]
        for inner in as_object(value):
            printed = machine.lines(json.dumps({**whole, key: {**value, inner: wrong}}).encode())
            assert len(printed) == 1, (key, inner)
            assert "\x1b" not in printed[0]
    assert not (machine.data / "scrimp.log").exists()


def test_without_any_field_there_is_still_the_day(machine: Machine) -> None:
    assert machine.lines(b"{}") == ["$0.00 today"]


def test_a_model_that_is_named_to_upset_a_terminal_is_shown_in_plain_letters(machine: Machine) -> None:
    line = machine.line(model={"display_name": "Opus\x1b]0;title\x07\n" + "x" * 100})
    assert line.endswith(" · Opus]0;title" + "x" * 25 + " medium")


def test_a_foreign_a_newer_or_a_broken_ledger_is_left_alone_and_the_client_believed(machine: Machine) -> None:
    machine.data.mkdir()
    path = machine.data / "ledger.db"
    path.write_bytes(b"this is no database, only text that somebody keeps here\n" * 20)
    expected = f"$0.12 session · {TAIL}"
    assert machine.line() == expected
    assert path.read_bytes().startswith(b"this is no database")
    path.unlink()
    db = machine.ledger
    db.execute("PRAGMA user_version = 99")
    db.close()
    assert machine.line() == expected


def test_a_ledger_that_somebody_else_writes_is_read_and_not_waited_for(machine: Machine) -> None:
    machine.write(reply("msg_1"))
    machine.line()
    machine.write(reply("msg_2"))
    other = machine.ledger
    other.execute("BEGIN IMMEDIATE")
    assert machine.line(cost=None).startswith("≥ $0.10 session · ≥ $0.10 today · ")
    other.execute("ROLLBACK")
    other.close()


def test_a_ledger_that_is_locked_against_reading_leaves_what_the_client_tells(machine: Machine) -> None:
    other = machine.ledger
    other.execute("PRAGMA journal_mode = DELETE")
    other.execute("BEGIN EXCLUSIVE")
    assert machine.line() == f"$0.12 session · {TAIL}"
    other.execute("ROLLBACK")
    other.close()


def test_a_data_folder_that_cannot_be_written_leaves_what_the_client_tells(machine: Machine) -> None:
    machine.data.write_text("a file in its place")
    assert machine.line() == f"$0.12 session · {TAIL}"


@pytest.mark.parametrize("path", ["", "relative.jsonl", "/", "/dev/zero", "/proc/self/mem", "\0.jsonl"])
def test_a_transcript_path_that_is_none_is_no_reason_to_fail(machine: Machine, path: str, tmp_path: Path) -> None:
    assert machine.line(transcript_path=path) == f"$0.12 session · ~$0.12 today · {TAIL}"
    folder = tmp_path / "folder.jsonl"
    folder.mkdir(exist_ok=True)
    assert machine.line(transcript_path=str(folder)) == f"$0.12 session · ~$0.12 today · {TAIL}"


@pytest.mark.parametrize("folder", ["", "relative", "/", "\0", "/a\0b", "/\ud800", "/gone"])
def test_a_folder_that_is_none_is_no_reason_to_fail(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: str
) -> None:
    """Not even where the folder that it runs in is gone, as that of a removed worktree is."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert machine.line(cwd=folder, workspace={"project_dir": folder}) == f"$0.12 session · ~$0.12 today · {TAIL}"
    assert not (machine.data / "scrimp.log").exists()
