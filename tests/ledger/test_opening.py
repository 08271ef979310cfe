"""Opening a ledger: made, brought up to date, or refused with a way out."""

from __future__ import annotations

import os
import sqlite3
import stat
from typing import TYPE_CHECKING

import pytest

from scrimp.core import ledger
from scrimp.core.errors import LedgerError
from scrimp.core.ledger import schema
from scrimp.core.outputs import handle_of
from tests.ledger.lines import reply
from tests.ledger.lines import transcript as written
from tests.ledger.tables import filled, tables_of

if TYPE_CHECKING:
    from pathlib import Path


def test_a_ledger_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "ledger.db"
    db = ledger.connect(str(path))
    db.execute("INSERT INTO meta VALUES ('a', 'b')")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(("ledger.db", "ledger.db-wal", "ledger.db-shm"), 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    db.close()


def test_opening_it_again_changes_nothing(tmp_path: Path) -> None:
    path = str(tmp_path / "ledger.db")
    ledger.connect(path).close()
    before = (tmp_path / "ledger.db").read_bytes()
    ledger.connect(path).close()
    assert (tmp_path / "ledger.db").read_bytes() == before


def test_another_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE notes (text)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="no ledger of scrimp's; move that file away"):
        ledger.connect(str(path))
    assert path.read_bytes() == before


def test_a_newer_ledger_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    db = ledger.connect(str(path))
    db.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    db.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="made by a newer scrimp"):
        ledger.connect(str(path))
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"no database at all, but rather long" * 10, b"SQLite format 3\0" + b"\xff" * 200])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(content)
    with pytest.raises(LedgerError, match=r"the ledger cannot be used \(.*\); move that file away"):
        ledger.connect(str(path))
    assert path.read_bytes() == content


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be opened"):
        ledger.connect(str(tmp_path))


def test_steps_are_taken_one_after_the_other_and_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "ledger.db")
    ledger.connect(path).close()
    first = schema.MIGRATIONS
    monkeypatch.setattr(ledger, "MIGRATIONS", (*first, "CREATE TABLE more (a);\nCREATE TABLE more (a);\n"))
    with pytest.raises(LedgerError, match="table more already exists"):
        ledger.connect(path)
    monkeypatch.setattr(ledger, "MIGRATIONS", (*first, "CREATE TABLE more (a);\n"))
    db = ledger.connect(path)
    assert db.execute("SELECT COUNT(*) FROM more").fetchone() == (0,)
    assert db.execute("PRAGMA user_version").fetchone() == (len(first) + 1,)
    db.close()


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    db = ledger.connect(str(tmp_path / "ledger.db"))

    def fails() -> None:
        with ledger.transaction(db):
            db.execute("INSERT INTO meta VALUES ('a', 'b')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fails()
    assert db.execute("SELECT * FROM meta").fetchall() == []
    db.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(LedgerError, match="cannot be opened"):
        ledger.connect(str(tmp_path / "ledger.db"))


STEPS = ("201f461c54f6d677", "708762f1304606e2", "fb7da454b1bba821")
"""Each step of the schema, by its handle: what was committed once is never edited, a change is a new step."""


def test_a_step_that_was_committed_is_never_edited() -> None:
    assert tuple(handle_of(step.encode()) for step in schema.MIGRATIONS)[: len(STEPS)] == STEPS


def test_a_ledger_of_the_first_schema_goes_on_with_all_that_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.db"
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "MIGRATIONS", schema.MIGRATIONS[:1])
        db = ledger.connect(str(path))
        db.execute("INSERT INTO tool_calls VALUES ('toolu_1', 'msg_1', 'Bash', 1, '', '', 0, 0, NULL, 0)")
        db.close()
    written(tmp_path / "projects", reply("msg_1"))
    filled(path, tmp_path / "projects")
    tables = tables_of(path)
    assert [row[0] for row in tables["requests"]] == ["msg_1"]
    assert tables["tool_calls"] == [("toolu_1", "msg_1", "Bash", 1, "", "", 0, 0, None, 0, "")]
