"""The progress of a long reading: one line on standard error, only where that is a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

_MEGABYTE = 1_000_000
_CLEAR_LINE = "\r\x1b[K"
_WIDTH = 30
_MUCH = 20 * _MEGABYTE
"""Less than this is read before anybody could look at a bar."""


class Bar:
    """Used as `with Bar() as bar:`; the line is gone afterwards."""

    def __init__(self) -> None:
        self._wanted = sys.stderr.isatty()
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write(_CLEAR_LINE)
            sys.stderr.flush()

    def show(self, done_bytes: int, total_bytes: int) -> None:
        """Show how far the reading has come."""
        if not self._wanted or total_bytes < _MUCH:
            return
        share = min(done_bytes / total_bytes, 1)
        bar = ("#" * round(share * _WIDTH)).ljust(_WIDTH)
        sys.stderr.write(f"{_CLEAR_LINE}reading transcripts [{bar}] {share:4.0%} of {total_bytes / _MEGABYTE:,.0f} MB")
        sys.stderr.flush()
        self._shown = True
