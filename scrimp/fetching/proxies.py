"""Whether a URL is asked through a proxy, by the usual variables (`https_proxy`, `all_proxy`, `no_proxy`).

Behind a proxy the proxy resolves the name and opens the connection: nothing can be pinned. What is left is checked
before: an address written in the URL, and the addresses that the name has here, where it has any here (inside many
companies it has none, and then the proxy's own rules are what holds). Hosts that the user opened go directly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrimp.fetching.urls import Url


def proxy_for(url: Url, environ: Mapping[str, str]) -> str:
    """The proxy's URL; '' where the connection is direct. Lower-case names win, as everywhere."""
    if any(_covers(one.strip().lower(), url) for one in _value("no_proxy", environ).split(",")):
        return ""
    # HTTP_PROXY in capitals is what a CGI request's `Proxy:` header becomes; curl does not read it either.
    own = environ.get("http_proxy", "") if url.scheme == "http" else _value("https_proxy", environ)
    found = own or _value("all_proxy", environ)
    return found if not found or "://" in found else f"http://{found}"


def _covers(pattern: str, url: Url) -> bool:
    """Whether an entry of `no_proxy` means this host: `*`, a name and what is below it, each with or without port."""
    if pattern == "*":
        return True
    name, colon, port = pattern.rpartition(":")
    if colon and port.isdecimal() and not name.endswith(":"):
        if int(port) != url.port:
            return False
        pattern = name
    pattern = pattern.strip("[]").removeprefix("*").removeprefix(".")
    return bool(pattern) and (url.host == pattern or url.host.endswith(f".{pattern}"))


def _value(name: str, environ: Mapping[str, str]) -> str:
    return environ.get(name) or environ.get(name.upper(), "")
