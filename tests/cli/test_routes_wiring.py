"""The shipped agents come and go with install and uninstall; doctor names rules that cannot be followed."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from scrimp.cli.checks import routes
from scrimp.core.routes import surroundings

if TYPE_CHECKING:
    from tests.cli.conftest import Machine


def test_the_agents_are_given_beside_the_teams_own_which_git_still_sees(machine: Machine) -> None:
    theirs = machine.local.parent / "agents" / "theirs.md"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs")
    machine.scrimp("install", "--yes", "--json")
    given = theirs.parent / "scrimp"
    shipped = [f"{name}.md" for name in surroundings.shipped_agents()]
    assert sorted(path.name for path in given.iterdir()) == [".gitignore", *shipped]
    seen = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=machine.repo, capture_output=True, text=True, check=True
    )
    assert seen.stdout.splitlines() == ["?? .claude/agents/theirs.md", "?? .claude/settings.local.json"]
    machine.scrimp("uninstall", "--yes")
    assert [path.name for path in machine.local.parent.rglob("*")] == ["agents", "theirs.md"]


def test_doctor_names_what_is_wrong_with_rules_and_says_nothing_without_any(machine: Machine) -> None:
    folder = str(machine.repo)
    assert routes.examine(machine.environ, folder) == []
    path = machine.home / ".claude" / "scrimp.json"
    path.parent.mkdir(exist_ok=True)
    rules = [{"agent": "*", "model": "haiku"}, {"agent": "Plan", "model": "sonnet"}, {"model": "gpt"}]
    path.write_text(json.dumps({"routes": rules}))
    found = routes.examine({**machine.environ, "CLAUDE_CODE_SUBAGENT_MODEL": "opus"}, folder)
    bad = "has model 'gpt', expected one of haiku, sonnet, opus, fable; the rule is ignored"
    hidden = f"{path}: routes[0] comes first and matches all that it would, and more"
    assert [(one.state, one.text) for one in found] == [
        ("fail", f"{path}: routes[2] {bad}"),
        (
            "note",
            f"{path}: routes[1] is never reached: {hidden}",
        ),
        ("note", "CLAUDE_CODE_SUBAGENT_MODEL is set: no rule is applied"),
        ("ok", "2 rules for subagents are followed"),
    ]
