"""A file is given once to a conversation, as long as that holds what it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.core import callers, limits
from tests.mcp_server.session import JUDGED, SESSION, Calls, Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WHOLE = "## a.txt: 1 line\n1\tone"
KNOWN = '## a.txt: 1 line: unchanged since batch_read call 1 gave it; with "again": true it is given once more'
AGENT = {"agent_id": "agent-1"}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.write("a.txt", "one\n")
    return place


async def read(calls: Calls, seen: Mapping[str, str] | None, *items: object) -> str:
    return (await calls.call("batch_read", {"items": list(items) or ["a.txt"]}, seen)).text


def test_an_unchanged_file_is_named_with_the_call_that_gave_it(place: Place) -> None:
    place.write("b.txt", "two\n")

    async def work(calls: Calls) -> None:
        assert await read(calls, JUDGED) == WHOLE
        await read(calls, JUDGED, "b.txt")
        second = "unchanged since batch_read call 2 gave it"
        text = await read(calls, JUDGED, "a.txt", "a.txt:1", "b.txt")
        assert text.split("\n\n")[0] == KNOWN
        assert "a.txt:1 of 1 line: unchanged since batch_read call 1" in text
        assert f"b.txt: 1 line: {second}" in text
        assert await read(calls, JUDGED, {"path": "a.txt", "again": True}) == WHOLE

    place.session(work)


def test_a_changed_file_is_given_again(place: Place) -> None:
    async def work(calls: Calls) -> None:
        await read(calls, JUDGED)
        place.write("a.txt", "two\n")
        assert await read(calls, JUDGED) == "## a.txt: 1 line\n1\ttwo"

    place.session(work)


def test_what_was_cut_or_only_outlined_is_not_known(place: Place) -> None:
    place.write("long.txt", "".join(f"line {number}\n" for number in range(1000)))

    async def work(calls: Calls) -> None:
        for _ in range(2):
            cut = await calls.call("batch_read", {"items": ["long.txt"], "max_tokens": 200}, JUDGED)
            assert "left out" in cut.text

    place.session(work)


def test_after_a_compaction_it_is_given_again(place: Place) -> None:
    async def work(calls: Calls) -> None:
        await read(calls, JUDGED)
        callers.turn_over(place.environ["SCRIMP_HOME"], SESSION)
        assert await read(calls, JUDGED) == WHOLE

    place.session(work)


def test_a_subagent_and_a_call_that_no_hook_has_seen_are_given_everything(place: Place) -> None:
    async def work(calls: Calls) -> None:
        for event in (JUDGED, AGENT, AGENT, None):
            assert await read(calls, event) == WHOLE
        assert await read(calls, JUDGED) == KNOWN

    place.session(work)


def test_after_a_long_pause_of_the_main_thread_it_is_given_again_whatever_subagents_do(place: Place) -> None:
    """The client drops old results of a conversation whose cache is cold."""
    now_s = [0.0]

    async def work(calls: Calls) -> None:
        await read(calls, JUDGED)
        now_s[0] += limits.CONTEXT_PAUSE_SECONDS - 1
        assert await read(calls, JUDGED) == KNOWN
        now_s[0] += limits.CONTEXT_PAUSE_SECONDS / 2
        await read(calls, AGENT)
        now_s[0] += limits.CONTEXT_PAUSE_SECONDS / 2
        assert await read(calls, JUDGED) == WHOLE

    place.session(work, clock=lambda: now_s[0])


def test_a_question_gives_no_file_and_is_answered_from_those_that_were_given(place: Place) -> None:
    async def work(calls: Calls) -> None:
        asked = {"items": ["a.txt"], "ask": "one?"}
        assert (await calls.call("batch_read", asked, JUDGED)).text.startswith("a.txt:1-1\none\n")
        assert await read(calls, JUDGED) == WHOLE
        assert (await calls.call("batch_read", asked, JUDGED)).text.startswith("a.txt:1-1\none\n")

    place.session(work)
