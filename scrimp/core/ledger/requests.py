"""Writes the tables `requests` and `legs`; the only place that does.

A request that is known already is merged with what is new: in which order records come, and how often, makes no
difference to what the ledger says in the end.
"""

from __future__ import annotations

from scrimp.core.ledger.pricing import F_UNPRICED, LIST, MANAGED, leg_costs
from scrimp.core.transcript_merge import merge
from scrimp.core.transcript_records import EXECUTOR, F_REFUSAL_UNBILLED, Leg, Request
from scrimp.core.usage import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from scrimp.core.managed_prices import ManagedPrices

    Row = tuple[Any, ...]
    Entry = tuple[Row, list[Row]]
    """A row of `requests`, and its rows of `legs`: none where its answer is all there is."""

_USAGE = len(Usage._fields)
_BEFORE_USAGE = Request._fields.index("usage")
_AFTER_USAGE = _BEFORE_USAGE + _USAGE
_TEXTS = ("speed", "geo", "tier", "stop_reason")
_FLAGS = _AFTER_USAGE + len(_TEXTS)
_AFTER_FLAGS = ("prompt_id", "cwd", "git_branch", "version")
_LAST = ("file_kind", "ended_at", "requested_model", "effort", "cache_asked", "origin")
_PROJECT = _FLAGS + 1 + len(_AFTER_FLAGS) + len(_LAST)
COLUMNS = (
    *Request._fields[:_BEFORE_USAGE],
    *Usage._fields,
    *_TEXTS,
    "flags",
    *_AFTER_FLAGS,
    *_LAST,
    "project",
    "cost_pico",
    "priced_by",
)
"""A row's columns, in the order of the table."""

_LEG_USAGE = len(("message_id", "place", "kind", "model"))
_LEG_COLUMNS = _LEG_USAGE + _USAGE + 1
_IDS_AT_ONCE = 500
"""Below the number of parameters that any SQLite allows (999)."""

_VALUES = f"INTO requests VALUES ({', '.join('?' * len(COLUMNS))})"
_INSERT = f"INSERT OR REPLACE {_VALUES}"
_INSERT_NEW = f"INSERT OR IGNORE {_VALUES}"
_INSERT_LEG = f"INSERT INTO legs VALUES ({', '.join('?' * _LEG_COLUMNS)})"  # noqa: S608 - question marks


def at(row: Row, name: str) -> Any:  # noqa: ANN401 - a column of any type
    """The value that a row has in the column `name`."""
    return row[COLUMNS.index(name)]


def entry_of(request: Request, project: str, managed: ManagedPrices | None = None) -> Entry:
    """The rows that `request` becomes, priced."""
    costs = leg_costs(request, managed)
    flags = {*request.flags, F_UNPRICED} if None in costs else request.flags
    row = (
        *request[:_BEFORE_USAGE],
        *request.usage,
        request.speed,
        request.geo,
        request.tier,
        request.stop_reason,
        " ".join(sorted(flags)) if flags else "",
        request.prompt_id,
        request.cwd,
        request.git_branch,
        request.version,
        request.file_kind,
        request.ended_at,
        request.requested_model,
        request.effort,
        request.cache_asked,
        request.origin,
        project,
        sum(cost for cost in costs if cost),
        LIST if managed is None else MANAGED,
    )
    if len(request.legs) == 1 and request.legs[0] == (EXECUTOR, request.model, request.usage):
        return row, []
    key = request.message_id
    legs = [(key, n, leg.kind, leg.model, *leg.usage, cost) for n, (leg, cost) in enumerate(zip(request.legs, costs))]
    return row, legs


def request_of(entry: Entry) -> Request:
    """The request that these rows are of; its tool calls are in their own table, and left out."""
    row, legs = entry
    usage = Usage(*row[_BEFORE_USAGE:_AFTER_USAGE])
    model = row[_BEFORE_USAGE - 2]
    own = [Leg(leg[2], leg[3], Usage(*leg[_LEG_USAGE : _LEG_USAGE + _USAGE])) for leg in legs]
    fields: list[Any] = [
        *row[:_BEFORE_USAGE],
        usage,
        tuple(own) or (Leg(EXECUTOR, model, usage),),
        *row[_AFTER_USAGE:_FLAGS],
        frozenset(row[_FLAGS].split()) - {F_UNPRICED},
        *row[_FLAGS + 1 : _FLAGS + 1 + len(_AFTER_FLAGS)],
        (),
        *row[_FLAGS + 1 + len(_AFTER_FLAGS) : _PROJECT],
    ]
    return Request(*fields)


def anew(entry: Entry) -> Entry:
    """The rows of a request, priced by the list as it is now."""
    return entry_of(request_of(entry), entry[0][_PROJECT])


def add(db: sqlite3.Connection, entries: Iterable[Entry], managed: ManagedPrices | None = None) -> None:
    """Put these requests into the ledger, each merged with what is known of it."""
    new: dict[str, Entry] = {}
    for entry in entries:
        key = entry[0][0]
        new[key] = _merged(new[key], entry, managed) if key in new else entry
    simple = [row for row, legs in new.values() if not legs]
    if db.executemany(_INSERT_NEW, simple).rowcount == len(simple):  # none of them was known: so it is nearly always
        for row in simple:
            del new[row[0]]
    for known in stored(db, list(new)):
        key = known[0][0]
        merged = known if known == new[key] else _merged(known, new[key], managed)
        if merged == known:
            del new[key]
        else:
            new[key] = merged
    write(db, new.values())


def write(db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Write rows as they are, in place of those that are there."""
    entries = list(entries)
    db.executemany(_INSERT, [row for row, _ in entries])
    db.executemany("DELETE FROM legs WHERE message_id = ?", [row[:1] for row, _ in entries])
    db.executemany(_INSERT_LEG, [leg for _, legs in entries for leg in legs])


def stored(db: sqlite3.Connection, ids: Sequence[str]) -> Iterator[Entry]:
    """The rows of those of these requests that the ledger has."""
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        marks = f"message_id IN ({', '.join('?' * len(some))})"
        legs: dict[str, list[Row]] = {}
        for leg in db.execute(f"SELECT * FROM legs WHERE {marks} ORDER BY place", some):  # noqa: S608 - question marks
            legs.setdefault(leg[0], []).append(leg)
        rows = db.execute(f"SELECT * FROM requests WHERE {marks}", some).fetchall()  # noqa: S608 - question marks
        yield from ((row, legs.get(row[0], [])) for row in rows)


def _merged(known: Entry, new: Entry, managed: ManagedPrices | None) -> Entry:
    """The rows of both records together; the project is the owner's."""
    a, b = request_of(known), request_of(new)
    merged = merge(a, b)
    if merged == a:
        return known  # nothing new, and priced by what held then
    owner = known if merged.origin == a.origin else new
    entry = entry_of(merged, owner[0][_PROJECT], managed)
    if _priced_parts(merged) != _priced_parts(a):
        return entry
    row, flags = list(entry[0]), merged.flags
    for name in ("cost_pico", "priced_by"):  # what was found then, by the prices that held then
        row[COLUMNS.index(name)] = at(known[0], name)
    if F_UNPRICED in at(known[0], "flags").split():
        flags |= {F_UNPRICED}
    row[_FLAGS] = " ".join(sorted(flags))
    return tuple(row), known[1]


def _priced_parts(request: Request) -> tuple[Any, ...]:
    """All that the price of a request follows from."""
    day = request.at[: len("2026-11-22")]
    return (request.legs, day, request.speed, request.geo, request.tier, F_REFUSAL_UNBILLED in request.flags)
