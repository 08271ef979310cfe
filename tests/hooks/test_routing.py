"""The step that says what a subagent runs on, as the client starts it: one process, one event."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from hooks import dispatch
from hooks.steps import budget_doors, judging, routing
from scrimp.core import bundle_root
from tests.hooks import recorded

if TYPE_CHECKING:
    from pathlib import Path

MAIN = os.path.join(bundle_root(), "hooks", "main.py")


class Place:
    """A user with rules, and a session that runs on Opus."""

    def __init__(self, root: Path, routes: object, **more: object) -> None:
        self.root = root
        (root / ".claude").mkdir()
        (root / ".claude/scrimp.json").write_text(json.dumps({"routes": routes, **more}))
        self.transcript = root / "s.jsonl"
        self.transcript.write_text(json.dumps({"type": "api-request", "params": {"model": "claude-opus-5-5"}}) + "\n")
        self.environ = {
            "HOME": str(root),
            "SCRIMP_HOME": str(root / "data"),
            "CLAUDE_PROJECT_DIR": str(root),
            "PATH": os.environ["PATH"],
        }

    def event(self, **given: Any) -> dict[str, Any]:
        """The recorded call of the Agent tool, with more in its input."""
        event = recorded.event("tool_agent", transcript_path=str(self.transcript))
        return {**event, "tool_input": {**event["tool_input"], **given}}

    def answer(self, **given: Any) -> dict[str, Any]:
        """What the hook's process prints."""
        ran = subprocess.run(
            [sys.executable, "-I", "-S", MAIN, "pre_agent"],
            input=json.dumps(self.event(**given)).encode(),
            capture_output=True,
            check=True,
            env=self.environ,
        )
        return json.loads(ran.stdout or "{}")

    def log(self) -> list[str]:
        path = self.root / "data/scrimp.log"
        return [line.partition(" ")[2] for line in path.read_text().splitlines()] if path.exists() else []


def test_the_call_keeps_all_that_it_said_and_runs_on_what_the_rule_says(tmp_path: Path) -> None:
    place = Place(tmp_path, [{"agent": "general-*", "model": "haiku", "effort": "low", "background": True}])
    given = place.event()["tool_input"]
    assert place.answer() == {
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "updatedInput": {**given, "model": "haiku", "effort": "low"},
        }
    }
    assert place.answer(model="opus") == place.answer(subagent_type="fork") == place.answer(subagent_type="Plan") == {}
    assert place.log() == []


def test_what_is_wrong_with_the_rules_is_one_line_in_the_log_and_the_good_ones_hold(tmp_path: Path) -> None:
    place = Place(tmp_path, [{"model": "gpt"}, 7, {"model": "sonnet"}])
    for _ in range(2):
        assert place.answer()["hookSpecificOutput"]["updatedInput"]["model"] == "sonnet"
    (line,) = place.log()
    assert "routes[0] has model 'gpt'" in line
    assert "routes[1] is 7" in line


def test_a_dearer_model_needs_the_word_and_the_person_is_told_once_in_a_session(tmp_path: Path) -> None:
    place = Place(tmp_path, [{"agent": "*", "prompt": "*look*", "model": "fable", "dearer": True}, {"model": "fable"}])
    first, second = place.answer(), place.answer()
    assert first["systemMessage"].startswith("scrimp: claude-fable-5-2 costs more than claude-opus-5-5")
    assert [one["hookSpecificOutput"]["updatedInput"]["model"] for one in (first, second)] == ["fable", "fable"]
    assert "systemMessage" not in second
    assert place.answer(prompt="think") == place.answer(prompt="think") == {}
    (line,) = place.log()
    assert line.endswith("at effort medium; the call is left as it is")


def test_a_data_folder_that_takes_nothing_does_not_cost_the_rule(tmp_path: Path) -> None:
    place = Place(tmp_path, [{"model": "fable", "dearer": True}])
    (tmp_path / "full").touch()
    place.environ["SCRIMP_HOME"] = str(tmp_path / "full")
    answer = place.answer()
    assert answer["hookSpecificOutput"]["updatedInput"]["model"] == "fable"
    assert answer["systemMessage"].startswith("scrimp: claude-fable-5-2 costs more")


def test_the_budgets_door_reserves_for_the_model_that_the_call_will_run_on_and_changes_nothing_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path, [{"model": "haiku"}], budget={"sessionUsd": 5})
    asked: list[Any] = []

    def tool(event: dict[str, Any], _state: object, *, starts_agent: bool) -> None:
        asked.append((event["tool_input"].get("model"), starts_agent))

    monkeypatch.setattr(judging, "tool", tool)
    event = place.event()
    answer = dispatch.run((routing.foresee, budget_doors.at_tool), event, dispatch.State(place.environ, event))
    assert (answer, asked) == ({}, [("haiku", True)])


def test_without_a_rule_it_reserves_for_the_model_of_the_agents_own_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path, [], budget={"sessionUsd": 5})
    (tmp_path / ".claude/agents").mkdir()
    (tmp_path / ".claude/agents/reader.md").write_text("---\nname: reader\nmodel: haiku\n---\nRead.\n")
    asked: list[Any] = []

    def tool(event: dict[str, Any], _state: object, *, starts_agent: bool) -> None:
        asked.append((event["tool_input"].get("model"), starts_agent))

    monkeypatch.setattr(judging, "tool", tool)
    for event in (
        place.event(subagent_type="reader"),
        place.event(subagent_type="reader", model="opus"),
        place.event(),
    ):
        dispatch.run((routing.foresee, budget_doors.at_tool), event, dispatch.State(place.environ, event))
    assert asked == [("haiku", True), ("opus", True), (None, True)]


@pytest.mark.parametrize("rules", [[], [{"agent": "Explore", "model": "haiku"}]])
def test_the_person_is_told_once_when_the_agent_calls_the_dearer_one_by_itself(
    tmp_path: Path, rules: list[object]
) -> None:
    place = Place(tmp_path, rules)
    shutil.copytree(os.path.join(bundle_root(), ".claude/agents"), tmp_path / ".claude/agents/scrimp")
    assert place.answer(subagent_type="expert") == {
        "systemMessage": "scrimp: expert, which the agent has called by itself, runs on claude-fable-5-2: it costs "
        "more than claude-opus-5-5"
    }
    assert place.answer(subagent_type="expert") == place.answer(subagent_type="scout") == {}


def test_without_rules_nothing_of_them_is_loaded(tmp_path: Path) -> None:
    place = Place(tmp_path, [])
    (tmp_path / ".claude/scrimp.json").unlink()
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", MAIN, "pre_agent"],
        input=json.dumps(place.event()).encode(),
        capture_output=True,
        check=True,
        env=place.environ,
    )
    modules = {line.rpartition(b"|")[2].strip() for line in ran.stderr.splitlines()}
    assert b"hooks.steps.routing" in modules
    assert {
        one for one in modules if one.startswith((b"scrimp.core.routes", b"scrimp.core.prices", b"json", b"re"))
    } == set()
