"""Which lines carry which facts, and which facts fit when not all do."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from scrimp.core import limits
from scrimp.core.compact.lines import mask
from scrimp.core.facts.fact import TOTAL, WARNING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from scrimp.core.facts import Fact


class Places:
    """Where facts stand in a text: each call finds the next occurrence that no earlier fact has taken."""

    __slots__ = ("_cursor", "_taken", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._taken: dict[str, int] = {}
        self._cursor = 0

    def of(self, fact: Fact) -> list[tuple[str, int]]:
        """Each part with its offset, parts that are not there left out."""
        found: list[tuple[str, int]] = []
        here = self._cursor
        for part in fact.parts:
            at = self._find(part, here)
            if at >= 0:
                here = here if found else max(here, at)
                found.append((part, at))
                self._taken[part] = at + max(1, len(part))
        if found:
            # Facts come in order of appearance: looking on from here keeps the whole search linear.
            self._cursor = min(at for _, at in found)
        return found

    def _find(self, part: str, here: int) -> int:
        """Below the fact's first part, else from the fact before on, else wherever it stands."""
        least = self._taken.get(part, 0)
        start = max(least, here)
        at = self._text.find(part + "\n", start, start + limits.WIDEN_CHARS)
        if at >= 0 and not _in_word(self._text[at - 1 : at]):
            return at  # a line's end rather than a mention in the source above it
        for begin in (start, max(least, self._cursor), least):
            at = _find_apart(self._text, part, begin)
            if at >= 0:
                return at
        return -1


def _find_apart(text: str, part: str, start: int) -> int:
    """Where `part` stands from `start` on with no word running on at either end: `x.py:2` is not in `x.py:29`."""
    at = text.find(part, start)
    while at >= 0 and part:
        end = at + len(part)
        before, after = text[at - 1 : at], text[end : end + 1]
        if len(part) >= limits.FACT_CHARS:
            after = ""  # cut within a word
        if not (_in_word(part[0]) and _in_word(before)) and not (_in_word(part[-1]) and _in_word(after)):
            break
        at = text.find(part, at + 1)
    return at


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def spans(text: str, facts: Sequence[Fact]) -> list[tuple[int, int]]:
    """The places of the facts in `text`, as [start, end)."""
    places = Places(text)
    return [(at, at + len(part)) for fact in facts for part, at in places.of(fact)]


def turns(facts: Sequence[Fact], *, kinds_first: bool = True) -> list[int]:
    """The indices of the facts in the order of their claim to the room.

    How it ended; then, of failures and warnings, by priority the first and the last of each template; then by
    priority the others: a thousand alike must not push out one that is not. What says more about these comes after
    them, in the same order, and what stands in the middle of a flood last of all.
    Among equals those near the ends come first: how it began, and where it died. kinds_first: else strictly by
    priority, where each kind has had its turn already.
    """
    count: dict[tuple[int, str], int] = {}
    keys = [(fact.priority, mask(" ".join(fact.parts))) for fact in facts]
    last = {key: index for index, key in enumerate(keys)}
    claims: list[tuple[bool, int, bool, int, int, int, int]] = []
    for index, key in enumerate(keys):
        seen = count.get(key, 0)
        count[key] = seen + 1
        turn = 0 if seen == 0 else 1 if last[key] == index else 1 + seen
        from_end = min(index, len(facts) - 1 - index)
        claims.append((key[0] != TOTAL, max(WARNING, key[0]), kinds_first and turn > 1, key[0], turn, from_end, index))
    return [claim[-1] for claim in sorted(claims)]


class Carriers:
    """The lines that carry facts, by index, each with the parts it carries."""

    __slots__ = ("_chars", "gap_chars", "lines", "parts", "where")

    def __init__(self, lines: Sequence[str], facts: Sequence[Fact]) -> None:
        """facts: in order of appearance."""
        self.lines = lines
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        places = Places("\n".join(lines))
        self.where: list[tuple[Fact, list[tuple[str, int]]]] = []
        self.parts: dict[int, list[str]] = {}
        self.gap_chars = 0
        self._chars: dict[int, int] = {}
        for fact in facts:
            carried: list[tuple[str, int]] = []
            for part, at in places.of(fact):
                first = bisect_right(starts, at) - 1
                last = bisect_right(starts, at + max(0, len(part) - 1)) - 1
                carried += [(part, index) for index in range(first, last + 1)]
            self.where.append((fact, carried))

    def take_all(self) -> None:
        """Every fact's lines."""
        for _, carried in self.where:
            self._take(carried)

    def take_what_fits(
        self, room: int, shorten: Callable[[str], str], gap_chars: int, *, kinds_first: bool = True
    ) -> None:
        """Whole facts only: how it ended, as far as TOTALS_SHARE of the room goes, then the others by their turn.

        gap_chars: what a line may cost besides its own characters, when those around it are left out.
        """
        self.gap_chars = gap_chars
        totals = [entry for entry in self.where if entry[0].priority == TOTAL]
        others = [entry for entry in self.where if entry[0].priority != TOTAL]
        order = turns([fact for fact, _ in others], kinds_first=kinds_first)
        used = self._fill(totals, int(room * limits.TOTALS_SHARE), 0, shorten)
        self._fill([others[index] for index in order], room, used, shorten)

    def _fill(
        self,
        entries: Iterable[tuple[Fact, list[tuple[str, int]]]],
        room: int,
        used: int,
        shorten: Callable[[str], str],
    ) -> int:
        for _, carried in entries:
            cost = self._cost(carried, shorten)
            if carried and used + cost <= room:
                used += cost
                self._take(carried)
        return used

    def _cost(self, carried: Iterable[tuple[str, int]], shorten: Callable[[str], str]) -> int:
        """An upper bound of what a fact's lines cost that are not there yet, with a gap line each."""
        cost = 0
        there: set[int] = set()
        for part, index in carried:
            if index not in self._chars:  # thousands of facts may stand on one line of megabytes
                self._chars[index] = len(shorten(self.lines[index]))
            length = self._chars[index]
            around = len(part) + 2 * limits.CLIP_CONTEXT_CHARS
            if index in self.parts or index in there:
                cost += around if length > limits.LINE_CHARS else 0
            else:
                cost += min(length, limits.LINE_CHARS + around) + 1 + self.gap_chars
            there.add(index)
        return cost

    def _take(self, carried: Iterable[tuple[str, int]]) -> None:
        for part, index in carried:
            self.parts.setdefault(index, []).append(part)
