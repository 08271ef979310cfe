"""The gate as the client starts it: silent without a limit, and shut when a limit cannot be kept."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import bundle_root, ledger
from scrimp.core.budget import signs
from scrimp.core.ledger import stops
from tests.hooks import recorded

if TYPE_CHECKING:
    from pathlib import Path

FAR = '{"budget": {"sessionUsd": 500}}'
NOTHING_FITS = '{"budget": {"sessionUsd": 0.000001}}'


@dataclass
class Place:
    """A home, a repo, a data folder, and a session that has cost nothing yet."""

    root: Path

    def __post_init__(self) -> None:
        for folder in (self.repo / ".claude", self.home, self.transcript.parent):
            folder.mkdir(parents=True)
        self.transcript.write_text("")

    @property
    def repo(self) -> Path:
        return self.root / "repo"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def transcript(self) -> Path:
        return self.home / ".claude/projects/-repo" / f"{recorded.event('batch')['session_id']}.jsonl"

    def limit(self, text: str) -> Place:
        (self.repo / ".claude/scrimp.json").write_text(text)
        return self

    def event(self, name: str, **changes: Any) -> bytes:
        return recorded.raw(name, transcript_path=str(self.transcript), cwd=str(self.repo), **changes)

    def start(self, raw: bytes, *words: str, program: str = "gate.py") -> subprocess.CompletedProcess[bytes]:
        environ = {"HOME": str(self.home), "SCRIMP_HOME": str(self.data), "CLAUDE_PROJECT_DIR": str(self.repo)}
        command = [sys.executable, "-I", "-S", f"{bundle_root()}/hooks/{program}", *words]
        return subprocess.run(command, input=raw, capture_output=True, check=False, env=environ)

    def answer(self, raw: bytes, *words: str, program: str = "gate.py") -> dict[str, Any]:
        ran = self.start(raw, *words, program=program)
        assert (ran.returncode, ran.stderr) == (0, b"")
        return json.loads(ran.stdout or b"{}")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


BATCHES = ["batch", "batch_in_subagent", "batch_with_agent"]


def stopped(answer: dict[str, Any]) -> str:
    """The reason of an answer that stops the run, and does nothing else."""
    assert answer == {
        "continue": False,
        "stopReason": answer.get("stopReason"),
        "systemMessage": answer.get("stopReason"),
    }
    return str(answer["stopReason"])


@pytest.mark.parametrize("name", BATCHES)
def test_without_a_limit_nothing_is_said_and_the_ledger_is_not_even_made(place: Place, name: str) -> None:
    assert place.answer(place.event(name)) == {}
    assert not (place.data / "ledger.db").exists()


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff\xfe"])
def test_without_a_limit_nothing_is_stopped_whatever_is_broken(place: Place, raw: bytes) -> None:
    place.data.mkdir()
    (place.data / "ledger.db").write_text("no database at all")
    (place.repo / ".claude/scrimp.json").write_text('{"compact": ')
    assert place.answer(raw) == place.answer(raw, "--plugin") == {}


@pytest.mark.parametrize("name", BATCHES)
def test_far_from_the_limit_nothing_is_said(place: Place, name: str) -> None:
    assert place.limit(FAR).answer(place.event(name)) == {}


@pytest.mark.parametrize("name", BATCHES)
def test_a_request_that_does_not_fit_is_not_sent(place: Place, name: str) -> None:
    assert "sessionUsd" in stopped(place.limit(NOTHING_FITS).answer(place.event(name)))


def test_a_limit_that_is_no_amount_lets_nothing_pass(place: Place) -> None:
    assert stopped(place.limit('{"budget": {"sessionUsd": "nothing"}}').answer(place.event("batch")))


@pytest.mark.parametrize("flag", ["--plugin", "--open"])
def test_a_gate_of_before_the_limit_keeps_it_where_no_settings_start_a_stricter_one(place: Place, flag: str) -> None:
    assert stopped(place.limit(NOTHING_FITS).answer(place.event("batch"), flag))


@pytest.mark.parametrize(("flag", "wired"), [("--plugin", ()), ("--plugin", ("--open",)), ("--open", ())])
def test_it_leaves_the_limit_to_settings_that_start_one(place: Place, flag: str, wired: tuple[str, ...]) -> None:
    wire(place, *wired)
    assert place.limit(NOTHING_FITS).answer(place.event("batch"), flag) == {}


def test_a_gate_is_not_taken_for_another_one_by_itself(place: Place) -> None:
    wire(place, "--open")
    assert stopped(place.limit(NOTHING_FITS).answer(place.event("batch"), "--open"))


def wire(place: Place, *flags: str) -> None:
    """A person's settings that start the gate."""
    handler = {"command": "/p/python", "args": ["-I", "-S", f"{bundle_root()}/hooks/gate.py", *flags]}
    wired = {"hooks": {"PostToolBatch": [{"hooks": [handler]}]}}
    (place.repo / ".claude/settings.local.json").write_text(json.dumps(wired))


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"[" * 200_000])
def test_an_event_that_cannot_be_read_stops_the_run_where_a_limit_is_set(place: Place, raw: bytes) -> None:
    reason = stopped(place.limit(FAR).answer(raw))
    assert reason.startswith("scrimp: stopped, for the budget could not be reckoned (")


def test_a_ledger_that_is_broken_stops_the_run_with_the_reason(place: Place) -> None:
    place.data.mkdir()
    (place.data / "ledger.db").write_text("no database at all, but long enough to be looked at" * 100)
    assert f"{place.data}/ledger.db" in stopped(place.limit(FAR).answer(place.event("batch")))


def test_a_transcript_that_is_not_there_stops_the_run_with_the_reason(place: Place) -> None:
    place.transcript.unlink()
    assert str(place.transcript) in stopped(place.limit(FAR).answer(place.event("batch")))


def test_a_loop_is_said_once_to_the_person_and_to_the_agent(place: Place) -> None:
    place.limit(FAR)
    answers = [place.answer(place.event("batch_in_subagent")) for _ in range(4)]
    said = "scrimp: the same result 3 times in a row: Bash echo in fg. Try another way, or say what is missing."
    specific = {"hookEventName": "PostToolBatch", "additionalContext": said}
    assert answers == [{}, {}, {"systemMessage": said, "hookSpecificOutput": specific}, {}]


def test_a_prompt_that_does_not_fit_is_not_sent(place: Place) -> None:
    place.limit(NOTHING_FITS)
    answer = place.answer(place.event("prompt"), "user_prompt_submit", program="main.py")
    assert sorted(answer) == ["decision", "reason"]
    assert (answer["decision"], "sessionUsd" in answer["reason"]) == ("block", True)


def test_an_agent_that_does_not_fit_is_not_started_and_a_command_may_run(place: Place) -> None:
    place.limit(NOTHING_FITS)
    specific = place.answer(place.event("tool_agent"), "pre_tool_use", program="main.py")["hookSpecificOutput"]
    assert specific["permissionDecision"] == "deny"
    assert "sessionUsd" in specific["permissionDecisionReason"]
    assert place.answer(place.event("tool_bash"), "pre_tool_use", program="main.py") == {}


def test_a_command_that_would_raise_the_budget_is_not_run(place: Place) -> None:
    event = place.event("tool_bash", tool_input={"command": "scrimp budget raise 5"})
    assert place.answer(event, "pre_tool_use", program="main.py") == {}
    specific = place.limit(FAR).answer(event, "pre_tool_use", program="main.py")["hookSpecificOutput"]
    assert specific["permissionDecision"] == "deny"
    assert "this would change the budget" in specific["permissionDecisionReason"]


def test_a_thread_that_is_told_to_answer_has_no_tools(place: Place) -> None:
    place.limit(FAR)
    session = recorded.event("tool_bash")["session_id"]
    signs.put(str(place.data), session, "")
    with ledger.opened(ledger.path_of({"SCRIMP_HOME": str(place.data)})) as db:
        stops.land(db, (session, "", ""), stops.Landing("sessionUsd", session, 1, 5, 1, "Answer now."))
    specific = place.answer(place.event("tool_bash"), "pre_tool_use", program="main.py")["hookSpecificOutput"]
    denied = {"permissionDecision": "deny", "permissionDecisionReason": "Answer now."}
    assert specific == {"hookEventName": "PreToolUse", **denied}


def test_where_the_ledger_is_broken_prompts_and_agents_do_not_start_and_commands_run(place: Place) -> None:
    place.limit(FAR).data.mkdir()
    (place.data / "ledger.db").write_text("no database at all, but long enough to be looked at" * 100)
    blocked = place.answer(place.event("prompt"), "user_prompt_submit", program="main.py")
    denied = place.answer(place.event("tool_send_message"), "pre_tool_use", program="main.py")["hookSpecificOutput"]
    unreckoned = "scrimp: the budget could not be reckoned, so nothing is spent (LedgerError: "
    assert (blocked["decision"], blocked["reason"].startswith(unreckoned)) == ("block", True)
    assert denied["permissionDecisionReason"].startswith(unreckoned)
    assert place.answer(place.event("tool_bash"), "pre_tool_use", program="main.py") == {}
    assert place.answer(place.event("subagent_stop"), "subagent_stop", program="main.py") == {}


@pytest.mark.parametrize("words", [(), ("--plugin",)])
def test_a_ledger_that_is_broken_stops_the_run_whoever_starts_the_gate(place: Place, words: tuple[str, ...]) -> None:
    place.data.mkdir()
    (place.data / "ledger.db").write_bytes(b"no ledger")
    assert stopped(place.limit(FAR).answer(place.event("batch"), *words)).startswith("scrimp: ")


@pytest.mark.parametrize("words", [(), ("--plugin",)])
def test_a_limit_whose_file_is_gone_in_the_middle_of_a_session_holds_on(place: Place, words: tuple[str, ...]) -> None:
    place.limit(NOTHING_FITS)
    assert "is reached" in stopped(place.answer(place.event("batch"), *words))
    for path in place.repo.rglob("scrimp*.json"):
        path.unlink()
    assert "is reached" in stopped(place.answer(place.event("batch"), *words))
    assert place.answer(place.event("batch", session_id="another"), *words) == {}


def test_where_even_the_folder_is_gone_and_no_limit_is_set_nothing_is_stopped(place: Place, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && exec {sys.executable} -I -S {bundle_root()}/hooks/gate.py"
    environ = {"HOME": str(place.home), "SCRIMP_HOME": str(place.data)}
    ran = subprocess.run(
        ["sh", "-c", script], input=place.event("batch"), capture_output=True, check=False, env=environ
    )
    assert (ran.returncode, ran.stdout) == (0, b"")
