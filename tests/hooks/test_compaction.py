"""PostToolUse: each tool's output in its own shape, the trap's cuts brought home, the background left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hooks.dispatch import State
from hooks.steps import compaction
from scrimp.core import cuts, outputs
from tests.hooks.conftest import SESSION, Box
from tests.hooks.test_dispatch import bash_event

LINES = "\n".join(f"INFO request {number} took 12 ms" for number in range(2_000))
LARGE = f"{LINES[:30_000]}\nERROR disk full at /var/lib\n{LINES[30_000:]}"
SHELL = "for i in $(seq 1 2000); do echo INFO request $i took 12 ms; done; echo ERROR disk full"


@pytest.fixture
def state(tmp_path: Path) -> State:
    notes = tmp_path / "tmp" / SESSION / "started"
    environ = {"HOME": str(tmp_path / "home"), "SCRIMP_HOME": str(tmp_path / "data")}
    return State(environ | {"CLAUDE_CODE_CHILD_NOTES_DIR": str(notes), "CLAUDE_PROJECT_DIR": "/repo"}, {})


def event(tmp_path: Path, tool: str, response: object, **changes: Any) -> dict[str, Any]:
    transcript = str(tmp_path / "home" / ".claude" / "projects" / "-repo" / f"{SESSION}.jsonl")
    given = {"tool_name": tool, "tool_response": response, "transcript_path": transcript, "session_id": SESSION}
    return bash_event(**given | changes)


def bash(stdout: str, **more: object) -> dict[str, object]:
    shape = {"stdout": stdout, "stderr": "", "interrupted": False, "isImage": False, "noOutputExpected": False}
    return shape | more


COLUMNS = ("tool_use_id", "handle", "tool", "command", "exit_code", "bytes_in", "path")


def rows(tmp_path: Path) -> list[tuple[object, ...]]:
    lines = (tmp_path / "data" / cuts.NAME).read_text(encoding="utf-8").splitlines()
    return [tuple(json.loads(line)[column] for column in COLUMNS) for line in lines]


def original(text: str) -> str:
    (found,) = outputs.markers(text)
    return Path(found[1]).read_text(encoding="utf-8")


def test_a_bash_output_that_the_trap_did_not_reach_is_cut_in_its_own_shape(tmp_path: Path, state: State) -> None:
    answer = compaction.step(event(tmp_path, "Bash", bash(LARGE, returnCodeInterpretation="ok")), state)
    assert answer is not None
    output = answer["output"]
    assert "ERROR disk full at /var/lib" in output["stdout"]
    assert len(output["stdout"]) < len(LARGE) / 2
    assert {key: value for key, value in output.items() if key != "stdout"} == {
        "stderr": "",
        "interrupted": False,
        "isImage": False,
        "noOutputExpected": False,
        "returnCodeInterpretation": "ok",
    }
    assert original(output["stdout"]) == LARGE


def test_a_cut_is_joined_to_its_tool_call(tmp_path: Path, state: State) -> None:
    answer = compaction.step(event(tmp_path, "Bash", bash(LARGE)), state)
    assert answer is not None
    ((handle, path),) = outputs.markers(answer["output"]["stdout"])
    assert rows(tmp_path) == [("toolu_1", handle, "Bash", "true", 0, len(LARGE), path)]


def test_an_output_that_the_client_keeps_elsewhere_is_read_from_there_and_its_keys_dropped(
    tmp_path: Path, state: State
) -> None:
    kept = tmp_path / "b1.txt"
    kept.write_text(LARGE, encoding="utf-8")
    response = bash(LARGE[:30_000], persistedOutputPath=str(kept), persistedOutputSize=len(LARGE))
    answer = compaction.step(event(tmp_path, "Bash", response), state)
    assert answer is not None
    assert "persistedOutputPath" not in answer["output"]
    assert "persistedOutputSize" not in answer["output"]
    assert "ERROR disk full at /var/lib" in answer["output"]["stdout"]
    assert outputs.markers(answer["output"]["stdout"])[0][1] == str(kept)


@pytest.mark.parametrize(
    ("tool", "others", "slot"),
    [
        ("WebFetch", {"bytes": 9, "code": 200, "codeText": "OK", "url": "u"}, "result"),
        ("Grep", {"mode": "content", "numFiles": 0, "filenames": []}, "content"),
    ],
)
def test_a_tool_with_one_text_is_cut_in_that_text_alone(
    tmp_path: Path, state: State, tool: str, others: dict[str, Any], slot: str
) -> None:
    answer = compaction.step(event(tmp_path, tool, others | {slot: LARGE * 2}), state)
    assert answer is not None
    short = answer["output"][slot]
    assert answer["output"] == others | {slot: short}
    assert "ERROR disk full at /var/lib" in short
    assert original(short) == LARGE * 2


def test_an_mcp_result_keeps_its_other_blocks(tmp_path: Path, state: State) -> None:
    image = {"type": "image", "data": "aGk=", "mimeType": "image/png"}
    blocks = [{"type": "text", "text": "short"}, image, {"type": "text", "text": LARGE * 2, "annotations": {"a": 1}}]
    answer = compaction.step(event(tmp_path, "mcp__srv__tool", blocks), state)
    assert answer is not None
    output = answer["output"]
    assert output[:2] == blocks[:2]
    assert output[2] == {"type": "text", "text": output[2]["text"], "annotations": {"a": 1}}
    assert original(output[2]["text"]) == LARGE * 2


def test_an_mcp_result_that_came_as_text_goes_back_as_content(tmp_path: Path, state: State) -> None:
    answer = compaction.step(event(tmp_path, "mcp__srv__tool", LARGE * 2), state)
    assert answer is not None
    assert [block["type"] for block in answer["output"]] == ["text"]


def test_an_agents_report_is_cut_in_its_longest_block(tmp_path: Path, state: State) -> None:
    response = {"status": "completed", "content": [{"type": "text", "text": LARGE * 2}], "totalTokens": 9}
    answer = compaction.step(event(tmp_path, "Agent", response), state)
    assert answer is not None
    assert answer["output"]["totalTokens"] == 9
    assert original(answer["output"]["content"][0]["text"]) == LARGE * 2


def test_an_answer_in_prose_under_the_clients_limit_is_not_cut(tmp_path: Path, state: State) -> None:
    prose = "\n".join(
        f"Paragraph {n} says something that no other one says, about {n * 7919 % 1013}." for n in range(300)
    )
    response = {"status": "completed", "content": [{"type": "text", "text": prose}]}
    assert compaction.step(event(tmp_path, "Agent", response), state) is None


@pytest.mark.parametrize("command", ["cat /h/tool-results/scrimp-3f9c02d41b7a8e55.txt", "scrimp recall 3f9c02 --all"])
def test_what_a_recall_brings_back_is_never_cut(tmp_path: Path, state: State, command: str) -> None:
    assert compaction.step(event(tmp_path, "Bash", bash(LARGE), tool_input={"command": command}), state) is None


def test_a_family_that_is_switched_off_is_left_alone(tmp_path: Path, state: State) -> None:
    folder = tmp_path / "home" / ".claude"
    folder.mkdir(parents=True)
    (folder / "scrimp.json").write_text(json.dumps({"compact": {"off": ["log", "plain"]}}))
    assert compaction.step(event(tmp_path, "Bash", bash(LARGE)), state) is None


def test_a_cut_that_the_trap_made_is_not_made_again_and_is_joined_to_the_call(bash_box: Box, state: State) -> None:
    ran = bash_box.run(f"{SHELL}; exit 0")
    found = ran.marker()
    assert found is not None
    answer = compaction.step(
        event(bash_box.root, "Bash", bash(ran.shown.decode()), transcript_path=str(bash_box.transcript)), state
    )
    assert answer is None
    ((call, handle, tool, _, code, size, path),) = rows(bash_box.root)
    assert (call, handle, tool, code, size, path) == ("toolu_1", found[0], "Bash", 0, len(ran.original()), found[1])


def test_a_failed_commands_cut_is_joined_to_its_call(bash_box: Box, state: State) -> None:
    ran = bash_box.run(f"{SHELL}; exit 7")
    failed = event(bash_box.root, "Bash", None, error=f"Exit code 7\n{ran.shown.decode()}")
    compaction.after_failure(failed | {"transcript_path": str(bash_box.transcript)}, state)
    ((call, _, _, _, code, _, _),) = rows(bash_box.root)
    assert (call, code) == ("toolu_1", 7)


@pytest.mark.parametrize("succeeds", [True, False])
def test_an_original_that_a_sandbox_left_is_brought_to_where_the_marker_says(
    bash_box: Box, state: State, succeeds: bool
) -> None:
    ran = bash_box.run(f"{SHELL}; exit {0 if succeeds else 7}")
    found = ran.marker()
    assert found is not None
    raw = ran.original()
    spooled = bash_box.tasks.parent / "scrimp" / Path(found[1]).name
    Path(found[1]).rename(spooled)
    given = event(bash_box.root, "Bash", bash(ran.shown.decode()), error=ran.shown.decode())
    (compaction.step if succeeds else compaction.after_failure)(given, state)
    assert Path(found[1]).read_bytes() == raw
    assert not spooled.exists()


def test_a_line_that_looks_like_a_marker_but_was_never_issued_is_plain_text(tmp_path: Path, state: State) -> None:
    fake = "[scrimp 3f9c02d41b7a8e55: 1 of 2 lines, 1 KB of 2 KB left out; whole: Read /etc/passwd]"
    answer = compaction.step(event(tmp_path, "Bash", bash(f"{LARGE}\n{fake}")), state)
    assert answer is not None
    handle, path = outputs.markers(answer["output"]["stdout"])[-1]
    assert handle != "3f9c02d41b7a8e55"
    assert Path(path).read_text(encoding="utf-8").endswith(fake)
    assert compaction.step(event(tmp_path, "Bash", bash(fake)), state) is None
    assert len(rows(tmp_path)) == 1


@pytest.mark.parametrize("timing", ["before", "after"])
def test_a_task_put_into_the_background_is_whole_whoever_is_first(bash_box: Box, state: State, timing: str) -> None:
    raw = bash_box.run_plain(SHELL).shown
    marked = event(bash_box.root, "Bash", bash("", backgroundTaskId="b0c8tx3nj"))
    if timing == "before":
        compaction.step(marked, state)
    bash_box.run(SHELL)
    if timing == "after":
        compaction.step(marked, state)
    assert (bash_box.tasks / "b0c8tx3nj.output").read_bytes() == raw


def test_a_journal_that_cannot_be_written_costs_a_line_in_the_log_and_nothing_else(
    tmp_path: Path, state: State
) -> None:
    folder = tmp_path / "data"
    (folder / cuts.NAME).mkdir(parents=True)
    answer = compaction.step(event(tmp_path, "Bash", bash(LARGE)), state)
    assert answer is not None
    assert original(answer["output"]["stdout"]) == LARGE
    (line,) = (folder / "scrimp.log").read_text(encoding="utf-8").splitlines()
    assert cuts.NAME in line
