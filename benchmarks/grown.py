"""Large outputs grown from recorded ones: a case's text over and over, each time with other names and numbers.

A tool's own words stay; numbers of three digits and more, and words within paths and names, differ in every copy, so
that no part of the output is like another.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHANGES = re.compile(r"(\d{3,}|(?<=\w[/_])(?!modules|packages)[a-z]{3,}\b)")


def grown(text: str, size: int) -> str:
    """`text` repeated with other names and numbers, and then its beginning, up to `size` characters."""
    parts: list[str] = []
    room = size
    for copy in _copies(text):
        parts.append(copy[:room])
        room -= len(copy)
        if room <= 0:
            break
    return "".join(parts)


def stretched(text: str, size: int) -> str:
    """One output of about `size` characters: its middle repeated with other names and numbers."""
    lines = text.splitlines(keepends=True)
    edge = max(1, len(lines) // 10)
    head, middle, tail = "".join(lines[:edge]), "".join(lines[edge:-edge]), "".join(lines[-edge:])
    return head + grown(middle or text, max(0, size - len(head) - len(tail))) + tail


def _copies(text: str) -> Iterator[str]:
    """The text as it is, then with a number of its own for each copy."""
    pieces = _CHANGES.split(text if text.endswith("\n") else text + "\n")
    fixed, changing = pieces[::2], pieces[1::2]
    for number in itertools.count():
        changed = [_changed(piece, number) for piece in changing]
        yield "".join(itertools.chain.from_iterable(itertools.zip_longest(fixed, changed, fillvalue="")))


def _changed(piece: str, number: int) -> str:
    if not number:
        return piece
    if not piece.isdigit():
        return f"{piece}{number}"
    return str((int(piece) + 7 * number) % 10 ** len(piece)).zfill(len(piece))
