"""Lines of a file that is too large to hold: in one pass, a piece at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits

if TYPE_CHECKING:
    from typing import BinaryIO

_PIECE_BYTES = 1024 * 1024


class Found(NamedTuple):
    """Whole lines, and whether the last of them is the file's last."""

    body: bytes
    is_end: bool


def part(file: BinaryIO, first: int, last: int | None) -> Found | None:
    """The bytes of lines first to last (None: the end), as many as may be held; None where there is no such line."""
    start = _start_of(file, first)
    if start is None:
        return None
    file.seek(start)
    found = file.read(limits.READ_PART_BYTES)
    if not found:
        return None
    if last is not None:
        found = _lines(found, last - first + 1)
    if len(found) == limits.READ_PART_BYTES:
        found = found[: found.rfind(b"\n") + 1] or found
    file.seek(start + len(found))
    return Found(found, not file.read(1))


def count(file: BinaryIO) -> int:
    """How many lines it has, as far as it is looked through."""
    file.seek(0)
    lines, seen, piece = 0, 0, b""
    while seen < limits.READ_SCAN_BYTES and (found := file.read(_PIECE_BYTES)):
        piece = found
        seen += len(piece)
        lines += piece.count(b"\n")
    return lines + (piece[-1:] not in (b"\n", b""))


def _start_of(file: BinaryIO, line: int) -> int | None:
    file.seek(0)
    missing, seen = line - 1, 0
    while missing and seen < limits.READ_SCAN_BYTES:
        piece = file.read(_PIECE_BYTES)
        ends = piece.count(b"\n")
        if not piece:
            return None
        if ends >= missing:
            return seen + len(_lines(piece, missing))
        missing -= ends
        seen += len(piece)
    return None if missing else seen


def _lines(piece: bytes, lines: int) -> bytes:
    """The first so many lines of a piece; all of it where it has fewer."""
    end = 0
    for _ in range(lines):
        found = piece.find(b"\n", end)
        if found < 0:
            return piece
        end = found + 1
    return piece[:end]
