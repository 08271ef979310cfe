"""Facts of a page of HTML: the answer's status, the title, the headings, what the page says went wrong.

Source: HTML's own elements, the classes and roles that frameworks give to messages, the error pages of Django and
Werkzeug, curl's own messages. What stands in scripts, styles, drawings and comments is not on the page.
"""

from __future__ import annotations

from scrimp.core.facts.fact import DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of, row_at
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SKIPPED = pattern(r"(?i)<(script|style|svg|template|noscript)\b|<!--")
_ELEMENT = pattern(r"(?i)<(title|h[1-6])\b[^<>]*>")
_TOLD = pattern(
    r"(?i)\b(?:class|role)\s{0,4}=\s{0,4}[\"']?[^\"'<>]{0,200}?\b(?:errors?|errorlist|errormsg|error-?message|exception"
    r"|exception_value|alert|alert-danger|invalid-feedback)\b"
)
_NAME = pattern(r"\w+")
_TAG_CHARS = 2_000
_PIECES = pattern(r"<[^<>]*>|\n")
_STATUS = pattern(r"(?m)^(?:< )?HTTP/\d(?:\.\d)? \d{3}.*$")
_CURL = pattern(r"curl: (\(\d+\) [^\n]*)")
"""It comes by another way than the page and may stand in the middle of one of its words."""
_EXCEPTION = pattern(r"(?m)^(?:Exception Type|Exception Value|Exception Location): .*$")
_TRACE = "Traceback (most recent call last)"
_RAISED = pattern(
    r"(?m)^(?:[A-Za-z_][\w.]*(?:Error|Exception|Warning|Exit|Interrupt|Exhausted|DoesNotExist)\b)(?::.*)?$"
)
_LEAST_CHARS = 2
_HEADING_PIECES = 6
_TOLD_PIECES = 4
_ELEMENT_CHARS = 4_000
_TRACE_ROWS = 400
_MOST = 400
"""Headings beyond these are a listing's."""


def extract(text: str) -> list[Fact]:
    """The facts of the page that `text` shows, in order of appearance."""
    found: dict[int, Fact] = {}
    for line in _STATUS.finditer(text, 0, _ELEMENT_CHARS):
        found[line.start()] = Fact(TOTAL, "status", (part_of(line.group()),))
    for line in _CURL.finditer(text):
        found[line.start()] = Fact(FAILURE, "error", (part_of(line.group(1)),))
    _traces(text, found)
    for start, end in _visible(text):
        _elements(text, start, end, found)
        _messages(text, start, end, found)
    return [found[at] for at in sorted(found)]


def _visible(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of `text` that are no script, style, drawing or comment."""
    at = 0
    missing: set[str] = set()
    for opening in _SKIPPED.finditer(text):
        if opening.start() < at:
            continue
        end = "-->" if not opening.group(1) else f"</{opening.group(1)}"
        after = -1 if end in missing else text.find(end, opening.end())
        if after < 0:
            missing.add(end)
            continue
        yield at, opening.start()
        at = after + len(end)
    yield at, len(text)


def _elements(text: str, start: int, end: int, found: dict[int, Fact]) -> None:
    """The title and the headings that begin in [start, end)."""
    for opening in _ELEMENT.finditer(text, start, end):
        name = opening.group(1).lower()
        parts = _pieces(text, opening.end(), name, _HEADING_PIECES)
        if parts:
            rank = TOTAL if name == "title" else WARNING if len(found) < _MOST else DETAIL
            found[opening.start()] = Fact(rank, "title" if name == "title" else "heading", parts)


def _messages(text: str, start: int, end: int, found: dict[int, Fact]) -> None:
    """What elements hold whose class or role is that of a message about an error."""
    for sign in _TOLD.finditer(text, start, end):
        at = text.rfind("<", max(start, sign.start() - _TAG_CHARS), sign.start())
        inside = text.find(">", sign.end(), sign.end() + _TAG_CHARS) + 1
        name = _NAME.match(text, at + 1) if at >= 0 and inside else None
        parts = _pieces(text, inside, name.group().lower(), _TOLD_PIECES) if name else ()
        if parts and at not in found and len(found) < 2 * _MOST:
            found[at] = Fact(FAILURE, "message", parts)


def _pieces(text: str, start: int, name: str, most: int) -> tuple[str, ...]:
    """What an element that was opened before `start` says, without the tags within it."""
    inside = text[start : start + _ELEMENT_CHARS]
    end = inside.lower().find(f"</{name}")
    if end < 0:
        return ()
    pieces = (part_of(piece) for piece in _PIECES.split(inside[:end]))
    told = [piece for piece in pieces if sum(map(str.isalnum, piece)) >= _LEAST_CHARS]
    return tuple(told[:most])


def _traces(text: str, found: dict[int, Fact]) -> None:
    """Of a traceback that a page shows as text its exception, and Django's lines below it."""
    for line in _EXCEPTION.finditer(text):
        found[line.start()] = Fact(FAILURE, "error", (part_of(line.group()),))
    at = text.find(_TRACE)
    while at >= 0:
        parts, end = _trace(text, text.find("\n", at) + 1)
        if parts:
            found[at] = Fact(FAILURE, "error", parts)
        at = text.find(_TRACE, max(end, at + len(_TRACE)))


def _trace(text: str, start: int) -> tuple[tuple[str, ...], int]:
    """The innermost frame and the exception of the traceback whose frames begin at `start`, and where it ends."""
    frame, at = "", start
    for _ in range(_TRACE_ROWS if start else 0):
        row, after = row_at(text, at)
        if not row.startswith("  "):
            break
        frame = row if row.startswith("  File ") else frame
        at = after
    raised = _RAISED.match(text, at) if frame else None
    return tuple(part_of(part) for part in (frame, raised.group() if raised else "") if part), at
