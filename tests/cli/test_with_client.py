"""What install writes, read by the real client."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from scrimp.cli import main
from scrimp.core import bundle_root, outputs
from tests.client.driver import Run, Setup, client_program, run_client
from tests.client.script import Script, bash, play, text_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.client,
    pytest.mark.usefixtures("quiet_doctor"),
    pytest.mark.skipif(not client_program(os.environ), reason="Claude Code is not installed: make client"),
]

SCRIPT = Script(main=play([bash("seq 1 4000; exit 3", "failing")], [bash("echo fine")], "done"))


def run(folder: Path) -> Run:
    return run_client(str(folder), SCRIPT, Setup(env={"SCRIMP_HOME": str(folder / "data")}))


def sent(run: Run) -> tuple[int, int, list[str], str]:
    """What may not differ from a run without scrimp: requests, turns, every word to the model, complaints."""
    messages = [text_of(message["content"]) for message in run.requests[-1].messages[2:]]
    return len(run.requests), run.result["num_turns"], messages, run.stderr


def a_repo(folder: Path) -> Path:
    (folder / "home").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", str(folder / "project")], check=True)
    return folder


def test_install_then_a_run_then_uninstall_then_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = a_repo(tmp_path / "one")
    environ = {"HOME": str(folder / "home"), "PATH": os.environ["PATH"]}
    monkeypatch.chdir(folder / "project")
    assert main(["install", "--yes"], environ) == 0
    wired = run(folder)
    assert wired.text("failing").startswith("Exit code 3\n")
    ((_, path),) = outputs.markers(wired.text("failing"))
    with open(path, encoding="utf-8") as file:
        assert file.read() == "".join(f"{number}\n" for number in range(1, 4001))
    assert main(["uninstall", "--yes"], environ) == 0
    plain = run(folder)
    assert outputs.markers(plain.text("failing")) == []
    status = subprocess.run(["git", "status", "--porcelain"], capture_output=True, check=True, cwd=folder / "project")
    assert status.stdout == b""


@pytest.mark.parametrize("market", ["scrimp-dev/scrimp", "https://git.example.org/team/scrimp.git"])
def test_a_teams_settings_leave_a_run_as_it_was_where_the_plugin_cannot_be_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, market: str
) -> None:
    folder = a_repo(tmp_path / "team")
    monkeypatch.chdir(folder / "project")
    environ = {"HOME": str(folder / "home"), "PATH": os.environ["PATH"]}
    assert main(["install", "--scope", "project", "--yes", "--marketplace", market], environ) == 0
    assert sent(run(folder)) == sent(run(a_repo(tmp_path / "plain")))


@pytest.mark.parametrize("gone", [sys.executable, bundle_root()], ids=["interpreter", "bundle"])
def test_hooks_that_are_not_there_leave_a_run_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    """A virtual environment or a checkout that was deleted, or somebody's local settings on another machine."""
    folder = a_repo(tmp_path / "gone")
    monkeypatch.chdir(folder / "project")
    assert main(["install", "--yes"], {"HOME": str(folder / "home"), "PATH": os.environ["PATH"]}) == 0
    settings = folder / "project" / ".claude" / "settings.local.json"
    wired = settings.read_text().replace(sys.executable, "PYTHON").replace(bundle_root(), "BUNDLE")
    paths = {"PYTHON": sys.executable, "BUNDLE": bundle_root()}
    for name, path in paths.items():
        wired = wired.replace(name, "/gone" if path == gone else path)
    settings.write_text(wired)
    assert sent(run(folder)) == sent(run(a_repo(tmp_path / "plain")))
