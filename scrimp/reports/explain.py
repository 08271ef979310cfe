"""One request's dollars, leg by leg: tokens times rate for each class, the price row, and what the flags mean.

The ledger keeps what a request cost, not the rates: these are looked up again. Where that comes to something else than
what is kept, both are said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core import managed_settings, prices
from scrimp.core.errors import NotFoundError, UsageError
from scrimp.core.ledger import requests
from scrimp.core.ledger.pricing import F_UNPRICED, MANAGED, price_of
from scrimp.core.transcript_records import EXECUTOR, F_REFUSAL_UNBILLED
from scrimp.reports.wording import printable

if TYPE_CHECKING:
    import sqlite3

    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.prices import Price
    from scrimp.core.transcript_records import Leg, Request
    from scrimp.reports.source import Source

CLASSES = (
    ("input", "input", "input"),
    ("cache read", "cache_read", "cache_read"),
    ("cache write 5m", "write_5m", "write_5m"),
    ("cache write, unknown lifetime, as 5m", "write_unsplit", "write_5m"),
    ("cache write 1h", "write_1h", "write_1h"),
    ("output", "output", "output"),
    ("web search", "searches", "search"),
)
"""What is paid for: its name, its count in a usage, its rate in a price."""

_MOST_NAMED = 5
_ONE = "SELECT project, flags, cost_pico, priced_by FROM requests WHERE message_id = ?"


class Line(NamedTuple):
    """One class of a leg: `number` tokens (or searches) at `rate` pico-dollars each."""

    name: str
    number: int
    rate: int

    @property
    def pico(self) -> int:
        """What they cost together."""
        return self.number * self.rate


class LegLines(NamedTuple):
    """One leg. kept_pico: what the ledger has, price: what is found now; None: unpriced. is_free: not billed."""

    leg: Leg
    price: Price | None
    lines: tuple[Line, ...]
    kept_pico: int | None
    is_free: bool

    @property
    def pico(self) -> int:
        """What its lines come to."""
        return sum(line.pico for line in self.lines)


class Explained(NamedTuple):
    """A request and its dollars: `pico` is what the ledger has, `legs` how it comes about."""

    request: Request
    project: str
    flags: tuple[str, ...]
    pico: int
    priced_by: str
    legs: tuple[LegLines, ...]

    @property
    def reckoned_pico(self) -> int:
        """What the legs come to at the prices of now."""
        return sum(leg.pico for leg in self.legs)


def named(db: sqlite3.Connection, start: str) -> tuple[str, str]:
    """What `start` names: ('message_id', ID) of one request, or ('prompt_id', ID) of a turn.

    A whole id goes before the beginning of others. NotFoundError, UsageError where several begin so, or it is empty,
    or a session's.
    """
    if not start:
        raise UsageError("the id of the request or turn is empty; scrimp session --requests lists requests")
    for column in ("message_id", "prompt_id"):
        if db.execute(f"SELECT 1 FROM requests WHERE {column} = ? LIMIT 1", (start,)).fetchone():  # noqa: S608 - ours
            return column, start
    found = [(column, one) for column in ("message_id", "prompt_id") for one in _beginning(db, column, start)]
    if not found:
        if _beginning(db, "session_id", start):
            raise UsageError(f"{start!r} is the id of a session, which is shown by: scrimp session {start}")
        raise NotFoundError(f"no request or turn in the ledger has an id that begins with {start!r}")
    if len(found) > 1:
        shown = ", ".join(printable(one) for _, one in found[:_MOST_NAMED])
        more = ", …" if len(found) > _MOST_NAMED else ""
        raise UsageError(f"{start!r} is the start of several ids: {shown}{more}; give more of it")
    return found[0]


def one(source: Source, message_id: str) -> Explained:
    """The dollars of the request `message_id`, which the ledger has."""
    project, flags, pico, priced_by = source.db.execute(_ONE, (message_id,)).fetchone()
    ((entry, legs),) = requests.stored(source.db, [message_id])
    request = requests.request_of((entry, legs))
    words = tuple(flags.split())
    kept: list[int | None] = [leg[-1] for leg in legs] or [None if F_UNPRICED in words else pico]
    managed = managed_settings.prices(source.environ) if priced_by == MANAGED else None
    parts = tuple(_leg(request, leg, cost, managed) for leg, cost in zip(request.legs, kept, strict=True))
    return Explained(request, project, words, pico, priced_by, parts)


def as_object(explained: Explained) -> dict[str, Any]:
    """The same for programs: dollars are exact decimal strings."""
    request = explained.request
    return {
        "message_id": request.message_id,
        "session_id": request.session_id,
        "prompt_id": request.prompt_id,
        "agent_id": request.agent_id,
        "agent_type": request.agent_type,
        "project": explained.project,
        "cwd": request.cwd,
        "git_branch": request.git_branch,
        "at": request.at,
        "model": request.model,
        "requested_model": request.requested_model,
        "flags": list(explained.flags),
        "priced_by": explained.priced_by,
        "cost_usd": prices.usd(explained.pico),
        "reckoned_usd": prices.usd(explained.reckoned_pico),
        "legs": [_leg_object(part) for part in explained.legs],
    }


def _beginning(db: sqlite3.Connection, column: str, start: str) -> list[str]:
    query = (
        f"SELECT DISTINCT {column} FROM requests "  # noqa: S608 - ours
        f"WHERE {column} <> '' AND substr({column}, 1, ?) = ? ORDER BY 1 LIMIT ?"
    )
    return [found for (found,) in db.execute(query, (len(start), start, _MOST_NAMED + 1))]


def _leg(request: Request, leg: Leg, kept: int | None, managed: ManagedPrices | None) -> LegLines:
    is_free = F_REFUSAL_UNBILLED in request.flags and leg.kind == EXECUTOR
    price = price_of(request, leg, managed)
    lines = [
        Line(name, getattr(leg.usage, count), 0 if is_free or price is None else getattr(price, rate))
        for name, count, rate in CLASSES
    ]
    return LegLines(leg, price, tuple(line for line in lines if line.number), kept, is_free)


def _leg_object(part: LegLines) -> dict[str, Any]:
    price = part.price
    row = price and {
        "model": price.model,
        "since": price.since,
        "terms": list(price.terms),
        "source": price.source,
    }
    return {
        "kind": part.leg.kind,
        "model": part.leg.model,
        "cost_usd": None if part.kept_pico is None else prices.usd(part.kept_pico),
        "price": row,
        "classes": [_line_object(line, has_price=price is not None) for line in part.lines],
    }


def _line_object(line: Line, *, has_price: bool) -> dict[str, Any]:
    rate = prices.usd(line.rate) if has_price else None
    return {
        "class": line.name,
        "number": line.number,
        "usd_each": rate,
        "cost_usd": prices.usd(line.pico) if has_price else None,
    }
