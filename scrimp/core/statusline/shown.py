"""The line itself: its parts in their order, coloured, and as many as the terminal has columns for. Pure.

Dollars of session and day against their limits come first, or a plan's windows; then the context, the cache, the
model. What does not fit is left off at the end.
"""

from __future__ import annotations

from scrimp.core import times
from scrimp.core.plans import BETWEEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NamedTuple

    from scrimp.core.settings import Settings
    from scrimp.core.statusline.figures import Figures, Money
    from scrimp.core.statusline.given import Given

    class Part(NamedTuple):
        """A piece of the line and how far along it is, from 0 to 1, for its colour; None: no colour."""

        text: str
        share: float | None = None
else:
    from collections import namedtuple

    Part = namedtuple("Part", "text share", defaults=(None,))

_NEAR, _AT = 0.8, 0.95
"""Of a limit: from here on yellow, from here on red, as the budget's warnings."""

_YELLOW, _RED, _DIM, _PLAIN = "\x1b[33m", "\x1b[31m", "\x1b[2m", "\x1b[0m"
_UNPRICED = "unpriced"
_CENT = 10**10
_WHOLE = 100.0
_MS = 1000


def line(parts: Iterable[Part], columns: int, *, colours: bool) -> str:
    """The parts in one line of at most `columns` characters (0: however many), the first one in any case."""
    shown: list[str] = []
    width = 0
    for part in parts:
        more = len(part.text) + (len(BETWEEN) if shown else 0)
        if shown and columns and width + more > columns:
            break
        width += more
        shown.append(_coloured(part) if colours else part.text)
    between = f"{_DIM}{BETWEEN}{_PLAIN}" if colours else BETWEEN
    return between.join(shown)


def billed(figures: Figures, settings: Settings) -> list[Part]:
    """Dollars of somebody who pays them: `$1.23 of $5 session`, `$4.56 today`."""
    rows = ((figures.session, settings.session_pico, "session"), (figures.day, settings.day_pico, "today"))
    return [
        Part(f"{_amount(money)}{_limit(limit)} {name}{_rest(money)}", _share(money, limit))
        for money, limit, name in rows
        if money is not None
    ]


def subscribed(windows: Iterable[tuple[str, float | None]], figures: Figures, settings: Settings) -> list[Part]:
    """The plan's windows (`plans.parts`), then what the session would have cost; the day's where it has a limit."""
    parts = [Part(text, None if percent is None else percent / _WHOLE) for text, percent in windows]
    session, day = figures.session, figures.day
    if session is not None:
        worth = f"{_worth(session)}{_limit(settings.session_pico)} API value (not billed)"
        parts.append(Part(worth + _rest(session), _share(session, settings.session_pico)))
    if day is not None and settings.day_pico:
        today = f"{_worth(day)}{_limit(settings.day_pico)} today"
        parts.append(Part(today + _rest(day), _share(day, settings.day_pico)))
    return parts


def context(given: Given) -> list[Part]:
    """How full the context is."""
    percent = given.context_percent
    return [] if percent is None else [Part(f"context {percent:.0f} %", percent / _WHOLE)]


def cache(given: Given, hit_ratio: float | None, now_ms: int) -> list[Part]:
    """How often the prompt cache was hit, and until when it is warm: `cache 93 %, warm to 14:32`."""
    words = [] if hit_ratio is None else [f"{min(hit_ratio, 1.0) * _WHOLE:.0f} %"]
    is_cold = given.is_warm is False
    if given.is_warm:
        until = given.warm_until
        is_cold = until is not None and until * _MS <= now_ms
        words.append("cold" if is_cold else f"warm to {times.clock(until, now_ms)}" if until else "warm")
    elif is_cold:
        words.append("cold")
    return [Part(f"cache {', '.join(words)}", _NEAR if is_cold else None)] if words else []


def model(given: Given) -> list[Part]:
    """Model and effort, and whether it is the fast, dearer mode."""
    words = [given.model, given.effort, "fast" if given.is_fast else ""]
    text = " ".join(word for word in words if word)
    return [Part(text)] if text else []


def _worth(money: Money) -> str:
    """An amount that nobody bills."""
    return _UNPRICED if _has_no_price(money) else f"≈ {_amount(money)}"


def _amount(money: Money) -> str:
    if _has_no_price(money):
        return _UNPRICED
    mark = ("≥ " if money.is_lower else "") + ("~" if money.is_estimate else "")
    return mark + _usd(money.pico)


def _usd(pico: int) -> str:
    """Dollars and cents, rounded; what is less than a cent says so."""
    if 0 < pico < _CENT // 2:
        return "<$0.01"
    dollars, cents = divmod((pico + _CENT // 2) // _CENT, 100)
    return f"${dollars:,}.{cents:02d}"


def _limit(pico: int | None) -> str:
    return f" of {_usd(pico).removesuffix('.00')}" if pico else ""


def _rest(money: Money) -> str:
    """That the amount leaves something out."""
    return f" + {_UNPRICED}" if money.is_unpriced and not _has_no_price(money) else ""


def _has_no_price(money: Money) -> bool:
    """Whether all that is known of it is that it is unpriced."""
    return money.is_unpriced and not money.pico


def _share(money: Money, limit: int | None) -> float | None:
    return money.pico / limit if limit else None


def _coloured(part: Part) -> str:
    if part.share is None or part.share < _NEAR:
        return part.text
    return f"{_RED if part.share >= _AT else _YELLOW}{part.text}{_PLAIN}"
