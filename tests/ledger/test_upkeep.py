"""A ledger as a whole: checked, merged with another, written out."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import pytest

from scrimp.cli import main
from scrimp.core import ledger
from tests.core.transcripts import TRAPS
from tests.ledger.lines import AT, reply
from tests.ledger.lines import transcript as written
from tests.ledger.tables import filled, tables_of

if TYPE_CHECKING:
    from pathlib import Path

RECORDED = TRAPS / "recorded" / "projects"


class Ran:
    """What a run of the command line gave."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def run(capfd: pytest.CaptureFixture[str], home: Path, *words: object) -> Ran:
    code = main(["ledger", *map(str, words)], {"HOME": str(home)})
    captured = capfd.readouterr()
    return Ran(code, captured.out, captured.err)


def change(path: Path, *statements: str) -> None:
    db = ledger.connect(str(path))
    for statement in statements:
        db.execute(statement)
    db.close()


def test_a_sound_ledger_passes(tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    written(tmp_path / "projects", reply("msg_1"), reply("msg_2"))
    filled(path, tmp_path / "projects")
    ran = run(capfd, tmp_path, "check", "--ledger", path, "--projects", tmp_path / "projects")
    assert ran.code == 0
    assert ran.out == (
        f"{path}\n"
        "  2 requests, $0.012: each priced anew from its counts\n"
        "  2 requests in transcripts that are still there, read anew\n"
        "  nothing is wrong\n"
    )


def test_every_way_of_being_wrong_is_named(tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    written(tmp_path / "projects", *(reply(f"msg_{n}") for n in range(5)))
    filled(path, tmp_path / "projects")
    change(
        path,
        "UPDATE requests SET cost_pico = 1 WHERE message_id = 'msg_0'",
        "DELETE FROM requests WHERE message_id = 'msg_1'",
        "UPDATE requests SET output = 150, cost_pico = 7000000000 WHERE message_id = 'msg_3'",
        "UPDATE requests SET session_id = 'another' WHERE message_id = 'msg_4'",
        "UPDATE requests SET output = 50, cost_pico = 5000000000 WHERE message_id = 'msg_2'",
        "INSERT INTO legs VALUES ('msg_1', 0, 'executor', 'm', 0, 0, 0, 0, 0, 0, 0, NULL)",
    )
    ran = run(capfd, tmp_path, "check", "--ledger", path, "--projects", tmp_path / "projects")
    assert ran.code == 1
    assert ran.out == (
        f"{path}\n"
        "  4 requests, $0.018000000001: each priced anew from its counts\n"
        "  5 requests in transcripts that are still there, read anew\n"
        "  wrong: msg_0: cost_pico not as reckoned: $0.000000000001 stored, $0.006 reckoned\n"
        "  wrong: msg_1: legs of a request that is not there\n"
        "  wrong: msg_1: in the transcripts and not in the ledger\n"
        "  wrong: msg_2: the transcripts have more output\n"
        "  wrong: msg_3: the transcripts have less output\n"
        "  wrong: msg_4: the transcripts have another session_id\n"
        "  6 wrong\n"
    )


def test_what_was_not_read_yet_is_read_first_and_broken_files_are_named(
    tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ledger.connect(str(path)).close()
    file = written(tmp_path / "projects", reply("msg_1"), "broken\n")
    ran = run(capfd, tmp_path, "check", "--ledger", path, "--projects", tmp_path / "projects")
    assert ran.code == 0
    assert f"  {file}: 1 lines that are no JSON object\n  nothing is wrong\n" in ran.out


def test_a_ledger_may_know_more_than_transcripts_of_which_some_are_gone(
    tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    own = written(tmp_path / "projects", reply("msg_1", 500), session="0" * 8)
    written(tmp_path / "projects", reply("msg_1", 100))
    filled(path, tmp_path / "projects")
    own.unlink()
    assert run(capfd, tmp_path, "check", "--ledger", path, "--projects", tmp_path / "projects").code == 0


def test_a_check_makes_no_ledger(tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ran = run(capfd, tmp_path, "check", "--ledger", path)
    assert (ran.code, ran.err) == (1, f"scrimp: {path}: there is no ledger yet; any report makes one\n")
    assert not path.exists()


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    written(tmp_path / "projects", *(reply(f"msg_{n:04}") for n in range(400)))
    filled(path, tmp_path / "projects")
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 5000)
    ran = run(capfd, tmp_path, "check", "--ledger", path, "--projects", tmp_path / "projects")
    assert ran.code == 1
    assert "the ledger cannot be used (database disk image is malformed); move that file away" in ran.err


def test_two_ledgers_become_one_and_nothing_counts_twice(
    tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "mine", reply("msg_1"), reply("msg_2", 1))
    written(tmp_path / "runner", reply("msg_2", 100), reply("msg_3"))
    filled(path, tmp_path / "mine")
    filled(tmp_path / "runner.db", tmp_path / "runner", RECORDED)
    expected = tmp_path / "expected.db"
    filled(expected, tmp_path / "mine", tmp_path / "runner", RECORDED)
    before = (tmp_path / "runner.db").read_bytes()
    runs = [run(capfd, tmp_path, "merge", tmp_path / "runner.db", "--ledger", path) for _ in range(2)]
    assert (tmp_path / "runner.db").read_bytes() == before
    assert tables_of(path, "files") == tables_of(expected, "files")
    requests = len(tables_of(expected)["requests"])
    assert [one.out for one in runs] == [
        f"{tmp_path}/runner.db: {requests - 2:,} requests were new\n",
        f"{tmp_path}/runner.db: 0 requests were new\n",
    ]


def test_a_ledger_that_is_not_there_or_not_ours_is_not_merged(
    tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ran = run(capfd, tmp_path, "merge", tmp_path / "none.db", "--ledger", path)
    assert (ran.code, ran.err) == (1, f"scrimp: {tmp_path}/none.db: no ledger, no file or an empty one\n")
    other = tmp_path / "other.db"
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE notes (text)")
    db.close()
    ran = run(capfd, tmp_path, "merge", other, "--ledger", path)
    assert ran.code == 1
    assert "no ledger of scrimp's" in ran.err
    assert str(other) in ran.err


def test_a_table_is_written_out_with_exact_dollars(
    tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "projects", reply("msg_1"))
    filled(path, tmp_path / "projects")
    line = json.loads(run(capfd, tmp_path, "export", "--ledger", path).out)
    chosen = {name: line[name] for name in ("message_id", "at", "input", "output", "cost_pico", "cost_usd")}
    assert chosen == {
        "message_id": "msg_1",
        "at": AT,
        "input": 1000,
        "output": 100,
        "cost_pico": 6_000_000_000,
        "cost_usd": "0.006",
    }
    rows = run(capfd, tmp_path, "export", "--ledger", path, "--csv").out.splitlines()
    assert rows[0].startswith("message_id,session_id,")
    assert rows[0].endswith("project,cost_pico,priced_by,cost_usd")
    assert rows[1].endswith("-home-dev-shop,6000000000,list,0.006")


def test_a_table_that_is_not_there_is_wrong_use(tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ledger.connect(str(path)).close()
    ran = run(capfd, tmp_path, "export", "--ledger", path, "--table", "files; DROP TABLE requests")
    assert ran.code == 2
    wrong = "scrimp: --table 'files; DROP TABLE requests'"
    assert ran.err.startswith(f"{wrong}: there are agent_runs, cache_breaks, compactions")


def test_a_ledger_with_an_odd_name_or_in_a_place_that_cannot_be_written_is_merged(
    tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "runner", reply("msg_1"))
    other = tmp_path / "ci#1?%41.db"
    filled(other, tmp_path / "runner")
    other.chmod(0o400)
    ran = run(capfd, tmp_path, "merge", other, "--ledger", path)
    assert (ran.code, ran.out) == (0, f"{other}: 1 requests were new\n")
    assert sorted(file.name for file in tmp_path.glob("ci*")) == ["ci#1?%41.db"]


@pytest.mark.parametrize(
    "change_to",
    [
        "input = 9223372036854775807",
        "cost_pico = 'abc'",
        "cost_pico = -9000000000000",
        "input = 1.5",
        "model = x'00ff'",
    ],
)
def test_what_scrimp_cannot_have_written_is_not_merged(
    tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str], change_to: str
) -> None:
    written(tmp_path / "runner", reply("msg_1"))
    filled(tmp_path / "runner.db", tmp_path / "runner")
    change(tmp_path / "runner.db", f"UPDATE requests SET {change_to}")  # noqa: S608 - ours
    ran = run(capfd, tmp_path, "merge", tmp_path / "runner.db", "--ledger", path)
    assert ran.code == 1
    assert "which scrimp has not written" in ran.err
    assert tables_of(path)["requests"] == []


def test_a_list_price_in_the_other_ledger_is_reckoned_anew(
    tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "runner", reply("msg_1"))
    filled(tmp_path / "runner.db", tmp_path / "runner")
    change(tmp_path / "runner.db", "UPDATE requests SET cost_pico = 1")
    run(capfd, tmp_path, "merge", tmp_path / "runner.db", "--ledger", path)
    with ledger.opened(str(path)) as db:
        assert db.execute("SELECT cost_pico FROM requests").fetchall() == [(6_000_000_000,)]


@pytest.mark.parametrize("damage", ["bytes", "DROP TABLE cuts"])
def test_a_damaged_ledger_is_named_and_not_ones_own(
    tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str], damage: str
) -> None:
    written(tmp_path / "runner", *(reply(f"msg_{n:04}") for n in range(400)))
    other = tmp_path / "runner.db"
    filled(other, tmp_path / "runner")
    if damage == "bytes":
        with other.open("r+b") as file:
            file.seek(other.stat().st_size // 2)
            file.write(b"\xff" * 50_000)  # more pages than the indexes have there, which a merge does not read
    else:
        change(other, damage)
    ran = run(capfd, tmp_path, "merge", other, "--ledger", path)
    assert ran.code == 1
    assert ran.err.startswith(f"scrimp: {other}: the ledger cannot be used (")
    assert tables_of(path)["requests"] == []


def test_an_export_is_utf_8_whatever_the_terminal_is(
    tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "projects", reply("msg_1", model="claude-über"))
    filled(path, tmp_path / "projects")
    with open(tmp_path / "out", "w", encoding="ascii") as out:
        monkeypatch.setattr("sys.stdout", out)
        assert run(capfd, tmp_path, "export", "--ledger", path).code == 0
    assert '"model": "claude-über"' in (tmp_path / "out").read_text(encoding="utf-8")
