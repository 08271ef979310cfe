"""Thirty pages of a slow site: in one call, one by one, and by thirty calls of a plain client, all on loopback.

The site waits before each answer as one across a continent does. Part of `make bench-server`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from typing import TYPE_CHECKING

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import httpx2

from benchmarks import html_quality
from scrimp.fetching.wanted import Wanted
from tests.fetching.site import Reply, Route, Site, serving
from tests.fetching.world import Options, World, closing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

PAGES = 30
WAIT_S = 0.1
_ROUNDS = 3


def _routes() -> dict[str, Route]:
    page = Reply(html_quality.page("rust_reference_boolean"), headers=(("Cache-Control", "max-age=600"),))

    async def slow(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(WAIT_S)
        writer.write(page.raw())

    return {"/page": slow, "/robots.txt": Reply(status=404)}


async def _timed_ms(work: Callable[[], Awaitable[object]]) -> float:
    start = time.perf_counter()
    await work()
    return (time.perf_counter() - start) * 1000


async def _one_by_one(world: World, urls: list[str]) -> None:
    for url in urls:
        item = await world.one(Wanted(url, by_user=True))
        assert not item.error


async def _plain(site: Site) -> None:
    """The same pages by a client that only fetches: no Markdown, no checks, one connection each."""
    for _ in range(PAGES):
        async with httpx2.AsyncClient() as client:
            assert (await client.get(f"{site.url}/page")).is_success


async def _together(world: World, urls: list[str], *, by_user: bool) -> None:
    assert not any(item.error for item in await world.fetch(*(Wanted(url, by_user=by_user) for url in urls)))


async def measured() -> dict[str, float]:
    """Milliseconds of each way, the fastest of a few rounds."""
    hosts = [f"h{number}.example" for number in range(PAGES)]
    urls = [f"http://{host}/page" for host in hosts]
    found: dict[str, list[float]] = {}
    for _ in range(_ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            options = Options({host: ["93.184.216.34"] for host in hosts}, folder=folder)
            async with serving(_routes()) as site:
                plain = options._replace(folder="")
                rows: list[tuple[str, Options, Callable[[World], Awaitable[None]]]] = [
                    ("one by one, plain client, no Markdown", plain, lambda _world, site=site: _plain(site)),
                    ("one by one", plain, lambda world: _one_by_one(world, urls)),
                    ("one call", plain, lambda world: _together(world, urls, by_user=True)),
                    ("one call, robots.txt asked", plain, lambda world: _together(world, urls, by_user=False)),
                    ("one call, into the cache", options, lambda world: _together(world, urls, by_user=True)),
                    ("one call, from the cache", options, lambda world: _together(world, urls, by_user=True)),
                ]
                for name, chosen, work in rows:
                    async with closing(World(site.port, chosen)) as world:
                        found.setdefault(name, []).append(await _timed_ms(lambda world=world, work=work: work(world)))
    return {name: min(rounds) for name, rounds in found.items()}


def main() -> None:
    """The table."""
    print(f"{PAGES} pages of 36 KB, one on each host, {WAIT_S * 1000:.0f} ms until each answers")
    for name, taken_ms in asyncio.run(measured()).items():
        print(f"{name:42}{taken_ms:>9.0f} ms")


if __name__ == "__main__":
    main()
