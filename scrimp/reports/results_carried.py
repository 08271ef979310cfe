"""A thread of requests, and what it costs to carry a tool result through it.

What a token costs to be carried from one place of a thread to another is a difference of two running sums, so that
all results of a thread take one pass.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core.ledger.pricing import F_UNPRICED
from scrimp.reports import results_tokens
from scrimp.reports.wording import ESTIMATED

if TYPE_CHECKING:
    from collections.abc import Iterable

    Row = tuple[Any, ...]

FLAGS = frozenset((ESTIMATED,))
_UNPRICED_TOO = frozenset((ESTIMATED, F_UNPRICED))


class Result(NamedTuple):
    """What one tool call brought, and what that has cost so far.

    at: when it came back. tokens: estimated. enter_pico: to be sent for the first time; reread_pico: by the `rereads`
    times that it was sent since, until a compaction took it out.
    """

    tool_use_id: str
    name: str
    at: str
    message_id: str
    session_id: str
    agent_id: str
    prompt_id: str
    bytes: int
    images: int
    is_error: bool
    tokens: int
    enter_pico: int
    reread_pico: int
    rereads: int
    flags: frozenset[str]

    @property
    def pico(self) -> int:
        """All that it has cost."""
        return self.enter_pico + self.reread_pico


class Send(NamedTuple):
    """One time that a thread's conversation was sent: a request, or a sampling step of it.

    enter, read: pico-dollars for a token that is new to it, and for one that it finds in the cache; 0 if unpriced.
    """

    message_id: str
    prompt_id: str
    at: str
    model: str
    prompt: int
    cache_read: int
    enter: int
    read: int
    is_priced: bool


class Carried:
    """A thread (session, agent), and what it costs to carry a token through it; `marks`: when it was compacted."""

    def __init__(self, thread: tuple[str, str], sends: list[Send], marks: list[str]) -> None:
        self._thread = thread
        self._sends = sends
        self._ats = [send.at for send in sends]
        self._sums, self._unpriced = _running_sums(sends)
        self._shorter = _next_not_longer([send.prompt for send in sends])
        self._compacted = [bisect_right(self._ats, mark) for mark in marks]
        self.places = {send.message_id: place for place, send in enumerate(sends)}

    def results(self, batch: list[Row], place: int) -> Iterable[Result]:
        """What the calls of the reply at `place` brought, with its cost.

        A row is (tool_use_id, name, when it came back, bytes, images, is_error).
        """
        here = self._sends[place]
        sizes = [results_tokens.estimate(size, images, here.model) for _, _, _, size, images, _ in batch]
        enters = [max(place + 1, bisect_left(self._ats, at)) for _, _, at, *_ in batch]
        first = min(enters)
        if first < len(self._sends):
            grown = max(self._sends[first].prompt - here.prompt, 0)
            sizes = results_tokens.within(sizes, grown)
        for row, tokens, enter in zip(batch, sizes, enters, strict=True):
            yield self._result(row, place, tokens, enter)

    def _result(self, row: Row, place: int, tokens: int, enter: int) -> Result:
        tool_use_id, name, at, size, images, is_error = row
        here = self._sends[place]
        enter_pico = reread_pico = rereads = 0
        flags = FLAGS
        if enter < len(self._sends) and tokens:
            end = max(self._end(place, enter), enter + 1)
            enter_pico = tokens * self._sends[enter].enter
            reread_pico = tokens * (self._sums[end] - self._sums[enter + 1])
            rereads = end - enter - 1
            flags = _UNPRICED_TOO if self._unpriced[end] > self._unpriced[enter] else FLAGS
        return Result(
            tool_use_id,
            name,
            at,
            here.message_id,
            *self._thread,
            here.prompt_id,
            size,
            images,
            bool(is_error),
            tokens,
            enter_pico,
            reread_pico,
            rereads,
            flags,
        )

    def _end(self, place: int, enter: int) -> int:
        """The first place after `enter` where what came in there is gone: after a compaction, or a way back."""
        mark = bisect_right(self._compacted, enter)
        compacted = self._compacted[mark] if mark < len(self._compacted) else len(self._sends)
        shorter = self._shorter[place]
        return min(compacted, shorter if shorter > enter else len(self._sends))


def _running_sums(sends: list[Send]) -> tuple[list[int], list[int]]:
    """Up to each place: what a token costs that is carried through all of them; how many have no known price.

    A request that found less than half of the one before in the cache had to send it as new.
    """
    sums, unpriced = [0], [0]
    before = 0
    for send in sends:
        is_broken = 2 * send.cache_read < before
        before = send.prompt
        sums.append(sums[-1] + (send.enter if is_broken else send.read))
        unpriced.append(unpriced[-1] + (not send.is_priced))
    return sums, unpriced


def _next_not_longer(prompts: list[int]) -> list[int]:
    """For each place the next one whose prompt is no longer; how many there are, where none is."""
    nearest = [len(prompts)] * len(prompts)
    waiting: list[int] = []
    for place, prompt in enumerate(prompts):
        while waiting and prompts[waiting[-1]] >= prompt:
            nearest[waiting.pop()] = place
        waiting.append(place)
    return nearest
