"""What was done since a cut: whether a command that runs again is only looked at again, and in whose transcript."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import limits, since_cut

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = "pytest -v 2>&1"
NOW_MS = 1_795_388_852_672
RESULT = {"type": "user", "message": {"content": [{"type": "tool_result", "tool_use_id": "toolu_cut"}]}}


def reply(number: int, tool: str, **given: str) -> dict[str, Any]:
    """A reply that makes one call."""
    block = {"type": "tool_use", "name": tool, "input": given}
    return {"type": "assistant", "message": {"id": f"msg_{number}", "content": [block]}}


def written(path: Path, *lines: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))


def cut(folder: Path) -> dict[str, str]:
    return {"path": str(folder / "s" / "tool-results" / "scrimp-3f9c02d41b7a8e55.txt"), "tool_use_id": "toolu_cut"}


def is_again(folder: Path, *calls: tuple[str, dict[str, str]]) -> bool:
    """Whether the command, run after these calls, is looked at again."""
    replies = [reply(number, tool, **given) for number, (tool, given) in enumerate(calls)]
    written(folder / "s.jsonl", RESULT, *replies, reply(99, "Bash", command="pytest -v | tail -5"))
    return since_cut.is_looked_at_again(cut(folder), COMMAND)


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("Read", {"file_path": "x.py"}),
        ("Grep", {"pattern": "x"}),
        ("Bash", {"command": "cat src/x.py 2>/dev/null | head -20; git diff --stat"}),
        ("Bash", {"command": "grep -rn 'def ' src 2>&1 && ls -la /usr/bin"}),
        ("Bash", {"command": "sed -n 1,40p x.py"}),
    ],
)
def test_who_only_looked_wants_the_output_back(tmp_path: Path, tool: str, given: dict[str, str]) -> None:
    assert is_again(tmp_path, (tool, given))


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("Edit", {"file_path": "x.py"}),
        ("Write", {"file_path": "x.py"}),
        ("mcp__editor__replace", {}),
        ("Agent", {"prompt": "mend it"}),
        ("Bash", {"command": "sed -i s/1/2/ x.py"}),
        ("Bash", {"command": "sed -i.bak s/1/2/ x.py"}),
        ("Bash", {"command": "cd src && echo 1 > x.py"}),
        ("Bash", {"command": "git checkout main"}),
        ("Bash", {"command": "git"}),
        ("Bash", {"command": "pip install httpx"}),
        ("Bash", {"command": "find . -name '*.pyc' -delete"}),
        ("Bash", {"command": "cat x | tee y"}),
    ],
)
def test_who_may_have_changed_something_wants_a_new_output(tmp_path: Path, tool: str, given: dict[str, str]) -> None:
    assert not is_again(tmp_path, ("Read", {}), (tool, given))


def test_a_reply_that_cannot_be_read_may_have_changed_something(tmp_path: Path) -> None:
    written(tmp_path / "s.jsonl", RESULT)
    with (tmp_path / "s.jsonl").open("a") as file:
        file.write('{"type":"assistant","message":{"id":"msg_1","content":[{"type":"tool_use",\n')
    assert not since_cut.is_looked_at_again(cut(tmp_path), COMMAND)


def test_so_much_later_it_is_no_return(tmp_path: Path) -> None:
    looked: tuple[str, dict[str, str]] = ("Read", {})
    assert is_again(tmp_path, *[looked] * (limits.RETURN_TURNS - 1))
    assert not is_again(tmp_path, *[looked] * limits.RETURN_TURNS)


def test_a_subagents_cut_is_found_in_its_own_transcript(tmp_path: Path) -> None:
    written(tmp_path / "s.jsonl", reply(1, "Edit"), reply(2, "Edit"))
    written(tmp_path / "s" / "subagents" / "agent-a.jsonl", reply(3, "Read"))
    written(tmp_path / "s" / "subagents" / "agent-b.jsonl", RESULT, reply(4, "Read"), reply(5, "Read"))
    (tmp_path / "s" / "subagents" / "agent-b.meta.json").write_text("{}")
    assert since_cut.requests_since(cut(tmp_path), NOW_MS) == 2


def test_of_many_subagents_those_that_wrote_last_are_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "s" / "subagents"
    written(folder / "agent-own.jsonl", RESULT)
    for number in range(limits.SUBAGENTS_LOOKED_AT):
        written(folder / f"agent-{number}.jsonl", reply(1, "Read"))
        os.utime(folder / f"agent-{number}.jsonl", ns=(2_000 + number, 2_000 + number))
    os.utime(folder / "agent-own.jsonl", ns=(9_000, 9_000))
    assert since_cut.requests_since(cut(tmp_path), NOW_MS) == 0
    os.utime(folder / "agent-own.jsonl", ns=(1_000, 1_000))
    assert since_cut.requests_since(cut(tmp_path), NOW_MS) is None


def test_a_call_that_its_transcript_does_not_tell_of_yet_was_only_just_made(tmp_path: Path) -> None:
    for age_ms, requests in ((50, 0), (limits.TRANSCRIPT_LAG_MS, 0), (limits.TRANSCRIPT_LAG_MS + 1, None), (-1, None)):
        assert since_cut.requests_since({**cut(tmp_path), "at_ms": NOW_MS - age_ms}, NOW_MS) == requests
    assert not since_cut.is_looked_at_again({**cut(tmp_path), "at_ms": NOW_MS}, COMMAND)
