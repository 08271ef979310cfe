"""What a question is answered from, and the pieces it is sent in."""

from __future__ import annotations

from typing import NamedTuple

from scrimp.core import limits, tokens


class Source(NamedTuple):
    """A text under the name by which it is cited: a path or an address. first: the number of its first line."""

    name: str
    text: str
    first: int = 1


class Piece(NamedTuple):
    """Whole lines of a source (of one very long line, a part). source: its place; first: its first line's number."""

    source: int
    first: int
    text: str


def chunks(sources: list[Source], most_tokens: int) -> list[list[Piece]]:
    """The sources in chunks of at most so many tokens (estimated), in order, as few as that takes."""
    found: list[list[Piece]] = []
    room = 0
    for piece in _pieces(sources, most_tokens):
        size = tokens.estimate(piece.text)
        if not found or size > room:
            found.append([])
            room = most_tokens
        found[-1].append(piece)
        room -= size
    return found


def _pieces(sources: list[Source], most_tokens: int) -> list[Piece]:
    most_chars = most_tokens * limits.CHARS_PER_TOKEN_LEAST
    return [
        Piece(place, first, text)
        for place, source in enumerate(sources)
        for first, text in _split(source.text, source.first, most_chars)
    ]


def _split(text: str, first: int, most_chars: int) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    start, line = 0, first
    while start < len(text):
        end = len(text) if len(text) - start <= most_chars else text.rfind("\n", start, start + most_chars) + 1
        end = end if end > start else min(start + most_chars, len(text))
        found.append((line, text[start:end]))
        line += text.count("\n", start, end)
        start = end
    return found
