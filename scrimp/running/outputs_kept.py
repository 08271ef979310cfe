"""Keeps what a command printed and compacts it, by the same settings, limits and learning as the output of Bash."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core import cuts, facts, limits, log, outputs, project, settings, wanted_back
from scrimp.core.compact.manner import USUAL, Manner
from scrimp.core.compact.output_file import compact_file
from scrimp.core.compact.result import count_lines
from scrimp.core.errors import JournalError, OutputError
from scrimp.running.fitting import Printed, readable
from scrimp.running.keeping import messages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from scrimp.core.compact import Compaction
    from scrimp.running.keeping.messages import Ended

TOOL = "batch_run"
"""What the journal of cuts calls the tool."""

_FAILED = 1
"""How the compactors are told of a command that was ended: as failed."""


class Keeping(NamedTuple):
    """Where originals go and whose they are.

    folder: the session's tool-results folder (`outputs.results_folder`). project: the session's folder, for its
    settings. tool_use_id: the call's, for the journal of cuts.
    """

    folder: str
    project: str
    session_id: str = ""
    tool_use_id: str = ""


def printed(command: str, ended: Ended, output: BinaryIO, keeping: Keeping, environ: Mapping[str, str]) -> Printed:
    """What stands in `output`, kept whole, and compacted as far as the settings let it be."""
    size = os.fstat(output.fileno()).st_size
    exit_code = ended.code if ended.how == messages.EXITED else _FAILED
    found = Printed(size_bytes=size, command=command, is_failed=bool(exit_code))
    if not size:
        return found
    found = _kept(found, output, keeping)
    output.seek(0)
    if _is_binary(output.read(limits.RUN_LOOK_BYTES)):
        return found._replace(is_binary=True)
    output.seek(0)
    manner = _manner(command, size, keeping, environ)
    cut = _compacted(output, found, exit_code, manner, environ) if manner else None
    if cut:
        _record(found, cut, ended, keeping, environ)
        return _cut_again_from(output, found._replace(text=_plain(cut), lines=cut.lines_in, cut=cut))
    text = _whole_text(output)
    return found._replace(text=text, lines=count_lines(text))


def _kept(found: Printed, output: BinaryIO, keeping: Keeping) -> Printed:
    """All of it, however short: a budget may leave no room for it, and running it again may do harm."""
    try:
        handle = outputs.keep_stream(output, keeping.folder)
    except OutputError as error:
        return found._replace(unkept=str(error))
    return found._replace(handle=handle, path=outputs.path_of(handle, keeping.folder))


def _is_binary(start: bytes) -> bool:
    """Whether it is no text: NUL is what programs print between names too, but then all around it is text."""
    try:
        start.decode()
    except UnicodeDecodeError as error:
        return b"\0" in start and error.end < len(start)  # at the very end it may be half a character
    return False


def _manner(command: str, size: int, keeping: Keeping, environ: Mapping[str, str]) -> Manner | None:
    """How it is to be cut; None where it stays as it is. What no answer could hold is cut in any case."""
    if size > limits.TOOL_RESULT_CHARS:
        return USUAL
    wanted = settings.load(environ, keeping.project)
    if not wanted.enabled or size <= wanted.min_chars or outputs.asks_for_kept(command):
        return None
    if wanted_back.kind_of(command) in wanted.off_commands:
        return None
    data = settings.data_dir(environ)
    wanted_back.note_rerun(data, keeping.session_id, command)
    return Manner(wanted.off, wanted_back.steps_of(data, project.top(keeping.project), command))


def _compacted(
    output: BinaryIO, found: Printed, exit_code: int, manner: Manner, environ: Mapping[str, str]
) -> Compaction | None:
    """None where it stays as it is, for a compactor that breaks too."""
    try:
        cut, _ = compact_file(output, size=found.size_bytes, command=found.command, exit_code=exit_code, manner=manner)
    except Exception as error:  # noqa: BLE001 - fail open for comfort
        log.note(settings.data_dir(environ), f"{TOOL}: {type(error).__name__}: {error}")
        return None
    return cut if cut.cut else None


def _cut_again_from(output: BinaryIO, found: Printed) -> Printed:
    """With what a further cut needs: the whole text, or of a longer one its facts."""
    if found.size_bytes <= limits.RUN_HELD_BYTES:
        return found._replace(full=_whole_text(output))
    is_held = found.size_bytes <= limits.WIDE_STREAM_BYTES
    known = facts.extract(found.cut.family if found.cut else "", _whole_text(output) if is_held else found.text)
    read_in_part = not is_held and found.cut is not None and found.cut.facts_more
    return found._replace(facts=known, has_more_facts=read_in_part)


def _whole_text(output: BinaryIO) -> str:
    output.seek(0)
    return readable(output.read())


def _plain(cut: Compaction) -> str:
    """The cut's text in Unicode that can be sent."""
    cut.text = readable(outputs.encoded(cut.text))
    return cut.text


def _record(found: Printed, cut: Compaction, ended: Ended, keeping: Keeping, environ: Mapping[str, str]) -> None:
    """Into the journal of cuts, as the hooks do; without it the cut stands, since the file's name has the handle."""
    if not found.handle:
        return
    row: dict[str, Any] = {
        "session_id": keeping.session_id,
        "tool_use_id": keeping.tool_use_id,
        "project": keeping.project,
        "tool": TOOL,
        "command": found.command,
        "handle": found.handle,
        "path": found.path,
        "family": cut.family,
        "exit_code": ended.code if ended.how == messages.EXITED else None,
        "bytes_in": found.size_bytes,
        "bytes_out": len(outputs.encoded(cut.text)),
        "facts_total": cut.facts_total,
        "facts_kept": cut.facts_kept,
    }
    data = settings.data_dir(environ)
    try:
        cuts.record(data, row)
    except JournalError as error:
        log.note(data, str(error))
