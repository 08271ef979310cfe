"""PostToolUse: brings home what the trap cut, and cuts what the trap did not reach, in each tool's own shape.

Read is left alone: a model that saw half a file and believes that it saw all overwrites the rest.
"""

from __future__ import annotations

import os

from hooks.steps import shapes
from scrimp.core import cuts, limits, log, notes, outputs, project, settings, taskfile, wanted_back
from scrimp.core.errors import JournalError, OutputError
from scrimp.core.untrusted import as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.dispatch import State
    from scrimp.core.compact import Compaction

    Event = dict[str, Any]

_OF_THE_CUT = ("handle", "path", "family", "exit_code", "bytes_in", "bytes_out", "facts_total", "facts_kept")
_TAIL_CHARS = 100_000
"""Where a marker is looked for: what the trap leaves is never longer."""


def step(event: Event, state: State) -> dict[str, Any] | None:
    """The tool's output with its bulky text cut, as an answer; None where it stays as it is."""
    tool = as_text(event.get("tool_name"))
    response = event.get("tool_response")
    if tool == "Bash" and as_object(response).get("backgroundTaskId"):
        _leave_to_client(as_text(as_object(response)["backgroundTaskId"]), event, state)
        return None
    slot = shapes.slot_of(tool, response, outputs.results_folder(as_text(event.get("transcript_path"))))
    if slot is None:
        return None
    if tool == "Bash" and _settle(slot.text, event, state):
        return None
    return _cut(tool, slot, event, state)


def after_failure(event: Event, state: State) -> None:
    """A failed command's output cannot be replaced here; what the trap kept of it is brought home."""
    _settle(as_text(event.get("error")), event, state)


def _cut(tool: str, slot: shapes.Slot, event: Event, state: State) -> dict[str, Any] | None:
    wanted = settings.load(state.environ, state.project)
    command = shapes.command_of(tool, event.get("tool_input"))
    if not wanted.enabled or slot.size <= wanted.min_chars or outputs.asks_for_kept(command):
        return None
    if wanted_back.kind_of(command) in wanted.off_commands:
        return None
    if slot.size > limits.WIDE_STREAM_BYTES or not os.path.isabs(as_text(event.get("transcript_path"))):
        return None  # the client's own file of it stands; without a session there is no place for an original
    from scrimp.core.compact import compact  # the compactors cost what only a large output pays back
    from scrimp.core.compact.manner import Manner

    raw = slot.read()
    exit_code = 0 if tool == "Bash" else None
    raw_limit = limits.CLIENT_SUCCEEDED_CHARS if tool == "Bash" else limits.CLIENT_RESULT_CHARS
    if slot.is_unseen:
        raw_limit = limits.SUCCEEDED_CHARS
    cut = compact(
        raw,
        command=command,
        exit_code=exit_code,
        raw_limit=raw_limit,
        cap=limits.SUCCEEDED_CHARS,
        manner=Manner(wanted.off, _wanted_back(command, event, state)),
    )
    if not cut.cut:
        return None
    data = outputs.encoded(raw)
    handle, path = _keep(data, slot.kept_at, event)
    out = outputs.marked(cut, handle, path, len(data))
    _record(
        event, state, {**_stats(cut), "handle": handle, "path": path, "bytes_in": len(data), "exit_code": exit_code}
    )
    return {"output": slot.replaced(out)}


def _wanted_back(command: str, event: Event, state: State) -> dict[str, int]:
    """What was learned of such commands in this repo; a re-run of one whose output was just cut is learned from now."""
    wanted_back.note_rerun(state.data, as_text(event.get("session_id")), command)
    return wanted_back.steps_of(state.data, project.top(state.project), command)


def _keep(data: bytes, kept_at: str, event: Event) -> tuple[str, str]:
    if kept_at:
        return outputs.handle_of(data), kept_at
    folder = outputs.results_folder(as_text(event.get("transcript_path")))
    handle = outputs.keep(data, folder)
    return handle, outputs.path_of(handle, folder)


def _stats(cut: Compaction) -> dict[str, Any]:
    return {
        "family": cut.family,
        "bytes_out": len(outputs.encoded(cut.text)),
        "facts_total": cut.facts_total,
        "facts_kept": cut.facts_kept,
    }


def _settle(text: str, event: Event, state: State) -> bool:
    """Whether the trap has cut this output: then its original is brought home and the cut joined to the call.

    Text that looks like a marker, but that the trap left no note of, is plain text.
    """
    session_folder = shapes.session_folder(state.environ, event)
    for handle, _ in outputs.markers(text[-_TAIL_CHARS:]):
        note = notes.take_for_call(session_folder, handle, text)
        if note is None:
            continue
        folder = outputs.results_folder(as_text(event.get("transcript_path")))
        path = outputs.path_of(handle, folder)
        try:
            notes.adopt(session_folder, handle, folder)
        except OutputError as error:
            log.note(state.data, str(error))
        _record(event, state, {**note, "handle": handle, "path": path})
        return True
    return False


def _record(event: Event, state: State, cut: dict[str, Any]) -> None:
    """Into the journal; without it the cut stands all the same, since the file's name carries the handle."""
    tool = as_text(event.get("tool_name"))
    row: dict[str, Any] = {
        "session_id": as_text(event.get("session_id")),
        "tool_use_id": as_text(event.get("tool_use_id")),
        "project": state.project,
        "tool": tool,
        "command": shapes.command_of(tool, event.get("tool_input")),
        **{name: cut.get(name) for name in _OF_THE_CUT},
    }
    try:
        cuts.record(state.data, row)
    except JournalError as error:
        log.note(state.data, str(error))


def _leave_to_client(task_id: str, event: Event, state: State) -> None:
    task = taskfile.of_background(shapes.session_folder(state.environ, event), task_id)
    if task is not None:
        taskfile.leave_to_client(task, outputs.results_folder(as_text(event.get("transcript_path"))))
