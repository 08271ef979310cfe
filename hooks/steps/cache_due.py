"""Reckons what `cache_watch` has found to be due; loaded only then.

Prices are the organisation's own where it has some, else the list's. Raises what goes wrong: nothing is said then.
"""

from __future__ import annotations

import os

from hooks.steps import cache_words
from scrimp.core import managed_settings, times
from scrimp.core.cache_watch import compacting, last_reply, rewriting, said
from scrimp.core.prices import PICO
from scrimp.core.untrusted import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.dispatch import State
    from scrimp.core.cache_watch.last_reply import Reply

    Event = dict[str, Any]


def pause(event: Event, state: State, last: Reply, now_ms: int) -> dict[str, Any] | None:
    """What going on after a pause costs; None where that is little, unknown, or was said of this pause already."""
    session = as_text(event.get("session_id"))
    if said.last(state.data, session, said.PAUSE) > last.at_ms:
        return None
    found = rewriting.of(last, times.iso(now_ms), managed_settings.prices(state.environ))
    if found is None or found.write_pico - found.read_pico < state.settings.warn_usd * PICO:
        return None
    said.note(state.data, session, said.PAUSE, now_ms)
    sums = found.write_pico / PICO, found.read_pico / PICO
    return {"message": cache_words.after_pause(now_ms - last.at_ms, last.context_tokens, *sums) + payer(state)}


def length(event: Event, state: State, last: Reply, now_ms: int) -> dict[str, Any] | None:
    """That a long context is clearly due to be compacted, once a session; it notes at which length it has looked."""
    session = as_text(event.get("session_id"))
    message = _due(session, state, last, now_ms)
    said.note(state.data, session, said.LENGTH, _NEVER_AGAIN if message else last.context_tokens)
    return {"message": message + payer(state)} if message else None


def switch(event: Event, state: State, now_ms: int) -> str | None:
    """Why a switch of the model is asked about; None where it costs no more than staying by `cache.warnUsd`."""
    models = as_text(event.get("from_model")), as_text(event.get("to_model"))
    ttl = as_text(event.get("cache_ttl"))
    tokens = int(event["context_tokens"])
    context = last_reply.Reply(now_ms, models[0], tokens, ttl, "", "", "")
    managed, at = managed_settings.prices(state.environ), times.iso(now_ms)
    before = rewriting.of(context, at, managed)
    after = rewriting.of(context, at, managed, model=models[1])
    if before is None or after is None:
        return None
    is_warm = event.get("prompt_cache_warm") is True
    staying = before.read_pico if is_warm else before.write_pico
    if after.write_pico - staying < state.settings.warn_usd * PICO:
        return None
    stay = ("reads" if is_warm else "writes", staying / PICO)
    later = (before.read_pico / PICO, after.read_pico / PICO)
    return cache_words.switch(tokens, after.write_pico / PICO, stay, later) + payer(state)


def payer(state: State) -> str:
    """What is added for somebody whom nobody bills for these dollars; '' for all others."""
    from scrimp.core import plans

    return "" if plans.is_billed(state.environ, None) else cache_words.NOT_BILLED


_NEVER_AGAIN = 2**62
"""More than any context can grow to."""


def _due(session: str, state: State, last: Reply, now_ms: int) -> str:
    from scrimp.core import ledger
    from scrimp.core.cache_watch import past

    path = ledger.path_of(state.environ)
    price = compacting.price_of(last.model, times.iso(now_ms), last.context_tokens)
    if price is None or not os.path.exists(path):
        return ""
    with ledger.opened(path) as db:
        further = past.further(db, last.context_tokens, session)
        compaction = compacting.of(last.context_tokens, price, past.sizes(db), last.ttl)
    if not compacting.is_due(compaction, further, round(state.settings.warn_usd * PICO)):
        return ""
    return cache_words.long(last.context_tokens, compaction, compacting.middle(further), len(further))
