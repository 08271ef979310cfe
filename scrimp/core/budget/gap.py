"""What no transcript shows (titles, recaps, summaries of pages), from the client's own totals.

Of this session: what its client's total has over the ledger. Where the client tells none (headless), and for all other
sessions of a day, week or month: the share by which totals were above the ledger in the latest sessions that have one.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.budget import spending
from scrimp.core.budget.rules import PROMPT, SESSION
from scrimp.core.ledger import forks, meta, own
from scrimp.core.prices import PICO

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import NamedTuple

    from scrimp.core.budget.rules import Limit
    from scrimp.core.budget.spans import Place, Span

    class Extra(NamedTuple):
        """Pico-dollars beside the ledger's, and whether they are estimated."""

        pico: int
        is_estimated: bool
else:
    from collections import namedtuple

    Extra = namedtuple("Extra", "pico is_estimated")

_MEASURED = "budget_gap"
"""In the ledger's `meta`: the day on which the share was measured, and the share in millionths."""

_MILLION = 10**6
_NOISE_PICO = 10**6
"""The client adds floating numbers: a difference of a millionth of a dollar is no request."""

_TOTALS = "SELECT total_usd FROM cost_states WHERE session_id = ?"
_LATEST = "SELECT session_id FROM cost_states GROUP BY session_id ORDER BY MAX(at) DESC LIMIT ?"


class Gap:
    """The gap of this session and of the others now. `in_flight_pico` is on its way into the transcripts."""

    __slots__ = ("_excess", "_is_known", "_place", "_session_pico", "_share")

    def __init__(self, db: sqlite3.Connection, place: Place, day: str, in_flight_pico: int) -> None:
        self._place = place
        total = max((_total(db, one) for one in place.family), default=0)
        self._is_known = total > 0
        self._session_pico = _spent(db, place.family) if total else 0
        excess = total - self._session_pico - in_flight_pico
        self._excess = excess if excess > _NOISE_PICO else 0
        self._share = _share(db, day)

    def of(self, db: sqlite3.Connection, limit: Limit, span: Span, pico: int) -> Extra:
        """What `pico`, which is spent of a limit, leaves out. Agents' limits: nothing, it is the main thread's."""
        if limit.agent or not pico or not (self._share or self._excess):
            return Extra(0, False)
        here = pico if limit.span in {PROMPT, SESSION} else min(pico, self._own(db, span))
        others = (pico - here) * self._share // _MILLION
        if not self._is_known:
            extra = here * self._share // _MILLION + others
            return Extra(extra, extra > 0)
        part = min(self._excess, self._excess * here // self._session_pico) if self._session_pico else self._excess
        is_part = others > 0 or (part > 0 and here < self._session_pico)
        return Extra(part + others, is_part)

    def _own(self, db: sqlite3.Connection, span: Span) -> int:
        """How much of a period's spending is this session's."""
        pico, _ = spending.pico_of(
            db, f"{_in(self._place.family)} AND {span.condition}", (*self._place.family, *span.values)
        )
        return pico


def _share(db: sqlite3.Connection, day: str) -> int:
    """The share that transcripts never show, in millionths; measured once a day."""
    known_day, _, known = meta.get(db, _MEASURED).partition(" ")
    if known_day == day and known.isdecimal():
        return int(known)
    measured = _measure(db)
    meta.put(db, _MEASURED, f"{day} {measured}")
    return measured


def _measure(db: sqlite3.Connection) -> int:
    """How far the client's totals are above the ledger over the latest sessions, in millionths of the ledger's sum."""
    latest = [one for (one,) in db.execute(_LATEST, (limits.BUDGET_GAP_SESSIONS,))]
    families = {tuple(forks.family(db, one)) for one in latest}
    ledger = excess = 0
    for family in families:
        pico, total = _spent(db, list(family)), max(_total(db, one) for one in family)
        if pico and total:
            ledger += pico
            excess += max(0, total - pico)
    most = int(limits.BUDGET_GAP_MOST * _MILLION)
    return min(most, excess * _MILLION // ledger) if ledger else 0


def _total(db: sqlite3.Connection, session_id: str) -> int:
    """The client's largest total of a session, in pico-dollars; 0 for none."""
    return max((_pico(text) for (text,) in db.execute(_TOTALS, (session_id,))), default=0)


def _pico(text: str) -> int:
    try:
        return int(float(text) * PICO)
    except (ValueError, OverflowError):
        return 0


def _spent(db: sqlite3.Connection, sessions: list[str]) -> int:
    pico, _ = spending.pico_of(db, f"{_in(sessions)} AND {own.NOT_OURS}", tuple(sessions))
    return pico


def _in(sessions: list[str]) -> str:
    return f"session_id IN ({', '.join('?' * len(sessions))})"
