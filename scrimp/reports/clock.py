"""Another clock than the person's own: `--timezone Europe/Berlin`.

The ledger's days are told apart by SQLite and its times shown by Python; both ask the C library, which has one time
zone a process.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scrimp.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Generator

_VARIABLE = "TZ"


@contextmanager
def of(name: str) -> Generator[None]:
    """Inside, local time is that of the zone `name`; UsageError where this machine knows none of that name."""
    before = os.environ.get(_VARIABLE)
    expected = _offset(name)
    try:
        _set(name)
        if time.localtime().tm_gmtoff != expected:  # the C library's own list of zones lacks it
            raise _unknown(name)
        yield
    finally:
        _set(before)


def _offset(name: str) -> int:
    """Seconds east of Greenwich, now."""
    try:
        offset = datetime.now(ZoneInfo(name)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _unknown(name) from None
    return round(offset.total_seconds()) if offset else 0


def _set(name: str | None) -> None:
    if name is None:
        os.environ.pop(_VARIABLE, None)
    else:
        os.environ[_VARIABLE] = name
    time.tzset()


def _unknown(name: str) -> UsageError:
    return UsageError(
        f"--timezone {name!r}: this machine knows no such zone; expected one such as Europe/Berlin or UTC"
    )
