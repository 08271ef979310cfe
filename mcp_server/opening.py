"""Which hosts and ports a call needs that are not open: local ones, and those that it sends more to than a plain GET.

A name that leads to a local address without saying so is not asked about: the address guard refuses it, and says what
the user would have to write into the settings. Nor about an address that nothing opens, as that of cloud metadata.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.fetching import addresses, urls

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
        if url and _needs_opening(one, url.host) and not is_open(url.host, url.port):
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


def _needs_opening(one: Wanted, host: str) -> bool:
    is_special = not one.is_reading or bool(one.body or one.headers)
    reach, why = addresses.judged(host)
    if why == addresses.NO_ADDRESS:
        return is_special or host == "localhost" or host.endswith(_LOCAL_NAMES)
    return reach is addresses.Reach.LOCAL or (is_special and reach is addresses.Reach.PUBLIC)
