"""Reads the lines of one transcript into records, a line at a time.

What a paid request is: an `assistant` line with a usage, written by a model. Not one: the tools' own copy of a
subagent's usage (`toolUseResult`), what the client wrote itself (`<synthetic>`, API errors). Nothing here raises on
any JSON value; what is wrong is counted in `problems`, in words for a person.
"""

from __future__ import annotations

from scrimp.core import outputs, times
from scrimp.core.transcript_content import shown
from scrimp.core.transcript_context import COPIED
from scrimp.core.transcript_draft import Draft
from scrimp.core.transcript_merge import merge
from scrimp.core.transcript_records import (
    F_BAD_NUMBER,
    CompactionMark,
    CostState,
    Fork,
    Request,
    ToolResult,
)
from scrimp.core.untrusted import as_object, as_text, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from scrimp.core.transcript_context import Context
    from scrimp.core.transcript_records import Record

    Line = dict[str, Any]

BAD_NUMBERS = "requests with a count that is no whole number from 0"
BAD_USAGE = "replies whose usage is no object"
BAD_TIMES = "lines without a time that can be read"
BAD_TOTALS = "totals of the client that are no amount"

_SYNTHETIC = "<synthetic>"
_UTC_CHARS = len("2026-11-22T14:59:48.422Z")
_UTC_MARKS = slice(10, None, 13)
_MINUTE, _SECOND, _MILLISECOND = slice(16), slice(17, 19), slice(20, 23)
_MAX_USD = 1e9
_MAX_WHOLE = 2**53
"""What JSON can hold exactly, and a database too."""


class Reading:
    """The records of some lines of one transcript: `take` each line, then `records`."""

    __slots__ = ("_draft", "_fork", "_minute", "_others", "_replays", "_requests", "context", "problems")

    def __init__(self, context: Context, problems: dict[str, int]) -> None:
        self.context = context
        self.problems = problems
        self._draft: Draft | None = None
        self._minute = ""
        self._requests: dict[str, Request] = {}
        self._replays: dict[str, Request] = {}
        self._fork: list[Record] = []
        self._others: list[Record] = []

    def take(self, line: Line, raw: bytes) -> None:
        """Read one line; `raw` is its text, the last resort for a key."""
        kind = line.get("type")
        if kind == "assistant":
            self._assistant(line, raw)
        elif kind == "user":
            self._user(line)
        elif kind == "system":
            self._system(line)
        elif kind == "cost-state":
            self._cost_state(line)
        elif kind == "progress":
            self._progress(line, raw)

    def records(self) -> list[Record]:
        """What the lines say: each request once, in the order in which they began, then the rest."""
        self._finish()
        requests = [*self._requests.values()]
        requests += [request for key, request in self._replays.items() if key not in self._requests]
        bad = sum(F_BAD_NUMBER in request.flags for request in requests)
        if bad:
            self._problem(BAD_NUMBERS, bad)
        return [*requests, *self._others, *self._fork]

    def _problem(self, kind: str, count: int = 1) -> None:
        self.problems[kind] = self.problems.get(kind, 0) + count

    def _assistant(self, line: Line, raw: bytes, *, is_replay: bool = False) -> None:
        message: Line = line.get("message", _NOTHING)
        if type(message) is not dict:
            return
        usage = message.get("usage")
        if usage is None or message.get("model") == _SYNTHETIC or line.get("isApiErrorMessage") is True:
            return
        if not is_object(usage):
            self._problem(BAD_USAGE)
            return
        at = self._time(line)
        key = message.get("id")
        if type(key) is not str or not key:
            key = as_text(line.get("requestId")) or as_text(line.get("uuid")) or _key_of(raw)
        draft = self._draft
        if draft is None or draft.key != key or draft.is_replay != is_replay:
            self._finish()
            draft = self._draft = Draft(key, line, self.context.prompt_id)
            draft.is_replay = is_replay
        draft.add(message, usage, at)

    def _finish(self) -> None:
        """Put the request whose lines have just come with the others; lines of it may still come later."""
        draft = self._draft
        if draft is not None:
            known = self._replays if draft.is_replay else self._requests
            request, before = draft.request(self.context), known.get(draft.key)
            known[draft.key] = merge(before, request) if before else request
            self._draft = None
            if not self._fork and request.origin.startswith(COPIED):
                own = as_text(draft.line.get("sessionId")) or self.context.file.session_id
                self._fork.append(Fork(own, request.session_id))

    def _user(self, line: Line) -> None:
        context = self.context
        prompt_id = line.get("promptId")
        if type(prompt_id) is str and prompt_id:
            context.prompt_id = prompt_id
        at = self._time(line)
        message: Line = line.get("message", _NOTHING)
        content: list[Line] = message.get("content", _NONE) if type(message) is dict else _NONE
        if type(content) is not list:
            return
        for block in content:
            if type(block) is dict and block.get("type") == "tool_result":
                call, failed = block.get("tool_use_id"), block.get("is_error") is True
                size, images = shown(block.get("content"))
                duration = _duration(line.get("toolUseResult", _NOTHING))
                result = ToolResult(call if type(call) is str else "", at, size, failed, duration, images)
                self._others.append(result)

    def _system(self, line: Line) -> None:
        at = self._time(line)
        if line.get("subtype") == "compact_boundary":
            about = as_object(line.get("compactMetadata"))
            mark = CompactionMark(
                self.context.session_of(line),
                at,
                _whole(about.get("preTokens")),
                _whole(about.get("postTokens")),
                as_text(about.get("trigger")),
                as_text(line.get("uuid")),
                as_text(line.get("agentId")) or self.context.file.agent_id,
                _whole(about.get("durationMs")),
            )
            self._others.append(mark)

    def _cost_state(self, line: Line) -> None:
        usd = line.get("totalCostUSD")
        if isinstance(usd, bool) or not isinstance(usd, (int, float)) or not 0 <= usd <= _MAX_USD:
            self._problem(BAD_TOTALS)
            return
        state = CostState(
            as_text(line.get("sessionId")) or self.context.file.session_id,
            self.context.at,
            repr(usd),
            as_object(line.get("modelUsage")),
            _whole(line.get("startTime")),
            line.get("hasUnknownModelCost") is True,
        )
        self._others.append(state)

    def _progress(self, line: Line, raw: bytes) -> None:
        """Older clients repeat a running subagent's messages in its parent's file."""
        data = as_object(line.get("data"))
        inner = as_object(data.get("message"))
        if data.get("type") == "agent_progress" and inner.get("type") == "assistant":
            outer = {**line, **inner, "agentId": data.get("agentId"), "isSidechain": True}
            self._assistant(outer, raw, is_replay=True)

    def _time(self, line: Line) -> str:
        """The line's time; one that cannot be read is counted, and that of the line before stands in."""
        at = line.get("timestamp")
        if not isinstance(at, str) or not self._is_usual(at):
            at = _in_utc(at)
            if not at:
                self._problem(BAD_TIMES)
                return self.context.at
        self.context.at = at
        return at

    def _is_usual(self, at: str) -> bool:
        """Whether a time is in the client's usual form, and one that there is; each minute is looked at once."""
        if len(at) != _UTC_CHARS or at[_UTC_MARKS] != "TZ":
            return False
        if at[_MINUTE] != self._minute:
            if not _in_utc(at):
                return False
            self._minute = at[_MINUTE]
        return at[_SECOND].isdecimal() and at[_MILLISECOND].isdecimal() and at[_SECOND] < "60"


_NEW_LINE = b"\n"
_NOTHING: Line = {}
_NONE: list[Line] = []


def _key_of(raw: bytes) -> str:
    """The key of a request that has no id at all."""
    return f"line_{outputs.handle_of(raw[:-1] if raw.endswith(_NEW_LINE) else raw)}"


def _in_utc(value: object) -> str:
    """A time in any ISO form, as the client itself writes it; '' where it is none."""
    if not isinstance(value, str):
        return ""
    if times.is_iso(value):
        return value
    from datetime import datetime, timezone

    try:
        at = datetime.fromisoformat(value[:-1] + "+00:00" if value.endswith("Z") else value)
        at = at.replace(tzinfo=timezone.utc) if at.tzinfo is None else at.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return ""
    return at.isoformat(timespec="milliseconds")[: _UTC_CHARS - 1] + "Z"


def _duration(result: Line) -> int | None:
    if type(result) is dict:
        for name in _DURATIONS:
            if name in result:
                value = result[name]
                if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _MAX_USD:
                    return int(value)
    return None


_DURATIONS = ("durationMs", "totalDurationMs")


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_WHOLE else 0
