"""Reads one event, runs its steps in order, merges their answers, prints one JSON object or nothing, exits 0.

A step that raises is logged and skipped; an event that cannot be read is logged and left alone. This module has
the one catch-all: whatever breaks, the client goes on as if scrimp were not there. Events of _LEFT_TO_ENTRY end with 1
instead, so that their entry in the settings says what follows.
"""

from __future__ import annotations

import os
import sys

from hooks import events, idle
from scrimp.core import log, settings
from scrimp.core.budget import kept
from scrimp.core.errors import UsageError
from scrimp.core.settings import config_dir, data_dir
from scrimp.core.untrusted import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from scrimp.core.budget.rules import Rules
    from scrimp.core.settings import Settings

    Event = dict[str, Any]
    Answer = dict[str, Any]
    Step = Callable[[Event, "State"], "Answer | None"]

EVENTS = (
    "session_start",
    "user_prompt_submit",
    "pre_tool_use",
    "pre_agent",
    "pre_write",
    "pre_batch",
    "post_tool_use",
    "post_tool_use_failure",
    "subagent_stop",
    "stop",
    "pre_compact",
    "config_change",
    "after_pause",
    "pre_model_switch",
)


class State:
    """What a step may use beside the event: `environ`, the folders that follow from it, the merged `settings`."""

    __slots__ = ("_session_id", "_settings", "data", "environ", "project")

    def __init__(self, environ: Mapping[str, str], event: Event) -> None:
        self.project = environ.get("CLAUDE_PROJECT_DIR") or as_text(event.get("cwd")) or os.getcwd()
        self.environ = settings.trusted(environ, self.project)
        self.data = data_dir(self.environ)
        self._session_id = as_text(event.get("session_id"))
        self._settings: Settings | None = None

    @property
    def settings(self) -> Settings:
        """The settings of this user in this project, read once."""
        if self._settings is None:
            self._settings = settings.load(self.environ, self.project)
        return self._settings

    @property
    def is_limited(self) -> bool:
        """Whether this session has a limit, or had one that nobody has lifted."""
        return self.settings.is_limited or kept.is_there(self.data, self._session_id)

    def rules(self, *, is_new: bool = False) -> Rules:
        """The limits that hold in this session; is_new: those of the settings alone, kept from now on."""
        rules = self.settings.budget
        (kept.renew if is_new else kept.hold)(self.data, self._session_id, rules)
        return rules


def main(arguments: list[str]) -> None:
    """Handle one event from standard input; raises nothing but SystemExit, for events of _LEFT_TO_ENTRY."""
    os.umask(0o077)
    folder = data_dir(os.environ)
    name = arguments[0] if arguments else ""
    try:
        raw = events.read(sys.stdin.fileno())
        if idle.is_idle(name, raw):
            return
        event = events.parse(raw)
        state = State(os.environ, event)
        if "--plugin" in arguments:
            from hooks import wired

            if wired.is_wired(config_dir(os.environ), state.project, name):
                return
        if name not in EVENTS:
            raise UsageError(f"unknown event {name!r}")  # noqa: TRY301 - the catch-all is the handler
        answer = run(_steps(name), event, state, must_answer=name in _LEFT_TO_ENTRY)
        if answer:
            import json

            sys.stdout.write(json.dumps(render(as_text(event.get("hook_event_name")), answer)))
            sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - fail open for comfort
        said = f"{name}: {log.said(error)}"
        log.note(folder, said)
        if name in _LEFT_TO_ENTRY:
            sys.exit(f"scrimp: {said}")


_LEFT_TO_ENTRY = ("user_prompt_submit",)
"""Where a failure ends with 1: the entry that a limit brings says `onFailure: block`, every other that it goes on."""


def run(steps: Iterable[Step], event: Event, state: State, *, must_answer: bool = False) -> Answer:
    """The merged answers of `steps`, up to the first that denies or blocks; one that raises is logged and skipped.

    must_answer: what a step raises is raised here, for a caller whose own failure says something.
    """
    answers: list[Answer] = []
    for step in steps:
        try:
            answer = step(event, state)
        except Exception as error:
            if must_answer:
                raise
            log.note(state.data, f"{step.__module__}: {log.said(error)}")
            continue
        if answer:
            answers.append(answer)
            if "deny" in answer or "block" in answer:
                break
    return merge(answers)


def merge(answers: Iterable[Answer]) -> Answer:
    """One answer of many: the first step to say a thing owns it, messages to the person are joined.

    message: to the person; context: one line for the agent; output: in place of the tool's own; deny: why a tool is
    not run; ask: why the person is asked first; block: why a prompt is not sent (or what else the event is about), and
    is_hidden: without its text; stop: why nothing more is done at all; input: what the tool is given instead.
    """
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
    specific = {word: answer[key] for key, word in _SPECIFIC.items() if key in answer}
    if "deny" in answer:
        specific |= {"permissionDecision": "deny", "permissionDecisionReason": answer["deny"]}
    elif "ask" in answer:
        specific |= {"permissionDecision": "ask", "permissionDecisionReason": answer["ask"]}
    if "message" in answer:
        printed["systemMessage"] = answer["message"]
    if "block" in answer:
        printed |= {"decision": "block", "reason": answer["block"]}
    if "stop" in answer:
        printed |= {"continue": False, "stopReason": answer["stop"]}
    if specific:
        printed["hookSpecificOutput"] = {"hookEventName": event_name, **specific}
    return printed


_SPECIFIC = {
    "context": "additionalContext",
    "output": "updatedToolOutput",
    "input": "updatedInput",
    "is_hidden": "suppressOriginalPrompt",
}


def _steps(name: str) -> Iterable[Step]:
    return __import__(f"hooks.{name}", fromlist=["STEPS"]).STEPS  # importlib would cost its own import
