"""Points in time as a person gives them: `7d`, `24h`, `2w` ago, or a day or month in local time.

Both give text that compares with the ledger's times: ISO 8601 in UTC to the second, without the `Z`.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta

from scrimp.core.errors import UsageError

_AGO = re.compile(r"(\d{1,6})([hdw])", re.ASCII)
_DAY = re.compile(r"(\d{4})(-?)(\d\d)\2(\d\d)", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_NAMED = {"today": 0, "yesterday": 1}
_MONTHS_A_YEAR = 12
_UNIT = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_EXPECTED = "expected an age (24h, 7d, 2w), a day (today, yesterday, 2026-11-01, 20261101) or a month (2026-11)"


def start(text: str, option: str, now: datetime) -> str:
    """From when on: so long before `now`, or the beginning of a day or month. UsageError names `option`."""
    return as_text(_read(text, option, now)[0])


def end(text: str, option: str, now: datetime) -> str:
    """Before when: so long before `now`, or the end of a day or month, which is itself included."""
    return as_text(_read(text, option, now)[1])


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


def _read(text: str, option: str, now: datetime) -> tuple[datetime, datetime]:
    """The beginning and the end of what `text` names."""
    words = text.strip().lower()
    try:
        ago = _AGO.fullmatch(words)
        if ago:
            then = now - int(ago[1]) * _UNIT[ago[2]]
            return then, then
        days = _days(words, now)
        if days:
            return _instant(days[0]), _instant(days[1])
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{option} {text!r}: {error}; {_EXPECTED}") from None
    raise UsageError(f"{option} {text!r}: {_EXPECTED}")


def _days(words: str, now: datetime) -> tuple[datetime, datetime] | None:
    """The local midnights at the beginning and the end of a day or month; None where `words` names none."""
    month = _MONTH.fullmatch(words)
    if month:
        year, number = int(month[1]), int(month[2])
        return _midnight(year, number, 1), _midnight(year + number // _MONTHS_A_YEAR, number % _MONTHS_A_YEAR + 1, 1)
    day = _DAY.fullmatch(words)
    if day:
        begun = _midnight(int(day[1]), int(day[3]), int(day[4]))
    elif words in _NAMED:
        today = now.astimezone()
        begun = _midnight(today.year, today.month, today.day) - timedelta(days=_NAMED[words])
    else:
        return None
    return begun, begun + timedelta(days=1)


def _instant(local: datetime) -> datetime:
    """When the person's clock came to `local`; where it skipped that hour, when it skipped it."""
    return datetime.fromtimestamp(local.timestamp(), UTC)


def _midnight(year: int, month: int, day: int) -> datetime:
    """On the person's clock: without a zone, so that a day of 23 or 25 hours is one."""
    return datetime(year, month, day)  # noqa: DTZ001
