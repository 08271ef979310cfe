"""Notes between the shell's side and the hooks' side of a session, in `<session folder>/scrimp`.

The shell's side may be a hostile command in a sandbox, which can put anything there: links, pipes, huge files. So the
folder is opened once, never through a link, and everything in it by that descriptor; only small plain files count.
"""

from __future__ import annotations

import os
import stat

from scrimp.core import limits, outputs, quick_json
from scrimp.core.errors import OutputError
from scrimp.core.untrusted import as_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

FOLDER = "scrimp"
"""Beside the client's `tasks`: the one place that both sides can write, in a sandbox too."""

_FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_NEW_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


def folder_of(session_folder: str) -> str:
    """Where the notes of a session lie."""
    return os.path.join(session_folder, FOLDER)


def mark_background(session_folder: str, task: str) -> None:
    """Say that a task was put into the background; OSError when that cannot be said."""
    folder = _opened(session_folder, create=True)
    try:
        os.close(os.open(_mark_name(task), _NEW_FLAGS, 0o600, dir_fd=folder))
    except FileExistsError:
        pass  # whatever it is, it is there, and that is all a mark says
    finally:
        os.close(folder)


def is_background(session_folder: str, task: str) -> bool:
    """Whether a hook has marked this task."""
    return os.path.lexists(os.path.join(folder_of(session_folder), _mark_name(task)))


def leave(session_folder: str, handle: str, task: str, note: Mapping[str, str | int | None]) -> None:
    """Tell the hooks' side of a cut that was made in place; they join it to the tool call."""
    folder = _opened(session_folder, create=True)
    try:
        name = _note_name(handle, task)
        _remove(name, folder)
        with open(os.open(name, _NEW_FLAGS, 0o600, dir_fd=folder), "w", encoding="utf-8") as file:
            file.write(quick_json.dumps_flat(note))
    finally:
        os.close(folder)


def take_for_call(session_folder: str, handle: str, text: str) -> dict[str, Any] | None:
    """The note of the cut that made `text`, once: it is gone afterwards. None when the trap made no such cut.

    A call that only quotes the marker of another has another length.
    """
    for name in _names(session_folder):
        if name.startswith(handle + "."):
            note = _read(session_folder, name)
            size = note.get("chars_out")
            if isinstance(size, int) and abs(len(text) - size) <= limits.CLIENT_ADDS_CHARS:
                drop(session_folder, name)
                return note
    return None


def of_task(session_folder: str, task: str) -> tuple[str, dict[str, Any]] | None:
    """(name, note) of the cut that was made in this task's file, or None."""
    for name in _names(session_folder):
        if name.split(".")[1] == task:
            return name, _read(session_folder, name)
    return None


def drop(session_folder: str, name: str) -> None:
    """Remove a note."""
    folder = _opened(session_folder, create=False)
    try:
        _remove(name, folder)
    finally:
        os.close(folder)


def adopt(session_folder: str, handle: str, results: str) -> None:
    """Bring an original that a sandboxed shell left among the notes into `results`; nothing where it left none.

    Only a plain file of our own whose bytes make the handle is taken; OutputError says what is wrong with another.
    """
    name = os.path.basename(outputs.path_of(handle, ""))
    try:
        folder = _opened(session_folder, create=False)
    except OSError:
        return
    try:
        with open(os.open(name, _READ_FLAGS, dir_fd=folder), "rb") as file:
            outputs.adopt(handle, file, results)
        _remove(name, folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(f"{name}: not adopted ({error})") from error
    finally:
        os.close(folder)


def _opened(session_folder: str, *, create: bool) -> int:
    path = folder_of(session_folder)
    if create:
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            pass
    return os.open(path, _FOLDER_FLAGS)


def _names(session_folder: str) -> list[str]:
    try:
        names = os.listdir(folder_of(session_folder))
    except OSError:
        return []
    return [name for name in names if name.endswith(".json") and name.count(".") == 2]  # noqa: PLR2004 - handle.task.json


def _read(session_folder: str, name: str) -> dict[str, Any]:
    """A note as it is written; an empty one where there is something else in its place."""
    try:
        folder = _opened(session_folder, create=False)
    except OSError:
        return {}
    try:
        with open(os.open(name, _READ_FLAGS, dir_fd=folder), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return {}
            return as_object(quick_json.loads(file.read(limits.NOTE_BYTES).decode("utf-8", "replace")))
    except (OSError, ValueError, RecursionError):
        return {}
    finally:
        os.close(folder)


def _remove(name: str, folder: int) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except OSError:
        pass


def _mark_name(task: str) -> str:
    return f"{task}.background"


def _note_name(handle: str, task: str) -> str:
    return f"{handle}.{task}.json"
