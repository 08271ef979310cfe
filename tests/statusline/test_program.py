"""The status line as the process that the client starts, and as the verb."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from scrimp.cli import main
from scrimp.core import bundle_root
from tests.hooks.test_import_budget import foreign, loaded
from tests.statusline.conftest import GIVEN, SESSION, Machine, reply

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = os.path.join(bundle_root(), "hooks", "statusline.py")
DATABASE = {
    "sqlite3", "_sqlite3", "datetime", "_datetime", "collections", "_collections", "decimal", "numbers", "select",
}  # fmt: skip
"""What SQLite brings, and waiting for a wrapped command."""


def run(machine: Machine, raw: bytes, *flags: str, program: str = PROGRAM) -> subprocess.CompletedProcess[bytes]:
    words = [sys.executable, "-I", "-S", *flags, program]
    return subprocess.run(words, input=raw, capture_output=True, check=False, env=machine.environ)


def test_the_program_prints_the_line_and_exits_with_0(machine: Machine) -> None:
    ran = run(machine, machine.given())
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.startswith("$0.12 session · ~$0.12 today · context 2 % · ".encode())


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\x00", b"[]", b"{}"])
def test_whatever_it_is_given_it_exits_with_0_and_never_says_why(machine: Machine, raw: bytes) -> None:
    ran = run(machine, raw)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout == (b"$0.00 today\n" if raw == b"{}" else b"")


@pytest.mark.skipif(sys.platform != "linux", reason="file names of other systems are UTF-8")
@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_folders_whose_names_are_no_utf_8_are_like_any_other(tmp_path: Path, locale: str) -> None:
    root = os.fsencode(tmp_path)
    home, repo = root + b"/h\xff", root + b"/shop\xe9"
    agents = home + b"/.claude/projects/-a\xe9/" + SESSION.encode() + b"/subagents"
    os.makedirs(agents)
    os.makedirs(repo + b"/.claude")
    files = {
        home + b"/.claude/settings.json": b'{"statusLine": {"command": "echo mine"}}',
        repo + b"/.claude/scrimp.json": b'{"budget": {"sessionUsd": 5}}',
        agents[: -len(b"/subagents")] + b".jsonl": reply("msg_1"),
        agents + b"/agent-\xff.jsonl": reply("msg_2", isSidechain=True, agentId="a1"),
    }
    for path, content in files.items():
        with open(path, "wb") as file:
            file.write(content)
    raw = json.dumps({**GIVEN, "transcript_path": "T", "cwd": "R", "workspace": {"project_dir": "R"}}).encode()
    raw = raw.replace(b'"T"', b'"%b.jsonl"' % agents[: -len(b"/subagents")]).replace(b'"R"', b'"%b"' % repo)
    environ = {b"HOME": home, b"PATH": b"/usr/bin:/bin", b"NO_COLOR": b"1", b"LC_ALL": locale.encode()}
    words = [sys.executable, "-I", "-S", PROGRAM]
    ran = subprocess.run(words, input=raw, capture_output=True, check=False, env=environ, cwd=repo)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.startswith("mine\n$0.20 of $5 session · ".encode())
    assert not os.path.exists(home + b"/.local/share/scrimp/scrimp.log")


def test_it_loads_core_and_named_modules_alone_also_when_it_reads_a_transcript(machine: Machine) -> None:
    machine.write(reply("msg_1"))
    for raw in (machine.given(), machine.given(), machine.given(rate_limits={"five_hour": {"used_percentage": 5}})):
        modules = loaded(run(machine, raw, "-X", "importtime").stderr.decode())
        assert "_sqlite3" in modules
        assert {name for name in foreign(modules) if name.split(".")[0] not in DATABASE} == set()
        ours = {name for name in modules if name.startswith("scrimp.")}
        assert {name for name in ours if name != "scrimp.core" and not name.startswith("scrimp.core.")} == set()


def test_with_nothing_new_it_loads_nothing_that_reads_transcripts_or_compacts(machine: Machine) -> None:
    run(machine, machine.given())
    modules = loaded(run(machine, machine.given(), "-X", "importtime").stderr.decode())
    wanted = {"scrimp.core.transcript", "scrimp.core.ledger.intake", "scrimp.core.compact", "json", "re"}
    assert modules & wanted == set()


def test_in_a_wheel_the_program_finds_the_package_around_it(machine: Machine, tmp_path: Path) -> None:
    package = tmp_path / "site" / "scrimp"
    shutil.copytree(os.path.join(bundle_root(), "scrimp", "core"), package / "core")
    (package / "__init__.py").touch()
    (package / "bundle" / "hooks").mkdir(parents=True)
    copy = shutil.copy(PROGRAM, package / "bundle" / "hooks")
    assert run(machine, machine.given(), program=str(copy)).stdout.startswith(b"$0.12 session")


def test_a_program_that_breaks_inside_says_so_in_the_log_alone(machine: Machine, tmp_path: Path) -> None:
    shutil.copytree(os.path.join(bundle_root(), "scrimp", "core"), tmp_path / "copy" / "scrimp" / "core")
    (tmp_path / "copy" / "scrimp" / "__init__.py").touch()
    (tmp_path / "copy" / "hooks").mkdir()
    copy = shutil.copy(PROGRAM, tmp_path / "copy" / "hooks")
    with (tmp_path / "copy" / "scrimp" / "core" / "times.py").open("a") as file:
        file.write("\n\ndef day_span_ms(_):\n    return 1 / 0\n")
    ran = run(machine, machine.given(), program=str(copy))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")
    assert "statusline: ZeroDivisionError: division by zero" in (machine.data / "scrimp.log").read_text()


def verb(machine: Machine, raw: bytes, monkeypatch: pytest.MonkeyPatch, **environ: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    return main(["statusline"], {**machine.environ, "COLUMNS": "20", **environ})


def test_the_verb_prints_our_line_and_runs_no_other(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A status line that puts ours into its own by hand would start itself for ever."""
    (machine.home / ".claude" / "settings.json").write_text('{"statusLine": {"command": "echo user"}}')
    assert verb(machine, machine.given(), monkeypatch) == 0
    assert capfdbinary.readouterr() == (b"$0.12 session\n", b"")
    assert verb(machine, machine.given(), monkeypatch, SCRIMP_STATUSLINE="1") == 0
    assert verb(machine, b"{", monkeypatch) == 0
    assert capfdbinary.readouterr() == (b"", b"")


def test_on_a_terminal_the_verb_says_what_it_is_for(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert main(["statusline"], machine.environ) == 2
