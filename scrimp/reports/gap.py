"""The gap account of a session: the ledger against the client's own total, by cause, to the last pico-dollar.

The client counts what no transcript shows (titles, summaries of pages, compactions), and counts some things otherwise
than they are billed. Every cause that can be told has its amount; what is left is `not explained`, never hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core.ledger import own, requests
from scrimp.core.ledger.pricing import F_UNPRICED
from scrimp.reports import gap_causes, gap_totals
from scrimp.reports.gap_causes import Priced
from scrimp.reports.shown import FLAGS, TEXT, USD, Column

if TYPE_CHECKING:
    import sqlite3

    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.reports.gap_causes import Cause
    from scrimp.reports.shown import Row

COLUMNS = (
    Column("session_id", "", TEXT),
    Column("cause", "", TEXT),
    Column("text", "What", TEXT),
    Column("cost_usd", "Dollars", USD),
    Column("detail", "About it", TEXT, 1),
    Column("flags", "", FLAGS),
)

_REQUESTS = f"""
    SELECT message_id, flags, cost_pico, priced_by FROM requests WHERE session_id = ? AND {own.NOT_OURS}
"""  # noqa: S608 - our own words
_SOURCES = {"transcript": "from its transcript", "statusline": "from its status line"}


class Account(NamedTuple):
    """client_pico = ledger_pico + the causes' + unexplained_pico, exactly.

    source, at: where the client's total was read, and when the client said so last. flags: those of the ledger's
    requests.
    """

    session_id: str
    client_pico: int
    source: str
    at: str
    ledger_pico: int
    flags: tuple[str, ...]
    causes: tuple[Cause, ...]
    unexplained_pico: int


def account(db: sqlite3.Connection, session_id: str, managed: ManagedPrices | None = None) -> Account | None:
    """The account of a session; None where the client has left no total of it."""
    priced = _priced(db, session_id)
    ledger_pico = sum(one.pico for one in priced)
    total = gap_totals.of(db, session_id, ledger_pico)
    if total is None:
        return None
    causes = gap_causes.told(db, session_id, total, priced, managed)
    unexplained = total.pico - ledger_pico - sum(cause.pico for cause in causes)
    flags = tuple(sorted({flag for one in priced for flag in one.flags}))
    return Account(session_id, total.pico, total.source, total.at, ledger_pico, flags, tuple(causes), unexplained)


def rows(account: Account) -> list[Row]:
    """The account as a table: the ledger, each cause, what is not explained, and the client's total that they make."""
    whole = [
        _row("ledger", "this ledger", account.ledger_pico, flags=account.flags),
        *(_row(cause.name, cause.text, cause.pico, cause.detail, cause.flags) for cause in account.causes),
        _row("not_explained", "not explained", account.unexplained_pico),
        _row("client", "the client's own total", account.client_pico, _SOURCES.get(account.source, account.source)),
    ]
    return [{"session_id": account.session_id, **row} for row in whole]


def _priced(db: sqlite3.Connection, session_id: str) -> list[Priced]:
    """The session's requests in order, each leg with its cost."""
    known = {message_id: rest for message_id, *rest in db.execute(_REQUESTS, (session_id,))}
    found: list[Priced] = []
    for entry in requests.stored(db, list(known)):
        request = requests.request_of(entry)
        words, pico, priced_by = known[request.message_id]
        costs = [leg[-1] for leg in entry[1]] or [None if F_UNPRICED in words else pico]
        legs = tuple(zip(request.legs, costs, strict=True))
        found.append(Priced(request, pico, tuple(words.split()), legs, priced_by))
    return sorted(found, key=lambda one: (one.request.at, one.request.message_id))


def _row(cause: str, text: str, pico: int, detail: str = "", flags: tuple[str, ...] = ()) -> Row:
    return {"cause": cause, "text": text, "cost_usd": pico, "detail": detail, "flags": flags}
