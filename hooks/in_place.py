"""Compacts the task file behind fd 1 in place: checks, keeps the original, writes over from the start, shortens last.

Whatever is not as expected leaves the raw output: a file of the user's own, a task in the background, a file that
another process still holds or that grows, no room for the original, a compactor that raises, the deadline.
"""

from __future__ import annotations

import os
import signal

from scrimp.core import limits, log, notes, outputs, project, settings, taskfile, wanted_back
from scrimp.core.errors import ReadOnlyError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

    from scrimp.core.compact import Compaction

_STDOUT = 1
_EVAL = "&& eval "
_AFTERWARDS = " && pwd -P"
_NO_INPUT = "< /dev/null"


class _Call:
    """What the trap passes: the command's exit code and text, where originals go, the project for its settings."""

    __slots__ = ("command", "exit_code", "folder", "project")

    def __init__(self, arguments: list[str]) -> None:
        self.exit_code = int(arguments[0])
        self.folder = arguments[1]
        self.project = arguments[2]
        self.command = command_in(arguments[3])


def main(arguments: list[str]) -> None:
    """Compact this shell's task file, or leave it; never raises."""
    os.umask(0o077)  # the command may have set another, and the client works on in what is made here
    try:
        signal.signal(signal.SIGALRM, _give_up)
        signal.setitimer(signal.ITIMER_REAL, limits.EXIT_DEADLINE_S)
        task = taskfile.of_descriptor(_STDOUT, os.environ.get("CLAUDE_CODE_SESSION_ID", ""))
        if task is not None:
            _compact(task, _Call(arguments))
    except BaseException as error:  # noqa: BLE001 - fail open for comfort
        log.note(settings.data_dir(os.environ), f"at_exit: {log.said(error)}")


def _compact(task: taskfile.TaskFile, call: _Call) -> None:
    size = os.fstat(_STDOUT).st_size
    wanted = settings.load(os.environ, call.project)
    if not wanted.enabled or size <= wanted.min_chars or outputs.asks_for_kept(call.command):
        return
    if wanted_back.kind_of(call.command) in wanted.off_commands:
        return
    if task.is_background() or taskfile.is_held_by_others(_STDOUT):
        return
    from scrimp.core.compact.manner import Manner
    from scrimp.core.compact.output_file import compact_file  # only what is large pays for loading the compactors

    with open(task.path, "rb") as file:
        manner = Manner(wanted.off, _wanted_back(call))
        cut, data = compact_file(file, size=size, command=call.command, exit_code=call.exit_code, manner=manner)
    if not cut.cut:
        return
    handle = _keep(task, data, call)
    text = outputs.encoded(outputs.marked(cut, handle, outputs.path_of(handle, call.folder), size))
    signal.setitimer(signal.ITIMER_REAL, 0)  # from here on a stop would leave half a text
    if task.is_background() or taskfile.is_held_by_others(_STDOUT):
        return
    if taskfile.overwrite(task, text, size):
        notes.leave(task.session_folder, handle, task.task, _note(cut, call, size, text))
        if task.is_background():
            taskfile.restore(task, call.folder)


def _wanted_back(call: _Call) -> dict[str, int]:
    """What was learned of such commands in this repo; a re-run of one whose output was just cut is learned from now."""
    data = settings.data_dir(os.environ)
    wanted_back.note_rerun(data, os.environ.get("CLAUDE_CODE_SESSION_ID", ""), call.command)
    return wanted_back.steps_of(data, project.top(call.project), call.command)


def _keep(task: taskfile.TaskFile, data: bytes | None, call: _Call) -> str:
    """Keep the original in the session's results; in a sandbox beside the task, where a hook adopts it from."""
    try:
        return _keep_in(task, data, call.folder)
    except ReadOnlyError:
        return _keep_in(task, data, notes.folder_of(task.session_folder))


def _keep_in(task: taskfile.TaskFile, data: bytes | None, folder: str) -> str:
    if data is not None:
        return outputs.keep(data, folder)
    with open(task.path, "rb") as file:
        return outputs.keep_stream(file, folder)


def _note(cut: Compaction, call: _Call, bytes_in: int, text: bytes) -> dict[str, str | int | None]:
    return {
        "family": cut.family,
        "exit_code": call.exit_code,
        "bytes_in": bytes_in,
        "bytes_out": len(text),
        "chars_out": len(text.decode("utf-8", "replace")),
        "facts_total": cut.facts_total,
        "facts_kept": cut.facts_kept,
    }


def command_in(script: str) -> str:
    """The agent's own command, out of the client's wrapper: `… && eval 'COMMAND' [< /dev/null] && pwd -P …`."""
    start = script.find(_EVAL)
    end = script.rfind(_AFTERWARDS)
    if start < 0 or end < start:
        return script
    quoted = script[start + len(_EVAL) : end].strip()
    if quoted.endswith(_NO_INPUT):
        quoted = quoted[: -len(_NO_INPUT)].strip()
    return quoted.strip("'").replace("'\"'\"'", "'").replace("'\\''", "'")


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"gave up after {limits.EXIT_DEADLINE_S} s; the output stays raw")
