"""Two records of one request made one: the largest of each count, and the fields of the record that owns it.

A reply is a line for each of its blocks, a subagent's reply may be in its parent's file too, and a fork or a resumed
session begins with a copy of the old one. The owner is the subagent's own file before its parent's copy, the original
session before a copy, a real record before a replay; in doubt the file that began, then ended, earlier.
"""

from __future__ import annotations

from scrimp.core.transcript_records import (
    EXECUTOR,
    F_BAD_NUMBER,
    F_LEGS_IGNORED,
    F_LOWER_BOUND,
    F_OLD_VERSION,
    F_REFUSAL_UNBILLED,
    F_REPLAY,
    F_SPLIT_MISSING,
    Leg,
)
from scrimp.core.transcript_usage import tokens
from scrimp.core.usage import largest, total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from scrimp.core.transcript_records import Request, ToolUse
    from scrimp.core.usage import Usage

REFUSAL = "refusal"
_FROM_EITHER = (
    "agent_id",
    "agent_type",
    "model",
    "speed",
    "geo",
    "tier",
    "stop_reason",
    "prompt_id",
    "cwd",
    "git_branch",
    "version",
    "requested_model",
    "effort",
    "cache_asked",
)
"""Texts that the other record gives where the owner has none."""


def merge(a: Request, b: Request) -> Request:
    """The request that both records are of; in which order they came makes no difference, nor how often."""
    owner, other = (a, b) if _claim(a) <= _claim(b) else (b, a)
    usage = largest(a.usage, b.usage)
    legs, ignored = _legs(usage, owner, other)
    filled = {name: getattr(other, name) for name in _FROM_EITHER if not getattr(owner, name)}
    merged = owner._replace(
        **filled,
        usage=usage,
        legs=legs,
        at=min(filter(None, (a.at, b.at)), default=""),
        ended_at=max(a.ended_at, b.ended_at),
        tool_uses=_tool_uses(owner, other),
    )
    return merged._replace(flags=_flags(merged, (a.flags, b.flags), ignored=ignored))


def outcome(usage: Usage, legs: tuple[Leg, ...], stop_reason: str) -> set[str]:
    """The flags that the counts and the end of a request say by themselves."""
    flags: set[str] = set()
    if any(leg.usage.write_unsplit for leg in legs):
        flags.add(F_SPLIT_MISSING)
    if stop_reason == REFUSAL and not usage.output:
        flags.add(F_REFUSAL_UNBILLED)
    return flags


def _claim(request: Request) -> tuple[str, ...]:
    return (request.origin, request.session_id, request.file_kind, request.agent_id, request.at, request.ended_at)


def _legs(usage: Usage, owner: Request, other: Request) -> tuple[tuple[Leg, ...], bool]:
    """The most legs of the answer that agree with its counts, and all that is on top; whether some were given up."""
    answers = [_split(owner), _split(other)]
    on_top = max((extras for _, extras in answers), key=len)
    most = max(len(executors) for executors, _ in answers)
    for request, (executors, _) in sorted(zip((owner, other), answers), key=lambda pair: -len(pair[1][0])):
        if tokens(total([leg.usage for leg in executors])) == tokens(usage):
            ignored = F_LEGS_IGNORED in request.flags or len(executors) < most
            if len(executors) > 1:
                return (*executors, *on_top), ignored
            return (executors[0]._replace(usage=usage), *on_top), ignored
    return (Leg(EXECUTOR, owner.model or other.model, usage), *on_top), most > 1


def _split(request: Request) -> tuple[list[Leg], list[Leg]]:
    """The legs of the answer itself, and those on top of it."""
    return (
        [leg for leg in request.legs if leg.kind == EXECUTOR],
        [leg for leg in request.legs if leg.kind != EXECUTOR],
    )


def _tool_uses(owner: Request, other: Request) -> tuple[ToolUse, ...]:
    known = {use.id for use in owner.tool_uses}
    return (*owner.tool_uses, *(use for use in other.tool_uses if use.id not in known))


def _flags(merged: Request, flags: tuple[frozenset[str], frozenset[str]], *, ignored: bool) -> frozenset[str]:
    either, both = flags[0] | flags[1], flags[0] & flags[1]
    kept = outcome(merged.usage, merged.legs, merged.stop_reason)
    kept |= either & {F_BAD_NUMBER, F_OLD_VERSION} | both & {F_REPLAY, F_SPLIT_MISSING}
    if F_LOWER_BOUND in either and not merged.stop_reason:
        kept.add(F_LOWER_BOUND)
    if ignored:
        kept.add(F_LEGS_IGNORED)
    return frozenset(kept)
