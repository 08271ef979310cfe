"""Which lines of a document are meant, and what a heading says of them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits
from scrimp.reading.outlines import symbols
from scrimp.reading.places import Unread
from scrimp.reading.wanted import HEAD, OUTLINE, TAIL

if TYPE_CHECKING:
    from scrimp.reading.documents import Document
    from scrimp.reading.given import Span
    from scrimp.reading.targets import Target


class Chosen(NamedTuple):
    """spans: first and last line of each, in order. label: what stands behind the name in a heading."""

    spans: list[Span]
    label: str


def chosen(document: Document, target: Target) -> Chosen:
    """The lines of a document that a target means.

    Raises:
        Unread: it has no such lines or names.
    """
    spec, mode = target.spec, target.wanted.mode
    if spec.symbol:
        return _of_symbol(document, spec.symbol)
    if spec.lines:
        found = _of_lines(document, *spec.lines)
        return found._replace(label=f"{found.label}, outlined") if mode == OUTLINE and document.symbols else found
    if not document.lines:
        return Chosen([], ": empty")
    if document.is_part:
        return _of_lines(document, document.first, document.last)
    if mode in (HEAD, TAIL) and target.wanted.line_count < len(document.lines):
        return _of_end(document, mode, target.wanted.line_count)
    return Chosen([(document.first, document.last)], _whole(document, mode))


def _whole(document: Document, mode: str) -> str:
    lines = _counted(len(document.lines))
    if mode != OUTLINE:
        return f": {lines}"
    return f": outline of {lines}" if document.symbols else f": {lines}; no outline can be told"


def _of_end(document: Document, mode: str, count: int) -> Chosen:
    lines = _counted(len(document.lines))
    if mode == HEAD:
        return Chosen([(1, count)], f": the first {count} of {lines}")
    return Chosen([(document.last - count + 1, document.last)], f": the last {count} of {lines}")


def _of_lines(document: Document, first: int, last: int | None) -> Chosen:
    if first > document.last:
        raise Unread(f"it has {_counted(document.last)}, none from {first:,} on")
    end = min(document.last, last or document.last)
    of = f"a file of {document.size_bytes:,} bytes" if document.is_part else _counted(document.last)
    return Chosen([(first, end)], f":{_range(first, end)} of {of}")


def _of_symbol(document: Document, name: str) -> Chosen:
    found = symbols.named(document.symbols, name)
    if not found:
        raise Unread(_unknown(document, name))
    spans: list[Span] = []
    for first, last in sorted((one.first, one.last) for one in found):
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    ranges = ", ".join(_range(*span) for span in spans)
    noun = "line" if ranges.isdigit() else "lines"
    return Chosen(spans, f"#{name}: {noun} {ranges} of {len(document.lines):,}")


def _unknown(document: Document, name: str) -> str:
    if document.is_part:
        return f"it is too large to be looked through for names; ask for lines: {document.shown}:1-200"
    names = list(dict.fromkeys(one.names[-1] for one in document.symbols))
    if not names:
        return f"no names can be told in it; ask for lines, or for mode match with {name!r} as the pattern"
    last = name.replace("::", ".").rsplit(".", 1)[-1]
    near = difflib.get_close_matches(last, names, limits.READ_NAMES_SHOWN) or names[: limits.READ_NAMES_SHOWN]
    shown = ", ".join(
        one if len(one) <= limits.READ_NAME_CHARS else f"{one[: limits.READ_NAME_CHARS]}…" for one in near
    )
    return f"nothing in it is named {name!r}; it has {shown}{', …' if len(near) < len(names) else ''}"


def _counted(lines: int) -> str:
    return f"{lines:,} line{'s' if lines != 1 else ''}"


def _range(first: int, last: int) -> str:
    return f"{first}-{last}" if last > first else str(first)
