"""What comes into the ledger, and that in which order, how often and in how many pieces makes no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import ledger, transcript
from scrimp.core.ledger import files, intake, readings, requests
from scrimp.core.managed_prices import ManagedPrices
from scrimp.core.transcript_files import NO_FILES
from scrimp.ingest import bring_up_to_date
from tests.core.transcripts import NAMES, TRAPS
from tests.ledger.lines import AT, SESSION, reply
from tests.ledger.lines import transcript as written
from tests.ledger.tables import filled, tables_of

if TYPE_CHECKING:
    from pathlib import Path


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    db = ledger.connect(str(path))
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.mark.parametrize("trap", NAMES)
def test_a_request_comes_out_of_the_ledger_as_it_went_in(trap: str, path: Path) -> None:
    projects = TRAPS / trap / "projects"
    filled(path, projects)
    known: dict[str, transcript.Request] = {}
    for file in transcript.find([str(projects)]):
        for record in transcript.read(file).records:
            if isinstance(record, transcript.Request):
                before = known.get(record.message_id)
                known[record.message_id] = transcript.merge(before, record) if before else record
    db = ledger.connect(str(path))
    came_out = [requests.request_of(entry) for entry in requests.stored(db, list(known))]
    db.close()
    assert {one.message_id: one for one in came_out} == {
        key: request._replace(tool_uses=()) for key, request in known.items()
    }


@pytest.mark.parametrize("trap", NAMES)
def test_one_file_after_the_other_in_reverse_and_everything_twice_is_the_same(trap: str, tmp_path: Path) -> None:
    projects = TRAPS / trap / "projects"
    filled(tmp_path / "at_once.db", projects)
    db = ledger.connect(str(tmp_path / "by_file.db"))
    found = list(transcript.find([str(projects)]))
    for file in reversed(found):
        intake.catch_up(db, [file])
    intake.store(db, [readings.read(file, files.NEW) for file in found])
    db.execute("DELETE FROM files")
    intake.catch_up(db, found)
    db.close()
    assert tables_of(tmp_path / "by_file.db", "meta") == tables_of(tmp_path / "at_once.db", "meta")


def test_a_file_that_grows_is_read_on_and_one_that_did_not_is_not_opened(tmp_path: Path, path: Path) -> None:
    file = written(tmp_path / "projects", reply("msg_1"))
    filled(path, tmp_path / "projects")
    with file.open("a") as end:
        end.write(reply("msg_2") + reply("msg_3")[:-20])
    filled(path, tmp_path / "projects")
    assert rows(path, "SELECT message_id, cost_pico FROM requests") == [
        ("msg_1", 6_000_000_000),
        ("msg_2", 6_000_000_000),
    ]
    file.unlink()
    file.symlink_to("/dev/full")
    assert filled(path, tmp_path / "projects") == {NO_FILES: 1}
    assert rows(path, "SELECT COUNT(*) FROM requests") == [(2,)]


def test_a_reply_whose_count_grows_is_priced_anew(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "projects", reply("msg_1", 1))
    filled(path, tmp_path / "projects")
    written(tmp_path / "projects", reply("msg_1", 1), reply("msg_1", 500))
    filled(path, tmp_path / "projects")
    assert rows(path, "SELECT output, cost_pico FROM requests") == [(500, 14_000_000_000)]


def test_an_unknown_model_is_unpriced_and_not_free(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "projects", reply("msg_1", model="claude-of-next-year"))
    filled(path, tmp_path / "projects")
    assert rows(path, "SELECT cost_pico, flags FROM requests") == [(0, "unpriced")]


def test_what_was_wrong_is_said_every_time_and_counted_once(tmp_path: Path, path: Path) -> None:
    file = written(tmp_path / "projects", reply("msg_1"), "{broken\n")
    assert filled(path, tmp_path / "projects") == {transcript.BROKEN: 1}
    assert filled(path, tmp_path / "projects") == {transcript.BROKEN: 1}
    with file.open("a") as end:
        end.write("also broken\n" + reply("msg_2"))
    assert filled(path, tmp_path / "projects") == {transcript.BROKEN: 2}
    file.write_text(reply("msg_3"))
    assert filled(path, tmp_path / "projects") == {transcript.REPLACED: 1}
    assert rows(path, "SELECT COUNT(*) FROM requests") == [(3,)]


def test_a_file_that_cannot_be_read_is_named_until_it_can(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "projects", reply("msg_1"))

    def refused(*_: object) -> int:
        raise PermissionError("no")

    db = ledger.connect(str(path))
    with monkeypatch.context() as patch:
        patch.setattr("scrimp.core.transcript.os.open", refused)
        found = list(transcript.find([str(tmp_path / "projects")]))
        assert intake.catch_up(db, found) == {transcript.UNREADABLE: 1}
        assert intake.catch_up(db, found) == {transcript.UNREADABLE: 1}
    db.close()
    assert filled(path, tmp_path / "projects") == {}
    assert rows(path, "SELECT message_id FROM requests") == [("msg_1",)]


def test_counts_out_of_all_reason_break_nothing(tmp_path: Path, path: Path) -> None:
    huge = {"input_tokens": 10**9, "output_tokens": 10**9, "cache_read_input_tokens": 10**9}
    legs = [{"type": "message", **huge}] * 2000
    usage = {name: count * 2000 for name, count in huge.items()}
    written(
        tmp_path / "projects",
        reply("msg_1", usage={**huge, "iterations": [{"type": "compaction", **huge}] * 2000}),
        reply("msg_2", usage={**usage, "iterations": legs}),
        reply("msg_3", usage={"input_tokens": -1, "output_tokens": 10**30, "cache_creation": []}),
    )
    filled(path, tmp_path / "projects")
    assert rows(path, "SELECT message_id, flags FROM requests ORDER BY 1") == [
        ("msg_1", "unpriced"),
        ("msg_2", "bad_number legs_ignored"),
        ("msg_3", "bad_number"),
    ]


def test_a_call_and_its_result_are_one_row_however_they_come(tmp_path: Path, path: Path) -> None:
    call = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "ls\n-l"}}
    result = (
        '{"type":"user","timestamp":"2026-11-20T10:00:02.000Z","message":{"content":'
        '[{"type":"tool_result","tool_use_id":"toolu_1","content":"a b c","is_error":true}]}}\n'
    )
    first = written(tmp_path / "projects", reply("msg_1", content=[call]))
    filled(path, tmp_path / "projects")
    with first.open("a") as end:
        end.write(result)
    filled(path, tmp_path / "projects")
    expected = [("toolu_1", "msg_1", "Bash", 5, AT, "2026-11-20T10:00:02.000Z", 5, 1, None, 0, "ls")]
    assert rows(path, "SELECT * FROM tool_calls") == expected
    other = tmp_path / "other.db"
    written(tmp_path / "projects", result)
    filled(other, tmp_path / "projects")
    assert rows(other, "SELECT message_id, name, result_bytes FROM tool_calls") == [("", "", 5)]
    written(tmp_path / "projects", reply("msg_1", content=[call]))
    filled(other, tmp_path / "projects")
    assert rows(other, "SELECT * FROM tool_calls") == expected


def test_ids_that_count_from_nought_in_every_conversation_are_kept_apart(tmp_path: Path, path: Path) -> None:
    call = {"type": "tool_use", "id": "Bash:0", "name": "Bash", "input": "ls"}
    written(tmp_path / "projects", reply("msg_1", content=[call]))
    written(tmp_path / "projects", reply("msg_2", content=[call]), session=SESSION[::-1])
    filled(path, tmp_path / "projects")
    assert rows(path, "SELECT message_id FROM tool_calls ORDER BY 1") == [("msg_1",), ("msg_2",)]


def test_a_model_that_becomes_known_is_priced_when_the_list_changes(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "projects", reply("msg_1"))
    filled(path, tmp_path / "projects")
    db = ledger.connect(str(path))
    db.execute("UPDATE requests SET cost_pico = 0, flags = 'unpriced'")
    db.execute("UPDATE meta SET value = 'by an older list'")
    db.close()
    filled(path, tmp_path / "projects")
    assert rows(path, "SELECT cost_pico, flags FROM requests") == [(6_000_000_000, "")]


def test_an_organisations_own_prices_stand_when_the_list_changes(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "projects", reply("msg_1"))
    db = ledger.connect(str(path))
    bring_up_to_date(db, [str(tmp_path / "projects")], managed=ManagedPrices({"multiplier": 0.5}))
    db.execute("UPDATE meta SET value = 'by an older list'")
    db.close()
    filled(path, tmp_path / "projects")
    assert rows(path, "SELECT cost_pico, priced_by FROM requests") == [(3_000_000_000, "managed")]
