"""`--wait-for-reset`: a plan whose window is used up is waited for before anything is started.

A window that was full stays so until it resets, however old the reading is: only the reset empties it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import plans, times, windows
from scrimp.core.budget import plan_windows
from scrimp.core.budget.rules import FIVE_HOUR, PERCENT, SCALES, SEVEN_DAY

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from scrimp.core.budget.rules import Rules

_MS = 1000
_FULL = 100.0
_NAP_S = 60.0
"""A machine may sleep meanwhile, and its clock be put right: the time is looked at again each minute."""

_AFTER_RESET_S = 5.0
"""So long after the reset that the other side's clock has passed it too."""

_LABELS = {FIVE_HOUR: "5-hour", SEVEN_DAY: "weekly"}


class Clock(NamedTuple):
    """now: seconds since the epoch; sleep: takes seconds. A test has its own."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


class Full(NamedTuple):
    """A window that is used up, and until when, in seconds since the epoch."""

    label: str
    percent: float
    until_s: float


def until_reset(
    db: sqlite3.Connection, environ: Mapping[str, str], rules: Rules, say: Callable[[str], None], clock: Clock
) -> None:
    """Come back once no window of the plan is used up; at once where none is, or dollars are billed."""
    if plans.is_billed(environ, db, clock.now()):
        say("--wait-for-reset: dollars are billed here, there is no plan to wait for")
        return
    now_ms = int(clock.now() * _MS)
    if not any(plan_windows.readings(db, environ, window, now_ms) for window in _LABELS):
        say("--wait-for-reset: nothing has told how full the plan's windows are; not waiting")
        return
    while (full := used_up(db, environ, rules, int(clock.now() * _MS))) is not None:
        at = times.clock(full.until_s, clock.now() * _MS)
        say(f"the plan's {full.label} window is {full.percent:.0f} % used; waiting until it resets at {at}")
        end_s = full.until_s + _AFTER_RESET_S
        while (left_s := end_s - clock.now()) > 0:
            clock.sleep(min(left_s, _NAP_S))


def used_up(db: sqlite3.Connection, environ: Mapping[str, str], rules: Rules, now_ms: int) -> Full | None:
    """The window that is used up and resets last: all of it, or as much as a limit in percent allows."""
    allowed = {limit.span: limit.amount / SCALES[PERCENT] for limit in rules.limits if limit.unit == PERCENT}
    found: list[Full] = []
    for window, label in _LABELS.items():
        state = windows.state(plan_windows.readings(db, environ, window, now_ms), plans.spender(db), now_ms)
        if state is None or windows.ends_ms(state.reading) <= now_ms:  # it has begun anew
            continue
        if state.percent >= allowed.get(window, _FULL):
            found.append(Full(label, state.percent, windows.ends_ms(state.reading) / _MS))
    return max(found, key=lambda full: full.until_s, default=None)
