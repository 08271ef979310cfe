"""The careful agent pays one turn for each look back, and takes the way that the result names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.client.agents import Need, Notes, look
from tests.client.script import Call, Request, bash

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.client.script import Reply

NEED = Need(["error 7", "line 12"], "grep -nE 'error|line 12'", "make")
SCRIMP = "[scrimp 3f9c02d41b7a8e55: 1,786 of 1,907 lines, 138 KB of 145 KB left out; whole: Read /kept/scrimp-3f.txt]"
CLIENT = "<persisted-output>\nOutput too large (1.2MB). Full output saved to: /kept/b1.txt\n\nPreview (first 2KB):\n1"


def sent(*results: str) -> Request:
    """The request that brings these results of the latest batch."""
    blocks = [{"type": "tool_result", "tool_use_id": f"t{i}", "content": text} for i, text in enumerate(results)]
    return Request(
        {"model": "m", "messages": [{"role": "assistant", "content": []}, {"role": "user", "content": blocks}]},
        "main",
        0,
    )


def replies(notes: Notes, *answers: str) -> list[list[Call]]:
    """The calls that the agent makes when it is sent one answer after the other; the last one must satisfy it."""
    agent: Generator[Reply, Request, Any] = look(bash("make"), NEED, notes)
    made = [next(agent), *(agent.send(sent(answer)) for answer in answers[:-1])]
    with pytest.raises(StopIteration):
        agent.send(sent(answers[-1]))
    return [list(reply) for reply in made if not isinstance(reply, str)]


def test_nothing_missing_costs_nothing() -> None:
    notes = Notes()
    assert replies(notes, "error 7 at line 12") == [[bash("make")]]
    assert (notes.missed, notes.extra_turns, notes.never_found) == ([], 0, [])


def test_a_missing_fact_is_looked_up_in_the_file_that_the_marker_names() -> None:
    notes = Notes()
    made = replies(notes, f"error 7\n{SCRIMP}", "line 12")
    assert made[1] == [bash("grep -nE 'error|line 12' /kept/scrimp-3f.txt")]
    assert (notes.missed, notes.extra_turns, notes.never_found) == (["line 12"], 1, [])


def test_it_is_looked_up_in_the_clients_own_file_the_same_way() -> None:
    made = replies(Notes(), CLIENT, "error 7 at line 12")
    assert made[1] == [bash("grep -nE 'error|line 12' /kept/b1.txt")]


def test_without_a_kept_file_the_command_is_run_again_through_the_filter() -> None:
    made = replies(Notes(), "head … [9000 characters truncated] …", "error 7 at line 12")
    assert made[1] == [bash("make 2>&1 | grep -nE 'error|line 12'")]


def test_what_the_filter_does_not_bring_is_read_page_by_page() -> None:
    notes = Notes()
    page = "text\n" * 1000
    made = replies(notes, SCRIMP, "error 7", page, "line 12")
    assert [reply[0].input.get("offset") for reply in made[2:]] == [1, 1001]
    assert notes.extra_turns == 3


def test_what_is_nowhere_is_noted_and_the_agent_goes_on() -> None:
    notes = Notes()
    replies(notes, SCRIMP, "error 7", "the end")
    assert notes.never_found == ["line 12"]
