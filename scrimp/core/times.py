"""Times as the ledger has them (`2026-11-22T14:59:48.422Z`), as the clock has them, and as a person reads them.

Without datetime, which costs a short-lived process 2 ms, except where a time has another form. Local time is what TZ
or the machine says.
"""

from __future__ import annotations

import time

_MS = 1000
_MS_PER_DAY = 86_400 * _MS
_FORM = "0000-00-00T00:00:00.000Z"
_DAYS_TO_1970 = 719_468
"""From the first of March of the year 0."""


def iso(at_ms: float) -> str:
    """Milliseconds since the epoch as the ledger writes a time; '' for what is no time."""
    seconds, ms = divmod(int(at_ms), _MS)
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{ms:03d}Z"
    except (OverflowError, ValueError, OSError):
        return ""


def epoch_ms(text: object) -> int:
    """An ISO time as milliseconds since the epoch; 0 for what is none."""
    if not isinstance(text, str) or not text:
        return 0
    ms = _ms_of_form(text)
    if ms is not None:
        return ms
    from datetime import datetime, timezone

    try:
        at = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
        return int((at if at.tzinfo else at.replace(tzinfo=timezone.utc)).timestamp() * _MS)
    except (ValueError, OverflowError):
        return 0


def is_iso(text: str) -> bool:
    """Whether a text is a time as the ledger writes it, of a day that there is."""
    return _ms_of_form(text) is not None


def _ms_of_form(text: str) -> int | None:
    """The milliseconds of a time as the ledger writes it; None for any other text."""
    if "".join("0" if "0" <= char <= "9" else char for char in text) != _FORM:
        return None
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    hours, minutes, ms = int(text[11:13]), int(text[14:16]), int(text[17:19]) * _MS + int(text[20:23])
    found = _days(year, month, day) * _MS_PER_DAY + (hours * 60 + minutes) * 60 * _MS + ms
    return found if iso(found) == text else None


def _days(year: int, month: int, day: int) -> int:
    """From 1970-01-01 to a day of the Gregorian calendar, counted in years that begin in March."""
    since_march = (month + 9) % 12
    years = year - (month <= 2)  # noqa: PLR2004 - January and February end the year before
    leap_days = years // 4 - years // 100 + years // 400
    return 365 * years + leap_days + (153 * since_march + 2) // 5 + day - 1 - _DAYS_TO_1970


def day_span_ms(now_ms: float) -> tuple[int, int]:
    """The local day around `now_ms`, from its midnight to the next, also where the clocks change on it."""
    local = time.localtime(now_ms / _MS)
    midnight = (0, 0, 0, 0, 0, -1)
    start = time.mktime((local.tm_year, local.tm_mon, local.tm_mday, *midnight))
    end = time.mktime((local.tm_year, local.tm_mon, local.tm_mday + 1, *midnight))
    return int(start * _MS), int(end * _MS)


def clock(at_s: float, now_ms: float) -> str:
    """A moment as a person reads it: `14:10`, with the day in front (`Tue 14:10`) where it is not today's."""
    start, end = day_span_ms(now_ms)
    pattern = "%H:%M" if start <= at_s * _MS < end else "%a %H:%M"
    try:
        return time.strftime(pattern, time.localtime(at_s))
    except (OverflowError, ValueError, OSError):
        return "?"


def age(ms: float) -> str:
    """How long ago, in the one unit that says it: `40 s`, `12 min`, `3 h`, `2 d`."""
    seconds = max(0, int(ms / _MS))
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
