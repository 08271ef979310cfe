"""What the agent may not do to its own budget where a limit is set, and all that it still may."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hooks.dispatch import State
from hooks.steps import guards
from tests.hooks import recorded

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = '{"budget": {"sessionUsd": 5}}'
GATE = {"type": "command", "command": "/p/python", "args": ["-I", "-S", "/p/hooks/gate.py"], "onFailure": "block"}
OTHER = {"type": "command", "command": "notify"}


class Place:
    """A home and a repo with a limit in it; `refused` says what a tool call would have changed, '' where it may run."""

    def __init__(self, root: Path, limit: str = LIMIT) -> None:
        self.repo, self.home = root / "repo", root / "home"
        for folder in (self.repo / ".git", self.repo / ".claude", self.home / ".claude"):
            folder.mkdir(parents=True)
        (self.repo / ".claude/scrimp.json").write_text(limit)

    def refused(self, tool: str, **given: Any) -> str:
        event = recorded.event("tool_bash", tool_name=tool, tool_input=given, cwd=str(self.repo))
        environ = {"HOME": str(self.home), "CLAUDE_PROJECT_DIR": str(self.repo)}
        answer = guards.step(event, State(environ, event))
        return (
            answer["deny"].partition(" is set here, and this would change ")[2].partition(". Go on within")[0]
            if answer
            else ""
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


REFUSED = {
    "scrimp budget raise 50": "the budget",
    "cd /tmp && scrimp budget clear --yes": "the budget",
    "python3 -m scrimp budget set --day 100": "the budget",
    'bash -c "scrimp budget raise 5"': "the budget",
    "/opt/venv/bin/scrimp budget --json raise 5 --for 2h": "the budget",
    "scrimp uninstall --yes": "what scrimp has installed",
    "echo '{}' > .claude/scrimp.json": "scrimp's settings",
    "cd .claude && rm scrimp.local.json": "scrimp's settings",
    "git checkout HEAD~1 -- .claude/scrimp.json": "scrimp's settings",
    "sed -i s/5/500/ ~/.claude/scrimp.json": "scrimp's settings",
    "python3 -c \"open('.claude/scrimp.json','w').write('{}')\"": "scrimp's settings",
    "rm -rf ~/.local/share/scrimp": "scrimp's data",
    "sqlite3 ledger.db 'DELETE FROM requests'": "scrimp's data",
    "unset SCRIMP_BUDGET; claude -p more": "the environment that scrimp reads",
    "SCRIMP_HOME=/tmp/x claude -p more": "the environment that scrimp reads",
    "jq 'del(.hooks)' .claude/settings.local.json > x; mv x .claude/settings.local.json": (
        "Claude Code's settings, which start scrimp's hooks"
    ),
    """claude -p more --settings '{"disableAllHooks": true}'""": "Claude Code's settings, which start scrimp's hooks",
    "claude --bare -p more": "that hooks run in every session",
    "claude plugin disable scrimp@scrimp": "the plugin scrimp",
    "git diff --output=.claude/scrimp.json HEAD~1": "scrimp's settings",
    "tree -o .claude/scrimp.json": "scrimp's settings",
    "find . -name scrimp.json -delete": "scrimp's settings",
    "sed -n 'w .claude/scrimp.json' x": "scrimp's settings",
    "sed -i s/5/50/ .claude/scrimp*.json": "the folder of Claude Code's settings",
    "cp /tmp/x ~/.claude/s*": "the folder of Claude Code's settings",
    "cd ~/.claude && rm *": "the folder of Claude Code's settings",
    "rm -rf .claude": "the folder of Claude Code's settings",
    "mv ./.claude/ .c": "the folder of Claude Code's settings",
    "echo scrimp budget raise 5 | sh": "the budget",
}


@pytest.mark.parametrize("command", REFUSED)
def test_a_command_that_changes_the_budget_is_refused(place: Place, command: str) -> None:
    assert place.refused("Bash", command=command) == REFUSED[command]


ALLOWED = [
    "scrimp budget status",
    "scrimp report --by day",
    "cat .claude/scrimp.json",
    "cat ~/.claude/scrimp.json | jq .budget",
    "grep -rn sessionUsd .claude/scrimp.json && ls -la .claude",
    "git add .claude/settings.json && git commit -m 'allow pytest'",
    "git diff -- .claude/settings.local.json",
    "ls ~/.local/share/scrimp",
    "echo $SCRIMP_BUDGET",
    "pytest -q tests/budget > out.txt",
    "npm run set-budget -- clear",
    "grep timeout ~/.claude/projects/-repo/s/tool-results/scrimp-3f9c02d41b7a8e55.txt",
    "claude --version",
    "cat .claude/settings.json 2>/dev/null",
    "ls -la .claude/settings.local.json 2> /dev/null || true",
    "cat ~/.claude/settings.json 2>&1 | head -5",
    "sed -n 1,20p .claude/settings.json",
    "grep -rn 'scrimp budget raise' docs",
    "git commit -m 'scrimp budget raise is for persons'",
    "find .claude -name '*.json'",
    "mkdir -p .claude && cp agent.md .claude/agents/",
    "",
]


@pytest.mark.parametrize("command", ALLOWED)
def test_a_command_that_only_looks_or_is_about_something_else_runs(place: Place, command: str) -> None:
    assert place.refused("Bash", command=command) == ""


def test_every_tool_that_runs_a_command_is_looked_at(place: Place) -> None:
    assert place.refused("Monitor", command="scrimp budget raise 5", description="x") == "the budget"


@pytest.mark.parametrize("tool", ["Write", "Edit", "NotebookEdit"])
@pytest.mark.parametrize(
    "name", ["repo/.claude/scrimp.json", "repo/.claude/scrimp.local.json", "home/.claude/scrimp.json"]
)
def test_scrimps_settings_are_not_written(place: Place, tmp_path: Path, tool: str, name: str) -> None:
    key = "notebook_path" if tool == "NotebookEdit" else "file_path"
    assert place.refused(tool, **{key: str(tmp_path / name)}) == f"scrimp's settings file ({tmp_path / name})"


def test_nor_through_a_link_or_a_path_that_goes_round(place: Place, tmp_path: Path) -> None:
    settings = place.repo / ".claude/scrimp.json"
    (place.repo / "notes.json").symlink_to(settings)
    (tmp_path / "round").symlink_to(place.repo / ".claude")
    assert place.refused("Write", file_path=str(place.repo / "notes.json"), content="{}")
    assert place.refused("Write", file_path="src/../.claude/scrimp.json", content="{}")
    assert place.refused("Write", file_path=str(tmp_path / "round/scrimp.json"), content="{}")


def test_scrimps_data_is_not_written(place: Place) -> None:
    ledger = place.home / ".local/share/scrimp/ledger.db"
    assert place.refused("Write", file_path=str(ledger), content="") == f"scrimp's data ({ledger})"


def test_a_file_that_only_has_such_a_name_is_written(place: Place) -> None:
    for name in ("scrimp.json", "docs/scrimp.local.json", ".claude/agents/scrimp.md", "settings.json"):
        assert place.refused("Write", file_path=str(place.repo / name), content="{}") == ""


def wired(**more: object) -> str:
    return json.dumps({"hooks": {"PostToolBatch": [{"hooks": [GATE]}]}, **more}, indent=2)


def test_the_clients_settings_are_written_as_long_as_scrimps_hooks_stay_as_they_are(place: Place) -> None:
    path = place.repo / ".claude/settings.local.json"
    path.write_text(wired())
    more = {"hooks": {"PostToolBatch": [{"hooks": [GATE]}, {"hooks": [OTHER]}]}, "model": "opus"}
    assert place.refused("Write", file_path=str(path), content=json.dumps(more)) == ""
    assert (
        place.refused("Edit", file_path=str(path), old_string='"hooks": {', new_string='"model": "opus", "hooks": {')
        == ""
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/p/hooks/gate.py", "/tmp/gate.py"),
        ("block", "continue"),
        ("PostToolBatch", "PostToolUse"),
        ('{\n  "hooks"', '{\n  "disableAllHooks": true,\n  "hooks"'),
        ('{\n  "hooks"', '{\n  "env": {"SCRIMP_HOME": "/tmp"},\n  "hooks"'),
        ('{\n  "hooks"', '{\n  "hooks"\n  "hooks"'),
    ],
)
def test_an_edit_of_the_clients_settings_that_changes_scrimps_hooks_is_refused(
    place: Place, old: str, new: str
) -> None:
    path = place.repo / ".claude/settings.local.json"
    path.write_text(wired())
    edited = place.refused("Edit", file_path=str(path), old_string=old, new_string=new)
    assert edited == f"how scrimp's hooks are started ({path})"


def test_settings_that_switch_all_hooks_off_are_not_made_anew(place: Place) -> None:
    path = place.repo / ".claude/settings.json"
    assert place.refused("Write", file_path=str(path), content='{"disableAllHooks": true}')
    assert place.refused("Write", file_path=str(path), content='{"model": "opus"}') == ""


def test_without_a_limit_everything_runs(tmp_path: Path) -> None:
    place = Place(tmp_path, "{}")
    assert place.refused("Bash", command="scrimp budget set --day 5") == ""
    assert place.refused("Write", file_path=str(place.repo / ".claude/scrimp.json"), content=LIMIT) == ""
