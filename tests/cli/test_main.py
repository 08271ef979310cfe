from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from scrimp import __version__
from scrimp.cli import verbs

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.conftest import Machine

BEFORE = """\
usage: scrimp [-h] [--version] COMMAND ...

Makes Claude Code runs cheaper without making them dumber.

positional arguments:
  COMMAND
"""
AFTER = """
options:
  -h, --help   show this help message and exit
  --version    show program's version number and exit
"""


def normalised(text: str) -> list[str]:
    """Words only: where argparse breaks a line differs from Python to Python."""
    return text.split()


def test_help_names_every_verb_with_its_sentence(machine: Machine) -> None:
    output = machine.scrimp("--help", COLUMNS="80")
    assert output.code == 0
    listed = " ".join(f"{verb} {sentence}" for verb, sentence in verbs().items())
    assert normalised(output.out) == normalised(f"{BEFORE} {listed} {AFTER}")


def test_every_verb_has_help_of_its_own(machine: Machine) -> None:
    for verb, sentence in verbs().items():
        output = machine.scrimp(verb, "--help")
        assert output.code == 0
        assert normalised(sentence) == normalised(output.out.split("\n\n")[1])


def test_help_imports_no_verb() -> None:
    code = (
        "import sys; from scrimp.cli import main; main(['--help']); print([m for m in sys.modules if 'scrimp.c' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()[-1]
    assert "scrimp.cli" in loaded
    assert "scrimp.cli." not in loaded


def test_every_sentence_of_help_is_short_and_ends() -> None:
    """Two lines of the list at most; what is longer belongs into the description."""
    for sentence in verbs().values():
        assert sentence.endswith(".")
        assert len(sentence) <= 120


def test_an_unknown_verb_is_wrong_use(machine: Machine) -> None:
    unknown = machine.scrimp("explode")
    assert unknown.code == 2
    assert "invalid choice: 'explode'" in unknown.err


def test_no_verb_is_the_overview(machine: Machine) -> None:
    output = machine.scrimp()
    assert (output.code, output.err) == (0, "")
    assert output.out.startswith("No request of Claude Code in the last 30 days")


def test_the_version_is_the_packages(machine: Machine) -> None:
    assert machine.scrimp("--version").out == f"scrimp {__version__}\n"


def test_python_m_scrimp_is_the_same_command(machine: Machine) -> None:
    words = [sys.executable, "-m", "scrimp", "recall", "nothing"]
    environ = {**machine.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environ)
    assert done.returncode == 2
    assert done.stderr.startswith("scrimp: 'nothing' is not a handle")


def test_a_reader_that_has_seen_enough_is_no_failure(machine: Machine) -> None:
    """`scrimp recall … --all | head -1`."""
    folder = machine.home / ".claude" / "projects" / "-repo" / "s1" / "tool-results"
    folder.mkdir(parents=True)
    (folder / "scrimp-00000000000000aa.txt").write_bytes(b"line\n" * 1_000_000)
    line = f'"{sys.executable}" -m scrimp recall 00000000000000aa --all | head -1; exit ${{PIPESTATUS[0]}}'
    environ = {**machine.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(["bash", "-c", line], capture_output=True, check=False, env=environ)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"line\n", b"")


def test_a_folder_that_is_gone_is_named_as_such(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    try:
        output = machine.scrimp("doctor")
    finally:
        monkeypatch.chdir(tmp_path)
    assert (output.code, output.err) == (1, "scrimp: the folder that you are in is gone: change into another\n")
