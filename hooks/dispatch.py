"""Reads one event, runs its steps in order, merges their answers, prints one JSON object or nothing, exits 0.

A step that raises is logged and skipped; an event that cannot be read is logged and left alone. This module has
the one catch-all: whatever breaks, the client goes on as if scrimp were not there.
"""

from __future__ import annotations

import os
import sys

from hooks import idle
from scrimp.core import limits, log, quick_json
from scrimp.core.settings import config_dir, data_dir
from scrimp.core.untrusted import as_object, as_text, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    Event = dict[str, Any]
    Answer = dict[str, Any]
    Step = Callable[[Event, "State"], "Answer | None"]

EVENTS = ("session_start", "post_tool_use", "post_tool_use_failure")


class State:
    """What a step may use beside the event: `environ`, and the folders that follow from it."""

    __slots__ = ("data", "environ", "project")

    def __init__(self, environ: Mapping[str, str], event: Event) -> None:
        self.environ = environ
        self.data = data_dir(environ)
        self.project = environ.get("CLAUDE_PROJECT_DIR") or as_text(event.get("cwd")) or os.getcwd()


def main(arguments: list[str]) -> None:
    """Handle one event from standard input; never raises."""
    os.umask(0o077)
    folder = data_dir(os.environ)
    name = arguments[0] if arguments else ""
    try:
        raw = _read(sys.stdin.fileno())
        if idle.is_idle(name, raw):
            return
        event = _parse(raw)
        state = State(os.environ, event)
        if "--plugin" in arguments:
            from hooks import wired

            if wired.is_wired(config_dir(os.environ), state.project):
                return
        if name not in EVENTS:
            raise ValueError(f"unknown event {name!r}")  # noqa: TRY301 - the catch-all is the handler
        answer = run(_steps(name), event, state)
        if answer:
            import json

            sys.stdout.write(json.dumps(render(as_text(event.get("hook_event_name")), answer)))
            sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - fail open for comfort
        log.note(folder, f"{name}: {type(error).__name__}: {error}")


def run(steps: Iterable[Step], event: Event, state: State) -> Answer:
    """The merged answers of `steps`; one that raises is logged and skipped."""
    answers: list[Answer] = []
    for step in steps:
        try:
            answer = step(event, state)
        except Exception as error:  # noqa: BLE001 - one step's failure is not the others'
            log.note(state.data, f"{step.__module__}: {type(error).__name__}: {error}")
            continue
        if answer:
            answers.append(answer)
    return merge(answers)


def merge(answers: Iterable[Answer]) -> Answer:
    """One answer of many: the first step to replace the output owns it, messages to the person are joined."""
    merged: Answer = {}
    for answer in answers:
        for key, value in answer.items():
            if key == "message" and key in merged:
                merged[key] = f"{merged[key]}\n{value}"
            else:
                merged.setdefault(key, value)
    return merged


def render(event_name: str, answer: Answer) -> dict[str, Any]:
    """The answer in the client's own words."""
    printed: dict[str, Any] = {}
    if "message" in answer:
        printed["systemMessage"] = answer["message"]
    if "output" in answer:
        printed["hookSpecificOutput"] = {"hookEventName": event_name, "updatedToolOutput": answer["output"]}
    return printed


def _steps(name: str) -> Iterable[Step]:
    return __import__(f"hooks.{name}", fromlist=["STEPS"]).STEPS  # importlib would cost its own import


def _read(descriptor: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        chunk = os.read(descriptor, limits.PIPE_BYTES)
        if not chunk:
            return b"".join(chunks)
        size += len(chunk)
        if size > limits.EVENT_BYTES:
            raise ValueError(f"an event of more than {limits.EVENT_BYTES} bytes")
        chunks.append(chunk)


def _parse(raw: bytes) -> Event:
    event = quick_json.loads(raw.decode("utf-8", "replace"))
    if not is_object(event):
        raise TypeError(f"an event that is a {type(event).__name__}, not an object")
    return as_object(event)
