"""Doctor starts the server as the client does, and says what it answers."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TYPE_CHECKING

import pytest

from mcp_server import bootstrap, handshake
from scrimp.cli.checks import Finding
from scrimp.cli.checks import server as check

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Machine

with open(handshake.RECORD, encoding="utf-8") as record:
    TOOLS = ", ".join(tool["name"] for tool in json.load(record)["results"]["tools/list"]["tools"])


def wired(machine: Machine, script: str, command: str = sys.executable) -> None:
    """The client's own file with a server of ours."""
    entry: dict[str, object] = {"type": "stdio", "command": command, "args": ["-I", script], "env": {}}
    (machine.home / ".claude.json").write_text(json.dumps({"mcpServers": {"scrimp": entry}}))


def a_bundle(folder: Path, program: str) -> str:
    """One that says it is scrimp's, whose server is `program`; the path of that."""
    (folder / ".claude-plugin").mkdir(parents=True)
    (folder / ".claude-plugin" / "plugin.json").write_text('{"name": "scrimp"}')
    (folder / "mcp_server").mkdir()
    (folder / "mcp_server" / "__main__.py").write_text(program)
    return str(folder / "mcp_server" / "__main__.py")


def examined(machine: Machine) -> list[Finding]:
    return check.examine(machine.environ, str(machine.repo))


@pytest.mark.usefixtures("quiet_doctor")
def test_a_server_that_works_says_how_soon_and_with_which_tools(machine: Machine) -> None:
    assert machine.scrimp("install", "--yes").code == 0
    before = machine.tree()
    ((state, subject, text),) = examined(machine)
    assert (state, subject) == ("ok", "server")
    assert re.fullmatch(rf"local: ready for calls in \d+ ms, {TOOLS}", text)
    assert machine.tree() == before


BROKEN = {
    "pass": "it ended",
    "print('hello')": "Expecting value: line 1 column 1 (char 0)",
    "import sys; sys.stdin.readline(); print('[1]', flush=True)": "it ended",
    "raise SystemExit(3)": "it ended",
}


@pytest.mark.parametrize("program", BROKEN)
def test_a_server_that_does_not_answer_is_said_with_its_command(machine: Machine, tmp_path: Path, program: str) -> None:
    script = a_bundle(tmp_path / "bundle", program)
    wired(machine, script)
    text = f"user: {sys.executable} -I {script} does not answer: {BROKEN[program]}"
    assert examined(machine) == [Finding("fail", "server", text)]


def test_one_that_says_nothing_is_given_up_on(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "_DEADLINE_S", 0.2)
    script = a_bundle(tmp_path / "bundle", "import sys; sys.stdin.read()")
    wired(machine, script)
    ((state, _, text),) = examined(machine)
    assert state == "fail"
    assert text.endswith(f"{script} does not answer: no answer within 0 s")


@pytest.mark.parametrize("gone", ["script", "interpreter"])
def test_what_is_not_there_is_named(machine: Machine, tmp_path: Path, gone: str) -> None:
    script = a_bundle(tmp_path / "bundle", "pass") if gone == "interpreter" else "/gone/scrimp/mcp_server/__main__.py"
    wired(machine, script, "/gone/python" if gone == "interpreter" else sys.executable)
    missing = "/gone/python" if gone == "interpreter" else script
    assert examined(machine) == [
        Finding("fail", "server", f"user: {missing} is not there; scrimp install puts it right")
    ]


def test_hooks_without_the_server_are_worth_a_note_and_nothing_at_all_is_not(machine: Machine) -> None:
    assert examined(machine) == []
    hook = {"type": "command", "command": sys.executable, "args": ["-I", "-S", "/x/scrimp/hooks/main.py", "stop"]}
    machine.local.parent.mkdir()
    machine.local.write_text(json.dumps({"hooks": {"Stop": [{"hooks": [hook]}]}}))
    ((state, subject, text),) = examined(machine)
    assert (state, subject, text.partition(",")[0]) == ("note", "server", "not wired")


def test_a_server_of_somebody_elses_is_not_started(machine: Machine, tmp_path: Path) -> None:
    script = a_bundle(tmp_path / "theirs", f"open({str(tmp_path / 'started')!r}, 'w')")
    (tmp_path / "theirs" / ".claude-plugin" / "plugin.json").write_text('{"name": "other"}')
    wired(machine, script)
    assert examined(machine) == []
    assert not os.path.exists(tmp_path / "started")


MADE: dict[str, tuple[dict[str, str], str, str]] = {
    "nothing yet": ({}, "note", "its first start makes its libraries; the next session has the tools"),
    "being made": ({"making.log": "Collecting…\n"}, "note", "its first start makes its libraries; the next session"),
    "made": ({"venv-1/ready": "", "making.log": ""}, "ok", "its libraries are there, "),
    "given up": (
        {"making.log": "no route\nscrimp: gave up: -I -m pip ended with 1\n"},
        "fail",
        "no libraries, -I -m pip",
    ),
}


@pytest.mark.parametrize("case", MADE)
def test_of_a_plugin_it_says_whether_its_libraries_are_there(machine: Machine, case: str) -> None:
    files, state, text = MADE[case]
    machine.own.parent.mkdir()
    machine.own.write_text('{"enabledPlugins": {"scrimp@scrimp": true}}')
    folder = machine.own.parent / "plugins" / "data" / "scrimp-scrimp" / "server"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    ((found, subject, said),) = examined(machine)
    assert (found, subject) == (state, "server")
    assert said.startswith(f"scrimp@scrimp: {text}")


def test_the_names_are_those_that_the_bootstrap_uses() -> None:
    names = (bootstrap.READY, bootstrap.LOG, bootstrap.GAVE_UP)
    assert names == (check.READY, check.LOG, check.GAVE_UP)
