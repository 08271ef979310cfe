"""The journal of cuts becomes a table, line by line as it grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.core import cuts, ledger
from scrimp.core.ledger import files, journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from sqlite3 import Connection

CUT = {
    "handle": "3f9c02d41b7a8e55",
    "session_id": "s",
    "tool_use_id": "toolu_1",
    "project": "/repo",
    "tool": "Bash",
    "command": "pytest -q",
    "family": "pytest",
    "exit_code": 1,
    "bytes_in": 145_000,
    "bytes_out": 6_000,
    "facts_total": 29,
    "facts_kept": 29,
    "path": "/kept/one.txt",
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    connection = ledger.connect(str(tmp_path / "ledger.db"))
    yield connection
    connection.close()


def test_every_cut_is_a_row_and_none_is_two(tmp_path: Path, db: Connection) -> None:
    journal.take_in(db, str(tmp_path))
    cuts.record(str(tmp_path), CUT)
    journal.take_in(db, str(tmp_path))
    cuts.record(str(tmp_path), {**CUT, "handle": "aaaaaaaaaaaaaaaa", "exit_code": None})
    journal.take_in(db, str(tmp_path))
    journal.take_in(db, str(tmp_path))
    cursor = db.execute("SELECT * FROM cuts ORDER BY handle DESC")
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    for row in rows:
        assert row.pop("at_ms") > 0
    expected = [{**CUT, "handle": "aaaaaaaaaaaaaaaa", "exit_code": None}, CUT]
    assert rows == sorted(expected, key=lambda row: str(row["handle"]), reverse=True)


def test_broken_lines_are_counted_and_a_half_written_one_waits(tmp_path: Path, db: Connection) -> None:
    cuts.record(str(tmp_path), CUT)
    file = tmp_path / cuts.NAME
    whole = file.read_text()
    file.write_text("no JSON\n[]\n" + whole + whole.replace("3f9c", "0000")[:30])
    journal.take_in(db, str(tmp_path))
    assert db.execute("SELECT handle FROM cuts").fetchall() == [("3f9c02d41b7a8e55",)]
    assert files.problems(db) == {"lines in the journal of cuts that are no JSON object": 2}
    file.write_text("no JSON\n[]\n" + whole + whole.replace("3f9c", "0000"))
    journal.take_in(db, str(tmp_path))
    assert db.execute("SELECT COUNT(*) FROM cuts").fetchone() == (2,)


def test_values_of_wrong_types_are_empty_ones(tmp_path: Path, db: Connection) -> None:
    (tmp_path / cuts.NAME).write_text(
        '{"handle": 5, "at_ms": "x", "exit_code": true, "bytes_in": 1e400, "path": null}\n'
    )
    journal.take_in(db, str(tmp_path))
    assert db.execute("SELECT * FROM cuts").fetchall() == [("", 0, "", "", "", "", "", "", None, 0, 0, 0, 0, "")]
