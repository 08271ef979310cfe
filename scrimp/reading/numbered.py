"""Lines with their numbers, in the form of the native Read (`12<tab>text`), and what such a text takes in tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core import limits, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GAP = "--"
"""Stands where lines are left out in between."""


def text_of(lines: Sequence[str], first: int) -> str:
    """Lines in a row, the first of them numbered `first`."""
    return "\n".join([f"{number}\t{line}" for number, line in enumerate(lines, first)])


def with_gaps(rows: Iterable[tuple[int, str]]) -> str:
    """Lines with their numbers, in order; GAP between those that do not follow each other."""
    pieces: list[str] = []
    before = 0
    for number, line in rows:
        if before and number > before + 1:
            pieces.append(GAP)
        pieces.append(f"{number}\t{line}")
        before = number
    return "\n".join(pieces)


def estimate(text: str) -> int:
    """Tokens of a text, from samples spread over it where it is long; exact counting takes longer than reading it."""
    sampled = limits.READ_SAMPLES * limits.READ_SAMPLE_CHARS
    if len(text) <= sampled:
        return tokens.estimate(text)
    step = len(text) / limits.READ_SAMPLES
    starts = [int(place * step) for place in range(limits.READ_SAMPLES)]
    sample = "".join(text[start : start + limits.READ_SAMPLE_CHARS] for start in starts)
    return round(tokens.estimate(sample) * len(text) / len(sample))


def cut(line: str, most: int) -> str:
    """A line in at most so many characters, with how many more it has."""
    return line if len(line) <= most else f"{line[:most]}… ({len(line) - most:,} more characters)"
