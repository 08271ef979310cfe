"""Notices that a thread reads one thing at a time what it could have asked for at once, and says so once a prompt.

Runs in the gate's process, after its decision. A look at the event's bytes and at one small file a thread is all that
most batches cost; the transcript's end is read only where three single reads have come in a row. What was said and
what became of it goes into a journal (`scrimp.core.serial_reads.notices`).
"""

from __future__ import annotations

import os

from scrimp.core import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from scrimp.core.serial_reads.calls import Call
    from scrimp.core.serial_reads.progress import Thread
    from scrimp.core.settings import Settings

_CALL = b'"tool_use_id":'
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def is_due(raw: bytes, session_id: str, data: str) -> bool:
    """Whether a batch is worth a look: of one call, or in a session of which something is written down already."""
    return raw.count(_CALL) == 1 or os.path.isdir(os.path.join(data, "batching", session_id or "-"))


def notice(event: dict[str, Any], settings: Settings, environ: Mapping[str, str]) -> str:
    """One sentence for the agent, '' at most batches; raises what goes wrong. environ: without what a repo put there.

    Nothing is said where `batching` is off, nor where it is left to itself and was in vain in this repo.
    """
    from scrimp.core.serial_reads import calls, progress
    from scrimp.core.settings import data_dir
    from scrimp.core.untrusted import as_list, as_object, as_text

    data = data_dir(environ)
    session, agent = as_text(event.get("session_id")), as_text(event.get("agent_id"))
    prompt = as_text(event.get("prompt_id")) or "-"
    if settings.batching == "off" or not session or not _SAFE.issuperset(session + agent + prompt):
        return ""
    batch = [
        calls.Call(as_text(one.get("tool_name")), as_object(one.get("tool_input")), "", is_error=False)
        for one in map(as_object, as_list(event.get("tool_calls")))
    ]
    path = progress.path_of(data, session, agent)
    before = progress.kept(path, prompt)
    after, run = _next(before, batch, event)
    followed = _outcome(before, after, batch)
    said = ""
    if len(run) >= limits.SERIAL_READS and not after.was_told:
        said = _said(event, run, settings, environ)
        after = after._replace(was_told=1, since=0 if said else progress.NONE)
    if followed is not None:
        _journal(data, event, {"what": "followed" if followed else "ignored"})
        after = after._replace(since=progress.NONE)
    if after != before:
        progress.keep(path, after)
    return said


def _next(thread: Thread, batch: list[Call], event: dict[str, Any]) -> tuple[Thread, list[Call]]:
    """The thread after this batch, and the run that is long enough to be spoken of."""
    from scrimp.core.serial_reads import calls, progress

    is_read = all(calls.kind_of(call) or _is_list(call) for call in batch)
    since = thread.since + 1 if thread.since != progress.NONE and is_read else thread.since
    thread = thread._replace(since=since)
    if len(batch) != 1 or not calls.kind_of(batch[0]):
        return thread._replace(reads=0), []
    thread = thread._replace(reads=thread.reads + 1)
    if thread.was_told or thread.reads < limits.SERIAL_READS:
        return thread, []
    run = _run(event, thread.reads)
    return thread._replace(reads=len(run)), run


def _run(event: dict[str, Any], reads: int) -> list[Call]:
    from scrimp.core.serial_reads import runs, thread
    from scrimp.core.untrusted import as_list, as_text

    agent = as_text(event.get("agent_id"))
    path = thread.path_of(as_text(event.get("transcript_path")), agent)
    return runs.latest(*thread.read(path, agent, as_list(event.get("tool_calls")), reads))


def _outcome(before: Thread, after: Thread, batch: list[Call]) -> bool | None:
    """Whether the notice of before this batch is followed now; None while that is open, or nothing is."""
    from scrimp.core.serial_reads import progress

    if before.since == progress.NONE:
        return None
    if after.since > before.since and (len(batch) > 1 or any(map(_is_list, batch))):
        return True
    return False if after.since >= limits.SERIAL_LOOKED_AT else None


def _is_list(call: Call) -> bool:
    """Whether a call asks one of our tools for several things."""
    from scrimp.core.untrusted import as_list

    given = (as_list(call.given.get(name)) for name in ("items", "commands", "urls"))
    return "scrimp__batch_" in call.tool and any(len(items) > 1 for items in given)


def _said(event: dict[str, Any], run: list[Call], settings: Settings, environ: Mapping[str, str]) -> str:
    """The sentence, written down as said; '' where it was in vain too often."""
    import time

    from scrimp.core import project
    from scrimp.core.serial_reads import notices
    from scrimp.core.settings import data_dir
    from scrimp.core.untrusted import as_text

    data, folder = data_dir(environ), environ.get("CLAUDE_PROJECT_DIR") or as_text(event.get("cwd"))
    rows = notices.of_repo(notices.rows(data), project.top(folder))
    if settings.batching != "on" and notices.is_in_vain(rows, int(time.time() * 1_000)):
        return ""
    tool = notices.tool_for(run, environ, folder) if not event.get("agent_id") else ""
    _journal(data, event, {"what": "given", "repo": project.top(folder), "reads": len(run), "tool": tool})
    return notices.sentence(len(run), tool)


def _journal(data: str, event: dict[str, Any], more: Mapping[str, str | int | None]) -> None:
    from scrimp.core.serial_reads import notices
    from scrimp.core.untrusted import as_text

    names = ("session_id", "agent_id", "prompt_id")
    notices.note(data, {**{name: as_text(event.get(name)) for name in names}, **more})
