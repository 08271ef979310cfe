"""The one shape of a fact, and how a line becomes a part of one."""

from __future__ import annotations

from collections import namedtuple

from scrimp.core import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    class Fact(NamedTuple):
        """Something that must survive a cut.

        priority: FAILURE, TOTAL, WARNING, DETAIL or ALIKE. kind: `failure`, `error`, `cause`, `total`, `last`,
        `warning`, `diff`, `skipped`. parts: strings that stand so in the text as shown; each must stand so in the
        cut text.
        """

        priority: int
        kind: str
        parts: tuple[str, ...]

else:
    Fact = namedtuple("Fact", ("priority", "kind", "parts"))

__all__ = ["ALIKE", "DETAIL", "FAILURE", "TOTAL", "WARNING", "Fact", "part_of", "row_at"]

FAILURE = 0
"""A failure or an error."""

TOTAL = 1
"""How it ended: totals, verdicts, exit lines."""

WARNING = 2
"""Something that went on in spite of it."""

DETAIL = 3
"""What says more about a fact above."""

ALIKE = 4
"""One in the middle of a flood of facts alike: must survive only where the client would show the output whole."""


def part_of(line: str) -> str:
    """The line without its margins; of a very long one the beginning, up to a word's end.

    Of a word that is longer than FACT_CHARS itself so many characters: such a part may run on where it stands.
    """
    line = line.strip()
    if len(line) <= limits.FACT_CHARS:
        return line
    end = limits.FACT_CHARS
    while end and _in_word(line[end - 1]) and _in_word(line[end]):
        end -= 1
    return line[: end or limits.FACT_CHARS].rstrip()


def row_at(text: str, start: int) -> tuple[str, int]:
    """The line that begins at `start`, shortened to what a fact may hold, and where the next one begins."""
    end = text.find("\n", start)
    if end < 0:
        end = len(text)
    return text[start : min(end, start + 2 * limits.FACT_CHARS)], end + 1


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"
