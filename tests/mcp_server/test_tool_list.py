"""What the model is told of the server: the same bytes on every start, few of them, and true."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from mcp_server import handshake, server
from mcp_server.tools import batch_fetch, batch_read, batch_run
from scrimp.core import tokens
from tests.mcp_server import stdio
from tests.mcp_server.session import Place

if TYPE_CHECKING:
    from pathlib import Path

STANDING_TOKENS = 1_500


def on_record() -> list[dict[str, Any]]:
    with open(handshake.RECORD, encoding="utf-8") as file:
        return json.load(file)["results"]["tools/list"]["tools"]


async def told(place: Place, folder: str = "", **environ: str) -> tuple[dict[str, Any], bytes]:
    """What a server says of itself and of its tools, started in a folder."""
    async with stdio.connected(place, folder, **environ) as wire:
        said = json.loads(await wire.raw("initialize", stdio.HELLO))["result"]
        return said, (await wire.raw("tools/list", {})).partition(b'"result":')[2]


def test_the_list_of_tools_is_the_one_on_record_and_the_same_bytes_on_every_start(tmp_path: Path) -> None:
    async def both() -> list[tuple[dict[str, Any], bytes]]:
        place = Place(tmp_path)
        first = await told(place, PYTHONHASHSEED="1")
        place.rules({"sandbox": {"enabled": True}}, deny=["Bash", "Read", "WebFetch"])
        place.settings(ask={"backend": "extractive"}, budget={"sessionUsd": 1})
        return [first, await told(place, "/", PYTHONHASHSEED="2", LANG="de_DE.UTF-8", CLAUDE_CODE_SESSION_ID="")]

    first, second = asyncio.run(both())
    assert first == second
    assert json.loads(first[1][:-2])["tools"] == on_record(), "`make handshake` writes it anew"
    assert first[0]["instructions"] == server.INSTRUCTIONS


def test_tools_and_instructions_take_few_tokens() -> None:
    """Estimated on what a client has to send of them; tests/client measures it on what one really sends."""
    sent = [
        {"name": f"mcp__scrimp__{one['name']}", "description": one["description"], "input_schema": one["inputSchema"]}
        for one in on_record()
    ]
    assert tokens.estimate(json.dumps(sent) + server.INSTRUCTIONS) <= STANDING_TOKENS


@pytest.mark.parametrize(
    ("tool", "entries", "item"),
    [
        ("batch_read", "items", batch_read.ReadItem),
        ("batch_run", "commands", batch_run.RunItem),
        ("batch_fetch", "urls", batch_fetch.FetchItem),
    ],
)
def test_the_description_of_a_list_names_every_field_that_an_entry_may_have(
    tool: str, entries: str, item: type[Any]
) -> None:
    listed = {one["name"]: one for one in on_record()}
    said = listed[tool]["inputSchema"]["properties"][entries]["description"].partition("{")[2]
    named = [name.partition(":")[0] for name in said.rstrip("}").split(", ")]
    assert sorted(named) == sorted(item.model_fields)
