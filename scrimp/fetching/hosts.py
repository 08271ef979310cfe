"""The hosts and ports that the user opened: an API under development on this machine or its network.

They alone may be local, and there alone other methods than GET and HEAD and headers of the caller are sent. Written
`host:port`; `host:*` is every port of it, `*.name` every host below a name, an IPv6 address stands in brackets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def allowing(patterns: Iterable[str]) -> Callable[[str, int], bool]:
    """Whether a host and port are among `patterns`; a pattern without a port means nothing."""
    rows = [_split(pattern.strip().lower()) for pattern in patterns]
    kept = [row for row in rows if row]

    def is_allowed(host: str, port: int) -> bool:
        return any(_is_host(host.lower(), named) and ports in ("*", str(port)) for named, ports in kept)

    return is_allowed


def _split(pattern: str) -> tuple[str, str] | None:
    host, colon, port = pattern.rpartition(":")
    if not colon or not host or not (port == "*" or (port.isascii() and port.isdigit())):
        return None
    return host.strip("[]"), port


def _is_host(host: str, named: str) -> bool:
    if named.startswith("*."):
        return host.endswith(named[1:]) and len(host) > len(named) - 1
    return host == named
