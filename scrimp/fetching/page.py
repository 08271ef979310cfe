"""A fetched page as an item of a batch: all of it, or its beginning and the headings of the rest, or what answers."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from scrimp.batch.item import Part
from scrimp.core import limits, tokens

if TYPE_CHECKING:
    from scrimp.fetching.wanted import Wanted
    from scrimp.texts.passages import Passage

_HEADING = re.compile(r"#{1,6} +\S")
_FENCE = re.compile(r"\s*(```|~~~)")


class Page:
    """Text that fits is shown whole; of more, its beginning, and below it the headings of the rest with their lines."""

    error = ""

    def __init__(self, heading: str, wanted: Wanted, lines: list[str], first: int = 1, last: int | None = None) -> None:
        """Lines `first` to `last` (from 1; None for the end) of a page with these lines."""
        self.heading = heading
        self._wanted = wanted
        self._lines = lines
        self._first = first
        self._last = min(last or len(lines), len(lines))

    @cached_property
    def _shown(self) -> list[str]:
        return self._lines[self._first - 1 : self._last]

    @cached_property
    def _sums(self) -> list[int]:
        """Tokens up to and with each line."""
        return list(accumulate(tokens.estimate(f"{line}\n") for line in self._shown))

    @property
    def tokens(self) -> int:
        """What it takes whole, estimated."""
        return self._tokens

    @cached_property
    def _tokens(self) -> int:
        return tokens.estimate(self.content())

    def content(self) -> str:
        """Its lines, all of them."""
        return "\n".join(self._shown)

    def within(self, budget_tokens: int) -> Part:
        """All of it, or its beginning with the headings of the rest."""
        if self.tokens <= budget_tokens:
            return Part(self.content())
        whole_outline = self._outline(0)
        outline_tokens = min(tokens.estimate("\n".join(whole_outline)), int(budget_tokens * limits.FETCH_OUTLINE_SHARE))
        count = self._fitting(budget_tokens - outline_tokens)
        left = len(self._shown) - count
        named = _fitting_lines(self._outline(count), outline_tokens)
        going_on = self._wanted.going_on(self._first + count, self._last)
        noun = "lines" if left != 1 else "line"
        return Part(
            "\n".join([*self._shown[:count], *named]),
            f"{left:,} of {len(self._shown):,} {noun} left out; {going_on}",
        )

    def _fitting(self, room_tokens: int) -> int:
        """How many lines fit; empty ones at the cut go with the rest."""
        count = 0
        while count < len(self._sums) and self._sums[count] <= room_tokens:
            count += 1
        while count and not self._shown[count - 1].strip():
            count -= 1
        return count

    def _outline(self, start: int) -> list[str]:
        """The headings from a line on, each with its number: `[301] ## Section`."""
        found: list[str] = []
        fence = ""
        for place, line in enumerate(self._shown):
            marks = _FENCE.match(line)
            if marks and (not fence or marks.group(1) == fence):
                fence = "" if fence else marks.group(1)
            elif place >= start and not fence and _HEADING.match(line):
                found.append(f"[{self._first + place}] {line}")
        return found


class Answering:
    """The passages of a page that answer a query, the best that fit, in the order of the page.

    Each stands under the numbers of its lines and the headings above it, so that going on there is one call.
    """

    error = ""

    def __init__(self, heading: str, wanted: Wanted, lines: list[str], found: list[Passage], ranks: list[int]) -> None:
        """`found` are all passages of the page, `ranks` the places of those that match, the best first."""
        self.heading = heading
        self._wanted = wanted
        self._lines = lines
        self._found = found
        self._ranks = ranks

    @cached_property
    def _costs(self) -> list[int]:
        """What each of the best takes, the best first: those that together are an answer."""
        costs: list[int] = []
        for place in self._ranks:
            costs.append(tokens.estimate(f"{_labelled(self._found[place])}\n\n"))
            if len(costs) > 1 and sum(costs) > limits.FETCH_ANSWER_TOKENS:
                return costs[:-1]
        return costs

    @property
    def tokens(self) -> int:
        """What the best take."""
        return sum(self._costs)

    def content(self) -> str:
        """The whole page: a question needs more than what a few words found."""
        return "\n".join(self._lines)

    def within(self, budget_tokens: int) -> Part:
        """As many of the best as fit."""
        taken: list[int] = []
        left = budget_tokens
        for place, cost in zip(self._ranks, self._costs, strict=False):
            if cost <= left:
                taken.append(place)
                left -= cost
        text = "\n\n".join(_labelled(self._found[place]) for place in sorted(taken))
        return Part(text, self._left_out(len(taken)))

    def _left_out(self, shown: int) -> str:
        if shown == len(self._found):
            return ""
        matching = "" if shown == len(self._ranks) else f" ({len(self._ranks)} match)"
        noun = "passages" if len(self._found) != 1 else "passage"
        whole = self._wanted._replace(query="").going_on(1, len(self._lines))
        return f"{shown} of {len(self._found)} {noun} shown{matching}; all of it: {whole}"


def _labelled(passage: Passage) -> str:
    span = f"{passage.first}-{passage.last}" if passage.last > passage.first else str(passage.first)
    above = passage.headings[:-1] if passage.text.startswith("#") else passage.headings
    return f"[{' > '.join([f'lines {span}', *above])}]\n{passage.text}"


def _fitting_lines(lines: list[str], room_tokens: int) -> list[str]:
    kept: list[str] = []
    for line in lines:
        room_tokens -= tokens.estimate(f"{line}\n")
        if room_tokens < 0:
            break
        kept.append(line)
    return kept
