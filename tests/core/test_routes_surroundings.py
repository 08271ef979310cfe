"""What a subagent would run on by itself, read from files as client 2.1.330 leaves and reads them."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

from scrimp.core import bundle_root, settings
from scrimp.core.routes import faults, surroundings, told

if TYPE_CHECKING:
    from pathlib import Path


def agent(path: Path, name: str, more: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\nname: {name}\ndescription: d\n{more}---\nmodel: not-this\n")


def own(tmp_path: Path, name: str) -> tuple[object, ...]:
    return surroundings.own_choice(name, {"HOME": str(tmp_path / "home")}, str(tmp_path / "repo"))


def test_an_agents_own_file_is_the_users_choice_wherever_it_lies(tmp_path: Path) -> None:
    agent(tmp_path / "repo/.claude/agents/deep/any.md", "one", "model: 'haiku' # cheap\n")
    agent(tmp_path / "home/.claude/agents/two.md", "two", "effort: low\n")
    agent(tmp_path / "plug/agents/three.md", "three", "model: inherit\n")
    listed = {"plugins": {"plug@market": [{"installPath": str(tmp_path / "plug")}]}}
    (tmp_path / "home/.claude/plugins").mkdir()
    (tmp_path / "home/.claude/plugins/installed_plugins.json").write_text(json.dumps(listed))
    assert own(tmp_path, "one") == (True, True, False, "haiku", "")
    assert own(tmp_path, "two") == (True, False, True, "", "low")
    assert own(tmp_path, "plug:three") == (True, True, False, "inherit", "")
    assert own(tmp_path, "Explore") == (True, False, False, "", "")
    assert own(tmp_path, "statusline-setup") == own(tmp_path, "gone:one") == (False, False, False, "", "")


def test_what_a_shipped_agent_says_is_nobodys_choice_until_it_is_edited(tmp_path: Path) -> None:
    given = tmp_path / "repo/.claude/agents/scrimp/scout.md"
    given.parent.mkdir(parents=True)
    shutil.copy(os.path.join(bundle_root(), ".claude/agents/scout.md"), given)
    assert own(tmp_path, "scout") == own(tmp_path, "scrimp:scout") == (True, False, False, "haiku", "low")
    given.write_text(given.read_text().replace("model: haiku", "model: sonnet"))
    assert own(tmp_path, "scout") == (True, True, True, "sonnet", "low")


def test_the_latest_request_of_the_calling_thread_says_its_model(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    request = {"type": "api-request", "params": {"model": "claude-opus-5-5"}}
    reply = {"type": "assistant", "message": {"model": "claude-sonnet-5-5"}}
    quoted = {"type": "user", "message": {"content": 'a line with "api-request" and "model"'}}
    synthetic = {"type": "assistant", "message": {"model": "<synthetic>"}}
    write(path, request, reply, quoted, synthetic)
    assert surroundings.model_of(str(path), "") == "claude-sonnet-5-5"
    write(tmp_path / "s/subagents/agent-a1.jsonl", reply, request)
    assert surroundings.model_of(str(path), "a1") == "claude-opus-5-5"
    assert surroundings.model_of(str(path), "gone") == ""


def write(path: Path, *records: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records))


def test_a_model_must_be_in_every_list_that_the_clients_settings_have(tmp_path: Path) -> None:
    user, repo = tmp_path / "home/.claude/settings.json", tmp_path / "repo/.claude/settings.json"
    write(user, {"availableModels": ["sonnet", "claude-haiku-5-5", "opus"]})
    write(repo, {"availableModels": ["haiku", "claude-opus-5"]})
    write(tmp_path / "home/.claude/scrimp.json", {"routes": [{"model": name} for name in ("haiku", "sonnet", "opus")]})
    environ, folder = {"HOME": str(tmp_path / "home")}, str(tmp_path / "repo")
    usable, problems = faults.usable(settings.load(environ, folder), environ, folder)
    assert [rule.model for rule in usable] == ["haiku", "opus"]
    path = tmp_path / "home/.claude/scrimp.json"
    why = "which availableModels in Claude Code's settings does not allow; the rule is ignored"
    assert problems == [f"{path}: routes[1] names sonnet, {why}"]


def test_the_users_environment_is_a_choice_unless_it_names_none() -> None:
    assert [
        surroundings.names_model({"CLAUDE_CODE_SUBAGENT_MODEL": said}) for said in ("haiku", "inherit", "")
    ] == [True, False, False]  # fmt: skip
    assert surroundings.names_effort({"CLAUDE_CODE_SUBAGENT_EFFORT": "low"})
    assert not surroundings.names_effort({})


def test_a_thing_is_said_once_in_a_session(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    assert [told.once(data, one, what) for one in ("a", "b") for what in ("x", "y", "x")] == [True, True, False] * 2


def test_names_of_any_kind_are_kept_and_where_nothing_can_be_it_is_said_again(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    for session in ("é" * 300, "../../x", "\udcff", ""):
        assert [told.once(data, session, "a \udcff\nb") for _ in range(2)] == [True, False]
    assert [path.parent.name for path in tmp_path.rglob("of-*")] == ["routes"] * 4
    (tmp_path / "file").touch()
    assert [told.once(str(tmp_path / "file"), "s", "x") for _ in range(2)] == [True, True]
