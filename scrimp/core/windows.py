"""How much of a plan's window is used now, from readings of it and from dollars spent between them. Pure.

A reading counts until its window resets; from then on the window counts as empty. What was spent since the reading, or
since the reset, is added at a fitted percentage per dollar and makes the figure a lower bound: what other machines
spend, nobody here knows.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.limit_readings import FIVE_HOUR, SOURCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import NamedTuple

    from scrimp.core.limit_readings import Reading

    Spent = Callable[[int, int], int]

    class State(NamedTuple):
        """A window now: `percent` used, `is_lower` a lower bound, `resets_at` in seconds (0 unknown).

        `age_ms` is how old the reading is. `reading` is the one that counts.
        """

        percent: float
        is_lower: bool
        resets_at: int
        age_ms: int
        reading: Reading
else:
    from collections import namedtuple

    State = namedtuple("State", "percent is_lower resets_at age_ms reading")

PICO = 10**12
_MS = 1000
_HOURS_MS = 3_600_000
_FULL = 100.0
_SAME_RESET_S = 120
"""Two readings of one window may name its reset a little differently."""


def latest(readings: Iterable[Reading], now_ms: int) -> Reading | None:
    """The reading that counts: the newest; of those within the time for which one is not kept anew, the first source's.

    Readings from the future, made before the clock was put back, do not count.
    """
    known = [one for one in readings if one.at_ms <= now_ms + limits.READING_SKEW_S * _MS]
    newest = max((one.at_ms for one in known), default=0)
    fresh = [one for one in known if one.at_ms > newest - limits.READING_AGAIN_S * _MS]
    fresh = [one for one in fresh if ends_ms(one) > now_ms] or fresh
    return min(fresh, key=lambda one: (_rank(one), -one.at_ms), default=None)


def ends_ms(reading: Reading) -> int:
    """When the window of a reading ends, at the latest: its length after the reading where its reset is unknown."""
    length = (5 if reading.window == FIVE_HOUR else 7 * 24) * _HOURS_MS
    return reading.resets_at * _MS or reading.at_ms + length


def state(readings: Sequence[Reading], spent: Spent, now_ms: int) -> State | None:
    """One window now, from its readings; None without any. `spent(from_ms, to_ms)` is in pico-dollars."""
    reading = latest(readings, now_ms)
    if reading is None:
        return None
    age_ms = max(0, now_ms - reading.at_ms)
    end_ms = ends_ms(reading)
    is_over = end_ms <= now_ms
    since_ms = end_ms if is_over else reading.at_ms
    base = 0.0 if is_over else reading.used_percent
    more = spent(since_ms, now_ms) if since_ms < now_ms else 0
    if not more:
        return State(base, False, 0 if is_over else reading.resets_at, age_ms, reading)
    percent = base + (per_dollar(readings, spent) or 0.0) * more / PICO
    return State(min(percent, _FULL), True, 0 if is_over else reading.resets_at, age_ms, reading)


def per_dollar(readings: Sequence[Reading], spent: Spent) -> float | None:
    """Percent of the window that a dollar uses up: the median over pairs of readings; None from too few pairs."""
    ratios: list[float] = []
    for start, end in _pairs(readings):
        pico = spent(start.at_ms, end.at_ms)
        if pico > 0:
            ratios.append((end.used_percent - start.used_percent) * PICO / pico)
    if len(ratios) < limits.FIT_PAIRS_LEAST:
        return None
    ratios.sort()
    middle = len(ratios) // 2
    return ratios[middle] if len(ratios) % 2 else (ratios[middle - 1] + ratios[middle]) / 2


def prompt_percent(
    readings: Sequence[Reading], now: State, prompt: tuple[int, int], spent: Spent, now_ms: int
) -> float | None:
    """What one prompt has used of the window so far, in percent; None where that cannot be told.

    `prompt` is when it began and its pico-dollars. Of what the window rose by since, it is the prompt's share of the
    dollars.
    """
    began_ms, pico = prompt
    if not pico:
        return None
    is_new = ends_ms(now.reading) <= now_ms
    earlier = [one for one in readings if one.at_ms <= began_ms and _is_same_window(one, now.reading)]
    before = None if is_new else latest(earlier, now_ms)
    ratio = per_dollar(readings, spent)
    if before is None:
        return None if ratio is None else min(ratio * pico / PICO, now.percent)
    at_start = before.used_percent + (ratio or 0.0) * spent(before.at_ms, began_ms) / PICO
    rise = max(0.0, now.percent - at_start)
    return rise * min(1.0, pico / max(pico, spent(began_ms, now_ms)))


def _pairs(readings: Sequence[Reading]) -> list[tuple[Reading, Reading]]:
    """The latest pairs in one window each between which it rose by a step or more; no time is in two of them."""
    pairs: list[tuple[Reading, Reading]] = []
    start: Reading | None = None
    for reading in sorted(readings, key=lambda one: one.at_ms):
        if start is None or not _is_same_window(start, reading) or reading.used_percent < start.used_percent:
            start = reading
        elif reading.used_percent - start.used_percent >= limits.FIT_STEP_PERCENT:
            pairs.append((start, reading))
            start = reading
    return pairs[-limits.FIT_PAIRS_MOST :]


def _is_same_window(a: Reading, b: Reading) -> bool:
    """Whether two readings are of one window before its reset; not where either does not say when that is."""
    return bool(a.resets_at and b.resets_at) and abs(a.resets_at - b.resets_at) <= _SAME_RESET_S


def _rank(reading: Reading) -> int:
    return SOURCES.index(reading.source) if reading.source in SOURCES else len(SOURCES)
