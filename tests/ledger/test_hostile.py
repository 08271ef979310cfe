"""Names, values and moments that nobody would choose: counted, named or refused, and never the end of all reports."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import ledger, transcript
from scrimp.core.errors import LedgerError
from scrimp.core.ledger import intake
from scrimp.core.managed_prices import ManagedPrices
from scrimp.core.transcript_files import NO_FILES
from scrimp.ingest import bring_up_to_date
from tests.ledger.lines import AT, SESSION, reply
from tests.ledger.lines import transcript as written
from tests.ledger.tables import filled, tables_of

if TYPE_CHECKING:
    from pathlib import Path

FORK = "ffffffff-7d1e-4c39-9a52-0f6be2d1a001"
HALF = ManagedPrices({"multiplier": 0.5})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with ledger.opened(str(path)) as db:
        return db.execute(query).fetchall()


def test_a_name_that_is_no_utf_8_is_read_like_any_other(tmp_path: Path, path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/projects/-a\xe9"
    os.makedirs(folder)
    with open(folder + b"/caf\xe9.jsonl", "w", encoding="ascii") as file:
        file.write(reply("msg_1") + "broken\n")
    assert filled(path, tmp_path / "projects") == {transcript.BROKEN: 1}
    assert filled(path, tmp_path / "projects") == {transcript.BROKEN: 1}
    assert rows(path, "SELECT message_id, project FROM requests") == [("msg_1", "-a\\udce9")]


def test_a_full_disk_is_said_to_be_full_and_the_ledger_stays(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "projects", *(reply(f"msg_{n:05}") for n in range(2000)))
    with ledger.opened(str(path)) as db:
        db.execute("PRAGMA max_page_count = 60")
        with pytest.raises(LedgerError, match=r"the ledger cannot be written \(database or disk is full\)$"):
            bring_up_to_date(db, [str(tmp_path / "projects")])
    assert filled(path, tmp_path / "projects") == {}
    assert rows(path, "SELECT COUNT(*) FROM requests") == [(2000,)]


@pytest.mark.parametrize("depth", [900, 1000, 5000])
def test_figures_nested_out_of_all_reason_are_nobodys(tmp_path: Path, path: Path, depth: int) -> None:
    nested = "[" * depth + "]" * depth
    line = f'{{"type":"cost-state","sessionId":"s","totalCostUSD":1,"modelUsage":{{"a":{nested}}}}}\n'
    written(tmp_path / "projects", reply("msg_1"), line, reply("msg_2"))
    filled(path, tmp_path / "projects")
    assert rows(path, "SELECT COUNT(*) FROM requests") == [(2,)]


@pytest.mark.parametrize(("first", "then"), [(HALF, None), (None, HALF)])
def test_what_a_request_cost_stands_when_a_copy_of_it_says_more_about_it(
    tmp_path: Path, path: Path, first: ManagedPrices | None, then: ManagedPrices | None
) -> None:
    written(tmp_path / "projects", reply("msg_1"))
    with ledger.opened(str(path)) as db:
        bring_up_to_date(db, [str(tmp_path / "projects")], managed=first)
        before = db.execute("SELECT cost_pico, priced_by FROM requests").fetchall()
        more = json.loads(reply("msg_1", at="2026-11-20T10:00:01.000Z"))
        written(tmp_path / "projects", json.dumps({**more, "effort": "high"}) + "\n", session=FORK)
        bring_up_to_date(db, [str(tmp_path / "projects")], managed=then)
        assert db.execute("SELECT cost_pico, priced_by FROM requests").fetchall() == before
        assert db.execute("SELECT effort, ended_at FROM requests").fetchall() == [("high", "2026-11-20T10:00:01.000Z")]


def test_a_prompt_is_not_forgotten_behind_a_long_line(tmp_path: Path, path: Path) -> None:
    prompt = {"promptId": "p1", "type": "user", "timestamp": AT, "message": {"content": "do it"}}
    result = [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "x" * 900_000}]
    answer = {"promptId": "p1", "type": "user", "timestamp": AT, "message": {"content": result}}
    lines = [json.dumps(prompt) + "\n", reply("msg_1"), json.dumps(answer) + "\n"]
    written(tmp_path / "projects", *lines)
    filled(path, tmp_path / "projects")
    written(tmp_path / "projects", *lines, reply("msg_2"))
    filled(path, tmp_path / "projects")
    assert rows(path, "SELECT message_id, prompt_id FROM requests") == [("msg_1", "p1"), ("msg_2", "p1")]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_compaction_is_the_elder_sessions_in_whichever_order_they_are_read(
    tmp_path: Path, path: Path, order: tuple[int, int]
) -> None:
    mark = {"type": "system", "subtype": "compact_boundary", "uuid": "u", "timestamp": AT}
    own = json.dumps({**mark, "sessionId": SESSION}) + "\n"
    copy = json.dumps({**mark, "sessionId": FORK}) + "\n"
    theirs = json.loads(reply("msg_2", at="2026-11-20T12:00:00.000Z"))
    elder = written(tmp_path / "projects", reply("msg_1"), own)
    fork = written(tmp_path / "projects", copy, json.dumps({**theirs, "sessionId": FORK}) + "\n", session=FORK)
    files = [str(elder), str(fork)]
    found = {file.path: file for file in transcript.find([str(tmp_path / "projects")])}
    with ledger.opened(str(path)) as db:
        for place in order:
            intake.catch_up(db, [found[files[place]]])
    assert rows(path, "SELECT session_id FROM compactions") == [(SESSION,)]


def test_what_was_wrong_in_a_file_that_is_gone_is_not_said_for_ever(tmp_path: Path, path: Path) -> None:
    file = written(tmp_path / "projects", reply("msg_1"), "broken\n")
    assert filled(path, tmp_path / "projects") == {transcript.BROKEN: 1}
    file.unlink()
    assert filled(path, tmp_path / "projects") == {}


def test_what_is_called_like_a_transcript_and_is_none_is_counted(tmp_path: Path, path: Path) -> None:
    folder = written(tmp_path / "projects", reply("msg_1")).parent
    (folder / "loop.jsonl").symlink_to("loop.jsonl")
    (folder / "nowhere.jsonl").symlink_to("/nowhere/at/all")
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "zero.jsonl").symlink_to("/dev/zero")
    assert filled(path, tmp_path / "projects") == {NO_FILES: 4}


@pytest.mark.parametrize(
    "at",
    ["xxxxxxxxxxTxxxxxxxxxxxxZ", "2026-99-99T99:99:99.999Z", "2026-11-20T10:00:61.000Z", "2026-11-20T10:00:0x.000Z"],
)
def test_a_time_that_there_is_not_is_counted_and_the_one_before_stands_in(tmp_path: Path, path: Path, at: str) -> None:
    written(tmp_path / "projects", reply("msg_1"), reply("msg_2", at=at))
    assert filled(path, tmp_path / "projects") == {"lines without a time that can be read": 1}
    assert rows(path, "SELECT at FROM requests") == [(AT,), (AT,)]


def test_a_file_that_is_read_on_is_read_as_if_at_once(tmp_path: Path) -> None:
    """Also the time of a total, which has none of its own: that of the last line that has one and is read."""
    other = json.dumps({"type": "attachment", "timestamp": "2026-11-20T11:00:00.000Z"}) + "\n"
    state = json.dumps({"type": "cost-state", "sessionId": SESSION, "totalCostUSD": 1}) + "\n"
    lines = [reply("msg_1"), other, state]
    for end in range(1, len(lines) + 1):
        written(tmp_path / "projects", *lines[:end])
        filled(tmp_path / "bit_by_bit.db", tmp_path / "projects")
    filled(tmp_path / "at_once.db", tmp_path / "projects")
    assert tables_of(tmp_path / "bit_by_bit.db", "files") == tables_of(tmp_path / "at_once.db", "files")
