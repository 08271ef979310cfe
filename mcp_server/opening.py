"""Which hosts and ports a call needs that are not open: local ones, and those that it sends more to than a plain GET.

A name that leads to a local address without saying so is not asked about: the address guard refuses it, and says what
the user would have to write into the settings.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from scrimp.fetching import urls

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrimp.fetching.urls import Url
    from scrimp.fetching.wanted import Wanted

_LOCAL_NAMES = (".localhost", ".local", ".internal")


def closed(wanted: Sequence[Wanted], is_open: Callable[[str, int], bool]) -> list[tuple[str, int]]:
    """Hosts and ports that would have to be opened for these, each once."""
    found: dict[tuple[str, int], None] = {}
    for one in wanted:
        url = _parsed(one.url)
        is_special = not one.is_reading or bool(one.body or one.headers)
        if url and (is_special or _is_local(url.host)) and not is_open(url.host, url.port):
            found[(url.host, url.port)] = None
    return list(found)


def hosts(wanted: Sequence[Wanted]) -> list[str]:
    """The hosts that these name."""
    return [url.host for url in map(_parsed, (one.url for one in wanted)) if url]


def _parsed(text: str) -> Url | None:
    try:
        return urls.parsed(text)
    except urls.BadUrl:
        return None  # the engine says what is wrong with it


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(_LOCAL_NAMES):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False
