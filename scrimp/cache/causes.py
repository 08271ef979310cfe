"""Why a request found less in the cache than it should have: what differs from the request before it. Pure.

What certainly breaks the cache is named before what may: a compaction, another model, other tools, another system
prompt or speed, a pause longer than the lifetime; then betas, thinking, effort and messages that were sent before in
other words. Where all is the same and soon enough, the server had lost it. Where nothing was written down about the
two requests only a compaction, the model, the speed and a pause can be known, and everything else is `unknown`.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core.cache_watch.last_reply import HOUR, TTL_MS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrimp.cache.sent import Sent

COMPACTION, MODEL, TOOLS, SYSTEM, SPEED = "compaction", "model", "tools", "system", "speed"
EXPIRED_5M, EXPIRED_1H = "ttl_expired_5m", "ttl_expired_1h"
BETAS, THINKING, EFFORT, TTL = "betas", "thinking", "effort", "ttl_changed"
RESUME, MESSAGES, SERVER, UNKNOWN = "resume", "messages_rewritten", "server_side", "unknown"

REMEDIES = {
    COMPACTION: "meant: the shorter prompt pays for it; `scrimp cache history` says when",
    MODEL: "switch models at the start of a task or after /clear; give parts to subagents on the other model",
    TOOLS: "decide on MCP servers, plugins and denied tools before the session; leave tool search on",
    SYSTEM: "update the client and change output styles and agents between sessions, not in one",
    SPEED: "turn fast mode on or off at the start of a task",
    EXPIRED_5M: "go on within five minutes, or compare an hour's lifetime: `scrimp cache advise`",
    EXPIRED_1H: "after long pauses /compact before you leave, or start afresh",
    TTL: "set promptCacheTtl once, for all sessions",
    BETAS: "keep beta features the same within a session",
    THINKING: "set thinking at the start of a task",
    EFFORT: "set the effort at the start of a task, on models that keep no cache over a change",
    RESUME: "resume with the same client and untouched transcripts, or start afresh",
    MESSAGES: "what was said before was sent in other words: rewinding and editing do that",
    SERVER: "nothing to do: the same prompt, in time, was not found",
    UNKNOWN: "the transcript does not say; newer clients write down what they send",
}
"""Every cause, and what to do about it."""

_MINUTE_MS = 60_000
_NAMES = 6


class Known(NamedTuple):
    """What the ledger knows of a request, whoever sent it. at_ms: when its reply began, 0 unknown. ttl: '' unknown."""

    at_ms: int
    model: str
    speed: str
    ttl: str


class Why(NamedTuple):
    """causes: never empty, the one that counts first. detail: for a person: names, values, minutes; or ''."""

    causes: tuple[str, ...]
    detail: str = ""


def why(before: tuple[Known, Sent | None], now: tuple[Known, Sent | None], *, is_compacted: bool) -> Why:
    """Why `now` did not find what `before` had left. is_compacted: the conversation was compacted between them."""
    if is_compacted:
        return Why((COMPACTION,))
    certain = _certain(before, now)
    paused = _paused(before, now)
    was, sent = before[1], now[1]
    if MODEL in certain or was is None or sent is None:
        found = certain | paused
        return _told(found) if found else Why((UNKNOWN,))
    found = certain | _shape(was, sent)
    found = {**found, **paused, **_possible(was, sent)}
    if found:
        return _told(found)
    if was.tools is None or sent.tools is None or was.messages is None or sent.messages is None or not was.at_ms:
        return Why((UNKNOWN,))
    return Why((SERVER,), "a resume" if sent.is_first else "")


def _told(found: Mapping[str, str]) -> Why:
    return Why(tuple(found), "; ".join(detail for detail in found.values() if detail))


def _certain(before: tuple[Known, Sent | None], now: tuple[Known, Sent | None]) -> dict[str, str]:
    """Another model or speed, which every transcript says."""
    was, is_now = before[0], now[0]
    found: dict[str, str] = {}
    if was.model != is_now.model:
        found[MODEL] = f"{was.model} to {is_now.model}"
    if _speed(was.speed) != _speed(is_now.speed):
        found[SPEED] = f"{_speed(was.speed)} to {_speed(is_now.speed)}"
    elif before[1] and now[1] and before[1].speed != now[1].speed:
        found[SPEED] = f"{before[1].speed} to {now[1].speed}"
    return found


def _speed(name: str) -> str:
    return name or "standard"


def _paused(before: tuple[Known, Sent | None], now: tuple[Known, Sent | None]) -> dict[str, str]:
    """A lifetime that was over; it runs from when a request was sent."""
    began, ended = _at_ms(before), _at_ms(now)
    ttl = before[0].ttl
    if not began or not ended or ttl not in TTL_MS or not TTL_MS[ttl] < ended - began:
        return {}
    minutes = (ended - began) // _MINUTE_MS
    return {EXPIRED_1H if ttl == HOUR else EXPIRED_5M: f"after {minutes:,} min"}


def _at_ms(request: tuple[Known, Sent | None]) -> int:
    known, sent = request
    return sent.at_ms if sent and sent.at_ms else known.at_ms


def _shape(was: Sent, sent: Sent) -> dict[str, str]:
    """Other tools, another system prompt."""
    found: dict[str, str] = {}
    if was.tools is None or sent.tools is None:
        return found
    if was.tools != sent.tools:
        found[TOOLS] = tools_detail(was.tools, sent.tools)
    if was.system != sent.system:
        found[SYSTEM] = "" if was.version == sent.version else f"client {was.version} to {sent.version}"
    return found


def tools_detail(was: Mapping[str, str], sent: Mapping[str, str]) -> str:
    """Which tools came, which went, and which are described in other words."""
    came, gone = sorted(sent.keys() - was.keys()), sorted(was.keys() - sent.keys())
    other = sorted(name for name in was.keys() & sent.keys() if was[name] != sent[name])
    parts = (("came", came), ("gone", gone), ("described anew", other))
    return ", ".join(f"{word}: {_some(names)}" for word, names in parts if names) or "in another order"


def _some(names: list[str]) -> str:
    more = len(names) - _NAMES
    return " ".join(names[:_NAMES]) + (f" and {more} more" if more > 0 else "")


def _possible(was: Sent, sent: Sent) -> dict[str, str]:
    """What breaks the cache on some models or for a part of the prompt."""
    found: dict[str, str] = {}
    if was.marks[:1] != sent.marks[:1]:
        found[TTL] = f"{'/'.join(was.marks[:1])} to {'/'.join(sent.marks[:1])}"
    if set(was.betas) != set(sent.betas):
        found[BETAS] = _some(sorted(set(was.betas) ^ set(sent.betas)))
    if was.thinking != sent.thinking:
        found[THINKING] = f"{was.thinking} to {sent.thinking}"
    if was.effort != sent.effort:
        found[EFFORT] = f"{was.effort} to {sent.effort}"
    if was.messages is not None and sent.messages is not None:
        kept = sent.messages[: len(was.messages)]
        if kept != was.messages:
            same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(was.messages, kept, strict=False)))
            found[RESUME if sent.is_first else MESSAGES] = f"from message {same + 1} of {len(was.messages)} on"
    return found
