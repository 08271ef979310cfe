"""Runs of reads that did not need each other: the rule on sequences that were labelled by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scrimp.core import limits
from scrimp.core.serial_reads import runs, thread
from tests.core.serial_reads.sequences import SEQUENCES, Sequence, bash, read

MISJUDGED = {
    "a word that is everywhere": "a name by chance in a result is taken for a flow: nothing is said",
    "known from a listing, needed by an import": "why a file is needed shows in no argument: it is said in vain",
}
"""Where the rule and the label differ, and why that is left so."""


def is_spoken_of(sequence: Sequence) -> bool:
    """Whether at any of the batches the run is long enough."""
    ends = range(1, len(sequence.batches) + 1)
    return any(len(runs.latest(sequence.batches[:end], sequence.known)) >= limits.SERIAL_READS for end in ends)


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda one: one.name)
def test_a_run_is_one_where_the_label_says_so(sequence: Sequence) -> None:
    assert is_spoken_of(sequence) is (sequence.is_serial is not (sequence.name in MISJUDGED))


def line(role: str, *blocks: dict[str, Any], request: str = "", **more: object) -> dict[str, Any]:
    return {"type": role, "message": {"role": role, "id": request, "content": list(blocks)}, **more}


def asked(name: str, path: str) -> dict[str, Any]:
    return {"type": "tool_use", "id": name, "name": "Read", "input": {"file_path": path}}


def brought(name: str, text: str) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": name, "content": [{"type": "text", "text": text}]}


def test_a_transcript_gives_the_batches_by_request_and_what_was_known_before_them() -> None:
    lines = [
        line("user", {"type": "text", "text": "Look at both"}),
        line("assistant", asked("t1", "a.py"), request="m1"),
        line("assistant", asked("t2", "b.py"), request="m1"),
        line("user", brought("t1", "one"), brought("t2", "two")),
        line("assistant", {"type": "text", "text": "and now c"}, request="m2"),
        line("assistant", asked("t3", "c.py"), request="m2"),
        line("user", brought("t3", "three")),
    ]
    now = [{"tool_name": "Bash", "tool_input": bash("git log")[0].given, "tool_use_id": "t4", "tool_response": "four"}]
    batches, known = thread.of_lines(lines, now, 2)
    assert batches == [read("c.py", "three"), [bash("git log", "")[0]]]
    assert known == "{'file_path': 'a.py'} one\n{'file_path': 'b.py'} two\nLook at both\nand now c"


def test_of_a_long_transcript_its_end_is_enough_and_another_threads_lines_do_not_count(tmp_path: Any) -> None:
    path = tmp_path / "s.jsonl"
    other = line("assistant", asked("t8", "z.py"), request="m8", isSidechain=True)
    rows = [line("assistant", asked("t1", "a.py"), request="m1"), other, line("user", brought("t1", "one"))]
    path.write_text("x" * limits.SERIAL_TAIL_BYTES + "\n" + "".join(json.dumps(row) + "\n" for row in rows))
    assert thread.read(str(path), "", [], 2) == ([read("a.py", "one"), []], "")
    assert thread.path_of("/h/s.jsonl", "a1") == "/h/s/subagents/agent-a1.jsonl"
