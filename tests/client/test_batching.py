"""The word on serial reads in the real client: where it lands, how often, and that nothing before it changes."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.client import batching
from tests.client.billing import flatten

if TYPE_CHECKING:
    from pathlib import Path

    from tests.client.driver import Run

pytestmark = pytest.mark.client

TOLD = (
    "PostToolBatch hook additional context: scrimp: none of the last 3 reads needed another's result. Think what else "
    "you need, and ask for all of it in one turn."
)


def prefixes(run: Run) -> list[list[str]]:
    """Of each request, what its blocks are up to each of them: hashes, without the marks."""
    return [[block.prefix for block in flatten(request.body)] for request in run.requests]


def outcomes(folder: Path) -> list[str]:
    return [json.loads(line)["what"] for line in (folder / "data" / "batching.jsonl").read_text().splitlines()]


def test_it_stands_once_after_the_third_result_and_the_prompt_before_it_stays(client: str, tmp_path: Path) -> None:
    assert client
    run = batching.converse(tmp_path, follows=False)
    assert batching.notices(run) == [batching.ALONE]
    last: list[dict[str, Any]] = run.requests[batching.ALONE].messages[-2:]
    assert [message["role"] for message in last] == ["user", "system"]
    assert last[0]["content"][0]["tool_use_id"] == "toolu_cedar"
    assert [block["text"] for block in last[1]["content"]] == [TOLD]
    for before, after in pairwise(prefixes(run)):
        assert after[: len(before)] == before
    assert outcomes(tmp_path) == ["given", "ignored"]
    assert not (tmp_path / "data" / "scrimp.log").exists()


def test_an_agent_that_then_asks_for_the_rest_at_once_has_followed_it(client: str, tmp_path: Path) -> None:
    assert client
    run = batching.converse(tmp_path, follows=True)
    assert (batching.notices(run), len(run.requests)) == ([batching.ALONE], batching.ALONE + 2)
    assert outcomes(tmp_path) == ["given", "followed"]


def test_where_it_is_off_nothing_is_sent(client: str, tmp_path: Path) -> None:
    assert client
    run = batching.converse(tmp_path, follows=True, batching="off")
    assert batching.notices(run) == []
    assert not (tmp_path / "data").exists()
