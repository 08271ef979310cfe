"""What a caller wants fetched, and what is refused of it before anything is sent."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from scrimp.core import limits
from scrimp.fetching.sending import READS, Unfetched

_METHOD = re.compile(r"[A-Z]{1,20}")
_LINES = re.compile(r"(\d+)(?:-(\d*))?")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\uffff]*")
_OUR_OWN = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect"}
)


class Wanted(NamedTuple):
    """One URL of a call.

    query: only the passages that answer it. lines: `301-600`, `301-` or `301` of the page's text. raw: HTML and JSON
    as they came. links: with all link targets. by_user: the person named this URL, so robots.txt is not asked.
    """

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    query: str = ""
    lines: str = ""
    raw: bool = False
    links: bool = False
    by_user: bool = False

    @property
    def is_reading(self) -> bool:
        """Whether it changes nothing."""
        return self.method.upper() in READS

    @property
    def page(self) -> Wanted:
        """The same without what chooses a part: equal for two parts of one page."""
        return self._replace(method=self.method.upper(), query="", lines="")

    def check(self) -> None:
        """Nothing, where method, headers, body and lines can be used.

        Raises:
            Unfetched: they cannot.
        """
        problem = self._problem()
        if problem:
            raise Unfetched(problem)

    def _problem(self) -> str:
        if not _METHOD.fullmatch(self.method.upper()) or self.method.upper() in ("CONNECT", "TRACE"):
            return f"{self.method!r} is no method that is sent"
        for name, value in self.headers:
            if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
                return f"{name!r} is no header that can be sent"
            if name.lower() in _OUR_OWN or name.lower().startswith("proxy-"):
                return f"the header {name} is set by the connection itself; leave it out"
        if len(self.body.encode("utf-8", "replace")) > limits.FETCH_REQUEST_BYTES:
            return f"the body has more than {limits.FETCH_REQUEST_BYTES // 1024} KB"
        if self.lines and self.span() is None:
            return f"lines is {self.lines!r}; expected '301-600', '301-' or '301'"
        return ""

    def span(self) -> tuple[int, int | None] | None:
        """First and last line, the last None for the page's end; None where `lines` is none or wrong."""
        found = _LINES.fullmatch(self.lines.strip())
        if not found:
            return None
        first = int(found.group(1))
        last = first if found.group(2) is None else int(found.group(2)) if found.group(2) else None
        return (first, last) if first and (last is None or last >= first) else None

    def going_on(self, first: int, last: int) -> str:
        """The call that brings lines first to last."""
        if self.page == Wanted(self.url):
            return f"batch_fetch {json.dumps({'url': self.url, 'lines': f'{first}-{last}'}, ensure_ascii=False)}"
        return f'batch_fetch the same item with "lines": "{first}-{last}"'
