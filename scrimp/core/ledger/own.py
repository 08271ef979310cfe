"""What scrimp itself spends: to answer a question (`ask`), for the session that asked; for an evaluation, its own.

They count for every limit and in every report, as an agent of their own; the client's total knows nothing of them.
"""

from __future__ import annotations

from scrimp.core.ledger import requests
from scrimp.core.ledger.pricing import F_UNPRICED
from scrimp.core.transcript_records import EXECUTOR, Leg, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.usage import Usage

AGENT_ID, AGENT_TYPE, EVAL_TYPE = "scrimp", "scrimp ask", "scrimp eval"
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
    agent_type: str = AGENT_TYPE,
) -> int:
    """Take in requests (id, model, usage) of our own, and return their cost in pico-dollars.

    What has no known price counts 0 in that sum, and is unpriced in the ledger.
    """
    known_as = session_id, agent_type, prompt_id
    entries = [requests.entry_of(_request(one, known_as, folder, at), _project(folder), managed) for one in used]
    known = {row[0] for row, _ in requests.stored(db, [row[0] for row, _ in entries])}
    requests.write(db, [entry for entry in entries if entry[0][0] not in known])
    return sum(requests.at(row, "cost_pico") for row, _ in entries)


def spent(db: sqlite3.Connection, session_id: str) -> int:
    """What requests of our own have cost under this session, in pico-dollars."""
    (pico,) = db.execute(
        "SELECT COALESCE(SUM(cost_pico), 0) FROM requests WHERE session_id = ? AND agent_id = ?", (session_id, AGENT_ID)
    ).fetchone()
    return int(pico)


def is_priced(db: sqlite3.Connection, message_id: str) -> bool:
    """Whether the price of all of a request of ours is known."""
    return not any(F_UNPRICED in requests.at(row, "flags").split() for row, _ in requests.stored(db, [message_id]))


def _project(folder: str) -> str:
    """The name under which the client files a folder's sessions."""
    return "".join(sign if sign.isalnum() else "-" for sign in folder)


def _request(one: tuple[str, str, Usage], known_as: tuple[str, str, str], folder: str, at: str) -> Request:
    message_id, model, usage = one
    session_id, agent_type, prompt_id = known_as
    return Request(
        message_id, session_id, AGENT_ID, agent_type, model, at, usage, (Leg(EXECUTOR, model, usage),),
        "", "", "", "end_turn", frozenset({F_OURS}), prompt_id, folder, "", "", (), _KIND, at, model, "", "", _ORIGIN,
    )  # fmt: skip
