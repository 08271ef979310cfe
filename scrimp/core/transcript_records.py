"""What a transcript says, as records: requests, tool results, the client's own totals, compactions, forks.

All are plain tuples. Times are ISO 8601 in UTC (`2026-11-22T14:59:48.422Z`), '' where the transcript has none; texts
that are missing or of a wrong type are ''.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple

    from scrimp.core.usage import Usage

    class Leg(NamedTuple):
        """A part of a request that is priced by itself, on its own prompt length and at its own model.

        kind: `executor` (the answer itself), `fallback` (an attempt of a model that declined, before the answer),
        `advisor`, `compaction`.
        """

        kind: str
        model: str
        usage: Usage

    class ToolUse(NamedTuple):
        """One tool call of a reply. `input_bytes` is the texts and numbers in its input, keys left out.

        about: the beginning of the first line of what it was asked: a command, a path, a pattern, an address.
        """

        id: str
        name: str
        input_bytes: int
        at: str
        about: str

    class Request(NamedTuple):
        """One paid request, however many lines and files repeat it.

        message_id: the API's, else the request's id, else the line's: the key over all files.
        session_id: the session that paid; a copy in a fork names the original's.
        agent_id, agent_type: '' in the main thread.
        at, ended_at: when its first and its last block had come.
        usage: all of its executor legs, as the record has it. legs: everything to be priced, never empty.
        flags: the F_ constants below.
        prompt_id: one for each prompt of the person; '' in older transcripts.
        requested_model: what was asked for; `model` is what answered.
        origin: whose record this is, as text: of two records of one request the smaller one owns it.
        """

        message_id: str
        session_id: str
        agent_id: str
        agent_type: str
        model: str
        at: str
        usage: Usage
        legs: tuple[Leg, ...]
        speed: str
        geo: str
        tier: str
        stop_reason: str
        flags: frozenset[str]
        prompt_id: str
        cwd: str
        git_branch: str
        version: str
        tool_uses: tuple[ToolUse, ...]
        file_kind: str
        ended_at: str
        requested_model: str
        effort: str
        cache_asked: str
        origin: str

    class ToolResult(NamedTuple):
        """What one tool call brought into the conversation.

        `bytes` is its text as the model is sent it; `images` are counted apart. `duration_ms` is the tool's own word,
        None where it gives none (then the call's and the result's times say it).
        """

        tool_use_id: str
        at: str
        bytes: int
        is_error: bool
        duration_ms: int | None
        images: int

    class CostState(NamedTuple):
        """The client's own total of a session, as decimal text, and its figures by model.

        The line has no time: `at` is that of the line before it. A resumed session and a fork begin with their
        parent's total; `started_ms` (since the epoch) is then the parent's too.
        """

        session_id: str
        at: str
        total_usd: str
        model_usage: dict[str, Any]
        started_ms: int
        unknown_model: bool

    class CompactionMark(NamedTuple):
        """A place where the conversation was replaced by its summary. The request that wrote it is in no transcript.

        mark_id: the line's own, the same in every copy. `post_tokens` and `duration_ms` are 0 where it has none.
        """

        session_id: str
        at: str
        pre_tokens: int
        post_tokens: int
        trigger: str
        mark_id: str
        agent_id: str
        duration_ms: int

    class Fork(NamedTuple):
        """That a session goes on from another: its transcript begins with a copy of it."""

        session_id: str
        parent_id: str

    Record = Request | ToolResult | CostState | CompactionMark | Fork
else:
    from collections import namedtuple

    Leg = namedtuple("Leg", "kind model usage")
    ToolUse = namedtuple("ToolUse", "id name input_bytes at about")
    Request = namedtuple(
        "Request",
        "message_id session_id agent_id agent_type model at usage legs speed geo tier stop_reason flags prompt_id "
        "cwd git_branch version tool_uses file_kind ended_at requested_model effort cache_asked origin",
    )
    ToolResult = namedtuple("ToolResult", "tool_use_id at bytes is_error duration_ms images")
    CostState = namedtuple("CostState", "session_id at total_usd model_usage started_ms unknown_model")
    CompactionMark = namedtuple(
        "CompactionMark", "session_id at pre_tokens post_tokens trigger mark_id agent_id duration_ms"
    )
    Fork = namedtuple("Fork", "session_id parent_id")

F_LOWER_BOUND = "lower_bound"
"""No record of it says how it ended: its output is at least this much."""

F_OLD_VERSION = "old_version"
"""Written by a client that did not come back to correct a record's output: at least this much."""

F_REFUSAL_UNBILLED = "refusal_unbilled"
"""Refused before any output: reported, and not billed."""

F_SPLIT_MISSING = "split_missing"
"""Cache writes whose lifetime the record does not say, or not consistently."""

F_LEGS_IGNORED = "legs_ignored"
"""Its iterations do not sum up to its usage: it is priced as one leg."""

F_BAD_NUMBER = "bad_number"
"""A count in it was no whole number from 0, and is taken as 0."""

F_REPLAY = "replay"
"""Known only from a progress line that repeats a subagent's message."""

EXECUTOR = "executor"
FALLBACK = "fallback"
ADVISOR = "advisor"
COMPACTION = "compaction"
"""The kinds of legs."""
