"""The windows of a subscription as limits in percent see them: how full, by a reading that is fresh enough or not."""

from __future__ import annotations

from scrimp.core import limit_readings, limits, plans, quick_json, settings, small_file, windows
from scrimp.core.budget.rules import FIVE_HOUR, PERCENT, SCALES, SEVEN_DAY
from scrimp.core.ledger import limits_seen
from scrimp.core.prices import PICO

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from typing import NamedTuple

    from scrimp.core.limit_readings import Reading

    class Filled(NamedTuple):
        """A window in hundredths of a percent. is_trusted: read within the hour. per_usd: what a dollar adds."""

        used: int
        is_trusted: bool
        per_usd: float
        resets_at: int
else:
    from collections import namedtuple

    Filled = namedtuple("Filled", "used is_trusted per_usd resets_at")

_MS = 1000
_SCALE = SCALES[PERCENT]
_FULL_PERCENT = 100


def filled(db: sqlite3.Connection, environ: Mapping[str, str], window: str, now_ms: int) -> Filled | None:
    """How full a window is now; None where nobody ever read it."""
    found = readings(db, environ, window, now_ms)
    spender = plans.spender(db)
    state = windows.state(found, spender, now_ms)
    if state is None:
        return None
    per_usd = windows.per_dollar(found, spender) or 0.0
    is_trusted = state.age_ms <= limits.READING_TRUSTED_S * _MS
    return Filled(round(state.percent * _SCALE), is_trusted, per_usd * _SCALE, state.resets_at)


def taken(one: Filled, pico: int) -> int:
    """What so many pico-dollars take of a window, in hundredths of a percent."""
    return round(one.per_usd * pico / PICO)


def on_credits(db: sqlite3.Connection, environ: Mapping[str, str], now_ms: int) -> int:
    """When the window that is used up, by a fresh reading, is reset (seconds); 0 where none is: the plan still pays."""
    for window in (FIVE_HOUR, SEVEN_DAY):
        reading = windows.latest(readings(db, environ, window, now_ms), now_ms)
        if reading is None or reading.used_percent < _FULL_PERCENT:
            continue
        age_ms = now_ms - reading.at_ms
        if windows.ends_ms(reading) > now_ms and age_ms <= limits.READING_TRUSTED_S * _MS:
            return windows.ends_ms(reading) // _MS
    return 0


def readings(db: sqlite3.Connection, environ: Mapping[str, str], window: str, now_ms: int) -> list[Reading]:
    """All that was read of a window: by the status line, and what the client keeps of it."""
    try:
        text = small_file.read(settings.client_state_file(environ), limits.CLIENT_CONFIG_BYTES)
        cached = limit_readings.of_cached(quick_json.loads(text), now_ms)
    except (OSError, ValueError, RecursionError):
        cached = []
    return [*(one for one in cached if one.window == window), *limits_seen.readings(db, window)]
