"""The file that Claude Code gave a shell for its output: recognised, marked, overwritten in place, restored.

The client opens `<temp>/<slug>/<session id>/tasks/<task id>.output` in append mode as fds 1 and 2 of the shell and
reads it when the shell has ended. Only that file is ever touched. A task in the background keeps the same file,
which the client then calls its full output: such a task is marked, and a cut already made in it is taken back.
"""

from __future__ import annotations

import os
import stat

from scrimp.core import limits, notes, outputs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHUNK_BYTES = 1024 * 1024
_NOBODY = (0, 0, 0)


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

    def is_background(self) -> bool:
        """Whether a hook has said that this task was put into the background."""
        return notes.is_background(self.session_folder, self.task)


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

    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:  # a second name would be the user's own
        return None
    if not fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_APPEND:
        return None
    task = parse(path_of_descriptor(descriptor, fcntl))
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
    shell = _process(family[1]) or _NOBODY
    others = (pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if pid not in family)
    return any(_may_hold(pid, shell, wanted) for pid in others)


def overwrite(task: TaskFile, text: bytes, expected_bytes: int) -> bool:
    """Replace the file's content by the shorter `text`; False, and nothing done, if it is not as long as expected.

    Written over from the start and shortened last, so that a kill at any moment leaves a raw tail and no hole.
    """
    descriptor = _open_to_write(task)
    try:
        if os.fstat(descriptor).st_size != expected_bytes or len(text) >= expected_bytes:
            return False
        _write_all(descriptor, text)
        if os.fstat(descriptor).st_size != expected_bytes:
            return False  # somebody wrote meanwhile: what came last stays, behind a raw tail
        os.ftruncate(descriptor, len(text))
    finally:
        os.close(descriptor)
    return True


def leave_to_client(task: TaskFile, results_folder: str) -> None:
    """Say that this task's file is the client's now, and take back a cut that was faster than this."""
    notes.mark_background(task.session_folder, task.task)
    restore(task, results_folder)


def restore(task: TaskFile, results_folder: str) -> bool:
    """Take back the cut that the trap made in this task's file; False where it made none.

    A note alone proves nothing, a command in a sandbox can leave one: the file itself must be the cut, with its marker
    in it. What the client has since appended (it ends a background task's file with a line of its own) stays.
    """
    found = notes.of_task(task.session_folder, task.task)
    if found is None:
        return False
    name, note = found
    handle = name.split(".")[0]
    appended = _after_the_cut(task.path, handle, note.get("bytes_out"))
    original = _find_original(task, handle, results_folder)
    if appended is None or original is None:
        return False
    _put_back(task, original, appended)
    notes.drop(task.session_folder, name)
    return True


def path_of_descriptor(descriptor: int, fcntl: Any) -> str:  # noqa: ANN401 - the module
    """What a descriptor was opened as: by /proc, else by F_GETPATH of macOS; `fcntl` is the module."""
    if os.path.isdir("/proc/self/fd"):
        return os.readlink(f"/proc/self/fd/{descriptor}")
    raw = fcntl.fcntl(descriptor, fcntl.F_GETPATH, bytes(1024))
    return os.fsdecode(raw.rstrip(b"\0"))


def _process(pid: int) -> tuple[int, int, int] | None:
    """(parent, session, start time in clock ticks) from `/proc/<pid>/stat`; None where there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return int(fields[1]), int(fields[3]), int(fields[19])


def _ancestors(pid: int) -> list[int]:
    """The process itself, its parent, and so on."""
    family: list[int] = []
    while pid and pid not in family:
        family.append(pid)
        pid = (_process(pid) or _NOBODY)[0]
    return [*family, 0]


def _may_hold(pid: int, shell: tuple[int, int, int], wanted: os.stat_result) -> bool:
    """Whether a process has the file open, or is a child of this shell that does not let itself be looked at."""
    process = _process(pid)
    if process is None or process[2] < shell[2]:
        return False
    folder = f"/proc/{pid}/fd"
    try:
        return any(_is_same(f"{folder}/{name}", wanted) for name in os.listdir(folder))
    except PermissionError:
        return process[1] == shell[1]
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


def _after_the_cut(path: str, handle: str, cut_bytes: object) -> bytes | None:
    """What follows the cut in the file; None when the file does not begin with that cut."""
    if not isinstance(cut_bytes, int) or not 0 < cut_bytes <= limits.SMALL_FILE_BYTES:
        return None
    with open(path, "rb") as file:
        cut = file.read(cut_bytes)
        appended = file.read(limits.NOTE_BYTES + 1)
    handles = [found for found, _ in outputs.markers(cut.decode("utf-8", "replace"))]
    return appended if len(cut) == cut_bytes and handle in handles and len(appended) <= limits.NOTE_BYTES else None


def _find_original(task: TaskFile, handle: str, results_folder: str) -> str | None:
    for folder in (results_folder, notes.folder_of(task.session_folder)):
        path = outputs.path_of(handle, folder)
        try:
            if not stat.S_ISREG(os.lstat(path).st_mode):
                continue
            with open(path, "rb") as file:
                if outputs.handle_of_file(file) == handle:
                    return path
        except OSError:
            continue
    return None


def _put_back(task: TaskFile, original: str, appended: bytes) -> None:
    with open(original, "rb") as source, open(_open_to_write(task), "wb", buffering=0) as target:
        while True:
            chunk = source.read(_CHUNK_BYTES)
            if not chunk:
                break
            target.write(chunk)
        target.write(appended)


def _open_to_write(task: TaskFile) -> int:
    """A descriptor at the file's start that does not append; the shell's own is opened anew, where that can be done."""
    if task.descriptor is not None and os.path.isdir("/proc/self/fd"):
        return os.open(f"/proc/self/fd/{task.descriptor}", os.O_WRONLY)
    return os.open(task.path, os.O_WRONLY | os.O_NOFOLLOW)
