"""How install and uninstall ask, and what they leave beside the file."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from scrimp.core import bundle_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Machine

pytestmark = pytest.mark.usefixtures("quiet_doctor")

MAIN = os.path.join(bundle_root(), "hooks", "main.py")


def answering(word: str) -> Callable[[str], str]:
    def answer(_: str) -> str:
        return word

    return answer


def test_without_a_terminal_and_without_yes_the_diff_is_shown_and_nothing_written(machine: Machine) -> None:
    before = machine.tree()
    output = machine.scrimp("install")
    assert output.code == 2
    assert output.out.startswith(f"--- /dev/null\n+++ {machine.local}\n")
    assert "use --yes" in output.err
    assert machine.tree() == before


def test_a_dry_run_shows_the_diff_and_writes_nothing(machine: Machine) -> None:
    before = machine.tree()
    output = machine.scrimp("install", "--dry-run")
    assert output.code == 0
    assert MAIN in output.out
    assert "nothing was written" in output.out
    assert machine.tree() == before
    assert not (machine.home / ".local").exists()


def test_the_answer_no_on_a_terminal_writes_nothing(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = machine.tree()
    monkeypatch.setattr("builtins.input", answering("n"))
    monkeypatch.setattr("scrimp.cli.wiring.asking._is_terminal", lambda: True)
    assert machine.scrimp("install").code == 1
    assert machine.tree() == before
    monkeypatch.setattr("builtins.input", answering("y"))
    assert machine.scrimp("install").code == 0
    assert machine.local.exists()


def test_json_is_one_object_that_says_what_was_written(machine: Machine) -> None:
    row = json.loads(machine.scrimp("install", "--yes", "--json").out)
    assert (row["scope"], row["file"], row["changes"], row["written"]) == ("local", str(machine.local), True, True)
    assert json.loads(machine.scrimp("install", "--json").out)["changes"] is False
    dry = json.loads(machine.scrimp("uninstall", "--dry-run", "--json").out)
    assert (dry["changes"], dry["written"]) == (True, False)
    refused = machine.scrimp("uninstall", "--json")
    assert (refused.code, refused.out) == (2, "")


def test_the_backup_and_the_receipt_lie_in_the_data_folder_closed_to_others(machine: Machine) -> None:
    machine.local.parent.mkdir()
    machine.local.write_text('{"env": {"TOKEN": "secret"}}')
    machine.scrimp("install", "--yes")
    data = machine.home / ".local" / "share" / "scrimp"
    kept = [path for path in data.rglob("*") if path.is_file()]
    assert {path.suffix for path in kept} == {".backup", ".json"}
    assert sum(path.suffix == ".backup" for path in kept) == 1  # the skills and the server bring no copy of anything
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (data, data / "installs")} == {0o700}
    assert next(path for path in kept if path.suffix == ".backup").read_text() == '{"env": {"TOKEN": "secret"}}'


def test_without_a_place_for_the_backup_nothing_is_written(machine: Machine) -> None:
    machine.local.parent.mkdir()
    machine.local.write_text("{}")
    (machine.home / "file").touch()
    output = machine.scrimp("install", "--yes", SCRIMP_HOME=str(machine.home / "file"))
    assert output.code == 1
    assert "no backup could be written" in output.err
    assert machine.local.read_text() == "{}"


def test_a_file_that_changes_while_scrimp_asks_is_not_written_over(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(_: str) -> str:
        machine.local.parent.mkdir()
        machine.local.write_text('{"model": "opus"}')
        return "y"

    monkeypatch.setattr("scrimp.cli.wiring.asking._is_terminal", lambda: True)
    monkeypatch.setattr("builtins.input", answer)
    output = machine.scrimp("install")
    assert output.code == 1
    assert "has changed while scrimp was asking" in output.err
    assert machine.local.read_text() == '{"model": "opus"}'


def test_a_local_file_that_git_does_not_ignore_is_said_and_gits_files_are_not_edited(machine: Machine) -> None:
    output = machine.scrimp("install", "--yes")
    assert "git does not ignore .claude/settings.local.json" in output.out
    assert not (machine.repo / ".gitignore").exists()
    machine.scrimp("uninstall", "--yes")
    (machine.repo / ".gitignore").write_text(".claude/settings.local.json\n")
    assert "git does not ignore" not in machine.scrimp("install", "--yes").out
    subprocess.run(["git", "add", "--force", ".claude"], check=True)
    machine.scrimp("uninstall", "--yes")
    assert "is tracked by git" in machine.scrimp("install", "--yes").out


def test_uninstall_with_nothing_there_says_so_and_where_scrimp_still_is(machine: Machine) -> None:
    machine.scrimp("install", "--scope", "user", "--yes")
    before = machine.tree()
    output = machine.scrimp("uninstall", "--yes")
    assert output.code == 0
    assert f"{machine.local}: nothing of scrimp in it" in output.out
    assert f"scrimp is still in {machine.own}: scrimp uninstall --scope user" in output.out
    assert machine.tree() == before
