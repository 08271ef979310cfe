"""In the real client: what scrimp adds to every request by being there, counted on the request that is sent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from mcp_server import server
from scrimp.core import bundle_root
from tests.client.billing import flatten
from tests.client.driver import Setup, run_client
from tests.client.script import Script, play, text_of
from tests.client.served import INSTALLED, PLUGIN, Way, environ, repo, session
from tests.mcp_server.test_tool_list import STANDING_TOKENS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.client.script import Body

pytestmark = pytest.mark.client


def lines(body: Body) -> list[str]:
    """All that a request says apart from its tools, line by line."""
    system = body["system"]
    blocks = [system] if isinstance(system, str) else [text_of([block]) for block in system]
    return "\n".join([*blocks, *(text_of(message["content"]) for message in body["messages"])]).splitlines()


def without_places(line: str, folder: Path) -> str:
    """A line without the folder of the run, in either spelling."""
    slug = "".join(sign if sign.isalnum() else "-" for sign in str(folder))
    return line.replace(str(folder), "FOLDER").replace(slug, "FOLDER")


def told(folder: Path, way: Way | None) -> tuple[int, list[str], Body]:
    """How many tokens the first request of a session takes, what it says line by line, and the request."""
    if way:
        run = session(folder, way, play("Done."))
    else:
        repo(folder)
        run = run_client(str(folder), Script(play("Done.")), Setup(permission_args=(), env=environ(folder)))
    body = run.requests[0].body
    size_tokens = sum(block.tokens for block in flatten(body))
    return size_tokens, [without_places(line, folder) for line in lines(body)], body


def agents() -> tuple[str, ...]:
    """How the lines begin that list an agent of the bundle."""
    folder = os.path.join(bundle_root(), ".claude", "agents")
    names = [name.removesuffix(".md") for name in os.listdir(folder)] if os.path.isdir(folder) else []
    return tuple(f"- {prefix}{name}:" for name in names for prefix in ("", "scrimp:"))


@pytest.fixture(scope="module")
def plain(client: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, list[str], Body]:
    """A session without scrimp."""
    assert client
    return told(tmp_path_factory.mktemp("told"), None)


@pytest.mark.parametrize("way", [INSTALLED, PLUGIN], ids=lambda way: way.name)
def test_the_bundle_stays_within_its_bound_and_no_hook_says_a_word(
    plain: tuple[int, list[str], Body], tmp_path_factory: pytest.TempPathFactory, way: Way
) -> None:
    """Whatever begins as a line of an agent's list is counted and may stand there; anything else must be known."""
    without_tokens, known, _ = plain
    with_tokens, said, body = told(tmp_path_factory.mktemp("told"), way)
    assert with_tokens - without_tokens <= STANDING_TOKENS
    assert [tool["name"] for tool in body["tools"] if "scrimp" in tool["name"]] == way.allowed()
    more = [line for line in said if line not in known and not line.startswith(agents())]
    assert more == [
        *(["?? .claude/"] if way == INSTALLED else []),
        "# MCP Server Instructions",
        "The following MCP servers have provided instructions for how to use their tools and resources:",
        "## scrimp" if way == INSTALLED else "## plugin:scrimp:scrimp",
        server.INSTRUCTIONS,
    ]
    assert not any(tool.get("defer_loading") for tool in body["tools"] if "scrimp" in tool["name"])
