"""Compacting an output too large to be held: its ends and the places where errors are, in bounded memory.

One pass forward over blocks, after a look at three places to tell what it is. Facts are those of the excerpt:
what lies between was searched for errors but not read.
"""

from __future__ import annotations

from collections import deque

from scrimp.core import limits, terminal
from scrimp.core.compact import choose, excerpt, fit
from scrimp.core.compact.cutting import Cutting
from scrimp.core.compact.manner import USUAL, Manner
from scrimp.core.compact.result import Compaction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO


_ROOM = limits.WHOLE_CHARS // 2 - limits.EDGE_CHARS
"""For places of errors, from the front and again from the back: with both ends this stays under WHOLE_CHARS."""


def compact_stream(
    file: BinaryIO,
    *,
    size: int,
    command: str,
    exit_code: int | None,
    cap: int,
    manner: Manner = USUAL,
) -> Compaction:
    """`file` (open at its beginning, seekable, `size` bytes) cut to what the model needs.

    Always cut, so much is never shown whole; but for a family that is left alone, which comes back without its text.
    """
    family = choose(terminal.as_shown(_look(file, size)), command)
    why = manner.why_not(family.NAME)
    if why:
        return Compaction("", family=family.NAME, why=why, lines_in=0, chars_in=size)
    gathered = _Gathered(family.NEEDLES)
    for block in _blocks(file, size):
        gathered.add(block)
    text = "\n".join([*excerpt.joined(gathered.parts()), ""])
    shown = terminal.as_shown(text)
    times = manner.times_target(family.NAME, command)
    cutting = Cutting(
        text, shown, family, failed=bool(exit_code), raw_limit=0, cap=cap, excerpted=True, times_target=times
    )
    result = cutting.run()
    result.why = f"streamed: {result.why}"
    result.lines_in = gathered.lines
    result.chars_in = gathered.chars
    return result


def _look(file: BinaryIO, size: int) -> str:
    """Head, middle and tail, for telling what kind of output it is."""
    parts: list[str] = []
    for start in (0, size // 2, max(0, size - limits.LOOK_CHARS)):
        file.seek(start)
        parts.append(_decoded(file.read(limits.LOOK_CHARS)))
    file.seek(0)
    return "\n".join(parts)


def _blocks(file: BinaryIO, size: int) -> Iterator[str]:
    """Whole lines, about STREAM_BLOCK_BYTES at a time; a longer line comes in pieces."""
    rest = b""
    left = size
    while left > 0:
        data = file.read(min(left, limits.STREAM_BLOCK_BYTES))
        if not data:
            break
        left -= len(data)
        end = data.rfind(b"\n") + 1
        if end:
            yield _decoded(rest + data[:end])
            rest = data[end:]
        else:
            rest += data
            if len(rest) >= limits.STREAM_BLOCK_BYTES:
                yield _decoded(rest)
                rest = b""
    if rest:
        yield _decoded(rest)


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


class _Gathered:
    """The head, the tail, and places between: those found first are kept, and of the others the last."""

    def __init__(self, needles: Sequence[str]) -> None:
        self.needles = needles
        self.lines = 0
        self.chars = 0
        self._head = ""
        self._tail: deque[str] = deque()
        self._first: list[str] = []
        self._last: deque[str] = deque()
        self._room = _ROOM

    def add(self, block: str) -> None:
        """One more block."""
        self.lines += block.count("\n")
        self.chars += len(block)
        if not self._head:
            end = excerpt.whole_lines(block, 0, limits.EDGE_CHARS)[1]
            self._head, block = block[:end], block[end:]
        self._push_tail(block)

    def parts(self) -> list[str]:
        """The parts of the excerpt in the order of the text."""
        tail = "".join(self._tail)
        start = excerpt.whole_lines(tail, max(0, len(tail) - limits.EDGE_CHARS), len(tail))[0]
        self._search(tail[:start])
        return [self._head, *self._first, *self._last, tail[start:]]

    def _push_tail(self, block: str) -> None:
        """The newest blocks wait: only what can no longer be the tail is searched."""
        self._tail.append(block)
        while sum(map(len, self._tail)) - len(self._tail[0]) >= limits.EDGE_CHARS:
            self._search(self._tail.popleft())

    def _search(self, block: str) -> None:
        for start, end in excerpt.places(block, self.needles, _ROOM):
            first, last = excerpt.whole_lines(block, start, end)
            self._keep("\n".join(fit.clip(line, self.needles) for line in block[first:last].split("\n")))

    def _keep(self, part: str) -> None:
        if len(part) <= self._room:
            self._first.append(part)
            self._room -= len(part)
            return
        self._room = 0
        self._last.append(part)
        while sum(map(len, self._last)) > _ROOM:
            self._last.popleft()
