"""When a request is sent once more: passing failures, 429 and 503, with growing pauses or those the server asks for."""

from __future__ import annotations

import email.utils
from typing import TYPE_CHECKING

from scrimp.core import limits
from scrimp.fetching.sending import READS, Answer, Asked, Unfetched

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_BUSY = frozenset({429, 503})


async def tried(
    asked: Asked,
    send: Callable[[Asked], Awaitable[Answer]],
    *,
    sleep: Callable[[float], Awaitable[None]],
    chance: Callable[[], float],
    now_s: Callable[[], float],
) -> Answer:
    """The answer, after at most `limits.FETCH_TRIES` tries; a busy server's own answer when these are used up.

    Methods that change something are sent once. chance gives 0 to 1, now_s the time since 1970.

    Raises:
        Unfetched, Refused: see `sending.sent`; of the last try.
    """
    for tries in range(1, limits.FETCH_TRIES + 1):
        is_last = tries == limits.FETCH_TRIES or asked.method not in READS
        try:
            answer = await send(asked)
        except Unfetched as error:
            if is_last or not error.is_passing:
                raise
            pause_s = _back_off_s(tries, chance())
        else:
            wanted_s = _retry_after_s(answer.headers.get("retry-after", ""), now_s()) if answer.status in _BUSY else -1
            if is_last or answer.status not in _BUSY or wanted_s > limits.FETCH_RETRY_AFTER_S:
                return answer
            pause_s = max(wanted_s, _back_off_s(tries, chance()))
        await sleep(pause_s)
    raise AssertionError("the last try returns or raises")


def _back_off_s(tries: int, chance: float) -> float:
    """Half of it by chance, so that many that were refused together do not come back together."""
    whole_s = limits.FETCH_BACK_OFF_S * 2 ** (tries - 1)
    return whole_s / 2 + whole_s / 2 * chance


def _retry_after_s(value: str, now_s: float) -> float:
    """Seconds that a Retry-After header asks for, as a number or a date; 0 where it says nothing that can be read."""
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(email.utils.parsedate_to_datetime(value).timestamp() - now_s, 0.0)
    except (ValueError, TypeError, OverflowError):
        return 0.0
