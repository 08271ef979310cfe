"""How many requests are under way together: a limit for all, one for each host, and one for large answers."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from scrimp.core import limits

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Places:
    """Places for requests; what no request uses or waits for is forgotten, however many hosts there were."""

    def __init__(self, most: int = limits.FETCH_AT_ONCE, most_per_host: int = limits.FETCH_PER_HOST) -> None:
        self._all = asyncio.Semaphore(most)
        self.large = asyncio.Semaphore(limits.FETCH_LARGE_AT_ONCE)
        """A place for the rest of an answer that is larger than `limits.FETCH_LARGE_BYTES`."""
        self._most_per_host = most_per_host
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._users: Counter[str] = Counter()

    @asynccontextmanager
    async def one(self, origin: str) -> AsyncGenerator[None]:
        """A place for one request to `origin`; the host's first, so that a crowded host takes no other's."""
        host = self._hosts.setdefault(origin, asyncio.Semaphore(self._most_per_host))
        self._users[origin] += 1
        try:
            async with host, self._all:
                yield
        finally:
            self._users[origin] -= 1
            if not self._users[origin]:
                del self._users[origin], self._hosts[origin]
