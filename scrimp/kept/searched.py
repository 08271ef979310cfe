"""What matches in an original, for the server: the search is a process that can be ended.

A pattern of an agent's need not come to an end, and within the server it would hold up every other call.
"""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from scrimp.core.errors import OutputError
from scrimp.kept import parts, reader
from scrimp.reading import matching
from scrimp.reading.places import Unread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import BinaryIO

    from scrimp.kept.parts import Wanted, Words
    from scrimp.reading.matching import Hit


def text(path: str, wanted: Wanted, words: Words, environ: Mapping[str, str]) -> str:
    """The lines that match `wanted.grep`, with their numbers and those around them, as `grep -n -C` prints them.

    UsageError for lines that make no sense, OutputError where nothing matches and for a pattern that cannot be used.
    """
    span = parts.span_of(wanted.lines, words) or reader.Span(1, None)
    with open(path, "rb") as whole, tempfile.TemporaryFile() as part:
        if wanted.lines:
            part.writelines(piece.content for piece in reader.pieces(whole, span))
            part.flush()
        hits = _found(part if wanted.lines else whole, wanted, environ)
    if not hits:
        raise OutputError(f"no line matches {wanted.grep!r}")
    return _shown(hits, span.first - 1, is_grouped=wanted.context > 0)


def _found(file: BinaryIO, wanted: Wanted, environ: Mapping[str, str]) -> list[Hit]:
    """Lines that are shown; a file has no more of them than bytes, so that much context is all of it."""
    context = min(wanted.context, os.fstat(file.fileno()).st_size)
    try:
        (hits,) = matching.found(matching.Pattern(wanted.grep, context), [file], environ)
    except Unread as error:
        raise OutputError(str(error)) from error
    return hits


def _shown(hits: Sequence[Hit], before: int, *, is_grouped: bool) -> str:
    rows: list[str] = []
    for place, hit in enumerate(hits):
        if is_grouped and place and hit.number > hits[place - 1].number + 1:
            rows.append("--")
        rows.append(f"{hit.number + before}{':' if hit.is_match else '-'}{hit.text}")
    return "".join(f"{row}\n" for row in rows)
