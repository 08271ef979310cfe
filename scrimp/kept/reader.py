"""Parts of an original, streamed: never more than a few lines in memory, however large the file.

A line longer than `PIECE_BYTES` comes in pieces of that length, all with its number; a pattern sees piece by piece.
Bytes come back as they were kept; only a pattern looks at them as text.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator
    from typing import BinaryIO

PIECE_BYTES = 1024 * 1024
"""How much of one line is in memory at a time."""


class Piece(NamedTuple):
    """A line, or a piece of a very long one: its number from 1, whether it begins the line, its bytes."""

    number: int
    begins: bool
    content: bytes


class Span(NamedTuple):
    """Lines `first` to `last`, from 1, both included; `last` None: to the end."""

    first: int
    last: int | None


def pieces(file: BinaryIO, span: Span) -> Iterator[Piece]:
    """The lines of `span`, in order."""
    number, begins = 1, True
    while span.last is None or number <= span.last:
        content = file.readline(PIECE_BYTES)
        if not content:
            return
        if number >= span.first:
            yield Piece(number, begins, content)
        begins = content.endswith(b"\n")
        number += begins


def numbered(lines: Iterator[Piece]) -> Iterator[bytes]:
    """Lines as `grep -n` prints them: `123:text`."""
    for piece in lines:
        yield _shown(piece, b":")


def matching(lines: Iterator[Piece], pattern: re.Pattern[str], context: int) -> Iterator[bytes]:
    """Lines that match, with `context` lines around them, as `grep -n -C` prints them: `--` between groups."""
    before: deque[Piece] = deque(maxlen=context)
    shown_to, after = 0, 0
    for piece in lines:
        if pattern.search(piece.content.rstrip(b"\r\n").decode("utf-8", "surrogateescape")):
            first = before[0].number if before else piece.number
            if context and shown_to and first > shown_to + 1:
                yield b"--\n"
            yield from (_shown(one, b"-") for one in before)
            yield _shown(piece, b":")
            before.clear()
            shown_to, after = piece.number, context
        elif after:
            yield _shown(piece, b"-")
            shown_to, after = piece.number, after - 1
        elif context:
            before.append(piece)


def count_lines(file: BinaryIO) -> int:
    """How many lines a file has; an unfinished last one counts."""
    count, last = 0, b"\n"
    while chunk := file.read(PIECE_BYTES):
        count += chunk.count(b"\n")
        last = chunk[-1:]
    return count + (last != b"\n")


def _shown(piece: Piece, mark: bytes) -> bytes:
    return (b"%d%s%s" % (piece.number, mark, piece.content)) if piece.begins else piece.content
