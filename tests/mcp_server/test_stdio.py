"""The server as a process: every tool answers, and calls of one reply run side by side."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.mcp_server import asked, stdio
from tests.mcp_server.session import Answer, Place
from tests.mcp_server.site import serving

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs commands by a shell")

SIDE_BY_SIDE = 12
TOGETHER = f"""
touch here-$1
for _ in $(seq 500); do
    [ "$(ls here-* | wc -l)" = {SIDE_BY_SIDE} ] && echo together && exit
    sleep 0.02
done
echo alone
"""
"""Says whether so many of it run at a time."""


def test_every_tool_answers(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("a.txt", "one\n")

    async def work(url: str) -> list[Answer]:
        place.settings(fetch={"allow": [url.removeprefix("http://")]}, budget={"sessionUsd": 1})
        calls: list[tuple[str, dict[str, Any]]] = [
            ("batch_read", {"items": ["a.txt"]}),
            ("batch_run", {"commands": ["seq 1 5000"], "max_tokens": 300}),
            ("batch_fetch", {"urls": [f"{url}/data"]}),
            ("budget", {}),
        ]
        async with stdio.connected(place) as wire:
            answers: list[Answer] = []
            for number, call in enumerate(calls):
                place.note(f"toolu_{number}")
                answers.append(await wire.call(*call, f"toolu_{number}"))
            (handle,) = re.findall(r"\[scrimp ([0-9a-f]{16}):", answers[1].text)
            answers.append(await wire.call("recall", {"handle": handle, "lines": "2500:2501"}, "toolu_9"))
            return answers

    with serving() as site:
        read, ran, fetched, budget, recalled = asyncio.run(work(site.url))
    assert read == ("## a.txt: 1 line\n1\tone", False)
    assert re.match(r"## `seq 1 5000`: exit 0, \d\.\d s, ([0-9a-f]{16})\n1\n2\n", ran.text)
    assert fetched == (f'## {site.url}/data: json, 1 line\n{{"port": 8471}}', False)
    assert budget == ("sessionUsd: $0.00 of $1.00 used, $1.00 left", False)
    assert recalled == ("2500:2500\n2501:2501\n", False)


def test_twelve_calls_of_one_reply_run_side_by_side(tmp_path: Path) -> None:
    """Four commands, four pages and four questions; each waits until all of them are under way."""
    place = Place(tmp_path)
    place.write("a.txt", "PORT = 8471\n")
    script = place.write("together.sh", TOGETHER)
    said = asked.result(asked.reply("WORD", (1, "PORT = 8471")))
    client = f"cd {place.project}; WORD=$(sh {script} $(sed -n 's/.*call-//p')); echo '{said}' | sed s/WORD/$WORD/"
    asked.with_client(place, client)

    def answer(path: str) -> str:
        words = ["sh", script, path.partition("?")[2]]
        return subprocess.run(words, cwd=place.project, check=True, stdout=subprocess.PIPE, text=True).stdout

    def call(number: int, url: str) -> tuple[str, dict[str, Any]]:
        return (
            ("batch_run", {"commands": [f"sh {script} {number}"]}),
            ("batch_fetch", {"urls": [f"{url}/together?{number}"]}),
            ("batch_read", {"items": ["a.txt"], "ask": f"which port, for call-{number}"}),
        )[number % 3]

    async def texts(url: str) -> list[str]:
        place.settings(fetch={"allow": [url.removeprefix("http://")]})
        for number in range(SIDE_BY_SIDE):
            place.note(f"toolu_{number}")
        async with stdio.connected(place) as wire:
            calls = (wire.call(*call(number, url), f"toolu_{number}") for number in range(SIDE_BY_SIDE))
            return [answer.text for answer in await asyncio.gather(*calls)]

    with serving(answer) as site:
        found = asyncio.run(texts(site.url))
    assert [text.splitlines().count("together") for text in found] == [1] * SIDE_BY_SIDE, found
