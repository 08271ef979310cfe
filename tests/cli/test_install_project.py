from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from scrimp.cli.wiring import marketplace
from scrimp.core.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Machine

pytestmark = pytest.mark.usefixtures("quiet_doctor")

INSTALL = ("install", "--scope", "project", "--yes", "--marketplace", "scrimp-dev/scrimp")
UNINSTALL = ("uninstall", "--scope", "project", "--yes")


def test_the_project_scope_names_the_plugin_and_no_path_of_this_machine(machine: Machine) -> None:
    assert machine.scrimp(*INSTALL).code == 0
    assert json.loads(machine.shared.read_text()) == {
        "extraKnownMarketplaces": {"scrimp": {"source": {"source": "github", "repo": "scrimp-dev/scrimp"}}},
        "enabledPlugins": {"scrimp@scrimp": True},
    }
    before = machine.tree()
    assert machine.scrimp(*INSTALL).code == 0
    assert machine.tree() == before


@pytest.mark.parametrize(
    "raw",
    [
        None,
        b'{"model":"opus"}',
        b'{\n\t"enabledPlugins": {\n\t\t"other@market": true\n\t}\n}\n',
        b'{\n  "enabledPlugins": {\n    "scrimp@scrimp": false\n  }\n}\n',
    ],
)
def test_uninstall_restores_the_teams_file_byte_for_byte(machine: Machine, raw: bytes | None) -> None:
    if raw is not None:
        machine.shared.parent.mkdir()
        machine.shared.write_bytes(raw)
    before = machine.tree()
    machine.scrimp(*INSTALL)
    assert json.loads(machine.shared.read_text())["enabledPlugins"]["scrimp@scrimp"] is True
    assert machine.scrimp(*UNINSTALL).code == 0
    assert machine.tree() == before


def test_a_plugin_that_was_off_before_is_off_after_uninstall_whatever_changed_since(machine: Machine) -> None:
    machine.shared.parent.mkdir()
    machine.shared.write_text('{"enabledPlugins": {"scrimp@scrimp": false}}')
    machine.scrimp(*INSTALL)
    settings = json.loads(machine.shared.read_text())
    machine.shared.write_text(json.dumps({**settings, "model": "opus"}))
    machine.scrimp(*UNINSTALL)
    assert json.loads(machine.shared.read_text()) == {"enabledPlugins": {"scrimp@scrimp": False}, "model": "opus"}


def test_a_team_mate_without_a_receipt_can_take_it_out(machine: Machine) -> None:
    machine.scrimp(*INSTALL, SCRIMP_HOME=str(machine.home / "another"))
    machine.scrimp(*UNINSTALL)
    assert json.loads(machine.shared.read_text()) == {}


def test_in_ones_own_home_the_project_scope_is_refused(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(machine.home)
    output = machine.scrimp(*INSTALL)
    assert output.code == 2
    assert "use --scope user" in output.err


SOURCES = {
    "owner/repo": {"source": "github", "repo": "owner/repo"},
    "https://github.com/owner/repo.git": {"source": "github", "repo": "owner/repo"},
    "git@github.com:owner/repo.git": {"source": "github", "repo": "owner/repo"},
    "https://user:token@github.com/owner/repo": {"source": "github", "repo": "owner/repo"},
    "https://token@git.example.org/team/scrimp.git": {
        "source": "git",
        "url": "https://git.example.org/team/scrimp.git",
    },
    "git@git.example.org:team/scrimp.git": {"source": "git", "url": "git@git.example.org:team/scrimp.git"},
    "ssh://git@git.example.org/team/scrimp.git": {"source": "git", "url": "ssh://git@git.example.org/team/scrimp.git"},
}


@pytest.mark.parametrize("given", SOURCES)
def test_a_source_is_written_as_the_client_reads_it_and_without_a_token(given: str, tmp_path: Path) -> None:
    assert marketplace.source(given, str(tmp_path)) == SOURCES[given]


@pytest.mark.parametrize("given", ["/srv/scrimp", "./scrimp", "file:///srv/scrimp", "", "owner", "a/b/c", "https://"])
def test_a_path_of_this_machine_is_no_source(given: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither OWNER/REPO nor a git URL"):
        marketplace.source(given, str(tmp_path))


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def test_the_default_source_is_the_origin_of_the_checkout_that_scrimp_runs_from(tmp_path: Path) -> None:
    git(tmp_path, "init")
    git(tmp_path, "remote", "add", "origin", "https://me:secret@github.com/owner/scrimp.git")
    assert marketplace.source(None, str(tmp_path)) == {"source": "github", "repo": "owner/scrimp"}


def test_an_origin_on_this_machine_is_refused_with_what_is_needed(tmp_path: Path) -> None:
    git(tmp_path, "init")
    git(tmp_path, "remote", "add", "origin", "../elsewhere.git")
    with pytest.raises(UsageError, match="needs --marketplace OWNER/REPO or a git URL"):
        marketplace.source(None, str(tmp_path))


def test_the_repo_that_a_virtual_environment_lies_in_is_not_the_marketplace(tmp_path: Path) -> None:
    git(tmp_path, "init")
    git(tmp_path, "remote", "add", "origin", "https://github.com/someone/app.git")
    inside = tmp_path / ".venv" / "scrimp" / "bundle"
    inside.mkdir(parents=True)
    with pytest.raises(UsageError):
        marketplace.source(None, str(inside))
