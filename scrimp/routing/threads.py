"""What one transcript says about how its thread went: calls, what came of them, prompts, its last words.

Reads main and subagent files alike, line by line; lines that are none of the client's are passed over. What no rule of
`evidence` asks for is not kept.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core import limits
from scrimp.core.untrusted import as_list, as_object, as_text
from scrimp.routing import signals

if TYPE_CHECKING:
    from collections.abc import Iterable

    Line = dict[str, Any]

_WANTED = re.compile(rb'"type":"(?:user|assistant|max_turns_reached)"')
_TAG = re.compile(r"<(tool-use-id|status)>([^<]*)</")
_NOTIFICATION = "<task-notification>"
_INTERRUPTED = "[Request interrupted by user"


class Call(NamedTuple):
    """A tool call. target: as `signals.target` has it."""

    id: str
    at: str
    target: str


class Result(NamedTuple):
    """What a call came back with. status: what the client says of an agent; '' where it is none."""

    at: str
    is_error: bool
    is_interrupted: bool
    status: str


class Thread:
    """One transcript. `prompts`: the person's (when, text); the first of an agent's is its brief."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.results: dict[str, Result] = {}
        self.notices: dict[str, tuple[str, str]] = {}
        """Of calls whose agent ran in the background: when its end was told (the last time), and its status."""
        self.prompts: list[tuple[str, str]] = []
        self.ended_at = ""
        self.report = ""
        self.stop_reason = ""
        self.is_error = False
        self.is_interrupted = False
        self.is_out_of_turns = False


def of_file(path: str) -> Thread:
    """The transcript at `path`; OSError where it cannot be read."""
    with open(path, "rb") as file:
        return of_lines(file)


def of_lines(lines: Iterable[bytes]) -> Thread:
    """The thread that these lines are."""
    thread = Thread()
    for raw in lines:
        if _WANTED.search(raw) and len(raw) <= limits.TRANSCRIPT_LINE_BYTES:
            try:
                line = as_object(json.loads(raw))
            except (ValueError, RecursionError):
                continue
            _take(thread, line)
    return thread


def _take(thread: Thread, line: Line) -> None:
    kind, at = line.get("type"), as_text(line.get("timestamp"))
    message = as_object(line.get("message"))
    if kind == "attachment":
        is_last = as_object(line.get("attachment")).get("type") == "max_turns_reached"
        thread.is_out_of_turns = thread.is_out_of_turns or is_last
    elif kind == "assistant":
        thread.ended_at = at or thread.ended_at
        _take_reply(thread, message, line, at)
    elif kind == "user" and not line.get("isMeta"):
        _take_user(thread, message.get("content"), line, at)


def _take_reply(thread: Thread, message: Line, line: Line, at: str) -> None:
    """A line is one block of a reply."""
    thread.is_error = bool(line.get("isApiErrorMessage"))
    thread.stop_reason = as_text(message.get("stop_reason"))
    for block in map(as_object, as_list(message.get("content"))):
        if block.get("type") == "text":
            thread.report = as_text(block.get("text"))
        elif block.get("type") == "tool_use":
            target = signals.target(as_object(block.get("input")), as_text(line.get("cwd")))
            thread.calls.append(Call(as_text(block.get("id")), at, target))


def _take_user(thread: Thread, content: object, line: Line, at: str) -> None:
    blocks = [as_object(block) for block in as_list(content)]
    text = as_text(content) or "\n".join(as_text(one.get("text")) for one in blocks if one.get("type") == "text")
    thread.is_interrupted = text.startswith(_INTERRUPTED)
    if text.startswith(_NOTIFICATION):
        told = dict(_TAG.findall(text))
        thread.notices[told.get("tool-use-id", "")] = (at, told.get("status", ""))
    elif text and not thread.is_interrupted and line.get("promptSource") != "system":
        thread.prompts.append((at, text))
    said = as_object(line.get("toolUseResult"))
    for block in blocks:
        if block.get("type") == "tool_result":
            words = json.dumps(block.get("content"))
            result = Result(at, bool(block.get("is_error")), _INTERRUPTED in words, as_text(said.get("status")))
            thread.results[as_text(block.get("tool_use_id"))] = result
