"""Prices the ledger's requests anew when the price list has changed: a model that was unknown may be known by now.

A list row is never edited once released, so what was priced stays as it was unless a rule was wrong. What an
organisation's own prices (`modelPricing`) were on that day only the client of that day knew: those stand.
"""

from __future__ import annotations

from scrimp.core import outputs, prices
from scrimp.core.ledger import meta, requests, transaction
from scrimp.core.ledger.pricing import LIST, RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_PRICED_WITH = "priced_with"
_AT_ONCE = 10_000


def reprice(db: sqlite3.Connection) -> None:
    """Price all requests that are priced at the list, if they were priced by another list than this one."""
    now = f"{RULES} {outputs.handle_of(prices.text().encode())}"
    if meta.get(db, _PRICED_WITH) == now:
        return
    with transaction(db):
        for differing in different(db):
            requests.write(db, [new for _, new in differing])
        meta.put(db, _PRICED_WITH, now)


def different(db: sqlite3.Connection) -> Iterator[list[tuple[requests.Entry, requests.Entry]]]:
    """Requests whose rows are not what the price list makes of them, some at a time: as stored, and as reckoned."""
    last = ""
    query = "SELECT message_id FROM requests WHERE message_id > ? AND priced_by = ? ORDER BY message_id LIMIT ?"
    while True:
        ids = [row[0] for row in db.execute(query, (last, LIST, _AT_ONCE))]
        if not ids:
            return
        pairs = [(entry, requests.anew(entry)) for entry in requests.stored(db, ids)]
        yield [(was, new) for was, new in pairs if was != new]
        last = ids[-1]
