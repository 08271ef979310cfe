"""What one request, or one leg of it, used: the counts that a price is applied to.

All are tokens except `searches` (web searches). `write_unsplit` is the part of `cache_creation_input_tokens` that the
record does not split by lifetime; it is priced as a 5-minute write and flagged.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NamedTuple

    class Usage(NamedTuple):
        """The counts; all whole numbers from 0."""

        input: int
        output: int
        cache_read: int
        write_5m: int
        write_1h: int
        write_unsplit: int
        searches: int
else:
    from collections import namedtuple

    Usage = namedtuple("Usage", "input output cache_read write_5m write_1h write_unsplit searches")

NOTHING = Usage(0, 0, 0, 0, 0, 0, 0)
"""Where counts start from."""


def writes(usage: Usage) -> int:
    """All tokens that were written to the cache."""
    return usage.write_5m + usage.write_1h + usage.write_unsplit


def prompt_tokens(usage: Usage) -> int:
    """The length of the prompt: what was new, written to the cache and read from it."""
    return usage.input + usage.cache_read + writes(usage)


def total(usages: Iterable[Usage]) -> Usage:
    """The sum of several, count by count."""
    return Usage(*map(sum, zip(NOTHING, *usages)))


def largest(a: Usage, b: Usage) -> Usage:
    """The largest of each count that two records of one request give.

    Writes are taken as a whole, split as the record does that splits more of them: a record without the split must
    not be added to one that has it.
    """
    split = max(a, b, key=lambda usage: (_split(usage), usage.write_1h))
    unsplit = max(writes(a), writes(b)) - _split(split)
    return Usage(
        max(a.input, b.input),
        max(a.output, b.output),
        max(a.cache_read, b.cache_read),
        split.write_5m,
        split.write_1h,
        unsplit,
        max(a.searches, b.searches),
    )


def _split(usage: Usage) -> int:
    return usage.write_5m + usage.write_1h
