"""The hosts that WebFetch rules name: `domain:HOST`, where `*` in HOST stands for anything.

As client 2.1.330 has it: whatever the port and the case; a host's subdomains are not the host.
"""

from __future__ import annotations

from scrimp.core.permissions import rule

_FORM = "domain:"


def host_of(url: str) -> str:
    """The host of an address in small letters, '' where none is plain to see (`user@` in it, a backslash)."""
    scheme, found, rest = url.strip().partition("://")
    if not found or scheme.lower() not in ("http", "https"):
        return ""
    authority = rest.replace("?", "/").replace("#", "/").partition("/")[0]
    if "@" in authority or "\\" in authority or any(char.isspace() for char in authority):
        return ""
    bracket, closed, _ = authority.partition("]")
    host = bracket + closed if closed else authority.partition(":")[0]
    return host.lower().rstrip(".")


def matches(content: str, url: str) -> bool:
    """Whether the content of a WebFetch rule names the host of `url`."""
    if not content:
        return True
    host = host_of(url)
    if not content.startswith(_FORM) or not host:
        return False
    return rule.fits(rule.pieces(content[len(_FORM) :].lower().rstrip(".")), host)
