"""To allow one of the batch tools is not to allow every item of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from hooks import dispatch
from hooks.steps import batch_rules
from scrimp.core import limits
from scrimp.core.permissions import judging
from tests.hooks.test_import_budget import HOOKS, foreign, loaded

if TYPE_CHECKING:
    from pathlib import Path


class Repo:
    """A trusted repo with settings of its own, and calls of the batch tools in it."""

    def __init__(self, root: Path) -> None:
        self.root = root / "repo"
        self.home = root / "home"
        (self.root / ".claude").mkdir(parents=True)
        (self.root / "sub").mkdir()
        self.home.mkdir()
        known = {"projects": {os.path.realpath(self.root): {"hasTrustDialogAccepted": True}}}
        (self.home / ".claude.json").write_text(json.dumps(known))
        self.file = str(self.root / ".claude/settings.json")

    def rules(self, said: dict[str, Any] | None = None, **permissions: list[str]) -> Repo:
        (self.root / ".claude/settings.json").write_text(json.dumps({"permissions": permissions, **(said or {})}))
        return self

    def event(self, tool: str, given: Any, mode: str = "default") -> dict[str, Any]:
        key = {"batch_run": "commands", "batch_read": "items", "batch_fetch": "urls"}[tool]
        name = f"mcp__plugin_scrimp_scrimp__{tool}"
        return {
            "hook_event_name": "PreToolUse",
            "cwd": str(self.root),
            "tool_name": name,
            "tool_input": {key: given},
            "permission_mode": mode,
        }

    def environ(self) -> dict[str, str]:
        return {"HOME": str(self.home), "CLAUDE_PROJECT_DIR": str(self.root)}

    def answer(self, tool: str, given: Any, mode: str = "default") -> dict[str, Any] | None:
        event = self.event(tool, given, mode)
        return batch_rules.step(event, dispatch.State(self.environ(), event))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path)


def test_what_the_users_rules_cover_goes_on_without_a_word(repo: Repo) -> None:
    repo.rules(allow=["Bash(shop:*)", "WebFetch(domain:example.com)", "Read(//etc/**)"])
    assert repo.answer("batch_run", ["shop a", {"command": "shop b | head -3", "timeout_s": 5}, "git status"]) is None
    assert repo.answer("batch_read", ["a.py:10-80", "sub/**/*.py", {"path": "b.py#C.m"}, "/etc/hosts"]) is None
    assert repo.answer("batch_fetch", ["http://example.com/a", {"url": "https://example.com"}]) is None


def test_what_they_do_not_cover_is_asked_for_by_name(repo: Repo) -> None:
    repo.rules(allow=["Bash(shop:*)", "WebFetch(domain:example.com)"])
    said = "scrimp: not covered by your own rules: "
    assert repo.answer("batch_run", ["shop a", "rm  x", "make"]) == {"ask": f"{said}rm x; make"}
    assert repo.answer("batch_read", ["a.py", "/etc/passwd:1-3", "../x/*.py"]) == {
        "ask": f"{said}/etc/passwd:1-3; ../x/*.py"
    }
    assert repo.answer("batch_fetch", ["http://example.org/"]) == {"ask": f"{said}http://example.org/"}


def test_a_call_of_which_all_is_denied_is_denied_with_each_rule_and_its_file(repo: Repo) -> None:
    repo.rules(deny=["Bash(rm:*)", "Read(./.env)"])
    given = ["sudo rm x", "cat .env"]
    said = f"scrimp: sudo rm x (Bash(rm:*) in {repo.file}); cat .env (Read(./.env) in {repo.file})"
    assert repo.answer("batch_run", given) == {"deny": said}
    assert repo.answer("batch_read", [".env:1-2"]) == {"deny": f"scrimp: .env:1-2 (Read(./.env) in {repo.file})"}


def test_where_only_some_are_denied_the_server_leaves_these_out(repo: Repo) -> None:
    repo.rules(deny=["Bash(rm:*)"])
    assert repo.answer("batch_run", ["ls", "rm x"]) is None
    asked = f"scrimp: not covered by your own rules: make\nDenied, and left out: rm x (Bash(rm:*) in {repo.file})"
    assert repo.answer("batch_run", ["make", "rm x", "ls"]) == {"ask": asked}


def test_an_ask_rule_is_asked_with_its_file(repo: Repo) -> None:
    repo.rules(allow=["Bash(git:*)"], ask=["Bash(git push:*)"])
    said = f"scrimp: not covered by your own rules: git push (Bash(git push:*) in {repo.file})"
    assert repo.answer("batch_run", ["git push", "git status"]) == {"ask": said}


def test_variables_and_other_folders_take_a_command_out_of_its_rule(repo: Repo) -> None:
    repo.rules(allow=["Bash(shop:*)", "Bash(touch:*)"])
    for entry in ({"command": "shop", "env": {"PATH": "/x"}}, {"command": "touch a", "cwd": "sub"}):
        assert (repo.answer("batch_run", [entry]) or {}).keys() == {"ask"}
    assert repo.answer("batch_run", [{"command": "shop", "env": {}, "cwd": "sub"}]) is None


def test_what_sends_something_is_not_covered_by_a_rule_for_webfetch(repo: Repo) -> None:
    repo.rules(allow=["WebFetch(domain:example.com)"])
    url = "http://example.com/"
    for entry in ({"url": url, "method": "POST"}, {"url": url, "headers": {"A": "b"}}, {"url": url, "body": "x"}):
        assert (repo.answer("batch_fetch", [entry]) or {}).keys() == {"ask"}
    assert repo.answer("batch_fetch", [{"url": url, "method": "get"}]) is None


MODES = [
    # mode, the answer to a command without a rule, and to one with an ask rule
    ("default", "ask", "ask"),
    ("acceptEdits", "ask", "ask"),
    ("plan", "deny", "deny"),
    ("auto", "ask", "ask"),
    ("dontAsk", "deny", "deny"),
    ("bypassPermissions", None, "ask"),
    ("", "ask", "ask"),
]


@pytest.mark.parametrize(("mode", "without", "asked"), MODES)
def test_each_permission_mode_keeps_its_meaning(repo: Repo, mode: str, without: str | None, asked: str) -> None:
    repo.rules(ask=["Bash(make:*)"], deny=["Bash(rm:*)"])
    assert list(repo.answer("batch_run", ["shop"], mode) or {}) == ([without] if without else [])
    assert list(repo.answer("batch_run", ["make"], mode) or {}) == [asked]
    assert list(repo.answer("batch_run", ["rm x"], mode) or {}) == ["deny"]
    assert (repo.answer("batch_read", ["sub"], mode), repo.answer("batch_read", ["sub/*.py"], mode)) == (None, None)


@pytest.mark.parametrize(
    "command", ["rm -rf /", "rm -rf ~", "rm -r .", "sudo rm -rf /", "rm -rf $X", "sh -c 'rm -rf /x'"]
)
def test_not_even_bypass_lets_a_whole_folder_be_removed(repo: Repo, command: str) -> None:
    assert (repo.answer("batch_run", [command], "bypassPermissions") or {}).keys() == {"ask"}
    assert repo.answer("batch_run", ["rm -rf build/x"], "bypassPermissions") is None


def test_under_a_sandbox_or_beside_a_foreign_hook_batch_run_is_denied(repo: Repo) -> None:
    repo.rules({"sandbox": {"enabled": True}}, allow=["Bash"])
    answer = repo.answer("batch_run", ["ls"])
    assert answer == {
        "deny": f"scrimp: Bash is sandboxed here ({repo.file}), and batch_run would not be. Use Bash instead."
    }
    assert repo.answer("batch_read", ["sub"]) is None
    repo.rules({"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "x"}]}]}})
    assert "would not see what batch_run runs" in (repo.answer("batch_run", ["ls"]) or {})["deny"]


def test_other_tools_are_left_alone(repo: Repo) -> None:
    for name in ("Bash", "mcp__scrimp__recall", "mcp__scrimp__budget", "", "batch"):
        event = repo.event("batch_run", ["rm -rf /"]) | {"tool_name": name}
        assert batch_rules.step(event, dispatch.State(repo.environ(), event)) is None


@pytest.mark.parametrize("given", [[{"cmd": "ls"}], [1], [None], [[]], [""], ["x" * (limits.JUDGED_COMMAND_CHARS + 1)]])
def test_an_item_that_cannot_be_judged_is_asked_for(repo: Repo, given: list[Any]) -> None:
    repo.rules(deny=["Bash(rm:*)"])
    assert (repo.answer("batch_run", given) or {}).keys() == {"ask"}


def test_a_failure_of_ours_is_asked_about_and_never_passes(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(judging, "judge", broken)
    said = "scrimp: the rules for this call could not be judged (RuntimeError: no)"
    assert repo.answer("batch_run", ["ls"]) == {"ask": said}


def test_many_items_are_counted_and_long_ones_shortened(repo: Repo) -> None:
    said = (repo.answer("batch_run", [f"make {'x' * 300}{number}" for number in range(30)]) or {})["ask"]
    assert said.endswith(f"…; and {30 - limits.JUDGED_SHOWN} more")
    assert len(said) < limits.JUDGED_SHOWN * (limits.ABOUT_CHARS + 2) + 100


def test_the_hook_prints_the_clients_own_words_and_loads_only_core(repo: Repo) -> None:
    repo.rules(allow=["Bash(shop:*)"], deny=["Bash(rm:*)", "Read(./.env)"])
    event = json.dumps(repo.event("batch_run", ["make", "rm x"])).encode()
    words = [sys.executable, "-I", "-S", "-X", "importtime", str(HOOKS / "main.py"), "pre_batch"]
    ran = subprocess.run(words, input=event, capture_output=True, check=True, env=repo.environ())
    printed = json.loads(ran.stdout)["hookSpecificOutput"]
    assert (printed["hookEventName"], printed["permissionDecision"]) == ("PreToolUse", "ask")
    assert printed["permissionDecisionReason"].startswith("scrimp: not covered by your own rules: make\nDenied")
    modules = loaded(ran.stderr.decode())
    assert foreign(modules) == set()
    assert modules & {"json", "sqlite3", "scrimp.core.ledger"} == {"json"}
