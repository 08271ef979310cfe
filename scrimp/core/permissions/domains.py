"""The hosts that WebFetch rules name: `domain:HOST`, where `*` in HOST stands for anything.

As client 2.1.330 has it: whatever the port and the case; a host's subdomains are not the host.
"""

from __future__ import annotations

from scrimp.core.permissions import rule

_FORM = "domain:"


def host_of(url: str) -> str:
    """The host of an address in small letters, '' where none is plain to see (`user@` in it, a backslash, a `%`).

    Letters beyond ASCII as they are asked for: `müller.de` is `xn--mller-kva.de`.
    """
    scheme, found, rest = url.strip().partition("://")
    if not found or scheme.lower() not in ("http", "https"):
        return ""
    authority = rest.replace("?", "/").replace("#", "/").partition("/")[0]
    if not _UNPLAIN.isdisjoint(authority) or any(char.isspace() for char in authority):
        return ""
    bracket, closed, _ = authority.partition("]")
    return _as_asked(bracket + closed if closed else authority.partition(":")[0])


_UNPLAIN = frozenset("@\\%")
_DOTS = "\u3002\uff0e\uff61"
"""What is taken for a dot in a host."""


def _as_asked(host: str) -> str:
    """A host, or the pattern of one, in small ASCII letters."""
    for dot in _DOTS:
        host = host.replace(dot, ".")
    labels = host.lower().rstrip(".").split(".")
    return ".".join(one if one.isascii() else f"xn--{one.encode('punycode').decode()}" for one in labels)


def matches(content: str, url: str) -> bool:
    """Whether the content of a WebFetch rule names the host of `url`."""
    if not content:
        return True
    host = host_of(url)
    if not content.startswith(_FORM) or not host:
        return False
    return rule.fits(rule.pieces(_as_asked(content[len(_FORM) :])), host)
