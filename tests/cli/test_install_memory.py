"""The sentence in CLAUDE.md: only when asked for, in the diff, and out again byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.cli.wiring.memory import TEXT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Machine

pytestmark = pytest.mark.usefixtures("quiet_doctor")


def file_of(machine: Machine, scope: str) -> Path:
    return machine.home / ".claude" / "CLAUDE.md" if scope == "user" else machine.repo / "CLAUDE.local.md"


def test_without_the_flag_nothing_is_written(machine: Machine) -> None:
    machine.scrimp("install", "--yes")
    assert not file_of(machine, "local").exists()


@pytest.mark.parametrize("scope", ["local", "user"])
@pytest.mark.parametrize(
    "before", [None, b"", b"Use tabs.\n", b"Use tabs.", b"Use tabs.\r\nAnd spaces.\r\n", b"\xff\n"]
)
def test_it_comes_as_a_paragraph_of_its_own_and_goes_without_a_trace(
    machine: Machine, scope: str, before: bytes | None
) -> None:
    path = file_of(machine, scope)
    path.parent.mkdir(exist_ok=True)
    if before is not None:
        path.write_bytes(before)
    tree = machine.tree()
    words = ("install", "--claude-md", "--yes", "--scope", scope)
    shown = machine.scrimp(*words).out
    assert f"+{TEXT}" in shown.replace("\r", "")
    after = path.read_bytes()
    assert after.startswith(before or b"")
    assert after.splitlines()[-1] == TEXT.encode()
    machine.scrimp(*words)
    assert path.read_bytes() == after
    machine.scrimp("uninstall", "--yes", "--scope", scope)
    assert machine.tree() == tree


def test_what_was_written_around_it_since_stays(machine: Machine) -> None:
    path = file_of(machine, "local")
    path.write_bytes(b"Use tabs.\n")
    machine.scrimp("install", "--claude-md", "--yes")
    path.write_bytes(b"First.\n" + path.read_bytes() + b"Last.\n")
    machine.scrimp("uninstall", "--yes")
    assert path.read_bytes() == b"First.\nUse tabs.\nLast.\n"


def test_a_sentence_that_was_there_before_is_its_owners(machine: Machine) -> None:
    path = file_of(machine, "local")
    path.write_text(f"{TEXT}\n")
    machine.scrimp("install", "--claude-md", "--yes")
    machine.scrimp("uninstall", "--yes")
    assert path.read_text() == f"{TEXT}\n"
