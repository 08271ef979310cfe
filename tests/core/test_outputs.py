"""Originals: kept whole, proven by their handle, adopted only when they are what they say."""

import os
import stat
from pathlib import Path

import pytest

from scrimp.core import limits, outputs
from scrimp.core.errors import OutputError

DATA = b"line one\n\xff not utf-8\nline three\n"
HANDLE = outputs.handle_of(DATA)


def test_an_original_is_kept_byte_for_byte_and_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "session" / "tool-results"
    assert outputs.keep(DATA, str(folder)) == HANDLE
    path = Path(outputs.path_of(HANDLE, str(folder)))
    assert path.read_bytes() == DATA
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(folder) == [path.name]


def test_the_same_output_is_kept_once(tmp_path: Path) -> None:
    outputs.keep(DATA, str(tmp_path))
    before = (tmp_path / f"scrimp-{HANDLE}.txt").stat().st_ino
    outputs.keep(DATA, str(tmp_path))
    assert (tmp_path / f"scrimp-{HANDLE}.txt").stat().st_ino == before


def test_a_shorter_file_under_the_name_is_replaced_by_the_whole(tmp_path: Path) -> None:
    (tmp_path / f"scrimp-{HANDLE}.txt").write_bytes(DATA[:4])
    outputs.keep(DATA, str(tmp_path))
    assert (tmp_path / f"scrimp-{HANDLE}.txt").read_bytes() == DATA


def test_a_link_under_the_name_is_replaced_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_bytes(b"x" * len(DATA))
    (tmp_path / f"scrimp-{HANDLE}.txt").symlink_to(target)
    outputs.keep(DATA, str(tmp_path))
    assert target.read_bytes() == b"x" * len(DATA)
    assert (tmp_path / f"scrimp-{HANDLE}.txt").read_bytes() == DATA


def test_a_stream_is_kept_like_the_bytes(tmp_path: Path) -> None:
    source = tmp_path / "raw"
    source.write_bytes(DATA * 100_000)
    with source.open("rb") as file:
        handle = outputs.keep_stream(file, str(tmp_path / "kept"))
    assert handle == outputs.handle_of(DATA * 100_000)
    assert Path(outputs.path_of(handle, str(tmp_path / "kept"))).read_bytes() == DATA * 100_000


def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file/tool-results"):
        outputs.keep(DATA, str(tmp_path / "file" / "tool-results"))


def test_the_marker_reads_as_designed() -> None:
    line = outputs.marker(
        "3f9c02d41b7a8e55", "/s/scrimp-3f9c02d41b7a8e55.txt", (1786, 1907), (138_000, 145_000), (6, 6)
    )
    assert line == (
        "[scrimp 3f9c02d41b7a8e55: 1,786 of 1,907 lines, 138 KB of 145 KB left out; "
        "whole: Read /s/scrimp-3f9c02d41b7a8e55.txt]"
    )
    assert outputs.markers(f"text\n{line}\nmore") == [("3f9c02d41b7a8e55", "/s/scrimp-3f9c02d41b7a8e55.txt")]


def test_a_count_of_facts_that_was_not_finished_says_so() -> None:
    line = outputs.marker("3f9c02d41b7a8e55", "/p", (9, 10), (900, 120_000), (112, limits.FACTS_LOOKED_AT))
    assert ", 112 of 20,000+ facts kept; whole" in line


def test_the_marker_of_a_file_that_read_refuses_whole_says_how_to_read_it() -> None:
    line = outputs.marker("3f9c02d41b7a8e55", "/kept here/s.txt", (9, 10), (333_000, 341_000), (6, 6))
    assert line.endswith("; whole: Read /kept here/s.txt by offset and limit]")
    assert outputs.markers(line) == [("3f9c02d41b7a8e55", "/kept here/s.txt")]


def test_a_marker_says_how_many_facts_had_to_go() -> None:
    line = outputs.marker("3f9c02d41b7a8e55", "/p", (9, 10), (900, 120_000), (112, 300))
    assert (
        line
        == "[scrimp 3f9c02d41b7a8e55: 9 of 10 lines, 900 B of 120 KB left out, 112 of 300 facts kept; whole: Read /p]"
    )
    assert outputs.markers(line) == [("3f9c02d41b7a8e55", "/p")]


@pytest.mark.parametrize(
    "command",
    [
        "cat /h/.claude/projects/p/s/tool-results/scrimp-3f9c02d41b7a8e55.txt",
        "scrimp recall 3f9c02d41b7a8e55 --all",
        "cd x && sed -n 1,9p ../tool-results/b1.txt",
    ],
)
def test_a_command_that_brings_back_what_was_cut_is_known(command: str) -> None:
    assert outputs.asks_for_kept(command)


@pytest.mark.parametrize("command", ["pytest tests/scrimp", "cat scrimp/recall.py", "ls results", "scrimp doctor"])
def test_other_commands_are_not_taken_for_a_recall(command: str) -> None:
    assert not outputs.asks_for_kept(command)


def test_the_marker_says_that_an_output_was_not_read_whole() -> None:
    line = outputs.marker("3f9c02d41b7a8e55", "/kept", (90, 100), (900, 1_000), (12, 12), more=True)
    assert line.endswith(" 90 of 100 lines, 900 B of 1.0 KB left out, 12 of 12+ facts kept; whole: Read /kept]")
