"""What scrimp itself spends to answer a question (`ask`): requests of the session that asked, marked as ours.

They count for every limit and in every report, as an agent of their own; the client's total knows nothing of them.
"""

from __future__ import annotations

from scrimp.core.ledger import requests
from scrimp.core.transcript_records import EXECUTOR, Leg, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.usage import Usage

AGENT_ID, AGENT_TYPE = "scrimp", "scrimp ask"
F_OURS = "ours"
NOT_OURS = f"agent_id <> '{AGENT_ID}'"
"""For a query that is held against the client's own totals."""

_KIND, _ORIGIN = "scrimp", "scrimp"


def add(  # noqa: PLR0913 - what a request is known by
    db: sqlite3.Connection,
    used: Iterable[tuple[str, str, Usage]],
    *,
    session_id: str,
    prompt_id: str,
    folder: str,
    at: str,
    managed: ManagedPrices | None = None,
) -> int:
    """Take in requests (id, model, usage) that answered a question, and return their cost in pico-dollars.

    What has no known price counts 0 in that sum, and is unpriced in the ledger.
    """
    entries = [
        requests.entry_of(_request(one, session_id, prompt_id, folder, at), _project(folder), managed) for one in used
    ]
    known = {row[0] for row, _ in requests.stored(db, [row[0] for row, _ in entries])}
    requests.write(db, [entry for entry in entries if entry[0][0] not in known])
    return sum(requests.at(row, "cost_pico") for row, _ in entries)


def _project(folder: str) -> str:
    """The name under which the client files a folder's sessions."""
    return "".join(sign if sign.isalnum() else "-" for sign in folder)


def _request(one: tuple[str, str, Usage], session_id: str, prompt_id: str, folder: str, at: str) -> Request:
    message_id, model, usage = one
    return Request(
        message_id, session_id, AGENT_ID, AGENT_TYPE, model, at, usage, (Leg(EXECUTOR, model, usage),),
        "", "", "", "end_turn", frozenset({F_OURS}), prompt_id, folder, "", "", (), _KIND, at, model, "", "", _ORIGIN,
    )  # fmt: skip
