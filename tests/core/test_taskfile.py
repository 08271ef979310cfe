"""The client's own output file: recognised, marked, overwritten, restored."""

import os
import subprocess
from pathlib import Path

import pytest

from scrimp.core import outputs, taskfile

SESSION = "0c9bb22e-6d6c-4d1b-9a3c-0f6f0a0d7b11"


@pytest.fixture
def task(tmp_path: Path) -> taskfile.TaskFile:
    path = tmp_path / "-repo" / SESSION / "tasks" / "b0c8tx3nj.output"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"raw output\n" * 100)
    found = taskfile.parse(str(path))
    assert found is not None
    return found


def of_opened(path: str, flags: int, session: str = SESSION) -> taskfile.TaskFile | None:
    descriptor = os.open(path, flags)
    try:
        return taskfile.of_descriptor(descriptor, session)
    finally:
        os.close(descriptor)


def test_the_clients_file_is_recognised_by_its_path_session_and_mode(task: taskfile.TaskFile) -> None:
    found = of_opened(task.path, os.O_WRONLY | os.O_APPEND)
    assert found is not None
    assert (found.path, found.session, found.task) == (task.path, SESSION, "b0c8tx3nj")


def test_a_file_of_another_session_is_not_ours(task: taskfile.TaskFile) -> None:
    assert of_opened(task.path, os.O_WRONLY | os.O_APPEND, session="another") is None


def test_a_file_not_opened_for_appending_is_not_the_clients(task: taskfile.TaskFile) -> None:
    assert of_opened(task.path, os.O_WRONLY) is None


def test_a_users_own_file_is_never_ours(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("1\n")
    assert of_opened(str(tmp_path / "data.csv"), os.O_WRONLY | os.O_APPEND) is None


def test_a_pipe_and_a_deleted_file_are_not_ours(task: taskfile.TaskFile) -> None:
    reader, writer = os.pipe()
    assert taskfile.of_descriptor(writer, SESSION) is None
    os.close(reader)
    os.close(writer)
    descriptor = os.open(task.path, os.O_WRONLY | os.O_APPEND)
    os.unlink(task.path)
    assert taskfile.of_descriptor(descriptor, SESSION) is None
    os.close(descriptor)


def test_overwriting_leaves_exactly_the_shorter_text(task: taskfile.TaskFile) -> None:
    assert taskfile.overwrite(task, b"short\n", 1_100) is True
    assert Path(task.path).read_bytes() == b"short\n"


def test_a_file_that_has_grown_is_left_as_it_is(task: taskfile.TaskFile) -> None:
    assert taskfile.overwrite(task, b"short\n", 1_000) is False
    assert Path(task.path).read_bytes() == b"raw output\n" * 100


def test_a_text_that_is_not_shorter_is_not_written(task: taskfile.TaskFile) -> None:
    assert taskfile.overwrite(task, b"x" * 1_100, 1_100) is False


def test_a_task_in_the_background_is_known_by_its_mark(task: taskfile.TaskFile, tmp_path: Path) -> None:
    assert not task.is_background()
    taskfile.mark_background(task, str(tmp_path / "tool-results"))
    assert task.is_background()


@pytest.mark.parametrize("kept_in", ["tool-results", "notes"])
def test_a_cut_that_was_faster_than_the_mark_is_taken_back(
    task: taskfile.TaskFile, tmp_path: Path, kept_in: str
) -> None:
    results = str(tmp_path / "tool-results")
    raw = Path(task.path).read_bytes()
    handle = outputs.keep(raw, results if kept_in == "tool-results" else task.notes_folder)
    taskfile.overwrite(task, b"cut\n", len(raw))
    taskfile.leave_note(task, handle, {"family": "plain", "bytes_out": 4})
    with Path(task.path).open("ab") as file:
        file.write(b"[exited]\n")  # as the client ends a background task's file
    taskfile.mark_background(task, results)
    assert Path(task.path).read_bytes() == raw + b"[exited]\n"


def test_another_tasks_cut_is_not_put_into_this_file(task: taskfile.TaskFile, tmp_path: Path) -> None:
    other = taskfile.of_background(task.session_folder, "other")
    assert other is not None
    handle = outputs.keep(b"other output\n" * 400, str(tmp_path / "tool-results"))
    taskfile.leave_note(other, handle, {"family": "plain"})
    taskfile.mark_background(task, str(tmp_path / "tool-results"))
    assert Path(task.path).read_bytes() == b"raw output\n" * 100


def test_a_note_is_taken_once(task: taskfile.TaskFile) -> None:
    taskfile.leave_note(task, "3f9c02d41b7a8e55", {"family": "log"})
    assert taskfile.take_note(task.session_folder, "3f9c02d41b7a8e55") == {"family": "log"}
    assert taskfile.take_note(task.session_folder, "3f9c02d41b7a8e55") is None


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="only /proc tells who holds a file")
def test_a_process_outside_the_family_that_holds_the_file_is_seen(task: taskfile.TaskFile) -> None:
    descriptor = os.open(task.path, os.O_WRONLY | os.O_APPEND)
    assert taskfile.is_held_by_others(descriptor) is False
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=descriptor) as holder:
        assert taskfile.is_held_by_others(descriptor) is True
        holder.communicate(b"")
    assert taskfile.is_held_by_others(descriptor) is False
    os.close(descriptor)
