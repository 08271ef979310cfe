"""A thread of requests, and what it costs to carry a tool result through it.

What a token costs to be carried from one place of a thread to another is a difference of two running sums, so that
all results of a thread take one pass. Of what is here there are tens of thousands: it is kept in plain tuples.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from operator import lt
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.reports import results_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    Row = tuple[Any, ...]
    Rate = tuple[int, int, bool]
    """Pico-dollars for a token that is new to a request, and for one that it finds in the cache; is it unpriced?"""


class Result(NamedTuple):
    """What one tool call brought, and what that has cost so far; those that cost most come first in order.

    at: when it came back. tokens: estimated. enter_pico: to be sent for the first time; reread_pico: by the `rereads`
    times that it was sent since, until a compaction took it out. is_unpriced: the price of some of these is unknown.
    """

    less_pico: int
    at: str
    tool_use_id: str
    name: str
    bytes: int
    images: int
    is_error: int
    tokens: int
    enter_pico: int
    reread_pico: int
    rereads: int
    is_unpriced: bool
    message_id: str
    session_id: str
    agent_id: str

    @property
    def pico(self) -> int:
        """All that it has cost."""
        return -self.less_pico


class Carried:
    """A thread: each time that its conversation was sent, and when it was compacted (`marks`).

    ats, prompts, cached, rates: when, how many tokens, how many of them from the cache, and what a token cost then.
    """

    def __init__(
        self, ats: Sequence[str], prompts: Sequence[int], cached: Sequence[int], rates: Sequence[Rate], marks: list[str]
    ) -> None:
        self._ats = ats
        self._prompts = prompts
        self._rates = rates
        # A request that found less than half of the one before in the cache had to send it as new.
        costs = [
            rate[2 * had >= before]
            for rate, had, before in zip(rates, cached, (0, *prompts), strict=False)  # the last has no next
        ]
        self._sums = [0, *accumulate(costs)]
        self._unpriced = [0, *accumulate(rate[2] for rate in rates)]
        self._shorter = _next_not_longer(prompts)
        self._compacted = [bisect_right(ats, mark) for mark in marks]

    def results(self, batch: Sequence[Row], place: int, centibytes: int, thread: Row) -> list[Row]:
        """What the calls of the request at `place` brought, with its cost, each as the values of a Result.

        A row of the batch is (message_id, tool_use_id, name, when it came back, bytes, images, is_error).
        """
        after, ats, sends = place + 1, self._ats, len(self._ats)
        enters = [after if after < sends and ats[after] >= row[3] else bisect_left(ats, row[3], after) for row in batch]
        sizes = [results_tokens.estimate(row[4], row[5], centibytes) for row in batch]
        first = enters[0] if len(enters) == 1 else min(enters)
        if first < sends:
            sizes = results_tokens.within(sizes, max(self._prompts[first] - self._prompts[place], 0))
        found: list[Row] = []
        for (message_id, key, name, at, size, images, is_error), tokens, enter in zip(batch, sizes, enters):  # noqa: B905 - of one length
            enter_pico = reread_pico = rereads = 0
            is_unpriced = False
            if enter < sends and tokens:
                end = self._end(place, enter)
                enter_pico = tokens * self._rates[enter][0]
                reread_pico = tokens * (self._sums[end] - self._sums[enter + 1])
                rereads = end - enter - 1
                is_unpriced = self._unpriced[end] > self._unpriced[enter]
            known = (-enter_pico - reread_pico, at, key, name, size, images, is_error, tokens)
            found.append((*known, enter_pico, reread_pico, rereads, is_unpriced, message_id, *thread))
        return found

    def _end(self, place: int, enter: int) -> int:
        """The first place after `enter` where what came in there is gone: after a compaction, or a way back."""
        end = len(self._ats)
        if self._compacted:
            mark = bisect_right(self._compacted, enter)
            end = self._compacted[mark] if mark < len(self._compacted) else end
        shorter = self._shorter[place]
        if enter < shorter < end:
            end = shorter
        return end if end > enter else enter + 1


def _next_not_longer(prompts: Sequence[int]) -> list[int]:
    """For each place the next one whose prompt is no longer; how many there are, where none is."""
    nearest = [len(prompts)] * len(prompts)
    if all(map(lt, prompts, prompts[1:])):
        return nearest
    waiting: list[int] = []
    for place, prompt in enumerate(prompts):
        while waiting and prompts[waiting[-1]] >= prompt:
            nearest[waiting.pop()] = place
        waiting.append(place)
    return nearest
