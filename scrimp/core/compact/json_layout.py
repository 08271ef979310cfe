"""JSON with line breaks where it has none: a container that fits on a line stands on one.

Nothing but white space differs, and none of it between a name and its value.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_TOKEN = pattern(r'\s+|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|[{}\[\],:]|[^\s"{}\[\],:]+')
_BEGINS = pattern(r"(?:^|\n)(?=[{\[])")
_FLAT_CHARS = 200
"""A record up to this stands on one line."""
_SHORT = 1_000
"""A document on a line of its own up to this stays there."""
_DEEP = 200
_MOST_CHARS = 2_000_000
"""What follows further on stays as it is."""


def lay_out(text: str) -> str:
    """The text with each of its longer documents broken into lines; others and what is around them as they are."""
    if len(text) <= limits.CLIENT_SUCCEEDED_CHARS and not _has_long_line(text):
        return text
    out: list[str] = []
    done = 0
    while done < min(len(text), _MOST_CHARS):
        begin = _BEGINS.search(text, done) if done else _BEGINS.match(text) or _BEGINS.search(text)
        if not begin:
            break
        start = begin.end()
        out.append(text[done:start])
        pieces, done = _document(text, start)
        flat = text[start:done]
        one_line = "\n" not in flat and len(flat) <= _SHORT
        out.append(flat if one_line else _broken(pieces))
    out.append(text[done:])
    return "".join(out)


def _has_long_line(text: str) -> bool:
    return any(len(line) > limits.LINE_CHARS for line in text.split("\n"))


def _document(text: str, start: int) -> tuple[list[str], int]:
    """The pieces from an opening bracket to the one that closes it, or as far as it goes; and where that is."""
    pieces: list[str] = []
    depth, end = 0, start
    for found in _TOKEN.finditer(text, start, min(len(text), start + _MOST_CHARS)):
        piece = found.group()
        end = found.end()
        pieces.append(piece)
        if piece in ("{", "["):
            depth += 1
        elif piece in ("}", "]"):
            depth -= 1
            if not depth:
                break
    return pieces, end


def _broken(pieces: Sequence[str]) -> str:
    flat = _flat_until(pieces)
    out: list[str] = []
    depth, at = 0, 0
    while at < len(pieces):
        piece = pieces[at]
        if at in flat:
            out.append(_flat(pieces[at : flat[at] + 1]))
            at = flat[at]
        elif piece.isspace():
            out.append(_space(pieces, at, depth))
        elif piece in ("{", "["):
            depth += 1
            out.append(piece + _line(depth))
        elif piece in ("}", "]"):
            depth -= 1
            out.append(_line(depth) + piece)
        else:
            out.append(piece + (_line(depth) if piece == "," else ""))
        at += 1
    return "".join(out)


def _space(pieces: Sequence[str], at: int, depth: int) -> str:
    """What becomes of white space between the lines: breaks are where the brackets and commas are."""
    if _is_between(pieces, at):
        return ""
    return _line(depth) if "\n" in pieces[at] else pieces[at]


def _is_between(pieces: Sequence[str], at: int) -> bool:
    """Whether white space stands after a bracket or comma, or before a bracket that closes."""
    before = pieces[at - 1] if at else ""
    after = pieces[at + 1] if at + 1 < len(pieces) else ""
    return before in ("{", "[", ",") or after in ("}", "]")


def _line(depth: int) -> str:
    return "\n" + " " * min(depth, _DEEP)


def _flat_until(pieces: Sequence[str]) -> dict[int, int]:
    """Where containers begin and end that are short enough for one line; of nested ones the outermost counts."""
    ends: dict[int, int] = {}
    opened: list[tuple[int, int]] = []
    used = 0
    for at, piece in enumerate(pieces):
        used += 1 if piece.isspace() else len(piece)
        if "\n" in piece and not _is_between(pieces, at):
            opened = []  # no JSON: its lines stay
        if piece in ("{", "["):
            opened.append((at, used))
        elif piece in ("}", "]") and opened:
            begin, before = opened.pop()
            if used - before <= _FLAT_CHARS:
                ends[begin] = at
    return ends


def _flat(pieces: Sequence[str]) -> str:
    out: list[str] = []
    for at, piece in enumerate(pieces):
        if "\n" in piece:
            out.append(" " if at and pieces[at - 1] == "," else "")
        else:
            out.append(piece)
    return "".join(out)
