"""Connections that lead to the checked address and to no other: the name is never resolved a second time.

The HTTP library asks this backend for each new connection, so that no redirect, retry or reuse gets around it. Host
header, TLS name and certificate check stay those of the name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpcore2
import httpx2
from httpcore2 import AsyncNetworkBackend, AsyncNetworkStream

from scrimp.core import limits
from scrimp.fetching import resolving

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

    from httpcore2 import SOCKET_OPTION

    from scrimp.fetching.resolving import IsAllowed, Lookup


class PinnedBackend(AsyncNetworkBackend):
    """Resolves and checks by itself, then lets `inner` connect to an address."""

    def __init__(self, inner: AsyncNetworkBackend, lookup: Lookup, is_allowed: IsAllowed) -> None:
        self._inner = inner
        self._lookup = lookup
        self._is_allowed = is_allowed

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """A connection to the first address of the host that answers.

        Raises:
            Refused, Unresolved: see `resolving.checked`.
            httpcore2.ConnectError, httpcore2.ConnectTimeout: none answers.
        """
        bare = host.strip("[]").rstrip(".")
        found = await resolving.checked(bare, port, self._lookup, self._is_allowed)
        failure: Exception | None = None
        for address in found[: limits.FETCH_ADDRESSES_TRIED]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        assert failure is not None  # noqa: S101 - there is at least one address
        raise failure

    async def sleep(self, seconds: float) -> None:
        """As the inner backend's."""
        await self._inner.sleep(seconds)


class PinnedTransport(httpx2.AsyncHTTPTransport):
    """httpx2's own transport over such connections.

    Its pool is private there and cannot be given a backend otherwise (2.16); a test holds that it still takes effect.
    """

    def __init__(self, backend: AsyncNetworkBackend, verify: ssl.SSLContext) -> None:
        super().__init__(verify=verify, trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=verify,
            max_connections=limits.FETCH_AT_ONCE,
            max_keepalive_connections=limits.FETCH_AT_ONCE,
            keepalive_expiry=limits.FETCH_IDLE_S,
            network_backend=backend,
        )
