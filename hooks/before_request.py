"""PostToolBatch: the gate before a thread's next paid request, the one hook that may stop a run.

Where no limit is set it decides nothing; a word on serial reads (`steps.batching`) is all that may come of it. Where
one is, everything that goes wrong stops the run with the reason: who asked for a limit is not served by a run that goes
on without one.
"""

from __future__ import annotations

import os
import sys

from hooks import events
from hooks.steps import batching
from scrimp.core import log, settings
from scrimp.core.budget import kept
from scrimp.core.untrusted import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from scrimp.core.budget.rules import Rules
    from scrimp.core.settings import Settings


def main(arguments: list[str]) -> None:
    """Handle one event from standard input; never raises."""
    os.umask(0o077)
    is_second = "--plugin" in arguments or "--open" in arguments
    is_limited = not is_second  # the other entry stands only where a limit was set
    try:
        raw = events.read(sys.stdin.fileno())  # to its end, or the client would write into a closed pipe
        environ = settings.trusted(os.environ, _project())
        found = settings.load(environ, _project())
        data = settings.data_dir(environ)
        is_limited = found.is_limited or kept.is_there(data, events.session_of(raw))
        is_due = is_limited or batching.is_due(raw, events.session_of(raw), data)
        if is_second and is_due and _is_wired("--open" if "--open" in arguments else ""):
            return
        answer: dict[str, Any] = {}
        if is_limited:
            kept.hold(data, events.session_of(raw), found.budget)
            answer = _judged(raw, found.budget, environ)
        _print(_with_notice(answer, raw, found, environ))
    except BaseException as error:  # noqa: BLE001 - fail closed for money, where a limit was asked for
        said = f"{type(error).__name__}: {error}"
        log.note(settings.data_dir(os.environ), f"gate: {said}")
        if is_limited:
            _print(_stopped(f"scrimp: stopped, for the budget could not be reckoned ({said}); scrimp doctor"))


def _project() -> str:
    """The session's folder; the root where even that is gone, as any folder's settings are then."""
    try:
        return os.environ.get("CLAUDE_PROJECT_DIR") or os.getcwd()
    except OSError:
        return os.sep


def _is_wired(but_for: str) -> bool:
    """Whether another gate is wired, which this one leaves it to; one with the flag `but_for` is no other."""
    from hooks import wired

    return wired.is_wired(settings.config_dir(os.environ), _project(), wired.GATE, but_for)


def _judged(raw: bytes, rules: Rules, environ: dict[str, str]) -> dict[str, Any]:
    """What the doors say of the batch, in the client's words; {} where there is nothing to say."""
    from hooks.steps import judging, loops

    event = events.parse(raw)
    verdict = judging.batch(event, rules, environ)
    if verdict.action == judging.STOP:
        return _stopped(verdict.reason)
    loop = loops.notice(event, settings.data_dir(environ))
    to_person = "\n".join(filter(None, (verdict.to_person, loop)))
    to_agent = " ".join(filter(None, (verdict.to_agent, loop)))
    answer: dict[str, Any] = {"systemMessage": to_person} if to_person else {}
    if to_agent:
        specific = {"hookEventName": as_text(event.get("hook_event_name")), "additionalContext": to_agent}
        answer["hookSpecificOutput"] = specific
    return answer


def _with_notice(answer: dict[str, Any], raw: bytes, found: Settings, environ: dict[str, str]) -> dict[str, Any]:
    """The answer with a word on serial reads, where nothing is stopped or said already; what breaks there is logged."""
    data = settings.data_dir(environ)
    is_said = "continue" in answer or "hookSpecificOutput" in answer
    if is_said or not batching.is_due(raw, events.session_of(raw), data):
        return answer
    try:
        event = events.parse(raw)
        said = batching.notice(event, found, {**environ, "CLAUDE_PROJECT_DIR": _project()})
    except Exception as error:  # noqa: BLE001 - fail open for comfort
        log.note(data, f"batching: {log.said(error)}")
        return answer
    if said:
        specific = {"hookEventName": as_text(event.get("hook_event_name")), "additionalContext": said}
        answer["hookSpecificOutput"] = specific
    return answer


def _stopped(reason: str) -> dict[str, Any]:
    return {"continue": False, "stopReason": reason, "systemMessage": reason}


def _print(answer: dict[str, Any]) -> None:
    if answer:
        import json

        sys.stdout.write(json.dumps(answer))
        sys.stdout.flush()
