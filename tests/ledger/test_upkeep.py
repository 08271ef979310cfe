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
        "  2 requests, $0.012: every one priced anew from its counts\n"
        "  2 requests in the transcripts that are still there: read anew and compared\n"
        "  nothing is wrong\n"
    )


def test_every_way_of_being_wrong_is_named(tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    written(tmp_path / "projects", *(reply(f"msg_{n}") for n in range(4)))
    filled(path, tmp_path / "projects")
    change(
        path,
        "UPDATE requests SET cost_pico = 1 WHERE message_id = 'msg_0'",
        "DELETE FROM requests WHERE message_id = 'msg_1'",
        "UPDATE requests SET output = 50, cost_pico = 5000000000 WHERE message_id = 'msg_2'",
        "INSERT INTO legs VALUES ('msg_1', 0, 'executor', 'm', 0, 0, 0, 0, 0, 0, 0, NULL)",
    )
    ran = run(capfd, tmp_path, "check", "--ledger", path, "--projects", tmp_path / "projects")
    assert ran.code == 1
    assert ran.out == (
        f"{path}\n"
        "  3 requests, $0.011000000001: every one priced anew from its counts\n"
        "  4 requests in the transcripts that are still there: read anew and compared\n"
        "  wrong: msg_0: cost_pico not as reckoned: $0.000000000001 stored, $0.006 reckoned\n"
        "  wrong: msg_1: legs of a request that is not there\n"
        "  wrong: msg_1: in the transcripts and not in the ledger\n"
        "  wrong: msg_2: the transcripts have more output\n"
        "  4 wrong\n"
    )


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
    assert (ran.code, ran.err) == (1, f"scrimp: {tmp_path}/none.db: there is no such ledger\n")
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
    assert rows[0].split(",")[::32] == ["message_id"]
    assert rows[0].endswith("project,cost_pico,priced_by,cost_usd")
    assert rows[1].endswith("-home-dev-shop,6000000000,list,0.006")


def test_a_table_that_is_not_there_is_wrong_use(tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ran = run(capfd, tmp_path, "export", "--ledger", path, "--table", "files; DROP TABLE requests")
    tables = "compactions, cost_states, cuts, legs, limits_seen, requests, tool_calls"
    assert (ran.code, ran.err) == (
        2,
        f"scrimp: --table 'files; DROP TABLE requests': there are {tables}\n",
    )
