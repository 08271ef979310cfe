"""How a value reads in a table: money, tokens, seconds, shares, times, flags, and texts that others wrote."""

from __future__ import annotations

import math
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
    records.F_SPLIT_MISSING: ("S", "cache writes of unknown lifetime, priced as 5-minute ones: at least this much"),
    records.F_LEGS_IGNORED: ("I", "parts that do not sum up to their request, which is priced as one: about this much"),
    records.F_BAD_NUMBER: ("B", "a count that was no whole number is taken as 0: at least this much"),
    records.F_REPLAY: ("P", "known only from a copy in its parent's transcript"),
    records.F_REFUSAL_UNBILLED: ("R", "refused before any output: counted, not billed"),
    ESTIMATED: ("E", "reckoned, not billed as such"),
}
"""Each flag's letter in a table, and what the footer says of it. A flag that is not here is written out."""

AT_LEAST, ABOUT = "≥", "≈"
SIGNS = {
    AT_LEAST: "at least: a part of it has no known price, or no full count",
    ABOUT: "an estimate: it can be reckoned, but nobody bills it as such",
}
"""What the signs before dollars mean."""

_AT_LEAST = frozenset(
    (UNPRICED, records.F_LOWER_BOUND, records.F_OLD_VERSION, records.F_SPLIT_MISSING, records.F_BAD_NUMBER)
)
_ABOUT = frozenset((ESTIMATED, records.F_LEGS_IGNORED))
_CENT, _SMALLEST = PICO // 100, PICO // 10_000
_THOUSAND, _TEN_THOUSAND = 1_000, 10_000
_SMALLEST_SHARE = 0.005
_MINUTE, _HOUR = 60, 3600
_UUID_CHARS, _ID_CHARS = 36, 8
_ELLIPSIS = "…"


def money(pico: int | None, flags: Collection[str] = ()) -> str:
    """`$1.23`, `≥ $1.23` where something is missing, `≈ $1.23` for an estimate, `unpriced` where all is unknown."""
    if pico is None or (not pico and UNPRICED in flags):
        return UNPRICED
    return f"{sign(flags)} {_dollars(pico)}".lstrip()


def sign(flags: Collection[str]) -> str:
    """AT_LEAST, ABOUT or '': how a sum with these flags is to be read."""
    return AT_LEAST if not _AT_LEAST.isdisjoint(flags) else ABOUT if not _ABOUT.isdisjoint(flags) else ""


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
    """A share from 0 to 1 as `61 %`; 0 % means nothing and 100 % all; '' where there is none."""
    if share is None:
        return ""
    if 0 < share < _SMALLEST_SHARE:
        return "<1 %"
    whole = math.floor(share * 100 + 0.5)
    return f"{99 if whole == 100 and share < 1 else whole} %"  # noqa: PLR2004 - all, and just short of it


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
    is_uuid = len(text) == _UUID_CHARS and text.count("-") == 4  # noqa: PLR2004
    return printable(text[:_ID_CHARS] if is_uuid else text)


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
    """`text` in at most so many columns: of a path (no blanks) its last folders are kept, else its beginning."""
    if width(text) <= columns:
        return text
    if "/" not in text or " " in text:
        return head(text, columns - 1) + _ELLIPSIS
    end = head(text[::-1], columns - 1)[::-1]
    folder = end.find("/")
    return _ELLIPSIS + (end[folder:] if 0 <= folder < len(end) - 1 else end)


def head(text: str, columns: int) -> str:
    """The beginning of `text` that takes so many columns at most."""
    if text.isascii():
        return text[: max(columns, 0)]
    while text and width(text) > columns:
        text = text[:-1]
    return text
