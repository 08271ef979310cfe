"""How a value reads in a table: money, tokens, seconds, shares, times, flags, and texts that others wrote."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from scrimp.core import transcript_records as records
from scrimp.core.prices import PICO
from scrimp.reports.periods import moment

if TYPE_CHECKING:
    from collections.abc import Collection

UNPRICED = "unpriced"
ESTIMATED = "estimated"

FLAGS = {
    UNPRICED: ("U", "a model, speed, region or tier without a known price is left out of the dollars"),
    records.F_LOWER_BOUND: ("L", "a transcript that does not say how a reply ended: at least this much"),
    records.F_OLD_VERSION: ("O", "written by an old client that kept part of the output only: at least this much"),
    records.F_SPLIT_MISSING: ("S", "cache writes of unknown lifetime, priced as 5-minute ones"),
    records.F_LEGS_IGNORED: ("I", "parts that do not sum up to their request, which is priced as one"),
    records.F_BAD_NUMBER: ("B", "a count that was no whole number is taken as 0"),
    records.F_REPLAY: ("P", "known only from a copy in its parent's transcript"),
    records.F_REFUSAL_UNBILLED: ("R", "refused before any output: counted, not billed"),
    ESTIMATED: ("E", "reckoned, not billed as such"),
}
"""Each flag's letter in a table, and what the footer says of it. A flag that is not here is written out."""

_AT_LEAST = frozenset((UNPRICED, records.F_LOWER_BOUND, records.F_OLD_VERSION))
_CENT, _SMALLEST = PICO // 100, PICO // 10_000
_THOUSAND, _TEN_THOUSAND = 1_000, 10_000
_MINUTE, _HOUR = 60, 3600
_UUID_CHARS, _ID_CHARS = 36, 8
_ELLIPSIS = "…"


def money(pico: int | None, flags: Collection[str] = ()) -> str:
    """`$1.23`, `≥ $1.23` where something is missing, `≈ $1.23` for an estimate, `unpriced` where all is unknown."""
    if pico is None or (not pico and UNPRICED in flags):
        return UNPRICED
    sign = "≥ " if _AT_LEAST & set(flags) else "≈ " if ESTIMATED in flags else ""
    return sign + _dollars(pico)


def _dollars(pico: int) -> str:
    minus, size = ("-" if pico < 0 else ""), abs(pico)
    if 0 < size < _SMALLEST:
        return f"{minus}<$0.0001"
    if 0 < size < _CENT:
        return f"{minus}$0.{(2 * size + _SMALLEST) // (2 * _SMALLEST):04d}"
    whole, cents = divmod((2 * size + _CENT) // (2 * _CENT), PICO // _CENT)
    return f"{minus}${whole:,}.{cents:02d}"


def tokens(number: int) -> str:
    """`9,999`, `21.7k`, `4.1M`: at most six characters up to a billion."""
    if number < _TEN_THOUSAND:
        return f"{number:,}"
    scaled = number / _THOUSAND
    for unit in "kMG":
        if scaled < _THOUSAND - 0.5:
            return f"{scaled:.1f}{unit}" if scaled < _THOUSAND / 10 else f"{scaled:.0f}{unit}"
        scaled /= _THOUSAND
    return f"{scaled:,.1f}T"


def seconds(value: float | None) -> str:
    """`0.4 s`, `42 s`, `3m 05s`, `2h 04m`; '' where unknown."""
    if value is None:
        return ""
    if value < _MINUTE / 6:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m {whole % _MINUTE:02d}s"
    return f"{whole // _HOUR:,}h {whole % _HOUR // _MINUTE:02d}m"


def percent(share: float | None) -> str:
    """A share from 0 to 1 as `61 %`, rounded down so that 100 % means all; '' where there is none."""
    return "" if share is None else f"{int(share * 100)} %"


def local_time(at: str) -> str:
    """A time of the ledger on the person's clock, to the minute; '' where unknown."""
    when = moment(at)
    return "" if when is None else when.astimezone().strftime("%Y-%m-%d %H:%M")


def letters(flags: Collection[str]) -> str:
    """The flags' letters, in the order of FLAGS; unknown ones as they are."""
    known = "".join(letter for flag, (letter, _) in FLAGS.items() if flag in flags)
    return " ".join([known, *sorted(set(flags) - FLAGS.keys())]).strip()


def short_id(text: str) -> str:
    """The beginning of a UUID, which is enough to name it; any other id whole."""
    return text[:_ID_CHARS] if len(text) == _UUID_CHARS and text.count("-") == 4 else printable(text)  # noqa: PLR2004


def printable(text: str) -> str:
    """`text` on one line, without anything that would move a terminal's cursor or colour it."""
    return text if text.isprintable() else "".join(char if char.isprintable() else "?" for char in text)


def width(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char) for char in text)


def path(text: str, home: str) -> str:
    """A folder, with `~` for the person's own."""
    text = printable(text)
    return f"~{text[len(home) :]}" if home and f"{text}/".startswith(f"{home.rstrip('/')}/") else text


def clipped(text: str, columns: int) -> str:
    """`text` in at most so many columns: of a path its last folders are kept, of anything else its beginning."""
    if width(text) <= columns:
        return text
    if "/" not in text:
        return _head(text, columns - 1) + _ELLIPSIS
    end = _head(text[::-1], columns - 1)[::-1]
    folder = end.find("/")
    return _ELLIPSIS + (end[folder:] if 0 <= folder < len(end) - 1 else end)


def _head(text: str, columns: int) -> str:
    while text and width(text) > columns:
        text = text[:-1]
    return text
