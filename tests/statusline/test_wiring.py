"""How install wires the status line, around one that is there already, and uninstall takes it out again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import bundle_root
from scrimp.core.statusline import entry
from tests.cli.conftest import Machine, machine, quiet_doctor

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["machine", "quiet_doctor"]

OURS = entry.command(sys.executable, bundle_root())


def wrapping(command: str) -> str:
    return entry.command(sys.executable, bundle_root(), command)


def line(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())["statusLine"]


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("scope", ["local", "user"])
@pytest.mark.usefixtures("quiet_doctor")
def test_install_wires_ours_and_shows_it_before(machine: Machine, scope: str) -> None:
    path = machine.local if scope == "local" else machine.own
    output = machine.scrimp("install", "--scope", scope, "--yes")
    assert line(path) == {"type": "command", "command": OURS}
    assert f'+    "command": "{OURS}"' in output.out
    again = machine.scrimp("install", "--scope", scope, "--yes")
    assert "nothing to change" in again.out
    machine.scrimp("uninstall", "--scope", scope, "--yes")
    assert not path.exists()


@pytest.mark.usefixtures("quiet_doctor")
def test_a_team_gets_the_plugin_which_has_no_status_line(machine: Machine) -> None:
    write(machine.own, '{"statusLine": {"type": "command", "command": "mine"}}')
    output = machine.scrimp("install", "--scope", "project", "--yes", "--marketplace", "scrimp-dev/scrimp")
    assert "statusLine" not in json.loads(machine.shared.read_text())
    assert "found in user settings, left alone: a status line, mine" in output.out


WRAPPED = {
    "lines": '{\n  "statusLine": {\n    "type": "command",\n    "command": "~/bin/line \\"a b\\" | cat",\n'
    '    "padding": 2,\n    "refreshInterval": 5\n  }\n}\n',
    "one line": '{"statusLine":{"command":"it\'s \\u00e9\\/","type":"command"},"model":"opus"}',
    "tabs": '{\n\t"model": "opus",\n\t"statusLine": {"type": "command", "command": "echo"}\n}',
}


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED)
@pytest.mark.usefixtures("quiet_doctor")
def test_one_in_the_same_file_is_remembered_and_comes_back_byte_for_byte(machine: Machine, text: str) -> None:
    write(machine.local, text)
    before = json.loads(text)["statusLine"]
    output = machine.scrimp("install", "--yes")
    assert "found in local settings, a status line, " in output.out
    assert ": it is shown first, scrimp's line below it" in output.out
    assert line(machine.local) == {**before, "command": wrapping(before["command"])}
    assert "nothing to change" in machine.scrimp("install", "--yes").out
    machine.scrimp("uninstall", "--yes")
    assert machine.local.read_text() == text


@pytest.mark.usefixtures("quiet_doctor")
def test_a_tracked_file_shows_no_change_in_git_after_uninstall(machine: Machine) -> None:
    write(machine.local, WRAPPED["lines"])
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "add", "--force", ".claude"], check=True)
    subprocess.run(["git", *who, "commit", "--quiet", "-m", "a"], check=True)
    machine.scrimp("install", "--yes")
    machine.scrimp("uninstall", "--yes")
    assert subprocess.run(["git", "diff", "--exit-code"], check=False).returncode == 0


@pytest.mark.usefixtures("quiet_doctor")
def test_when_the_file_has_changed_since_only_the_command_goes_back(machine: Machine) -> None:
    write(machine.local, WRAPPED["lines"])
    machine.scrimp("install", "--yes")
    machine.local.write_text(machine.local.read_text().replace('"padding": 2', '"padding": 0'))
    machine.scrimp("uninstall", "--yes")
    assert machine.local.read_text() == WRAPPED["lines"].replace('"padding": 2', '"padding": 0')


@pytest.mark.usefixtures("quiet_doctor")
def test_ours_alone_goes_with_what_was_added_to_it_since(machine: Machine) -> None:
    """Without its command a status line is none that Claude Code can read."""
    write(machine.local, '{\n  "model": "opus"\n}\n')
    machine.scrimp("install", "--yes")
    settings = json.loads(machine.local.read_text())
    settings["statusLine"]["padding"] = 0
    machine.local.write_text(json.dumps(settings))
    machine.scrimp("uninstall", "--yes", SCRIMP_HOME=str(machine.home / "no receipt"))
    assert json.loads(machine.local.read_text()) == {"model": "opus"}


@pytest.mark.usefixtures("quiet_doctor")
def test_keys_that_are_there_without_a_command_stay(machine: Machine) -> None:
    """Claude Code merges the layers key by key."""
    text = '{\n  "statusLine": {\n    "padding": 1\n  }\n}\n'
    write(machine.local, text)
    machine.scrimp("install", "--yes")
    assert line(machine.local) == {"padding": 1, "type": "command", "command": OURS}
    machine.local.write_text(machine.local.read_text().replace('"padding": 1', '"padding": 3'))
    machine.scrimp("uninstall", "--yes")
    assert json.loads(machine.local.read_text()) == {"statusLine": {"padding": 3}}


@pytest.mark.usefixtures("quiet_doctor")
def test_an_older_install_at_another_path_keeps_what_it_wraps(machine: Machine) -> None:
    write(machine.local, WRAPPED["lines"])
    machine.scrimp("install", "--yes")
    machine.local.write_text(machine.local.read_text().replace(bundle_root() + "/hooks", "/opt/scrimp-0.0/hooks"))
    machine.scrimp("install", "--yes")
    assert line(machine.local)["command"] == wrapping('~/bin/line "a b" | cat')
    machine.scrimp("uninstall", "--yes")
    assert machine.local.read_text() == WRAPPED["lines"]


@pytest.mark.usefixtures("quiet_doctor")
def test_an_install_of_before_the_status_line_gets_it_and_uninstall_still_restores_the_file(machine: Machine) -> None:
    machine.scrimp("install", "--yes")
    settings = json.loads(machine.local.read_text())
    del settings["statusLine"]
    machine.local.write_text(json.dumps(settings, indent=2))
    machine.scrimp("install", "--yes")
    assert line(machine.local)["command"] == OURS
    machine.scrimp("uninstall", "--yes")
    assert not machine.local.parent.exists()


@pytest.mark.parametrize("value", ['"mine"', "null", "[]", '{"command": 5}', '{"command": ""}'])
@pytest.mark.usefixtures("quiet_doctor")
def test_one_that_the_client_cannot_read_is_named_and_nothing_written(machine: Machine, value: str) -> None:
    text = f'{{"statusLine": {value}}}'
    write(machine.local, text)
    output = machine.scrimp("install", "--yes")
    assert output.code == 1
    assert "put that right first" in output.err
    assert machine.local.read_text() == text


@pytest.mark.usefixtures("quiet_doctor")
def test_lower_layers_are_wrapped_and_higher_ones_named_as_shown_instead(machine: Machine) -> None:
    write(machine.own, '{"statusLine": {"type": "command", "command": "user-line"}}')
    write(machine.shared, '{"statusLine": {"type": "command", "command": "team-line"}}')
    output = machine.scrimp("install", "--dry-run")
    assert (
        "found in project settings, a status line, team-line: it is shown first, scrimp's line below it" in output.out
    )
    assert "found in user settings, left alone: a status line, user-line; another one is shown already" in output.out
    output = machine.scrimp("install", "--scope", "user", "--dry-run")
    instead = "team-line; Claude Code shows it instead of scrimp's"
    assert f"found in project settings, left alone: a status line, {instead}" in output.out
    assert "found in user settings, a status line, user-line: it is shown first, scrimp's line below it" in output.out


@pytest.mark.usefixtures("quiet_doctor")
def test_installed_in_two_scopes_neither_wraps_the_other(machine: Machine) -> None:
    write(machine.own, '{"statusLine": {"type": "command", "command": "user-line"}}')
    machine.scrimp("install", "--scope", "user", "--yes")
    output = machine.scrimp("install", "--yes")
    assert line(machine.local)["command"] == OURS
    assert line(machine.own)["command"] == wrapping("user-line")
    assert "a status line" not in output.out


def findings(machine: Machine) -> list[tuple[str, str]]:
    rows = json.loads(machine.scrimp("doctor", "--json").out)["findings"]
    return [(row["state"], row["text"]) for row in rows if row["subject"] == "statusline"]


def test_doctor_tries_the_status_line_and_says_how_long_it_takes(machine: Machine) -> None:
    write(machine.local, '{"statusLine": {"type": "command", "command": "exit 1"}}')
    assert findings(machine) == []
    rows = json.loads(machine.scrimp("install", "--yes", "--json").out)["doctor"]
    ((state, text),) = [(row["state"], row["text"]) for row in rows if row["subject"] == "statusline"]
    assert state == "ok"
    assert text.startswith(f"{machine.local}: works, ")
    assert text.endswith(" ms (median of 5), shown below exit 1")


def test_doctor_says_when_ours_is_not_wired_or_not_shown_or_not_there(machine: Machine) -> None:
    write(machine.own, '{"enabledPlugins": {"scrimp@scrimp": true}}')
    ((state, text),) = findings(machine)
    assert (state, text[:30]) == ("note", "none of scrimp's is wired: scr")
    machine.scrimp("install", "--scope", "user", "--yes", "--json")
    write(machine.shared, '{"statusLine": {"type": "command", "command": "team-line"}}')
    instead = f"{machine.shared} sets another, team-line, which Claude Code shows instead of scrimp's"
    assert findings(machine) == [("note", instead)]
    os.unlink(machine.shared)
    machine.own.write_text(
        machine.own.read_text().replace(bundle_root() + "/hooks/status", "/gone/scrimp/hooks/status")
    )
    gone = f"{machine.own}: /gone/scrimp/hooks/statusline.py is not there; scrimp install puts it right"
    assert findings(machine) == [("fail", gone)]
