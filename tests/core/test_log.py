"""The log: one line per thing that went wrong, and never the cause of another."""

import re
import stat
from pathlib import Path

import pytest

from scrimp.core import limits, log
from scrimp.core.errors import OutputError


def test_a_note_is_one_dated_line_for_its_owner_only(tmp_path: Path) -> None:
    log.note(str(tmp_path / "data"), "first\nsecond")
    path = tmp_path / "data" / log.NAME
    (line,) = path.read_text(encoding="utf-8").splitlines()
    assert line[:2] == "20"
    assert line.endswith(" first second")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_log_past_its_size_is_rotated_once(tmp_path: Path) -> None:
    (tmp_path / log.NAME).write_bytes(b"x" * (limits.LOG_BYTES + 1))
    log.note(str(tmp_path), "new")
    assert (tmp_path / f"{log.NAME}.1").stat().st_size == limits.LOG_BYTES + 1
    assert (tmp_path / log.NAME).read_text(encoding="utf-8").endswith(" new\n")


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log.note(str(tmp_path / "file"), "lost")
    assert (tmp_path / "file").read_text() == ""


def test_of_an_error_that_may_quote_an_output_only_its_kind_and_place_are_said() -> None:
    def broken() -> None:
        int("password=hunter2")

    with pytest.raises(ValueError, match="hunter2") as caught:
        broken()
    assert re.fullmatch(r"ValueError in test_log\.py, line \d+", log.said(caught.value))
    assert log.said(KeyError("never raised")) == "KeyError"


def test_errors_of_ours_and_of_the_system_say_all() -> None:
    assert log.said(OutputError("x: not kept")) == "OutputError: x: not kept"
    assert log.said(FileNotFoundError(2, "No such file or directory", "x")) == (
        "FileNotFoundError: [Errno 2] No such file or directory: 'x'"
    )
