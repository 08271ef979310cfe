"""What is spent of a limit in dollars, by the ledger; requests without a known price are told apart."""

from __future__ import annotations

from scrimp.core import prices, sqlite
from scrimp.core.usage import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any, NamedTuple

    from scrimp.core.budget.rules import Limit
    from scrimp.core.budget.spans import Place, Span

    class Spent(NamedTuple):
        """Pico-dollars, and how many requests there were whose price they leave out."""

        pico: int
        unpriced: int
else:
    from collections import namedtuple

    Spent = namedtuple("Spent", "pico unpriced")

_IS_UNPRICED = "INSTR(flags, 'unpriced') > 0"
_IN_PARTS = "SUM(cost_pico / 1000000), SUM(cost_pico % 1000000)"
"""What no sum of absurd prices overflows, and takes twice as long."""

_MILLION = 10**6
_USAGE = ", ".join(f"SUM({name})" for name in Usage._fields)
_OWN_UNPRICED = (
    f"SELECT {_USAGE} FROM requests WHERE {_IS_UNPRICED} "  # noqa: S608 - our own words
    "AND NOT EXISTS (SELECT 1 FROM legs WHERE legs.message_id = requests.message_id) AND "
)
_LEGS_UNPRICED = (
    f"SELECT {', '.join(f'SUM(legs.{name})' for name in Usage._fields)} FROM requests JOIN legs USING (message_id) "  # noqa: S608
    f"WHERE {_IS_UNPRICED} AND legs.cost_pico IS NULL AND "
)


def spent(db: sqlite3.Connection, place: Place, limit: Limit, span: Span) -> Spent:
    """What the requests of a limit have cost."""
    if not limit.repo:
        return _sum(db, span)
    found = [_sum(db, one) for one in _of_repos(db, place, limit, span)]
    return Spent(sum(one.pico for one in found), sum(one.unpriced for one in found))


def at_dearest(db: sqlite3.Connection, place: Place, limit: Limit, span: Span, at: str) -> int:
    """What the requests without a price would have cost at the dearest known one, in pico-dollars."""
    spans = _of_repos(db, place, limit, span) if limit.repo else [span]
    total = 0
    for one in spans:
        for query in (_OWN_UNPRICED, _LEGS_UNPRICED):
            row = db.execute(query + one.condition, one.values).fetchone()
            total += dearest(Usage(*(count or 0 for count in row)), at)
    return total


def dearest(usage: Usage, at: str) -> int:
    """What a usage costs at the dearest list price there is for it, in pico-dollars."""
    found = (prices.lookup(model, at=at, prompt_tokens=0) for model in prices.models())
    return max((prices.cost(usage, price) for price in found if price is not None), default=0)


def pico_of(db: sqlite3.Connection, condition: str, values: tuple[Any, ...]) -> tuple[int, bool]:
    """What some requests have cost together, and whether any of them has flags."""
    try:
        query = f"SELECT SUM(cost_pico), MAX(flags) FROM requests WHERE {condition}"  # noqa: S608 - our own words
        pico, flags = db.execute(query, values).fetchone()
    except sqlite.OperationalError:  # integer overflow
        query = f"SELECT {_IN_PARTS} FROM requests WHERE {condition}"  # noqa: S608 - our own words
        high, low = db.execute(query, values).fetchone()
        return (high or 0) * _MILLION + (low or 0), True
    return pico or 0, bool(flags)


def _sum(db: sqlite3.Connection, span: Span) -> Spent:
    pico, is_flagged = pico_of(db, span.condition, span.values)
    if not is_flagged:
        return Spent(pico, 0)
    query = f"SELECT COUNT(*) FROM requests WHERE {span.condition} AND {_IS_UNPRICED}"  # noqa: S608 - our own words
    (unpriced,) = db.execute(query, span.values).fetchone()
    return Spent(pico, unpriced)


def _of_repos(db: sqlite3.Connection, place: Place, limit: Limit, span: Span) -> list[Span]:
    """The span, for each folder in it that lies in a repo of the limit."""
    query = f"SELECT DISTINCT cwd FROM requests WHERE {span.condition}"  # noqa: S608 - our own words
    folders = [cwd for (cwd,) in db.execute(query, span.values) if place.is_in(limit.repo, cwd)]
    return [span._replace(condition=f"{span.condition} AND cwd = ?", values=(*span.values, cwd)) for cwd in folders]
