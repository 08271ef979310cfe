"""Install puts the MCP server where `claude mcp add` would, and takes it out again without touching anything else."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.cli.wiring import server
from scrimp.core import bundle_root
from tests.client.driver import QUIET, client_program, namespace_command

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Machine

pytestmark = pytest.mark.usefixtures("quiet_doctor")

SCRIPT = os.path.join(bundle_root(), "mcp_server", "__main__.py")
ENTRY: dict[str, Any] = {
    "type": "stdio",
    "command": sys.executable,
    "args": ["-I", SCRIPT],
    "env": {},
    "alwaysLoad": True,
}
RULES = ["mcp__scrimp__recall", "mcp__scrimp__budget", "mcp__scrimp__batch_read"]
THEIR_KEY = "sk-of-another-server"


def state(machine: Machine) -> Path:
    return machine.home / ".claude.json"


def servers(machine: Machine) -> dict[str, Any]:
    return json.loads(state(machine).read_text())


def as_the_client_leaves_it(machine: Machine) -> str:
    """With another server of this repo, whose key is nobody's business."""
    other: dict[str, Any] = {"type": "stdio", "command": "other", "args": [], "env": {"KEY": THEIR_KEY}}
    project: dict[str, Any] = {"allowedTools": [], "mcpServers": {"other": other}, "hasTrustDialogAccepted": True}
    return json.dumps({"numStartups": 3, "projects": {str(machine.repo): project, "/else": {}}}, indent=2)


def test_the_local_scope_is_this_repo_of_this_person(machine: Machine) -> None:
    assert machine.scrimp("install", "--yes").code == 0
    assert servers(machine) == {"projects": {str(machine.repo): {"mcpServers": {"scrimp": ENTRY}}}}
    assert json.loads(machine.local.read_text())["permissions"] == {"allow": RULES}


def test_hooks_only_is_all_but_what_stands_in_a_request_and_takes_out_what_did(machine: Machine) -> None:
    before = machine.tree()
    machine.scrimp("install", "--yes", "--hooks-only")
    alone = machine.tree()
    assert {path.name for path in machine.local.parent.iterdir()} == {"settings.local.json"}
    assert "permissions" not in json.loads(machine.local.read_text())
    assert not state(machine).exists()
    machine.scrimp("install", "--yes")
    assert servers(machine) == {"projects": {str(machine.repo): {"mcpServers": {"scrimp": ENTRY}}}}
    machine.scrimp("install", "--yes", "--hooks-only")
    assert machine.tree() == alone
    machine.scrimp("uninstall", "--yes")
    assert machine.tree() == before


def test_the_user_scope_is_every_repo(machine: Machine) -> None:
    assert machine.scrimp("install", "--yes", "--scope", "user").code == 0
    assert servers(machine) == {"mcpServers": {"scrimp": ENTRY}}
    assert json.loads(machine.own.read_text())["permissions"] == {"allow": RULES}


def test_a_teams_settings_bring_the_server_with_the_plugin_and_allow_nothing(machine: Machine) -> None:
    machine.scrimp("install", "--yes", "--scope", "project", "--marketplace", "scrimp-dev/scrimp")
    assert not state(machine).exists()
    assert "permissions" not in json.loads(machine.shared.read_text())


def test_neither_running_nor_fetching_is_ever_allowed(machine: Machine) -> None:
    machine.scrimp("install", "--yes")
    text = machine.local.read_text()
    assert [tool for tool in ("batch_run", "batch_fetch") if f'"mcp__scrimp__{tool}' in text] == []


@pytest.mark.parametrize("scope", ["local", "user"])
def test_what_the_client_and_others_have_in_its_file_stays_byte_for_byte(machine: Machine, scope: str) -> None:
    before = as_the_client_leaves_it(machine)
    state(machine).write_text(before)
    output = machine.scrimp("install", "--yes", "--scope", scope)
    assert output.code == 0
    assert json.loads(before)["numStartups"] == servers(machine)["numStartups"]
    assert machine.scrimp("uninstall", "--yes", "--scope", scope).code == 0
    assert state(machine).read_text() == before


def test_other_servers_keys_are_neither_shown_nor_copied(machine: Machine) -> None:
    state(machine).write_text(as_the_client_leaves_it(machine))
    shown = machine.scrimp("install", "--yes").out + machine.scrimp("uninstall", "--yes").out
    assert THEIR_KEY not in shown
    kept = [path for path in (machine.home / ".local").rglob("*") if path.is_file()]
    assert kept
    assert [path for path in kept if THEIR_KEY.encode() in path.read_bytes()] == []


def test_what_the_client_writes_meanwhile_stays(machine: Machine) -> None:
    machine.scrimp("install", "--yes")
    found = servers(machine)
    found["numStartups"] = 1
    found["projects"][str(machine.repo)]["hasTrustDialogAccepted"] = True
    state(machine).write_text(json.dumps(found, indent=2))
    machine.scrimp("uninstall", "--yes")
    assert servers(machine) == {"numStartups": 1, "projects": {str(machine.repo): {"hasTrustDialogAccepted": True}}}


def test_two_repos_and_the_user_scope_share_the_file_and_go_one_by_one(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    (other / ".git").mkdir(parents=True)
    machine.scrimp("install", "--yes")
    machine.scrimp("install", "--yes", "--scope", "user")
    monkeypatch.chdir(other)
    machine.scrimp("install", "--yes")
    monkeypatch.chdir(machine.repo)
    machine.scrimp("uninstall", "--yes")
    machine.scrimp("uninstall", "--yes", "--scope", "user")
    assert servers(machine) == {"projects": {str(other): {"mcpServers": {"scrimp": ENTRY}}}}
    monkeypatch.chdir(other)
    machine.scrimp("uninstall", "--yes")
    assert servers(machine) == {"projects": {}}  # the first install made it, and was gone before the last
    assert machine.scrimp("uninstall", "--yes").code == 0


def test_a_server_of_somebody_elses_under_our_name_is_left_and_nothing_is_written(machine: Machine) -> None:
    foreign = json.dumps({"mcpServers": {"scrimp": {"command": "theirs", "args": []}}})
    state(machine).write_text(foreign)
    before = machine.tree()
    output = machine.scrimp("install", "--yes", "--scope", "user")
    assert output.code == 1
    assert f"{state(machine)} has another server called scrimp: claude mcp remove scrimp -s user first" in output.err
    assert machine.tree() == before
    assert machine.scrimp("uninstall", "--yes", "--scope", "user").code == 0
    assert machine.tree() == before


def test_a_server_of_an_older_install_is_replaced(machine: Machine) -> None:
    old: dict[str, Any] = {
        "type": "stdio",
        "command": "/old/python",
        "args": ["/opt/scrimp-0.0/mcp_server/__main__.py"],
        "env": {},
    }
    state(machine).write_text(json.dumps({"mcpServers": {"scrimp": old}}))
    machine.scrimp("install", "--yes", "--scope", "user")
    assert servers(machine) == {"mcpServers": {"scrimp": ENTRY}}
    machine.scrimp("uninstall", "--yes", "--scope", "user")
    assert servers(machine) == {"mcpServers": {}}


def test_a_rule_that_was_there_before_stays_and_ours_go(machine: Machine) -> None:
    machine.local.parent.mkdir()
    machine.local.write_text(json.dumps({"permissions": {"allow": ["Bash(ls:*)", RULES[0]], "deny": ["Read(x)"]}}))
    machine.scrimp("install", "--yes")
    settings = json.loads(machine.local.read_text())
    assert settings["permissions"] == {"allow": ["Bash(ls:*)", *RULES], "deny": ["Read(x)"]}
    machine.local.write_text(json.dumps({**settings, "model": "opus"}))
    machine.scrimp("uninstall", "--yes")
    left = {"permissions": {"allow": ["Bash(ls:*)", RULES[0]], "deny": ["Read(x)"]}, "model": "opus"}
    assert json.loads(machine.local.read_text()) == left


SKILLS = ["batch-fetch", "batch-read", "batch-run", "fan-out", "spend"]


def test_the_skills_are_given_and_git_does_not_see_them(machine: Machine) -> None:
    machine.scrimp("install", "--yes")
    folder = machine.local.parent / "skills"
    assert sorted(path.name for path in folder.iterdir()) == SKILLS
    seen = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=machine.repo, capture_output=True, text=True, check=True
    )
    assert seen.stdout == "?? .claude/settings.local.json\n"
    machine.scrimp("uninstall", "--yes")
    assert not machine.local.parent.exists()


def test_a_skill_that_was_edited_or_is_somebody_elses_is_left_alone(machine: Machine) -> None:
    theirs = machine.local.parent / "skills" / "spend" / "SKILL.md"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs")
    output = machine.scrimp("install", "--yes")
    assert f"found {theirs}, not as scrimp writes it, left alone" in output.out
    edited = machine.local.parent / "skills" / "batch-run" / "SKILL.md"
    edited.write_text("mine now")
    output = machine.scrimp("uninstall", "--yes")
    assert f"{edited} is not as scrimp wrote it, left alone" in output.out
    left = sorted(str(path.relative_to(machine.repo)) for path in machine.local.parent.rglob("*") if path.is_file())
    assert left == [".claude/skills/batch-run/SKILL.md", ".claude/skills/spend/SKILL.md"]
    assert theirs.read_text() == "theirs"


def test_a_skill_of_an_older_version_is_brought_up_to_date(machine: Machine) -> None:
    machine.scrimp("install", "--yes")
    skill = machine.local.parent / "skills" / "spend" / "SKILL.md"
    current = skill.read_bytes()
    receipts = [json.loads(path.read_text()) for path in (machine.home / ".local").rglob("*.json")]
    (ours,) = [one for one in receipts if one["path"] == str(skill)]
    skill.write_text("of an older version")
    path = next(path for path in (machine.home / ".local").rglob("*.json") if str(skill) in path.read_text())
    path.write_text(json.dumps({**ours, "sha256": hashlib.sha256(b"of an older version").hexdigest()}))
    machine.scrimp("install", "--yes")
    assert skill.read_bytes() == current


def test_a_folder_of_skills_that_leads_out_of_the_repo_is_not_written_through(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    machine.local.parent.mkdir()
    (machine.local.parent / "skills").symlink_to(tmp_path / "elsewhere")
    output = machine.scrimp("install", "--yes")
    assert output.code == 2
    assert "leads out of" in output.err
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.client
@pytest.mark.skipif(not client_program(os.environ), reason="Claude Code is not installed: make client")
@pytest.mark.parametrize("scope", ["local", "user"])
@pytest.mark.parametrize("place", ["repo", "subfolder", "worktree", "no repo"])
def test_it_is_what_claude_mcp_add_writes_and_where(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scope: str, place: str
) -> None:
    folders = {"repo": machine.repo, "subfolder": machine.repo / "a", "worktree": tmp_path / "w", "no repo": tmp_path}
    if place == "subfolder":
        folders[place].mkdir()
    if place == "worktree":
        words = ["git", "-c", "user.name=a", "-c", "user.email=a@b.invalid"]
        subprocess.run([*words, "commit", "--quiet", "--allow-empty", "-m", "x"], cwd=machine.repo, check=True)
        subprocess.run([*words, "worktree", "add", "--quiet", str(folders[place])], cwd=machine.repo, check=True)
    monkeypatch.chdir(folders[place])
    program = [*namespace_command(), client_program(os.environ)]
    words = ["mcp", "add", "-s", scope, "scrimp", "--", sys.executable, "-I", SCRIPT]
    subprocess.run([*program, *words], env={**machine.environ, **QUIET}, check=True, capture_output=True)
    theirs = server.found_in(machine.environ, scope, os.getcwd())
    assert {**theirs, "alwaysLoad": True} == ENTRY
    assert server.install(scope, machine.environ, os.getcwd()).changes
    assert machine.scrimp("install", "--yes", "--scope", scope).code == 0
    assert server.found_in(machine.environ, scope, os.getcwd()) == ENTRY
