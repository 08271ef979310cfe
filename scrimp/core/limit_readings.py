"""Readings of a subscription's windows, out of the three places where the client tells them.

As client 2.1.330 has them: the status line's `rate_limits` (percent, seconds), a headless run's `rate_limit_event`
(a fraction of 1, seconds) and `cachedUsageUtilization` of `~/.claude.json` (percent, ISO time). What is missing, null,
of a wrong type or out of all reason gives no reading; a reset that is unknown is 0. Pure.
"""

from __future__ import annotations

from scrimp.core import limits, times
from scrimp.core.untrusted import as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NamedTuple

    class Reading(NamedTuple):
        """One window as it was read at `at_ms`: `used_percent` 0 to 100, `resets_at` in seconds, 0 unknown."""

        window: str
        at_ms: int
        source: str
        used_percent: float
        resets_at: int
        session_id: str = ""
        prompt_id: str = ""
else:
    from collections import namedtuple

    Reading = namedtuple(
        "Reading", "window at_ms source used_percent resets_at session_id prompt_id", defaults=("", "")
    )

STATUS_LINE, EVENT, CACHED = "statusline", "event", "cached"
SOURCES = (STATUS_LINE, EVENT, CACHED)
"""Where readings come from; of readings of the same time the first of these counts."""

FIVE_HOUR, SEVEN_DAY = "five_hour", "seven_day"
WINDOWS = (FIVE_HOUR, SEVEN_DAY, "seven_day_opus", "seven_day_sonnet", "seven_day_overage_included")
"""The windows of a plan that the client names; what it pays beyond the plan (`overage`) is none."""

_WHOLE_PERCENT = 100.0
_ROUNDED = 4
"""Decimals of a percentage that are kept: a fraction of 1 makes endless ones."""

_YEAR_S = 366 * 86_400
_MS = 1000


def of_status_line(given: object, at_ms: int) -> list[Reading]:
    """The windows in what the client gives a status line."""
    row = as_object(given)
    told = as_object(row.get("rate_limits"))
    who = _id(row.get("session_id")), _id(row.get("prompt_id"))
    found = (
        _reading(name, at_ms, STATUS_LINE, as_object(told.get(name)).get("used_percentage"), told.get(name), who)
        for name in WINDOWS
    )
    return _there(found)


def of_event(event: object, at_ms: int) -> list[Reading]:
    """The windows in a line of a headless run's stream; none in a line of another type."""
    row = as_object(event)
    if row.get("type") != "rate_limit_event":
        return []
    info = as_object(row.get("rate_limit_info"))
    told = {as_text(info.get("rateLimitType")): info, **as_object(info.get("unifiedWindows"))}
    who = _id(row.get("session_id")), ""
    found = (
        _reading(name, at_ms, EVENT, _in_percent(as_object(told.get(name)).get("utilization")), told.get(name), who)
        for name in WINDOWS
    )
    return _there(found)


def of_cached(config: object, now_ms: int) -> list[Reading]:
    """The windows that the client remembers in `~/.claude.json`; none from the future or after an hour, as it does."""
    kept = as_object(as_object(config).get("cachedUsageUtilization"))
    at_ms = _number(kept.get("fetchedAtMs"))
    if at_ms is None or not 0 <= now_ms - at_ms <= limits.READING_TRUSTED_S * _MS:
        return []
    told = as_object(kept.get("utilization"))
    found = (
        _reading(name, int(at_ms), CACHED, as_object(told.get(name)).get("utilization"), told.get(name), ("", ""))
        for name in WINDOWS
    )
    return _there(found)


def _reading(
    window: str, at_ms: int, source: str, percent: object, told: object, who: tuple[str, str]
) -> Reading | None:
    used = _number(percent)
    if used is None:
        return None
    row = as_object(told)
    resets_at = _resets_at(row.get("resets_at", row.get("resetsAt")), at_ms)
    return Reading(window, at_ms, source, round(min(used, _WHOLE_PERCENT), _ROUNDED), resets_at, *who)


def _resets_at(value: object, at_ms: int) -> int:
    """Seconds since the epoch, from a number or an ISO time; 0 for none and for one over a year away."""
    seconds = times.epoch_ms(value) / _MS if isinstance(value, str) else _number(value)
    return int(seconds) if seconds and abs(seconds - at_ms / _MS) < _YEAR_S else 0


def _in_percent(fraction: object) -> float | None:
    number = _number(fraction)
    return None if number is None else number * _WHOLE_PERCENT


def _number(value: object) -> float | None:
    """A finite number from 0, else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < limits.NUMBER_MAX:
        return None
    return value


def _id(value: object) -> str:
    """A text that the ledger can hold: half a surrogate pair it cannot."""
    return as_text(value).encode("utf-8", "replace").decode()


def _there(found: Iterable[Reading | None]) -> list[Reading]:
    return [reading for reading in found if reading is not None]
