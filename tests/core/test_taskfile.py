"""The client's own output file: recognised, marked, overwritten, restored."""

import os
import subprocess
from pathlib import Path

import pytest

from scrimp.core import notes, outputs, taskfile

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


def a_cut(task: taskfile.TaskFile, folder: str) -> bytes:
    """Cut the task's file as the trap does, with the original in `folder`; the raw bytes."""
    raw = Path(task.path).read_bytes()
    handle = outputs.keep(raw, folder)
    text = f"raw output\n{outputs.marker(handle, '/kept', (99, 100), (1_000, 1_100), (0, 0))}\n".encode()
    assert taskfile.overwrite(task, text, len(raw))
    notes.leave(task.session_folder, handle, task.task, {"family": "plain", "bytes_out": len(text)})
    return raw


def test_a_task_left_to_the_client_is_in_the_background(task: taskfile.TaskFile, tmp_path: Path) -> None:
    assert not task.is_background()
    taskfile.leave_to_client(task, str(tmp_path / "tool-results"))
    assert task.is_background()


@pytest.mark.parametrize("kept_in", ["tool-results", "notes"])
def test_a_cut_that_was_faster_is_taken_back_and_the_clients_last_line_stays(
    task: taskfile.TaskFile, tmp_path: Path, kept_in: str
) -> None:
    results = str(tmp_path / "tool-results")
    raw = a_cut(task, results if kept_in == "tool-results" else notes.folder_of(task.session_folder))
    with Path(task.path).open("ab") as file:
        file.write(b"\n[exited with code 0]\n")
    taskfile.leave_to_client(task, results)
    assert Path(task.path).read_bytes() == raw + b"\n[exited with code 0]\n"


@pytest.mark.parametrize("bytes_out", [0, 12, 1_100, 100_000_000, -1, "all", None])
def test_a_forged_note_puts_nothing_into_a_file_that_is_not_that_cut(
    task: taskfile.TaskFile, tmp_path: Path, bytes_out: int | str | None
) -> None:
    handle = outputs.keep(b"42 passed\n" * 400, notes.folder_of(task.session_folder))
    notes.leave(task.session_folder, handle, task.task, {"bytes_out": bytes_out})
    taskfile.leave_to_client(task, str(tmp_path / "tool-results"))
    assert Path(task.path).read_bytes() == b"raw output\n" * 100


def test_another_tasks_cut_is_not_put_into_this_file(task: taskfile.TaskFile, tmp_path: Path) -> None:
    other = taskfile.of_background(task.session_folder, "other")
    assert other is not None
    Path(other.path).write_bytes(b"other output\n" * 100)
    a_cut(other, str(tmp_path / "tool-results"))
    taskfile.leave_to_client(task, str(tmp_path / "tool-results"))
    assert Path(task.path).read_bytes() == b"raw output\n" * 100


def test_a_file_with_a_second_name_is_not_ours(task: taskfile.TaskFile, tmp_path: Path) -> None:
    (tmp_path / "saved.log").hardlink_to(task.path)
    assert of_opened(task.path, os.O_WRONLY | os.O_APPEND) is None


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="only /proc tells who holds a file")
def test_a_process_outside_the_family_that_holds_the_file_is_seen(task: taskfile.TaskFile) -> None:
    descriptor = os.open(task.path, os.O_WRONLY | os.O_APPEND)
    assert taskfile.is_held_by_others(descriptor) is False
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=descriptor) as holder:
        assert taskfile.is_held_by_others(descriptor) is True
        holder.communicate(b"")
    assert taskfile.is_held_by_others(descriptor) is False
    os.close(descriptor)


def test_where_there_is_no_proc_the_kernel_is_asked_for_the_path(
    task: taskfile.TaskFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F_GETPATH of macOS answers with the path, padded with zero bytes; here the answer is given for it."""

    class Fcntl:
        F_GETPATH = 50

        @staticmethod
        def fcntl(_descriptor: int, command: int, buffer: bytes) -> bytes:
            assert command == 50
            return os.fsencode(task.path).ljust(len(buffer), b"\0")

    def no_proc(_path: str) -> bool:
        return False

    monkeypatch.setattr(os.path, "isdir", no_proc)
    assert taskfile.path_of_descriptor(1, Fcntl) == task.path
