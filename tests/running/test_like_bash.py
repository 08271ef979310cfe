"""A command prints here what it prints in the client's own Bash tool."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from scrimp.running.commands import Command, Place
from tests.client.driver import Setup, client_program, environment, run_client
from tests.client.script import Script, bash, play

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running.sessions import Session

pytestmark = pytest.mark.client

COMMANDS = {
    "variables": "env | cut -d= -f1 | grep -v -e ^CLAUDE_ -e ^AI_AGENT -e ^NoDefault -e ^SCRIMP | sort",
    "values": "echo $CLAUDECODE $GIT_EDITOR $COREPACK_ENABLE_AUTO_PIN $TERM $SHELL $0",
    "both streams": "echo one; echo two >&2; echo three",
    "exit code": "echo said; exit 300",
    "missing program": "nosuchprogram",
    "syntax error": "if true; do",
    "no input": "wc -c",
    "a failing pipe": "false | true; echo ${PIPESTATUS[0]}",
    "glob without a match": "echo *.nothing",
    "job control": "echo $-",
}


def test_what_a_command_prints_is_what_the_clients_own_shell_prints(session: Session, tmp_path: Path) -> None:
    if not client_program(os.environ):
        pytest.skip("Claude Code is not installed: `make client` puts it into the cache folder")
    run = run_client(
        str(tmp_path / "client"), Script(play([bash(text, name) for name, text in COMMANDS.items()], "done"))
    )
    environ = environment(run.home, Setup())
    place = Place(run.project, (run.project,), environ)
    session.place = place
    items = session.run(*(Command(text) for text in COMMANDS.values()))
    found = {
        name: (item.within(5_000).text.strip(), code_of(item.heading))
        for name, item in zip(COMMANDS, items, strict=True)
    }
    ours = {name: (text.replace("-c: line", "eval: line"), code) for name, (text, code) in found.items()}
    assert ours == {name: theirs(run.text(name)) for name in COMMANDS}


def code_of(heading: str) -> int:
    """The exit code in a heading."""
    return int(heading.rpartition(": exit ")[2].partition(",")[0])


def theirs(text: str) -> tuple[str, int]:
    """Output and exit code of what the model was sent."""
    if not text.startswith("Exit code "):
        return text.strip(), 0
    first, _, rest = text.partition("\n")
    return rest.strip(), int(first.rpartition(" ")[2])
