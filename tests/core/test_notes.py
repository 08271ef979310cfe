"""Notes between the two sides of a session, of which one may be a hostile command in a sandbox."""

import os
import stat
from pathlib import Path

import pytest

from scrimp.core import notes, outputs
from scrimp.core.errors import OutputError

HANDLE = "3f9c02d41b7a8e55"
TEXT = "what the call showed"
NOTE = {"family": "log", "chars_out": len(TEXT)}
DATA = b"line one\n\xff not utf-8\nline three\n"
OF_DATA = outputs.handle_of(DATA)


@pytest.fixture
def session(tmp_path: Path) -> Path:
    (tmp_path / "session" / "scrimp").mkdir(parents=True)
    return tmp_path / "session"


def test_a_note_is_taken_once_by_the_call_that_it_is_about(session: Path) -> None:
    notes.leave(str(session), HANDLE, "b1", NOTE)
    assert notes.take_for_call(str(session), HANDLE, f"Exit code 1\n{TEXT}") == NOTE
    assert notes.take_for_call(str(session), HANDLE, TEXT) is None


def test_a_call_that_quotes_anothers_marker_does_not_take_its_note(session: Path) -> None:
    notes.leave(str(session), HANDLE, "b1", NOTE)
    assert notes.take_for_call(str(session), HANDLE, TEXT * 40) is None
    assert notes.take_for_call(str(session), HANDLE, TEXT) == NOTE


def test_the_folder_and_what_is_in_it_are_the_owners_alone(tmp_path: Path) -> None:
    notes.leave(str(tmp_path), HANDLE, "b1", NOTE)
    notes.mark_background(str(tmp_path), "b1")
    assert stat.S_IMODE((tmp_path / "scrimp").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "scrimp").iterdir()} == {0o600}


def test_a_mark_is_never_made_through_a_link(session: Path, tmp_path: Path) -> None:
    (session / "scrimp" / "b1.background").symlink_to(tmp_path / "outside")
    notes.mark_background(str(session), "b1")
    assert not (tmp_path / "outside").exists()
    assert notes.is_background(str(session), "b1")


def test_a_folder_that_is_a_link_is_not_used(session: Path, tmp_path: Path) -> None:
    (session / "scrimp").rmdir()
    (tmp_path / "outside").mkdir()
    (session / "scrimp").symlink_to(tmp_path / "outside")
    with pytest.raises(OSError, match="scrimp"):
        notes.mark_background(str(session), "b1")
    assert os.listdir(tmp_path / "outside") == []


@pytest.mark.parametrize("trap", ["pipe", "link", "huge", "deep", "folder"])
def test_what_stands_in_the_place_of_a_note_is_neither_waited_for_nor_believed(
    session: Path, tmp_path: Path, trap: str
) -> None:
    path = session / "scrimp" / f"{HANDLE}.b1.json"
    if trap == "pipe":
        os.mkfifo(path)
    elif trap == "link":
        (tmp_path / "secret").write_text('{"chars_out": 20}')
        path.symlink_to(tmp_path / "secret")
    elif trap == "huge":
        with path.open("wb") as file:
            file.truncate(6_000_000_000)
    elif trap == "deep":
        path.write_text("[" * 4_000)
    else:
        path.mkdir()
    assert notes.take_for_call(str(session), HANDLE, TEXT) is None


def test_an_original_left_by_a_sandbox_is_adopted(session: Path, tmp_path: Path) -> None:
    outputs.keep(DATA, notes.folder_of(str(session)))
    notes.adopt(str(session), OF_DATA, str(tmp_path / "home"))
    assert Path(outputs.path_of(OF_DATA, str(tmp_path / "home"))).read_bytes() == DATA
    assert os.listdir(session / "scrimp") == []


def test_nothing_left_is_nothing_to_adopt(session: Path, tmp_path: Path) -> None:
    notes.adopt(str(session), OF_DATA, str(tmp_path / "home"))
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("trap", ["link", "second name", "other content", "pipe", "holes"])
def test_what_is_not_the_original_is_not_adopted_and_leaves_nothing(session: Path, tmp_path: Path, trap: str) -> None:
    spooled = session / "scrimp" / f"scrimp-{OF_DATA}.txt"
    (tmp_path / "secret").write_bytes(DATA)
    if trap == "link":
        spooled.symlink_to(tmp_path / "secret")
    elif trap == "second name":
        spooled.hardlink_to(tmp_path / "secret")
    elif trap == "other content":
        spooled.write_bytes(b"something else")
    elif trap == "pipe":
        os.mkfifo(spooled)
    else:
        with spooled.open("wb") as file:
            file.truncate(30_000_000_000)
    with pytest.raises(OutputError, match="not adopted"):
        notes.adopt(str(session), OF_DATA, str(tmp_path / "home"))
    assert not (tmp_path / "home").exists()
