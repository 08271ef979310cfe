"""The journal of cuts, and finding an original with and without it."""

import json
import stat
import threading
from pathlib import Path

import pytest

from scrimp.core import cuts, outputs
from scrimp.core.errors import JournalError


def a_cut(**changes: str | int | None) -> dict[str, str | int | None]:
    return {
        "handle": "3f9c02d41b7a8e55",
        "session_id": "s",
        "tool_use_id": "toolu_1",
        "project": "/repo",
        "tool": "Bash",
        "command": "pytest -v",
        "family": "pytest",
        "exit_code": 1,
        "bytes_in": 145_000,
        "bytes_out": 7_000,
        "facts_total": 29,
        "facts_kept": 29,
        "path": "/kept",
    } | changes


def rows(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / cuts.NAME).read_text(encoding="utf-8").splitlines()]


def test_a_cut_is_one_line_with_its_time(tmp_path: Path) -> None:
    cuts.record(str(tmp_path), a_cut(command='echo "it\'s\n\u2026"', exit_code=None))
    (row,) = rows(tmp_path)
    assert isinstance(row.pop("at_ms"), int)
    assert row == a_cut(command='echo "it\'s\n\u2026"', exit_code=None)


def test_the_journal_is_its_owners_alone(tmp_path: Path) -> None:
    cuts.record(str(tmp_path / "data"), a_cut())
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / cuts.NAME).stat().st_mode) == 0o600


def test_eight_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    def write(writer: int) -> None:
        for number in range(50):
            cuts.record(str(tmp_path), a_cut(tool_use_id=f"toolu_{writer}_{number}", command="x" * 9_000))

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({row["tool_use_id"] for row in rows(tmp_path)}) == 400


def test_a_journal_that_cannot_be_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / cuts.NAME).mkdir()
    with pytest.raises(JournalError, match=cuts.NAME):
        cuts.record(str(tmp_path), a_cut())


def test_an_original_is_found_by_the_journal(tmp_path: Path) -> None:
    path = outputs.path_of(outputs.keep(b"whole", str(tmp_path / "kept")), str(tmp_path / "kept"))
    handle = outputs.handle_of(b"whole")
    cuts.record(str(tmp_path / "data"), a_cut(handle=handle, path=path))
    assert cuts.find(handle[:6], {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path / "data")}) == [(handle, path)]


@pytest.mark.parametrize("damage", ["missing", "corrupt"])
def test_without_the_journal_an_original_is_found_by_its_name(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / ".claude" / "projects" / "-repo" / "session" / "tool-results"
    handle = outputs.keep(b"whole", str(folder))
    environ = {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path / "data")}
    if damage == "corrupt":
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / cuts.NAME).write_bytes(b'\xff{"handle": "' + handle.encode() + b'", "pa\n[]\n')
    assert cuts.find(handle, environ) == [(handle, outputs.path_of(handle, str(folder)))]


def test_a_handle_that_was_never_issued_is_not_found(tmp_path: Path) -> None:
    assert cuts.find("3f9c02d41b7a8e55", {"HOME": str(tmp_path)}) == []
