"""What each tool result has cost: to enter the conversation, and to be read again by every request since.

Nothing bills a result by itself, so every figure is an estimate: its tokens from its bytes, never more than the prompt
really grew by; its dollars from the prices of the requests that carried it.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from scrimp.core import prices
from scrimp.core.ledger.pricing import MANAGED
from scrimp.core.transcript_records import EXECUTOR, F_REFUSAL_UNBILLED
from scrimp.reports.results_carried import FLAGS, Carried, Result, Send

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.prices import Price
    from scrimp.reports.results_carried import Row


_ALL = "TRUE"
"""The condition that chooses every request."""


def costs(
    db: sqlite3.Connection, where: str = _ALL, parameters: Sequence[str] = (), managed: ManagedPrices | None = None
) -> list[Result]:
    """Every result of a call by the requests that `where` (on `requests`) chooses, in no order.

    The results of a thread are followed through all of its requests, chosen or not. In a fork the copies of what its
    parent was brought are not counted.
    """
    batches = _batches(db, where, parameters)
    marks = _marks(db)
    found: list[Result] = []
    for thread, sends in groupby(_sends(db, where, parameters, managed), key=lambda pair: pair[0]):
        carried = Carried(thread, [send for _, send in sends], marks.get(thread, []))
        for message_id, place in carried.places.items():
            if message_id in batches:
                found.extend(carried.results(batches[message_id], place))
    return found


def by_tool(found: Iterable[Result]) -> list[dict[str, Any]]:
    """The same summed by tool, the dearest first.

    name, results, errors, bytes, images, tokens, enter_pico, reread_pico, pico (both), rereads, flags.
    """
    tools: dict[str, dict[str, Any]] = {}
    for result in found:
        row = tools.get(result.name)
        if row is None:
            row = tools[result.name] = {"name": result.name, **dict.fromkeys(_SUMS, 0), "flags": FLAGS}
        row["results"] += 1
        row["errors"] += result.is_error
        row["flags"] |= result.flags
        for name in _SUMS[2:]:
            row[name] += getattr(result, name)
    return sorted(tools.values(), key=lambda row: (-row["pico"], row["name"]))


_SUMS = ("results", "errors", "bytes", "images", "tokens", "enter_pico", "reread_pico", "pico", "rereads")

_BATCHES = """
    SELECT message_id, id, name, result_at, result_bytes, images, is_error FROM tool_calls
    WHERE result_at <> '' AND message_id <> '' AND ({chosen})
"""

_SENDS = """
    SELECT session_id, agent_id, at, message_id, prompt_id, speed, geo, tier, flags, priced_by, model,
        input, cache_read, write_5m + write_unsplit, write_1h
    FROM requests
    WHERE {sessions}
    ORDER BY session_id, agent_id, at, message_id
"""

_STEPS = """
    SELECT message_id, model, input, cache_read, write_5m + write_unsplit, write_1h FROM legs
    WHERE kind = ? ORDER BY message_id, place
"""


def _batches(db: sqlite3.Connection, where: str, parameters: Sequence[str]) -> dict[str, list[Row]]:
    """The results of each reply's calls."""
    batches: dict[str, list[Row]] = {}
    for message_id, *row in db.execute(_BATCHES.format(chosen=_among("message_id", where)), parameters):
        batches.setdefault(message_id, []).append(tuple(row))
    return batches


def _among(column: str, where: str) -> str:
    """The condition that `column` is that of a chosen request."""
    return where if where == _ALL else f"{column} IN (SELECT requests.{column} FROM requests WHERE {where})"  # noqa: S608 - no word of a person


def _marks(db: sqlite3.Connection) -> dict[tuple[str, str], list[str]]:
    """When each thread was compacted."""
    marks: dict[tuple[str, str], list[str]] = {}
    for session_id, agent_id, at in db.execute("SELECT session_id, agent_id, at FROM compactions ORDER BY at"):
        marks.setdefault((session_id, agent_id), []).append(at)
    return marks


def _sends(
    db: sqlite3.Connection, where: str, parameters: Sequence[str], managed: ManagedPrices | None
) -> Iterable[tuple[tuple[str, str], Send]]:
    """Thread (session, agent) and what was sent, in order, of every session that the condition touches."""
    steps: dict[str, list[Row]] = {}
    for message_id, *step in db.execute(_STEPS, (EXECUTOR,)):
        steps.setdefault(message_id, []).append(tuple(step))
    for row in db.execute(_SENDS.format(sessions=_among("session_id", where)), parameters):
        session_id, agent_id, at, message_id, prompt_id, speed, geo, tier, flags, priced_by, *own = row
        is_free = F_REFUSAL_UNBILLED in flags
        held = managed if priced_by == MANAGED else None
        for model, fresh, read, written_5m, written_1h in steps.get(message_id) or (own,):
            prompt = fresh + read + written_5m + written_1h
            price = prices.lookup(model, at=at, prompt_tokens=prompt, speed=speed, geo=geo, tier=tier, managed=held)
            enter, again = (0, 0) if price is None or is_free else _rates(price, written_5m, written_1h)
            send = Send(message_id, prompt_id, at, model, prompt, read, enter, again, is_free or price is not None)
            yield (session_id, agent_id), send


def _rates(price: Price, written_5m: int, written_1h: int) -> tuple[int, int]:
    """What a token costs that is new to a request, and one that it reads from the cache."""
    if not written_5m and not written_1h:
        return price.input, price.cache_read
    return (price.write_1h if written_1h > written_5m else price.write_5m), price.cache_read
