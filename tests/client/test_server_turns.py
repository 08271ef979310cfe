"""In the real client: a task of fourteen turns with native tools takes four with lists, and less money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import turns, turns_task

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.client


def test_what_takes_fourteen_turns_takes_four_for_less_and_delivers_the_same_facts(client: str, tmp_path: Path) -> None:
    """The tests of the task pass in every arm, or `measure` raises."""
    assert client
    arms = ("native, one by one", "scrimp", "scrimp, asking")
    rows = [turns.measure(arm, tmp_path / str(place)) for place, arm in enumerate(arms)]
    assert [row.requests for row in rows] == [14, 4, 4]
    assert [row.missing for row in rows] == [[], [], []]
    serial, batch, asking = (row.usd for row in rows)
    assert asking < batch < serial


def test_a_fact_that_was_not_sent_is_missed() -> None:
    everything = "\n".join(turns_task.facts())
    assert turns_task.missing_in(everything) == []
    assert turns_task.missing_in(everything.replace("assert 8 == 5", "")) == ["assert 8 == 5"]
