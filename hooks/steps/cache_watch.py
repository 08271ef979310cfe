"""Says to the person what the prompt cache is about to cost: at a resume, after a pause, at a switch of the model.

Nothing is said to the agent, so that no token of context is spent. Where nothing is due, nothing is loaded. Sums under
`cache.warnUsd` are not spoken of; without a known price nothing is said.
"""

from __future__ import annotations

import time

from scrimp.core.untrusted import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.dispatch import State

    Event = dict[str, Any]

_MS = 1_000
_CONTINUED = ("resume", "fork")
_ATTENDED = ("command", "picker")
"""Whence a switch comes that a person can be asked about; a headless session refuses what it is to ask (2.1.330)."""


def at_start(event: Event, state: State) -> dict[str, Any] | None:
    """Tell of the rewrite that a resumed session begins with; the figures are the client's own."""
    if event.get("source") not in _CONTINUED or event.get("prompt_cache_likely_expired") is not True:
        return None
    from hooks.steps import cache_due, cache_words
    from scrimp.core.cache_watch import said

    tokens, usd = _whole(event.get("context_tokens")), _dollars(event.get("estimated_cache_write_usd"))
    if not tokens or usd < state.settings.warn_usd:
        return None
    said.note(state.data, as_text(event.get("session_id")), said.PAUSE, _now_ms())
    idle_s = _whole(event.get("seconds_since_last_response"))
    return {"message": cache_words.after_pause(idle_s * _MS, tokens, usd, None) + cache_due.payer(state)}


def at_prompt(event: Event, state: State) -> dict[str, Any] | None:
    """Tell, once for each pause, that the prompt pays for a rewrite; and once, that a long context is due."""
    from scrimp.core.cache_watch import last_reply

    last = last_reply.read(as_text(event.get("transcript_path")))
    if last is None or not last.ttl:
        return None
    now_ms = _now_ms()
    if now_ms - last.at_ms > last_reply.TTL_MS[last.ttl]:
        from hooks.steps import cache_due

        return cache_due.pause(event, state, last, now_ms)
    if _is_longer(event, state, last.context_tokens):
        from hooks.steps import cache_due

        return cache_due.length(event, state, last, now_ms)
    return None


def at_switch(event: Event, state: State) -> dict[str, Any] | None:
    """Ask before a switch of the model whose rewrite costs more than staying; headless, only tell."""
    if not _whole(event.get("context_tokens")):
        return None
    from hooks.steps import cache_due

    reason = cache_due.switch(event, state, _now_ms())
    if reason is None:
        return None
    return {"ask" if event.get("source") in _ATTENDED else "message": reason}


def _is_longer(event: Event, state: State, context_tokens: int) -> bool:
    """Whether a context is long, and longer than when it was last looked at."""
    from scrimp.core import limits

    if context_tokens < limits.CACHE_LONG_TOKENS:
        return False
    from scrimp.core.cache_watch import said

    looked = said.last(state.data, as_text(event.get("session_id")), said.LENGTH)
    return not looked or context_tokens >= looked + limits.CACHE_LOOK_AGAIN_TOKENS


def _now_ms() -> int:
    return int(time.time() * _MS)


def _whole(value: object) -> int:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < float("inf")
    return int(value) if is_number else 0  # pyright: ignore[reportArgumentType]


def _dollars(value: object) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and value == value  # noqa: PLR0124 - NaN
    return float(value) if is_number else 0.0  # pyright: ignore[reportArgumentType]
