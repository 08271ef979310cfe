"""What each tool result has cost: to enter the conversation, and to be read again by every request since.

Nothing bills a result by itself, so every figure is an estimate: its tokens from its bytes, never more than the prompt
really grew by; its dollars from the prices of the requests that carried it.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from scrimp.core import prices
from scrimp.core.ledger.pricing import F_UNPRICED, MANAGED
from scrimp.core.transcript_records import EXECUTOR, F_REFUSAL_UNBILLED
from scrimp.reports import results_tokens
from scrimp.reports.results_carried import Carried, Result
from scrimp.reports.wording import ESTIMATED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.prices import Price
    from scrimp.reports.results_carried import Rate, Row

FLAGS = frozenset((ESTIMATED,))
UNPRICED_TOO = frozenset((ESTIMATED, F_UNPRICED))

_ALL = "TRUE"
"""The condition that chooses every request."""

_NEW, _NEW_5M, _NEW_1H, _FREE = range(4)
"""At which price a request's new tokens were billed: as input, as either of the writes, or not at all."""

_UNPRICED: Rate = (0, 0, True)
_NOT_BILLED: Rate = (0, 0, False)
_LONGEST = 2**62
_SEPARATOR = "\x1f"


def dearest(
    db: sqlite3.Connection,
    number: int,
    where: str = _ALL,
    parameters: Sequence[str] = (),
    managed: ManagedPrices | None = None,
) -> list[Result]:
    """The results that have cost the most, of the calls by the requests that `where` (on `requests`) chooses.

    The results of a thread are followed through all of its requests, chosen or not. In a fork the copies of what its
    parent was brought are not counted.
    """
    return [Result(*row) for row in heapq.nsmallest(number, _costs(db, where, parameters, managed))]


def by_tool(
    db: sqlite3.Connection, where: str = _ALL, parameters: Sequence[str] = (), managed: ManagedPrices | None = None
) -> list[dict[str, Any]]:
    """The same summed by tool, the dearest first.

    name, results, errors, bytes, images, tokens, enter_pico, reread_pico, pico (both), rereads, flags.
    """
    tools: dict[str, list[Row]] = {}
    for row in _costs(db, where, parameters, managed):
        tools.setdefault(row[3], []).append(row)
    rows = [_of_tool(name, found) for name, found in tools.items()]
    return sorted(rows, key=lambda row: (-row["pico"], row["name"]))


_SUMMED = ("less_pico", "bytes", "images", "is_error", "tokens", "enter_pico", "reread_pico", "rereads", "is_unpriced")
_SUMMED_PLACES = [Result._fields.index(name) for name in _SUMMED]

_BATCHES = """
    SELECT message_id, id, name, result_at, result_bytes, images, is_error FROM tool_calls
    WHERE result_at <> '' AND message_id <> '' AND ({chosen})
"""

_OF_STEP = f"""CASE WHEN write_1h > write_5m + write_unsplit THEN {_NEW_1H}
    WHEN write_5m + write_unsplit > 0 THEN {_NEW_5M} ELSE {_NEW} END"""
_OWN = f"CASE WHEN flags <> '' AND instr(flags, '{F_REFUSAL_UNBILLED}') THEN {_FREE} ELSE {_OF_STEP} END"
_PARTS = ("{model}", "substr(at, 1, 10)", "speed", "geo", "tier", "priced_by")
_TERMS = f" || char({ord(_SEPARATOR)}) || ".join(_PARTS)

_SENDS = f"""
    SELECT session_id, agent_id, at, message_id, {_TERMS.format(model="model")},
        input + cache_read + write_5m + write_unsplit + write_1h, cache_read, {_OWN}
    FROM requests
    WHERE {{sessions}}
    ORDER BY session_id, agent_id, at, message_id
"""  # noqa: S608 - no word of a person

_STEPS = f"""
    SELECT message_id, legs.model, input + cache_read + write_5m + write_unsplit + write_1h, cache_read, {_OF_STEP}
    FROM legs WHERE kind = ? ORDER BY message_id, place
"""  # noqa: S608 - no word of a person


def _of_tool(name: str, rows: list[Row]) -> dict[str, Any]:
    columns = list(zip(*rows, strict=True))
    sums = {field: sum(columns[place]) for field, place in zip(_SUMMED, _SUMMED_PLACES, strict=True)}
    pico = -sums.pop("less_pico")
    flags = UNPRICED_TOO if sums.pop("is_unpriced") else FLAGS
    return {"name": name, "results": len(rows), "errors": sums.pop("is_error"), **sums, "pico": pico, "flags": flags}


def _costs(
    db: sqlite3.Connection, where: str, parameters: Sequence[str], managed: ManagedPrices | None
) -> Iterator[Row]:
    """Every result as the values of a Result, in no order."""
    batches = _batches(db, where, parameters)
    marks = _marks(db)
    rates = _Rates(managed)
    for thread, found in groupby(_sends(db, where, parameters), key=itemgetter(0, 1)):
        _, _, ats, ids, terms, prompts, cached, kinds = zip(*found, strict=True)
        carried = Carried(ats, prompts, cached, rates.of(terms, kinds, prompts), marks.get(thread, []))
        places = {message_id: place for place, message_id in enumerate(ids) if message_id in batches}
        for message_id, place in places.items():
            yield from carried.results(batches[message_id], place, rates.centibytes(terms[place]), thread)


def _batches(db: sqlite3.Connection, where: str, parameters: Sequence[str]) -> dict[str, list[Row]]:
    """The results of each reply's calls."""
    batches: defaultdict[str, list[Row]] = defaultdict(list)
    for row in db.execute(_BATCHES.format(chosen=_among("message_id", where)), parameters):
        batches[row[0]].append(row)
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


def _sends(db: sqlite3.Connection, where: str, parameters: Sequence[str]) -> Iterable[Row]:
    """Each time that a conversation was sent, thread by thread, in order, of every session that the condition touches.

    Session, agent, when, message id, what its price depends on, tokens of its prompt, of these from the cache, and at
    which price the others were billed.
    """
    sends = db.execute(_SENDS.format(sessions=_among("session_id", where)), parameters)
    steps: dict[str, list[Row]] = {}
    for message_id, *step in db.execute(_STEPS, (EXECUTOR,)):
        steps.setdefault(message_id, []).append(tuple(step))
    return _in_steps(sends, steps) if steps else sends


def _in_steps(sends: Iterable[Row], steps: dict[str, list[Row]]) -> Iterator[Row]:
    """The same, where a request of several sampling steps is one send for each of them."""
    for send in sends:
        own = steps.get(send[3])
        if own is None:
            yield send
            continue
        _, terms = send[4].split(_SEPARATOR, 1)
        for model, prompt, cached, kind in own:
            yield (*send[:4], f"{model}{_SEPARATOR}{terms}", prompt, cached, _FREE if send[7] == _FREE else kind)


class _Rates:
    """What a token costs, by what that depends on; looked up once for each of it."""

    def __init__(self, managed: ManagedPrices | None) -> None:
        self._managed = managed
        self._known: dict[str, tuple[Rate, ...] | None] = {}
        self._centibytes: dict[str, int] = {}

    def of(self, terms: Sequence[str], kinds: Sequence[int], prompts: Sequence[int]) -> list[Rate]:
        """The rates of each send."""
        for one in set(terms):
            if one not in self._known:
                short, long = self._price(one, 0), self._price(one, _LONGEST)
                self._known[one] = _rates(short) if short is long else None
        known = self._known
        return [
            (known[one] or _rates(self._price(one, prompt)))[kind]
            for one, kind, prompt in zip(terms, kinds, prompts, strict=True)
        ]

    def centibytes(self, terms: str) -> int:
        """Hundredths of a byte that a token has."""
        found = self._centibytes.get(terms)
        if found is None:
            found = self._centibytes[terms] = results_tokens.centibytes(terms.split(_SEPARATOR, maxsplit=1)[0])
        return found

    def _price(self, terms: str, prompt: int) -> Price | None:
        parts = terms.split(_SEPARATOR)
        if len(parts) != len(_PARTS):  # a separator in a name, which is then no known one
            return None
        model, day, speed, geo, tier, priced_by = parts
        held = self._managed if priced_by == MANAGED else None
        return prices.lookup(model, at=day, prompt_tokens=prompt, speed=speed, geo=geo, tier=tier, managed=held)


def _rates(price: Price | None) -> tuple[Rate, ...]:
    """The rates of a send by how its new tokens were billed."""
    if price is None:
        return (_UNPRICED, _UNPRICED, _UNPRICED, _NOT_BILLED)
    read = price.cache_read
    return (price.input, read, False), (price.write_5m, read, False), (price.write_1h, read, False), _NOT_BILLED
