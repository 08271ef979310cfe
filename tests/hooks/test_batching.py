"""The word on serial reads: when it is said, what becomes of it, when no more are given."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hooks.steps import batching
from scrimp.core import bundle_root, limits, settings
from scrimp.core.serial_reads import notices

SENTENCE = (
    "scrimp: none of the last 3 reads needed another's result. Think what else you need, and ask for all of it in one "
    "turn{}."
)
DAY_MS = 86_400_000


class Thread:
    """A thread whose batches come one after the other, with the transcript that they leave."""

    def __init__(self, folder: Path, session: str = "s1", agent: str = "", prompt: str = "p1") -> None:
        self.folder, self.session, self.agent, self.prompt = folder, session, agent, prompt
        self.environ = {"HOME": str(folder / "home"), "SCRIMP_HOME": str(folder / "data")}
        self.environ["CLAUDE_PROJECT_DIR"] = str(folder / "repo")
        (folder / "repo").mkdir(exist_ok=True)
        self.transcript = folder / f"{session}.jsonl"
        own = folder / session / "subagents" / f"agent-{agent}.jsonl" if agent else self.transcript
        own.parent.mkdir(parents=True, exist_ok=True)
        self.own = own
        self.asked = 0

    @property
    def data(self) -> str:
        return self.environ["SCRIMP_HOME"]

    def set(self, text: str) -> None:
        (self.folder / "home/.claude").mkdir(parents=True)
        (self.folder / "home/.claude/scrimp.json").write_text(text)

    def ask(self, *calls: tuple[str, dict[str, Any], str]) -> str:
        """One batch, as the hook sees it: the transcript has it only afterwards."""
        self.asked += 1
        ids = [f"toolu_{self.session}{self.agent}{self.asked}_{place}" for place, _ in enumerate(calls)]
        event = {
            "session_id": self.session,
            "transcript_path": str(self.transcript),
            "hook_event_name": "PostToolBatch",
            "prompt_id": self.prompt,
            **({"agent_id": self.agent} if self.agent else {}),
            "tool_calls": [
                {"tool_name": tool, "tool_input": given, "tool_use_id": one, "tool_response": brought}
                for one, (tool, given, brought) in zip(ids, calls, strict=True)
            ],
        }
        said = ""
        if batching.is_due(json.dumps(event).encode(), self.session, self.data):
            said = batching.notice(event, settings.load(self.environ, self.environ["CLAUDE_PROJECT_DIR"]), self.environ)
        uses = [
            {"type": "tool_use", "id": one, "name": call[0], "input": call[1]}
            for one, call in zip(ids, calls, strict=True)
        ]
        results = [
            {"type": "tool_result", "tool_use_id": one, "content": call[2]}
            for one, call in zip(ids, calls, strict=True)
        ]
        with self.own.open("a") as file:
            message = {"id": f"m{self.asked}", "content": uses}
            file.write(json.dumps({"type": "assistant", "message": message}) + "\n")
            file.write(json.dumps({"type": "user", "message": {"content": results}}) + "\n")
        return said

    def reads(self, *names: str) -> list[str]:
        return [self.ask(("Read", {"file_path": name}, f"1\tthis is {number}")) for number, name in enumerate(names)]

    def outcomes(self) -> list[tuple[str, str]]:
        return [(row["prompt_id"], row["outcome"]) for row in notices.rows(self.data)]


def read(name: str) -> tuple[str, dict[str, Any], str]:
    return ("Read", {"file_path": name}, "1\tx")


def test_at_the_third_independent_read_one_sentence_is_said_and_in_that_prompt_no_second(tmp_path: Path) -> None:
    thread = Thread(tmp_path)
    said = thread.reads("a1.py", "b2.py", "c3.py", "d4.py", "e5.py", "f6.py", "g7.py", "h8.py")
    assert said == ["", "", SENTENCE.format(""), "", "", "", "", ""]
    assert thread.outcomes() == [("p1", "ignored")]
    thread.prompt = "p2"
    assert thread.reads("i1.py", "j2.py", "k3.py")[-1] == SENTENCE.format("")


def test_a_read_that_the_one_before_it_led_to_is_no_part_of_the_run(tmp_path: Path) -> None:
    thread = Thread(tmp_path)
    first = [thread.ask(("Read", {"file_path": "main.py"}, "1\timport engine")), *thread.reads("engine.py", "b2.py")]
    assert first + thread.reads("c3.py") == ["", "", "", SENTENCE.format("")]


def test_threads_are_told_apart(tmp_path: Path) -> None:
    main, agent = Thread(tmp_path), Thread(tmp_path, agent="a7")
    found = [one for name in ("a1.py", "b2.py", "c3.py") for one in (*main.reads(name), *agent.reads(f"x{name}"))]
    assert found == ["", "", "", "", SENTENCE.format(""), SENTENCE.format("")]


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        ([[read("d4.py"), read("e5.py")]], "followed"),
        ([[("mcp__scrimp__batch_read", {"items": ["d4.py", "e5.py"]}, "both")]], "followed"),
        ([[read("d4.py")], [read("e5.py"), read("f6.py")]], "followed"),
        ([[read("d4.py")]] * 2 + [[("Edit", {"file_path": "a1.py"}, "ok")]] * 4, ""),
        ([[("Edit", {"file_path": "a1.py"}, "ok"), ("Edit", {"file_path": "b2.py"}, "ok")]], ""),
        ([[read(f"d{number}.py")] for number in range(limits.SERIAL_LOOKED_AT)], "ignored"),
    ],
)
def test_what_becomes_of_a_notice_is_whether_one_of_the_next_reads_asks_for_several(
    tmp_path: Path, after: list[list[tuple[str, dict[str, Any], str]]], outcome: str
) -> None:
    thread = Thread(tmp_path)
    thread.reads("a1.py", "b2.py", "c3.py")
    assert [thread.ask(*calls) for calls in after] == [""] * len(after)
    assert thread.outcomes() == [("p1", outcome)]


def test_the_tool_that_takes_a_list_is_named_where_a_rule_allows_it_and_not_to_a_subagent(tmp_path: Path) -> None:
    folder = tmp_path / "home/.claude"
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text('{"permissions": {"allow": ["mcp__scrimp__batch_read"]}}')
    said = Thread(tmp_path).reads("a1.py", "b2.py", "c3.py")[-1]
    assert said == SENTENCE.format(" (mcp__scrimp__batch_read takes a list)")
    assert Thread(tmp_path, agent="a7").reads("a1.py", "b2.py", "c3.py")[-1] == SENTENCE.format("")
    (folder / "settings.json").write_text(
        '{"permissions": {"allow": ["mcp__scrimp__batch_read"], "deny": ["mcp__scrimp__batch_read"]}}'
    )
    assert Thread(tmp_path, session="s2").reads("a1.py", "b2.py", "c3.py")[-1] == SENTENCE.format("")


def in_vain(thread: Thread, number: int, outcome: str = "ignored", repo: str = "") -> None:
    for place in range(number):
        row = {"session_id": "old", "agent_id": "", "prompt_id": f"{outcome}{repo}{place}"}
        notices.note(thread.data, {**row, "what": "given", "repo": repo or thread.environ["CLAUDE_PROJECT_DIR"]})
        notices.note(thread.data, {**row, "what": outcome})


@pytest.mark.parametrize(
    ("setting", "is_said"), [("{}", False), ('{"batching": "on"}', True), ('{"batching": "off"}', False)]
)
def test_where_it_was_in_vain_in_this_repo_it_is_said_only_to_who_wants_it(
    tmp_path: Path, setting: str, is_said: bool
) -> None:
    thread = Thread(tmp_path)
    thread.set(setting)
    in_vain(thread, limits.SERIAL_IN_VAIN)
    assert bool(thread.reads("a1.py", "b2.py", "c3.py")[-1]) is is_said


def test_one_that_was_followed_or_another_repos_keep_it_on(tmp_path: Path) -> None:
    thread = Thread(tmp_path)
    in_vain(thread, limits.SERIAL_IN_VAIN - 1)
    in_vain(thread, limits.SERIAL_IN_VAIN, repo="/another")
    assert thread.reads("a1.py", "b2.py", "c3.py")[-1]
    rows = [{"outcome": "ignored", "at_ms": 10}] * limits.SERIAL_IN_VAIN
    assert notices.is_in_vain(rows, 20)
    assert not notices.is_in_vain([*rows, {"outcome": "followed", "at_ms": 10}], 20)
    assert not notices.is_in_vain(rows, limits.SERIAL_FORGOTTEN_MS + 11)


def test_a_repos_file_can_switch_it_off_but_not_on(tmp_path: Path) -> None:
    thread = Thread(tmp_path)
    folder = tmp_path / "repo/.claude"
    folder.mkdir()
    (folder / "scrimp.json").write_text('{"batching": "on"}')
    assert settings.load(thread.environ, str(tmp_path / "repo")).batching == "auto"
    (folder / "scrimp.json").write_text('{"batching": "off"}')
    assert thread.reads("a1.py", "b2.py", "c3.py") == ["", "", ""]


def test_ids_that_are_no_names_of_files_are_left_alone(tmp_path: Path) -> None:
    assert Thread(tmp_path, session="..").reads("a1.py", "b2.py", "c3.py") == ["", "", ""]
    assert not (tmp_path / "data").exists()


def gate(thread: Thread, names: str) -> list[dict[str, Any]]:
    """What the gate's own process answers to single reads of these files, one after the other."""
    answers: list[dict[str, Any]] = []
    thread.transcript.touch()
    for name in names:
        call = {"tool_name": "Read", "tool_input": {"file_path": f"{name}{name}.py"}, "tool_use_id": f"toolu_{name}"}
        event = {"session_id": "s1", "transcript_path": str(thread.transcript), "prompt_id": "p1"}
        raw = json.dumps({**event, "hook_event_name": "PostToolBatch", "tool_calls": [{**call, "tool_response": "1"}]})
        command = [sys.executable, "-I", "-S", f"{bundle_root()}/hooks/gate.py"]
        ran = subprocess.run(command, input=raw.encode(), capture_output=True, check=True, env=thread.environ)
        answers.append(json.loads(ran.stdout or b"{}"))
        use = {"type": "tool_use", "id": f"toolu_{name}", "name": "Read", "input": call["tool_input"]}
        with thread.transcript.open("a") as file:
            file.write(json.dumps({"type": "assistant", "message": {"id": name, "content": [use]}}) + "\n")
    return answers


def test_the_gate_says_it_where_a_limit_lets_the_run_go_on(tmp_path: Path) -> None:
    thread = Thread(tmp_path)
    thread.set('{"budget": {"sessionUsd": 500}}')
    specific = {"hookEventName": "PostToolBatch", "additionalContext": SENTENCE.format("")}
    assert gate(thread, "abc") == [{}, {}, {"hookSpecificOutput": specific}]


def test_the_gate_says_nothing_where_it_stops(tmp_path: Path) -> None:
    thread = Thread(tmp_path)
    thread.set('{"budget": {"sessionUsd": 0.000001}}')
    assert [answer["continue"] for answer in gate(thread, "abc")] == [False] * 3
    assert thread.outcomes() == []


def test_the_gate_lets_the_run_go_on_where_this_breaks(tmp_path: Path) -> None:
    thread = Thread(tmp_path)
    thread.set('{"budget": {"sessionUsd": 500}}')
    Path(thread.data).mkdir()
    Path(thread.data, "batching").write_text("no folder")
    assert gate(thread, "abc") == [{}, {}, {}]
    assert "batching: " in Path(thread.data, "scrimp.log").read_text()
