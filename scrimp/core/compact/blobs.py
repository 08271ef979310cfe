"""Values that nobody reads: certificates, pictures, embeddings."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact.fit import GAP
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BLOB = pattern(rf"[A-Za-z0-9+/=_-]{{{limits.BLOB_CHARS},}}")
_FLOAT = pattern(r"\s*(?:- )?-?\d+\.\d{5,}(?:e[-+]?\d+)?,?$")
_HEAD, _TAIL = 40, 10
_ROW = 16
_EDGE = 3


def shorten(line: str) -> str:
    """The line with its encoded values cut to their ends."""
    if len(line) < limits.BLOB_CHARS:
        return line
    return _BLOB.sub(lambda found: f"{found.group()[:_HEAD]} {GAP} {found.group()[-_TAIL:]}", line)


def between(lines: Sequence[str]) -> Iterator[int]:
    """The lines between the ends of long rows of measured numbers, one a line."""
    start = -1
    for index, line in enumerate([*lines, ""]):
        if _FLOAT.match(line):
            start = index if start < 0 else start
        elif start >= 0:
            if index - start >= _ROW:
                yield from range(start + _EDGE, index - _EDGE)
            start = -1
