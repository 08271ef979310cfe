"""What hooks put into the context, from what stands in the transcripts of this folder's latest sessions. Pure.

The client writes each text that a hook adds as an attachment, with what the model was sent (`rendered`) beside it;
without that nothing was sent (2.1.330). It stays in the history, so that later requests read it again.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from scrimp.cache.lint.finding import Finding
from scrimp.core import quick_json
from scrimp.core.tokens import estimate
from scrimp.core.untrusted import as_list, as_object, as_text, is_object

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_TYPES = ("hook_success", "hook_additional_context")


class Added(NamedTuple):
    """What one hook has added. times: how often, sessions: in how many; tokens: together, an estimate."""

    event: str
    command: str
    times: int
    sessions: int
    tokens: int


def find(sessions: Iterable[Iterable[bytes]]) -> list[Finding]:
    """The hooks that added something in these sessions (each the lines of its transcript), the dearest first."""
    added, number = totals(sessions)
    return [_finding(one, number) for one in sorted(added, key=lambda one: -one.tokens)]


def totals(sessions: Iterable[Iterable[bytes]]) -> tuple[list[Added], int]:
    """What each hook has added, and in how many sessions that was looked for."""
    texts: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    number = 0
    for number, lines in enumerate(sessions, 1):
        commands: dict[str, str] = {}
        for line in lines:
            found = _attachment(line)
            if found is None:
                continue
            call = as_text(found["attachment"].get("toolUseID"))
            command = as_text(found["attachment"].get("command")) or commands.get(call, "")
            commands[call] = command
            if "rendered" in found:
                size = sum(estimate(as_text(as_object(one).get("content"))) for one in as_list(found["rendered"]))
                texts[as_text(found["attachment"].get("hookEvent")), command].append((number, size))
    return [
        Added(event, command, len(sizes), len({session for session, _ in sizes}), sum(size for _, size in sizes))
        for (event, command), sizes in texts.items()
    ], number


def _attachment(line: bytes) -> dict[str, Any] | None:
    if b'"hook_' not in line:
        return None
    try:
        found = quick_json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    if not is_object(found) or as_object(as_object(found).get("attachment")).get("type") not in _TYPES:
        return None
    return as_object(found)


def _finding(one: Added, sessions: int) -> Finding:
    """The tokens that stand in a request: what a session comes to hold, half of it on average over its course."""
    held = one.tokens / sessions
    is_once = one.times <= one.sessions
    tokens = round(held if is_once else held / 2)
    how = f"{one.times:,} times in {one.sessions:,} of {sessions:,} sessions, {one.tokens // one.times:,} tokens each"
    hint = "" if is_once else "say it once in CLAUDE.md, or only when it has changed: every text stays to the end"
    return Finding("hook", one.command or one.event, tokens, f"adds context at {one.event}: {how}", hint)
