"""Pages of this server's life kept in memory, so that going on in one (`lines`) asks nobody anything again.

That holds for what HTTP's rules do not let the cache keep, and for answers to a POST, which must not be sent twice.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits

if TYPE_CHECKING:
    from scrimp.fetching.wanted import Wanted


class Kept(NamedTuple):
    """A page's heading and lines."""

    heading: str
    lines: list[str]
    chars: int


class KeptPages:
    """The last pages, together at most `limits.FETCH_KEPT_CHARS`; the longest unused goes first."""

    def __init__(self, most_chars: int = limits.FETCH_KEPT_CHARS) -> None:
        self._pages: OrderedDict[Wanted, Kept] = OrderedDict()
        self._chars = 0
        self._most_chars = most_chars

    def get(self, wanted: Wanted) -> Kept | None:
        """The page of which `wanted` is a part, if it is still here."""
        found = self._pages.get(wanted.page)
        if found:
            self._pages.move_to_end(wanted.page)
        return found

    def put(self, wanted: Wanted, heading: str, lines: list[str]) -> Kept:
        """Keep a page in place of what was kept of it before."""
        page = Kept(heading, lines, sum(map(len, lines)))
        before = self._pages.pop(wanted.page, None)
        self._chars += page.chars - (before.chars if before else 0)
        self._pages[wanted.page] = page
        while self._chars > self._most_chars and len(self._pages) > 1:
            _, gone = self._pages.popitem(last=False)
            self._chars -= gone.chars
        return page
