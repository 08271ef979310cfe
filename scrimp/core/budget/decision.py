"""What follows for a thread's next request from one limit: it is let go, lands, or stops. Pure.

Landing: two more usual requests fit and no third. The thread is told to answer and its tools are denied; it is let go
once more if it did not answer, then it stops. Where there turns out to be room again (one dear batch made it land), it
goes on as before. A stop without an answer wastes all that was spent, so limits of other things than money and turns
land before they stop, however far they are passed.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NamedTuple

    from scrimp.core.budget.forecast import Forecast

    class Ask(NamedTuple):
        """What the next request takes, each one after it, and what is kept for others, all in the limit's unit.

        short: the next request with a short answer; only what has no room for that stops. keep: for the answers of the
        threads that run beside this one or wait for it; keep_least: the least that these can be, for a stop.
        lands_first: whether it always lands before it stops.
        """

        next: int
        short: int
        later: int
        keep: int = 0
        keep_least: int = 0
        lands_first: bool = False
else:
    from collections import namedtuple

    Ask = namedtuple("Ask", "next short later keep keep_least lands_first", defaults=(0, 0, False))

GO, LAND, STOP = "go", "land", "stop"
ACTIONS = (GO, LAND, STOP)
"""The strictest last."""

_LANDINGS_MOST = 2
"""So many requests a landing thread may make: its answer, and one more try at it."""

_LANDS_BELOW = 3
"""When fewer requests than this fit, a thread lands."""

_LIFTS_FROM = 5
"""A landing that has just begun ends only when so many fit: an agent must not be told one thing and then another."""


def money_ask(own: Forecast, answer: Forecast | None, running: Iterable[int], *, is_start: bool) -> Ask:
    """What a request asks of a limit in dollars, beside the answers of those that wait for it or run with it.

    answer: the forecast for the thread that waits. running: what each agent at work has reserved. is_start: whether it
    is a new agent's first request, which runs beside all these.
    """
    keep = sum(pico if is_start else min(pico, own.later_pico) for pico in running)  # first requests are dear
    if answer is None:
        return Ask(own.pico, own.short_pico, own.later_pico, keep)
    least = answer.later_pico if is_start else answer.least_pico
    return Ask(own.pico, own.short_pico, own.later_pico, keep + answer.later_pico, least)


def decide(room: int, ask: Ask, landings: int = 0) -> str:
    """What follows where `room` is left of a limit; `landings`: requests let go since the thread is landing."""
    if room <= 0 or room - ask.keep_least < ask.short:
        return LAND if ask.lands_first and not landings else STOP
    least = _LIFTS_FROM if 0 < landings < _LANDINGS_MOST else _LANDS_BELOW
    if room - ask.keep >= ask.next + (least - 1) * ask.later:
        return GO
    return STOP if landings >= _LANDINGS_MOST else LAND
