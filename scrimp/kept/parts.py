"""What is wanted of an original: all of it, lines of it, or what matches a pattern."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits
from scrimp.core.errors import OutputError, UsageError
from scrimp.kept import reader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_LINES = re.compile(r"(\d+)|(\d*):(\d*)")
_MOST_BYTES_PER_CHAR = 4
"""UTF-8's longest; a larger file has more characters than the limit without being read."""


class Wanted(NamedTuple):
    """lines: `120:180`, `120:`, `:180` or `120`, counted from 1; '' for all. grep: a regular expression; '' for none.

    context: lines around each match. everything: though it is long.
    """

    lines: str = ""
    grep: str = ""
    context: int = 0
    everything: bool = False


class Words(NamedTuple):
    """What these are called where a person or an agent gives them, for what is said of wrong ones."""

    lines: str
    grep: str
    narrower: str


def chunks(path: str, wanted: Wanted, words: Words) -> Iterator[bytes]:
    """The bytes of what is wanted, never empty; UsageError for a wish that makes no sense, OutputError for no match."""
    span, pattern = span_of(wanted.lines, words), _pattern(wanted.grep, words)
    with open(path, "rb") as file:
        if span is None and pattern is None:
            if not wanted.everything:
                _refuse_large(file, path, words)
            yield from iter(lambda: file.read(reader.PIECE_BYTES), b"")
            return
        lines = reader.pieces(file, span or reader.Span(1, None))
        found = reader.numbered(lines) if pattern is None else reader.matching(lines, pattern, wanted.context)
        first = next(found, None)
        if first is None and pattern is None:
            raise UsageError(f"{path} has no line {span.first if span else 1}")
        if first is None:
            raise OutputError(f"no line matches {wanted.grep!r}")
        yield first
        yield from found


def span_of(given: str, words: Words) -> reader.Span | None:
    """The lines that are meant, None for all; UsageError for what makes no sense."""
    if not given:
        return None
    found = _LINES.fullmatch(given)
    if found is None or given == ":":
        raise UsageError(f"{words.lines} {given!r} is not A:B with line numbers from 1, as in 120:180")
    first = int(found[1] or found[2] or 1)
    last = int(found[1] or found[3]) if found[1] or found[3] else None
    if first < 1 or (last is not None and last < first):
        raise UsageError(f"{words.lines} {given!r}: lines count from 1, and the second number is not below the first")
    return reader.Span(first, last)


def _pattern(given: str, words: Words) -> re.Pattern[str] | None:
    try:
        return re.compile(given) if given else None
    except re.error as error:
        raise UsageError(f"{words.grep} {given!r} is not a regular expression: {error}") from error


def _refuse_large(file: BinaryIO, path: str, words: Words) -> None:
    size = os.fstat(file.fileno()).st_size
    limit = limits.SUCCEEDED_CHARS
    if size <= limit * _MOST_BYTES_PER_CHAR and len(file.read().decode("utf-8", "replace")) <= limit:
        file.seek(0)
        return
    file.seek(0)
    facts = f"{path}: {reader.count_lines(file):,} lines, {size:,} bytes"
    raise UsageError(f"{facts}; {words.narrower}")
