"""What the MCP server costs and saves, as a process that a client has started: `make bench-server`.

Time to tell a client its tools, as Claude Code asks (answered from a record) and by `initialize` (by the libraries),
beside a server with one tool and nothing else; one call for many files and pages beside
one call each; what the model is told of the tools. Rounds are interleaved, so that a machine that slows down slows all
of them; medians and ratios are what to quote. Bounds are DESIGN.md's. `python benchmarks/reading.py` and
`benchmarks/fetching.py` take the engines apart.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import fetching, html_quality, reading  # noqa: E402 - the path comes first
from mcp_server import server  # noqa: E402 - the path comes first
from scrimp.core import limits, tokens  # noqa: E402 - the path comes first
from scripts import record_handshake  # noqa: E402 - the path comes first
from tests.fetching.site import Reply, serving  # noqa: E402 - the path comes first
from tests.mcp_server import stdio  # noqa: E402 - the path comes first
from tests.mcp_server.session import Answer, Place  # noqa: E402 - the path comes first

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from tests.fetching.site import Route
    from tests.mcp_server.stdio import Wire

STARTS, ROUNDS = 15, 5
FILES, PAGES = 200, 30
PAGE = "rust_reference_boolean"

INITIALIZE_RATIO, READ_MS, STANDING_TOKENS = 1.15, 150.0, 1_500
_MS = 1_000.0
_BARE = """
from mcp.server.mcpserver import MCPServer

server = MCPServer("bare", log_level="WARNING")


@server.tool()
def hello(name: str) -> str:
    return name


server.run("stdio")
"""
_ASKED = [record_handshake.question(method, 0) for method in record_handshake.QUESTIONS]
_HELLO = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": stdio.HELLO}).encode() + b"\n"


class Row(NamedTuple):
    """A line of the table: what was measured, its figure, what it is compared with, the bound and how it stands to it.

    share: the figure as a share of the bound; 0 where there is none.
    """

    what: str
    figure: str
    beside: str = ""
    bound: str = ""
    share: float = 0.0

    def __str__(self) -> str:
        held = f"{'held' if self.share <= 1 else 'MISSED'}: {self.bound}" if self.share else ""
        return f"{self.what:61} {self.figure:>14}  {self.beside:38} {held}".rstrip()


class Start(NamedTuple):
    """Milliseconds to the last answer, and of the CPU."""

    wall: float
    cpu: float


def start(arguments: Sequence[str], place: Place, questions: Sequence[bytes]) -> Start:
    """From the start of a server to its last answer, each question asked when the one before is answered."""
    cpu_s, began = cpu_of_children_s(), time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-I", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=place.project,
        env=place.environ,
    ) as process:
        assert process.stdin
        assert process.stdout
        for question in questions:
            process.stdin.write(question)
            process.stdin.flush()
            assert b'"result":' in process.stdout.readline()
        wall_s = time.perf_counter() - began
        process.kill()
    return Start(wall_s * _MS, (cpu_of_children_s() - cpu_s) * _MS)


def cpu_of_children_s() -> float:
    """Of those that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def starts(place: Place) -> list[Row]:
    """Ours beside the bare one, in turns: the time until the answer, and the CPU's alone, which scatters less."""
    bare = str(place.folder / "bare.py")
    Path(bare).write_text(_BARE, encoding="utf-8")
    rows: list[Row] = []
    for what, questions in {"told as Claude Code asks": _ASKED, "told by initialize": [_HELLO]}.items():
        pairs = [(start([bare], place, questions), start([stdio.SERVER], place, questions)) for _ in range(STARTS)]
        rows.append(compared(f"five tools {what}", [(other.wall, mine.wall) for other, mine in pairs]))
        rows.append(compared("the same, of the CPU alone", [(other.cpu, mine.cpu) for other, mine in pairs]))
    return rows


def compared(what: str, pairs: Sequence[tuple[float, float]]) -> Row:
    """Pairs of the bare one's milliseconds and ours."""
    theirs, ours = zip(*pairs, strict=True)
    ratios = sorted(mine / other for other, mine in pairs)
    return Row(
        what,
        str(Taken(median(ours), min(ours))),
        f"{Taken(median(theirs), min(theirs))} a bare one-tool server",
        f"{median(ratios):.2f} times ({ratios[0]:.2f}-{ratios[-1]:.2f}), {INITIALIZE_RATIO} at most",
        median(ratios) / INITIALIZE_RATIO,
    )


class Taken(NamedTuple):
    """Milliseconds of some rounds."""

    median: float
    least: float

    def __str__(self) -> str:
        return f"{self.median:,.0f} ms ({self.least:,.0f})"


async def taken(work: Callable[[], Awaitable[object]]) -> Taken:
    """What ROUNDS rounds take after one that is not counted."""
    await work()
    found: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await work()
        found.append((time.perf_counter() - began) * _MS)
    return Taken(median(found), min(found))


async def call(wire: Wire, tool: str, **arguments: object) -> Answer:
    """A call that must not fail."""
    answer = await wire.call(tool, arguments, "toolu_none")
    assert not answer.is_error, answer.text[:1000]
    assert "\n[error: " not in answer.text, answer.text[:1000]
    return answer


async def one_by_one(wire: Wire, tool: str, key: str, entries: Sequence[str]) -> None:
    """A call for each, the next when the last is there, as an agent makes them."""
    for entry in entries:
        await call(wire, tool, **{key: [entry]})


async def reads(wire: Wire, place: Place) -> list[Row]:
    """200 files in one call: whole, cut by the budget, outlined; beside 200 calls, and plain reads without a server."""
    folder = str(place.project / "files")
    names = [f"files/{name}" for name in reading.copied(folder, most_bytes=reading.SMALL_BYTES)]
    each = await taken(lambda: one_by_one(wire, "batch_read", "items", names))
    plain_ms = reading.median_ms(lambda: reading.plain(str(place.project), names))
    modes: dict[str, dict[str, object]] = {
        "whole": {"max_tokens": limits.BATCH_TOKENS_MOST},
        f"cut to {limits.BATCH_TOKENS:,} tokens": {},
        "outlined": {"mode": "outline", "max_tokens": limits.BATCH_TOKENS_MOST},
        f"outlines cut to {limits.BATCH_TOKENS:,} tokens": {"mode": "outline"},
    }
    rows = [await read(wire, names, f"batch_read: {FILES} files of 1 KB, {how}", modes[how]) for how in modes]
    beside = f"{each.median:,.0f} ms {FILES} calls for one; {plain_ms:,.1f} ms open()"
    return [rows[0]._replace(beside=beside), *rows[1:]]


async def read(wire: Wire, names: Sequence[str], what: str, arguments: dict[str, object]) -> Row:
    """All the files in one call."""
    shown = await call(wire, "batch_read", items=names, **arguments)
    assert shown.text.count("\n## ") == FILES - 1
    found = await taken(lambda: call(wire, "batch_read", items=names, **arguments))
    beside = f"{tokens.estimate(shown.text):,} tokens of answer"
    return Row(what, str(found), beside, f"{READ_MS:.0f} ms", found.median / READ_MS)


async def outline(wire: Wire, place: Place) -> Row:
    """A source file of 3,000 lines."""
    lines = [line for path in reading.sources() for line in path.read_text().split("\n")][: reading.OUTLINE_LINES]
    place.write("long.py", "\n".join(lines))
    shown = await call(wire, "batch_read", items=["long.py"], mode="outline")
    found = await taken(lambda: call(wire, "batch_read", items=["long.py"], mode="outline"))
    beside = f"{tokens.estimate(shown.text):,} of {tokens.estimate(chr(10).join(lines)):,} tokens"
    return Row(f"batch_read: outline of {reading.OUTLINE_LINES:,} lines", str(found), beside)


async def fetches(wire: Wire, url: str) -> Row:
    """30 pages of one host in one call beside one call each."""
    urls = [f"{url}{path}" for path in paths()]
    together = await taken(lambda: call(wire, "batch_fetch", urls=urls))
    each = await taken(lambda: one_by_one(wire, "batch_fetch", "urls", urls))
    what = f"batch_fetch: {PAGES} pages of one host, {limits.FETCH_PER_HOST} at a time"
    return Row(what, str(together), f"{each.median:,.0f} ms {PAGES} calls for one")


async def engine() -> Row:
    """The same without a server, from as many hosts as pages; see fetching.py."""
    found = await fetching.measured()
    beside = f"{found['one by one']:,.0f} ms one by one"
    return Row(f"its engine alone: {fetching.PAGES} pages of as many hosts", f"{found['one call']:,.0f} ms", beside)


async def standing(wire: Wire) -> Row:
    """Tools and instructions, as a client has to send them."""
    listed = json.loads(await wire.raw("tools/list", {}))["result"]["tools"]
    sent = [
        {"name": f"mcp__scrimp__{one['name']}", "description": one["description"], "input_schema": one["inputSchema"]}
        for one in listed
    ]
    size = tokens.estimate(json.dumps(sent) + server.INSTRUCTIONS)
    bound = f"{STANDING_TOKENS:,} with agents and skills"
    return Row("tools and instructions, estimated", f"{size:,} tokens", "", bound, size / STANDING_TOKENS)


def paths() -> list[str]:
    """Of the pages, on their site."""
    return [f"/page?{number}" for number in range(PAGES)]


def routes() -> dict[str, Route]:
    """A site whose pages take their time and may not be kept."""
    page = Reply(html_quality.page(PAGE), headers=(("Cache-Control", "no-store"),)).raw()

    async def slow(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(fetching.WAIT_S)
        writer.write(page)

    found: dict[str, Route] = dict.fromkeys(paths(), slow)
    return {**found, "/robots.txt": Reply(status=404)}


async def measured(place: Place) -> list[Row]:
    """What one running server takes."""
    async with serving(routes()) as site:
        place.settings(fetch={"allow": [f"127.0.0.1:{site.port}"]})
        place.rules(allow=["WebFetch(domain:127.0.0.1)"])
        async with stdio.connected(place) as wire:
            found = await reads(wire, place)
            return [*found, await outline(wire, place), await fetches(wire, site.url), await standing(wire)]


def main() -> int:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(os.path.realpath(folder)))
        place.project.mkdir(exist_ok=True)
        rows = [*starts(place), *asyncio.run(measured(place)), asyncio.run(engine())]
    pages = f"pages of {len(html_quality.page(PAGE)) / 1000:,.0f} KB, {fetching.WAIT_S * _MS:.0f} ms until one answers"
    print(f"medians (and the least) of {ROUNDS} rounds, of {STARTS} starts; {pages}")
    print(*rows, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
