"""What was wanted back becomes a table that joins a cut to the call that was cut, and to the one that wanted it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.core import cuts, ledger, wanted_back
from scrimp.core.ledger import files, recalls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from sqlite3 import Connection

RECALL: dict[str, str | int | None] = {
    "at_ms": 1_795_388_852_672,
    "how": "read",
    "is_soon": 0,
    "by_tool_use_id": "toolu_2",
    "handle": "3f9c02d41b7a8e55",
    "session_id": "s",
    "tool_use_id": "toolu_1",
    "repo": "/repo",
    "family": "pytest",
    "kind": "pytest",
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    connection = ledger.connect(str(tmp_path / "ledger.db"))
    yield connection
    connection.close()


def test_every_recall_is_a_row_and_none_is_two(tmp_path: Path, db: Connection) -> None:
    recalls.take_in(db, str(tmp_path))
    cuts.append(str(tmp_path / wanted_back.NAME), RECALL)
    recalls.take_in(db, str(tmp_path))
    cuts.append(str(tmp_path / wanted_back.NAME), {**RECALL, "how": "rerun"})
    recalls.take_in(db, str(tmp_path))
    recalls.take_in(db, str(tmp_path))
    cursor = db.execute("SELECT * FROM recalls ORDER BY how")
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    assert rows == [RECALL, {**RECALL, "how": "rerun"}]


def test_lines_of_before_the_table_are_soon_and_broken_ones_are_counted(tmp_path: Path, db: Connection) -> None:
    (tmp_path / wanted_back.NAME).write_text('{"handle": "aa", "how": "recall", "at_ms": "x"}\nno JSON\n')
    recalls.take_in(db, str(tmp_path))
    assert db.execute("SELECT * FROM recalls").fetchall() == [("aa", 0, "recall", "", "", "", "", "", "", 1)]
    assert files.problems(db) == {"lines in the journal of what was wanted back that are no JSON object": 1}
