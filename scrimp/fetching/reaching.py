"""How a URL is reached: over which connections, through which proxy, with or without the cache."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrimp.fetching import addresses, proxies, resolving

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    import httpcore2
    import httpx2

    from scrimp.fetching.resolving import IsAllowed, Lookup
    from scrimp.fetching.urls import Url

_LOG = logging.getLogger("scrimp.fetching")


class Reaching:
    """The transports of one server, made when they are first needed and closed together."""

    def __init__(
        self,
        environ: Mapping[str, str],
        data_folder: str,
        is_allowed: IsAllowed,
        lookup: Lookup = resolving.looked_up,
        backend: httpcore2.AsyncNetworkBackend | None = None,
        verify: ssl.SSLContext | None = None,
    ) -> None:
        """data_folder: '' for no cache. backend connects to the addresses that were checked."""
        self._environ = environ
        self._data_folder = data_folder
        self._is_allowed = is_allowed
        self._lookup = lookup
        self._backend = backend
        self._verify = verify
        self._found: dict[tuple[str, bool], httpx2.AsyncBaseTransport] = {}

    async def transport(self, url: Url, *, is_cached: bool) -> httpx2.AsyncBaseTransport:
        """What a URL is asked through.

        Raises:
            Refused: it goes through a proxy, and its address may not be asked for.
        """
        is_opened = self._is_allowed(url.host, url.port)
        proxy = "" if is_opened else proxies.proxy_for(url, self._environ)
        if proxy:
            await self._check_before_proxy(url)
        return self._made(proxy, is_cached=is_cached and not is_opened)

    async def aclose(self) -> None:
        """Close every connection and the cache."""
        found, self._found = self._found, {}
        # A cache closes what is behind it; what has none is closed after that.
        for (_, is_cached), transport in sorted(found.items(), key=lambda row: not row[0][1]):
            if is_cached or (_, True) not in found:
                await transport.aclose()

    async def _check_before_proxy(self, url: Url) -> None:
        """The addresses that the name has here; where it has none, the proxy's own rules are what holds."""
        try:
            found = await self._lookup(url.host, url.port)
        except (OSError, UnicodeError):
            found = [url.host] if addresses.judged(url.host)[1] != addresses.NO_ADDRESS else []
        for address in found:
            resolving.check(url.host, url.port, address, self._is_allowed)

    def _made(self, proxy: str, *, is_cached: bool) -> httpx2.AsyncBaseTransport:
        key = (proxy, is_cached and bool(self._data_folder))
        if key not in self._found:
            self._found[key] = self._with_cache(proxy) if key[1] else self._direct(proxy)
        return self._found[key]

    def _with_cache(self, proxy: str) -> httpx2.AsyncBaseTransport:
        from scrimp.fetching import caching  # noqa: PLC0415 - 50 ms, when something is fetched

        plain = self._made(proxy, is_cached=False)
        try:
            return caching.cached(plain, caching.storage(self._data_folder))
        except OSError as error:
            _LOG.warning("pages are not kept: %s", error)
            self._data_folder = ""
            return plain

    def _direct(self, proxy: str) -> httpx2.AsyncBaseTransport:
        import httpx2  # noqa: PLC0415 - 70 ms, when something is fetched
        from httpcore2._backends.anyio import AnyIOBackend  # noqa: PLC0415 - with it

        from scrimp.fetching import pinned  # noqa: PLC0415 - with it

        # One for all, made late: loading the certificates takes 20 to 40 ms.
        self._verify = self._verify or httpx2.create_ssl_context()
        if proxy:
            return httpx2.AsyncHTTPTransport(verify=self._verify, trust_env=False, proxy=proxy)
        backend = pinned.PinnedBackend(self._backend or AnyIOBackend(), self._lookup, self._is_allowed)
        return pinned.PinnedTransport(backend, self._verify)
