"""Every quotation is looked up in the content before anybody sees it: where it stands, or that it does not."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.digest.source import Source

_WORD = re.compile(r"\S+")


class Quote(NamedTuple):
    """What a model says that a source says. source: its place, from 0."""

    source: int
    text: str


class Citation(NamedTuple):
    """A quotation that stands in a source, in the source's own spelling, at its lines first to last."""

    name: str
    first: int
    last: int
    text: str

    def shown(self) -> str:
        """`src/app.py:10-12: the text on one line`."""
        lines = f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.name}:{lines}: {' '.join(self.text.split())}"


def checked(quotes: Sequence[Quote], sources: Sequence[Source]) -> tuple[list[Citation], int]:
    """The quotations that stand in their source, each once, and how many do not. White space does not count."""
    texts: dict[int, _Words] = {}
    found: dict[Citation, None] = {}
    wrong = 0
    for quote in quotes:
        citation = None
        if 0 <= quote.source < len(sources) and len(quote.text.strip()) >= limits.QUOTE_CHARS:
            words = texts.setdefault(quote.source, _Words(sources[quote.source]))
            citation = words.find(quote.text)
        if citation is None:
            wrong += 1
        else:
            found[citation] = None
    return list(found), wrong


class _Words:
    """A source's words with one space between them, and where each stood."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._starts: list[int] = []
        self._spans: list[tuple[int, int]] = []
        words: list[str] = []
        length = 0
        for match in _WORD.finditer(source.text):
            self._starts.append(length)
            self._spans.append(match.span())
            words.append(match[0])
            length += len(match[0]) + 1
        self._joined = " ".join(words)

    def find(self, quote: str) -> Citation | None:
        """Where the quotation stands first."""
        wanted = " ".join(quote.split())
        place = self._joined.find(wanted)
        if place < 0:
            return None
        start = self._original(place)
        end = self._original(place + len(wanted) - 1) + 1
        text = self._source.text
        first = self._source.first + text.count("\n", 0, start)
        return Citation(self._source.name, first, first + text.count("\n", start, end), text[start:end])

    def _original(self, place: int) -> int:
        word = bisect_right(self._starts, place) - 1
        return self._spans[word][0] + place - self._starts[word]
