"""A host's addresses: resolved once, all of them checked, before anything is connected to.

One forbidden address among good ones refuses the host: which of them a connection would take is chance, and a name
that answers with both is made to be taken twice (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from scrimp.fetching.addresses import Reach, judged

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Lookup = Callable[[str, int], Awaitable[list[str]]]
    IsAllowed = Callable[[str, int], bool]


class Refused(Exception):  # noqa: N818 - it says what happened
    """Nothing was connected to; the message says why and what to do, in one line."""


class Unresolved(OSError):  # noqa: N818 - see above
    """The name has no address, or nobody answered for it."""


async def looked_up(host: str, port: int) -> list[str]:
    """The addresses of a host by the system's resolver, in its order, each once.

    Raises:
        OSError: there are none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


async def checked(host: str, port: int, lookup: Lookup, is_allowed: IsAllowed) -> list[str]:
    """The addresses of a host, every one of which may be connected to.

    Raises:
        Refused: one of them may not.
        Unresolved: there are none.
    """
    try:
        found = await lookup(host, port)
    except (OSError, UnicodeError) as error:
        raise Unresolved(f"{host} is not known ({_reason(error)})") from error
    if not found:
        raise Unresolved(f"{host} has no address")
    for address in found:
        check(host, port, address, is_allowed)
    return found


def check(host: str, port: int, address: str, is_allowed: IsAllowed) -> None:
    """Nothing, where `address` may be connected to for `host`.

    Raises:
        Refused: it may not.
    """
    reach, why = judged(address)
    if reach is Reach.PUBLIC or (reach is Reach.LOCAL and is_allowed(host, port)):
        return
    named = f"{host} is {address}" if host != address else host
    way_out = "" if reach is Reach.NEVER else f"; where you mean it, let the user allow {_pattern(host, port)}"
    raise Refused(f"{named} ({why}), which is not fetched from{way_out}")


def _pattern(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _reason(error: Exception) -> str:
    return str(error.strerror) if isinstance(error, OSError) and error.strerror else str(error)
