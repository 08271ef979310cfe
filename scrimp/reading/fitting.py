"""What of a document enters an answer that has not room for all of it: pure, on lines and symbols."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from scrimp.core import limits
from scrimp.reading import numbered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrimp.reading.outlines.symbols import Symbol

_MARGIN = 0.97
"""A part that was too large by the estimate is made smaller by a little more than that."""


def lines_within(lines: Sequence[str], first: int, budget_tokens: int) -> int:
    """How many lines from the first on fit, with their numbers."""
    most_chars = budget_tokens * limits.READ_CHARS_PER_TOKEN_MOST
    rows = [f"{number}\t{line}" for number, line in enumerate(_up_to(lines, most_chars), first)]
    return rows_within(rows, budget_tokens)


def rows_within(rows: Sequence[str], budget_tokens: int) -> int:
    """How many rows from the first on fit."""
    ends = list(accumulate((len(row) + 1 for row in rows), initial=0))
    count = len(rows)
    for _ in range(limits.READ_TRIES):
        size_tokens = numbered.estimate("\n".join(rows[:count]))
        if not count or size_tokens <= budget_tokens:
            return count
        fitting_chars = int(ends[count] * max(0, budget_tokens) / size_tokens * _MARGIN)
        count = min(count - 1, bisect_right(ends, fitting_chars) - 1)
    return 0


def _up_to(lines: Sequence[str], most_chars: int) -> Iterator[str]:
    for line in lines:
        most_chars -= len(line) + 1
        if most_chars < 0:
            return
        yield line


def outline(symbols: Sequence[Symbol], lines: Sequence[str], first: int) -> str:
    """The signatures of symbols, each line once, numbered; lines: of the document, the first numbered `first`."""
    numbers = sorted({number for one in symbols for number in range(one.shown_first, one.shown_last + 1)})
    last = first + len(lines) - 1
    shown = ((number, lines[number - first]) for number in numbers if first <= number <= last)
    return "\n".join(f"{number}\t{numbered.cut(line, limits.READ_SIGNATURE_CHARS)}" for number, line in shown)


def outlines(symbols: Sequence[Symbol]) -> Iterator[list[Symbol]]:
    """Outlines from the fullest to the barest: all; without constants and fields; then without the deepest levels."""
    yield list(symbols)
    major = [one for one in symbols if not one.is_minor]
    if len(major) < len(symbols):
        yield major
    for depth in range(max((one.depth for one in major), default=0) - 1, -1, -1):
        yield [one for one in major if one.depth <= depth]


def best_outline(symbols: Sequence[Symbol], lines: Sequence[str], first: int, budget_tokens: int) -> list[Symbol]:
    """The fullest outline that fits; empty where none does."""
    most_chars = budget_tokens * limits.READ_CHARS_PER_TOKEN_MOST
    for chosen in outlines(symbols):
        text = outline(chosen, lines, first)
        if chosen and len(text) <= most_chars and numbered.estimate(text) <= budget_tokens:
            return chosen
    return []
