"""The file that Claude Code gave a shell for its output: recognised, marked, overwritten in place, restored.

The client opens `<temp>/<slug>/<session id>/tasks/<task id>.output` in append mode as fds 1 and 2 of the shell and
reads it when the shell has ended. Only that file is ever touched. A task in the background keeps the same file,
which the client then calls its full output: such a task is marked, and a cut already made in it is taken back.

Notes that the shell's side leaves for the hooks' side lie in `<session folder>/scrimp`, beside `tasks`, because that
is the one place that both can write, in a sandbox too.
"""

from __future__ import annotations

import os
import stat

from scrimp.core import outputs, quick_json
from scrimp.core.untrusted import as_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

NOTES = "scrimp"
"""The folder of notes, beside the client's `tasks`."""

_CHUNK_BYTES = 1024 * 1024


class TaskFile:
    """One task's output file: `path`, `task` (its id), `session_folder`, `session` (its id).

    `descriptor` is the shell's own, on its side: in a sandbox the path alone cannot be written.
    """

    __slots__ = ("descriptor", "path", "session", "session_folder", "task")

    def __init__(self, path: str, session_folder: str, session: str, task: str) -> None:
        self.path = path
        self.session_folder = session_folder
        self.session = session
        self.task = task
        self.descriptor: int | None = None

    @property
    def notes_folder(self) -> str:
        """Where notes between the shell's side and the hooks' side lie."""
        return os.path.join(self.session_folder, NOTES)

    @property
    def background_mark(self) -> str:
        """The file that exists once this task was put into the background."""
        return os.path.join(self.notes_folder, f"{self.task}.background")

    def is_background(self) -> bool:
        """Whether a hook has marked this task."""
        return os.path.exists(self.background_mark)


def parse(path: str) -> TaskFile | None:
    """The task file that `path` names by its form, or None."""
    folder, name = os.path.split(path)
    session_folder, tasks = os.path.split(folder)
    task, suffix = os.path.splitext(name)
    if tasks != "tasks" or suffix != ".output" or not task.replace("-", "").replace("_", "").isalnum():
        return None
    return TaskFile(path, session_folder, os.path.basename(session_folder), task)


def of_descriptor(descriptor: int, session: str) -> TaskFile | None:
    """The task file of `session` that `descriptor` appends to; None for anything else, a user's own file above all."""
    import fcntl  # only here: the hooks' side runs where there is no fcntl

    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        return None
    if not fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_APPEND:
        return None
    task = parse(_path_of_descriptor(descriptor, fcntl))
    if task is None or task.session != session or not _same_file(task.path, descriptor):
        return None
    task.descriptor = descriptor
    return task


def of_background(session_folder: str, task: str) -> TaskFile | None:
    """The task file of a background task, from the session's temporary folder and the client's id for it."""
    return parse(os.path.join(session_folder, "tasks", f"{task}.output"))


def is_held_by_others(descriptor: int) -> bool:
    """Whether a process beside this one and its ancestors has the file open: a background job that left its shell.

    Only /proc can say, and only of processes that may be looked at; elsewhere the shell's own job table must do.
    Processes older than the shell cannot have inherited the file, so they are not searched.
    """
    if not os.path.isdir("/proc/self/fd"):
        return False
    wanted = os.fstat(descriptor)
    family = _ancestors(int(os.readlink("/proc/self")))  # a sandbox numbers processes anew, and os.getpid() with it
    started = (_process(family[1]) or (0, 0))[1]
    return any(
        _has_open(pid, wanted)
        for pid in map(int, filter(str.isdigit, os.listdir("/proc")))
        if pid not in family and (_process(pid) or (0, 0))[1] >= started
    )


def overwrite(task: TaskFile, text: bytes, expected_bytes: int) -> bool:
    """Replace the file's content by the shorter `text`; False, and nothing done, if it is not as long as expected.

    Written over from the start and shortened last, so that a kill at any moment leaves a raw tail and no hole.
    """
    descriptor = _open_to_write(task)
    try:
        if os.fstat(descriptor).st_size != expected_bytes or len(text) >= expected_bytes:
            return False
        _write_all(descriptor, text)
        os.ftruncate(descriptor, len(text))
    finally:
        os.close(descriptor)
    return True


def mark_background(task: TaskFile, results_folder: str) -> None:
    """Say that this task's file is the client's now, and take back a cut that was faster than this mark."""
    os.makedirs(task.notes_folder, mode=0o700, exist_ok=True)
    os.close(os.open(task.background_mark, os.O_WRONLY | os.O_CREAT, 0o600))
    restore(task, results_folder)


def restore(task: TaskFile, results_folder: str) -> bool:
    """Take back the cut that the trap made in this task's file; False where it made none.

    What the client has since appended (it ends a background task's file with a line of its own) stays at the end.
    """
    for name in _notes(task.session_folder):
        handle, of_task = name.split(".")[:2]
        if of_task == task.task:
            original = _find_original(task, handle, results_folder)
            note = _take(task.session_folder, name) if original else None
            return bool(note) and _put_back(task, original or "", int(as_object(note).get("bytes_out", 0)))
    return False


def leave_note(task: TaskFile, handle: str, note: Mapping[str, str | int | None]) -> None:
    """Tell the hooks' side of a cut that was made in place; they join it to the tool call."""
    os.makedirs(task.notes_folder, mode=0o700, exist_ok=True)
    path = os.path.join(task.notes_folder, f"{handle}.{task.task}.json")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(quick_json.dumps_flat(note))


def take_note(session_folder: str, handle: str) -> dict[str, Any] | None:
    """The note of a cut, once: it is gone afterwards. None when the trap made no such cut."""
    names = [name for name in _notes(session_folder) if name.startswith(handle + ".")]
    return _take(session_folder, names[0]) if names else None


def _take(session_folder: str, name: str) -> dict[str, Any] | None:
    path = os.path.join(session_folder, NOTES, name)
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), encoding="utf-8") as file:
            note = quick_json.loads(file.read())
        os.unlink(path)
    except (OSError, ValueError):
        return None
    return as_object(note)


def _notes(session_folder: str) -> list[str]:
    try:
        return [name for name in os.listdir(os.path.join(session_folder, NOTES)) if name.endswith(".json")]
    except OSError:
        return []


def _path_of_descriptor(descriptor: int, fcntl: Any) -> str:  # noqa: ANN401 - the module
    if os.path.isdir("/proc/self/fd"):
        return os.readlink(f"/proc/self/fd/{descriptor}")
    raw = fcntl.fcntl(descriptor, fcntl.F_GETPATH, bytes(1024))
    return os.fsdecode(raw.rstrip(b"\0"))


def _process(pid: int) -> tuple[int, int] | None:
    """(parent, start time in clock ticks) of a process, from `/proc/<pid>/stat`; None where there is no such thing."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return int(fields[1]), int(fields[19])


def _ancestors(pid: int) -> list[int]:
    """The process itself, its parent, and so on."""
    family: list[int] = []
    while pid and pid not in family:
        family.append(pid)
        pid = (_process(pid) or (0, 0))[0]
    return [*family, 0]


def _has_open(pid: int, wanted: os.stat_result) -> bool:
    folder = f"/proc/{pid}/fd"
    try:
        return any(_is_same(f"{folder}/{name}", wanted) for name in os.listdir(folder))
    except OSError:
        return False


def _is_same(path: str, wanted: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(path), wanted)
    except OSError:
        return False


def _same_file(path: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.fstat(descriptor))
    except OSError:
        return False


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _find_original(task: TaskFile, handle: str, results_folder: str) -> str | None:
    for folder in (results_folder, task.notes_folder):
        path = outputs.path_of(handle, folder)
        try:
            with open(path, "rb") as file:
                if outputs.handle_of_file(file) == handle:
                    return path
        except OSError:
            continue
    return None


def _put_back(task: TaskFile, original: str, cut_bytes: int) -> bool:
    with open(task.path, "rb") as file:
        file.seek(cut_bytes)
        appended = file.read()
    with open(original, "rb") as source, open(_open_to_write(task), "wb", buffering=0, closefd=True) as target:
        while True:
            chunk = source.read(_CHUNK_BYTES)
            if not chunk:
                break
            target.write(chunk)
        target.write(appended)
    return True


def _open_to_write(task: TaskFile) -> int:
    """A descriptor at the file's start that does not append; the shell's own is opened anew, where that can be done."""
    if task.descriptor is not None and os.path.isdir("/proc/self/fd"):
        return os.open(f"/proc/self/fd/{task.descriptor}", os.O_WRONLY)
    return os.open(task.path, os.O_WRONLY | os.O_NOFOLLOW)
