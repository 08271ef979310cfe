"""Points in time as a person gives them: `7d`, `24h`, `2w` ago, or a day in local time.

Both give text that compares with the ledger's times: ISO 8601 in UTC to the second, without the `Z`.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta

from scrimp.core.errors import UsageError

_AGO = re.compile(r"(\d{1,6})([hdw])", re.ASCII)
_DAY = re.compile(r"(\d{4})(-?)(\d\d)\2(\d\d)", re.ASCII)
_UNIT = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_EXPECTED = "expected an age (24h, 7d, 2w) or a day (2026-11-01, 20261101)"


def start(text: str, option: str, now: datetime) -> str:
    """From when on: so long before `now`, or the beginning of a day. UsageError names `option`."""
    return as_text(_read(text, option, now, timedelta()))


def end(text: str, option: str, now: datetime) -> str:
    """Before when: so long before `now`, or the end of a day, which is itself included."""
    return as_text(_read(text, option, now, timedelta(days=1)))


def as_text(moment: datetime) -> str:
    """A moment as the bound that the ledger's times are compared with."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def moment(at: str) -> datetime | None:
    """A time of the ledger; None where it is unknown, or so far off that one cannot reckon with it."""
    try:
        when = datetime.fromisoformat(at).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return when if MINYEAR < when.year < MAXYEAR else None


def span(first: str | None, last: str | None) -> float | None:
    """Seconds from one time of the ledger to another; None where one is unknown."""
    begun, ended = moment(first or ""), moment(last or "")
    return None if begun is None or ended is None else (ended - begun).total_seconds()


def _read(text: str, option: str, now: datetime, whole_day: timedelta) -> datetime:
    try:
        ago = _AGO.fullmatch(text)
        if ago:
            return now - int(ago[1]) * _UNIT[ago[2]]
        day = _DAY.fullmatch(text)
        if day:
            local = datetime(int(day[1]), int(day[3]), int(day[4])) + whole_day  # noqa: DTZ001 - the day is local
            return local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{option} {text!r}: {error}; {_EXPECTED}") from None
    raise UsageError(f"{option} {text!r}: {_EXPECTED}")
