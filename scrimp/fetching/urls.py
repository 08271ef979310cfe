"""What a URL really names, or why nothing is fetched from it: scheme, host and port as the connection will use them.

Only `http` and `https`; no user name or password (`https://trusted.example@evil.example/` names evil.example, which
readers overlook); no control characters, backslashes or spaces, which parsers read differently. The host is what the
HTTP library makes of it (lower case, punycode), so that the one that is judged is the one that is connected to.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from scrimp.core import limits

_SCHEMES = {"http": 80, "https": 443}
_LAST_PORT = 65_535
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+-]*):(?!\d)")
_HOST_CHARS = re.compile(r"[a-z0-9._-]+|\[?[0-9a-f:.]+\]?")


class Url(NamedTuple):
    """A URL that may be asked, as far as its text tells: text without fragment, host without brackets or last dot."""

    text: str
    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """`https://host:port`: what shares connections, limits and robots.txt."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


class BadUrl(ValueError):  # noqa: N818 - it says what it is
    """A URL that nothing is fetched from; the message says why in one line."""


def parsed(text: str) -> Url:
    """The parts of `text`.

    Raises:
        BadUrl: it is no URL, not of http or https, or says something that readers and parsers take differently.
    """
    import httpx2  # noqa: PLC0415 - 70 ms, for fetching alone

    if len(text) > limits.FETCH_URL_CHARS:
        raise BadUrl(f"the URL has {len(text):,} characters, more than {limits.FETCH_URL_CHARS:,}")
    if _AMBIGUOUS.search(text.strip()):
        raise BadUrl("the URL has a space, a backslash or a control character in it; write it percent-encoded")
    _check_scheme(text.strip())
    try:
        url = httpx2.URL(text.strip())
        host = url.raw_host.decode("ascii").lower().strip("[]").rstrip(".")
    except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
        raise BadUrl(f"no URL that can be read: {error}") from None
    if url.userinfo:
        raise BadUrl("the URL has a user name or password before its host; leave it out")
    if not host or not _HOST_CHARS.fullmatch(host):
        raise BadUrl("the URL names no host" if not host else f"{host!r} is no host name")
    port = _SCHEMES[url.scheme] if url.port is None else url.port
    if not 0 < port <= _LAST_PORT:
        raise BadUrl(f"port {port} is no port")
    return Url(str(url.copy_with(fragment=None)), url.scheme, host, port)


def _check_scheme(text: str) -> None:
    found = _SCHEME.match(text)
    scheme = found.group(1).lower() if found else ""
    if scheme not in _SCHEMES:
        named = f"{scheme}: is not fetched" if scheme else "the URL does not say http or https"
        raise BadUrl(f"{named}; only http:// and https:// are")


def joined(base: Url, location: str) -> Url:
    """Where a redirect from `base` leads.

    Raises:
        BadUrl: as `parsed`.
    """
    from urllib.parse import urljoin  # noqa: PLC0415 - with the rest of fetching

    return parsed(urljoin(base.text, location.strip()))
