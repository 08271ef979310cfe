"""What a session and a day have cost, from the ledger and the client's own total, and how often the cache was hit.

Spent is the larger of the two: the ledger knows what the client forgets when a session is resumed, the client knows
the requests that no transcript shows. What the client has over the ledger is added to the day, as an estimate.
"""

from __future__ import annotations

from scrimp.core import times

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import NamedTuple

    from scrimp.core.statusline.given import Given

    class Money(NamedTuple):
        """Pico-dollars, and whether they are at least that, leave unpriced requests out, or hold an estimate."""

        pico: int
        is_lower: bool = False
        is_unpriced: bool = False
        is_estimate: bool = False

    class Figures(NamedTuple):
        """`session` is None where nothing is known of it, `day` and `hit_ratio` (0 to 1) where the ledger has none."""

        session: Money | None
        day: Money | None
        hit_ratio: float | None
else:
    from collections import namedtuple

    Money = namedtuple("Money", "pico is_lower is_unpriced is_estimate", defaults=(False, False, False))
    Figures = namedtuple("Figures", "session day hit_ratio")

_MILLION = 10**6
_COSTS = (
    "SELECT SUM(cost_pico / 1000000), SUM(cost_pico % 1000000), "
    "MAX(flags LIKE '%lower_bound%' OR flags LIKE '%old_version%'), MAX(flags LIKE '%unpriced%'), "
    "SUM(input + write_5m + write_1h + write_unsplit), SUM(cache_read) FROM requests "
)
_FAMILY = (
    "session_id IN (SELECT ? UNION SELECT session_id FROM cost_states WHERE started_ms IN "
    "(SELECT started_ms FROM cost_states WHERE session_id = ? AND started_ms > 0))"
)
"""A fork goes on from its parent's total, with its parent's start: what they cost is in the client's total together."""


def told(given: Given) -> Figures:
    """What the client alone tells, where the ledger cannot be used."""
    session = None if given.total_pico is None else Money(given.total_pico)
    return Figures(session, None, given.hit_ratio)


def of(db: sqlite3.Connection, given: Given, now_ms: int, *, is_behind: bool) -> Figures:
    """The figures of this session and of today. `is_behind`: the ledger does not have all of this session yet."""
    own, hit_ratio = _costs(db, "WHERE session_id = ?", (given.session_id,))
    family, _ = _costs(db, f"WHERE {_FAMILY}", (given.session_id, given.session_id))
    untimed, _ = _costs(db, "WHERE session_id = ? AND at = ''", (given.session_id,))
    start_ms, end_ms = times.day_span_ms(now_ms)
    today, _ = _costs(db, "WHERE at >= ? AND at < ?", (times.iso(start_ms), times.iso(end_ms)))
    excess = max(0, (given.total_pico or 0) - family.pico)
    session = Money(own.pico + excess, is_behind or (own.is_lower and not excess), own.is_unpriced and not excess)
    if given.total_pico is None and not own.pico and hit_ratio is None:
        session = None
    is_lower = is_behind or today.is_lower or (untimed.pico > 0 and not excess)
    day = Money(today.pico + excess, is_lower, today.is_unpriced or (untimed.is_unpriced and not excess), excess > 0)
    return Figures(session, day, given.hit_ratio if is_behind or hit_ratio is None else hit_ratio)


def _costs(db: sqlite3.Connection, where: str, values: tuple[str, ...]) -> tuple[Money, float | None]:
    """The cost of these requests (summed in two parts, which nothing overflows), and how often they hit the cache."""
    high, low, is_lower, is_unpriced, fresh, read = db.execute(_COSTS + where, values).fetchone()
    pico = (high or 0) * _MILLION + (low or 0)
    prompt = (fresh or 0) + (read or 0)
    return Money(pico, bool(is_lower), bool(is_unpriced)), (read or 0) / prompt if prompt else None
