"""`scrimp outputs`: what is kept and learned, and how it goes."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from scrimp.core import cuts, ledger, limits, outputs, wanted_back

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Machine

LOG = "".join(f"INFO request {number} took 12 ms\n" for number in range(3_000)) + "ERROR disk full\n"


@pytest.fixture
def kept(machine: Machine) -> list[Path]:
    """Two originals in a session's folder, one of them old, and beside them a result that is the client's own."""
    folder = machine.home / ".claude/projects/-shop/s/tool-results"
    found: list[Path] = []
    for data in (LOG.encode(), b"secret\n" * 900):
        handle = outputs.keep(data, str(folder))
        path = outputs.path_of(handle, str(folder))
        cuts.record(
            str(machine.home / ".local/share/scrimp"), {"handle": handle, "path": path, "command": "cat app.log"}
        )
        found.append(machine.home / path)
    old = time.time() - 8 * 86_400
    os.utime(found[1], (old, old))
    (folder / "scrimp-notes.txt").write_text("not ours")
    return found


def test_what_is_kept_is_counted(machine: Machine, kept: list[Path]) -> None:
    assert len(kept) == 2
    assert machine.scrimp("outputs").out == "2 originals are kept, 0.1 MB\n"
    assert json.loads(machine.scrimp("outputs", "--json").out)["originals"] == 2


def test_purge_asks_and_then_deletes_ours_and_the_journals_alone(machine: Machine, kept: list[Path]) -> None:
    asked = machine.scrimp("outputs", "purge")
    assert (asked.code, "use --yes" in asked.err) == (2, True)
    assert all(path.exists() for path in kept)
    assert machine.scrimp("outputs", "purge", "--yes").out == "2 originals, 0.1 MB, and the journals of cuts\ndeleted\n"
    left = [path.name for path in machine.home.rglob("*") if path.is_file()]
    assert left == ["scrimp-notes.txt"]


def test_purge_can_leave_what_is_new(machine: Machine, kept: list[Path]) -> None:
    assert machine.scrimp("outputs", "purge", "--older", "7d", "--yes").code == 0
    assert [path.exists() for path in kept] == [True, False]
    assert machine.scrimp("outputs", "purge", "--older", "soon").code == 2


def test_what_was_learned_is_shown_and_can_be_forgotten(machine: Machine) -> None:
    data = str(machine.home / ".local/share/scrimp")
    cuts.append(
        os.path.join(data, wanted_back.NAME), {"family": "plain", "kind": "cat", "repo": "/shop", "handle": "d" * 16}
    )
    for handle in ("a" * 16, "b" * 16, "b" * 16, "c" * 16):
        row: dict[str, str | int | None] = {"family": "log", "kind": "docker logs", "repo": "/shop", "handle": handle}
        cuts.append(os.path.join(data, wanted_back.NAME), row)
    shown = machine.scrimp("outputs").out
    assert "docker logs in /shop: wanted back 3 times, is not cut any more (family log)\n" in shown
    assert "cat in /shop: wanted back once, is cut less (family plain)\n" in shown
    assert machine.scrimp("outputs", "forget").out == "every kind of command is cut as at first\n"
    assert "docker" not in machine.scrimp("outputs").out


def test_why_says_what_each_line_was_worth(machine: Machine, kept: list[Path]) -> None:
    handle = kept[0].stem.removeprefix("scrimp-")
    said = machine.scrimp("compact", "--why", handle)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "cat app.log (exit code unknown)"
    assert lines[1].startswith("family log: cut; 1 of 1 facts kept, ")
    rows = json.loads(machine.scrimp("compact", "--why", handle, "--json").out)["lines"]
    assert sum(row["lines"] for row in rows) == 3_001
    assert machine.scrimp("compact", "--why", "0" * 16).code == 1


def test_why_knows_the_clients_own_file_of_an_output_and_the_limits_of_its_tool(machine: Machine) -> None:
    folder = machine.home / ".claude/projects/-shop/s/tool-results"
    folder.mkdir(parents=True)
    rows = {"mcp-facts-1.txt": LOG * 2, "b1.txt": LOG[: limits.CLIENT_RESULT_CHARS - 9_000]}
    handles: list[str] = []
    for name, text in rows.items():
        (folder / name).write_text(text)
        handles.append(outputs.handle_of(text.encode()))
        cut = {"handle": handles[-1], "path": str(folder / name), "command": "mcp__facts__report", "tool": "mcp__x"}
        cuts.record(str(machine.home / ".local/share/scrimp"), cut)
    said = [machine.scrimp("compact", "--why", handle).out.splitlines() for handle in handles]
    assert [lines[0] for lines in said] == ["mcp__facts__report (exit code unknown)"] * 2
    assert said[0][1].startswith("family log: cut; 2 of 2 facts kept, ")
    assert machine.scrimp("recall", handles[1], "--lines", "1").out == "1:INFO request 0 took 12 ms\n"


def test_purge_leaves_what_was_saved_in_the_ledger_and_no_command(machine: Machine, kept: list[Path]) -> None:
    data = machine.home / ".local/share/scrimp"
    ledger.connect(str(data / ledger.NAME)).close()
    assert machine.scrimp("outputs", "purge", "--yes").code == 0
    db = ledger.connect(str(data / ledger.NAME))
    rows = db.execute("SELECT command, path FROM cuts").fetchall()
    db.close()
    assert rows == [("", "")] * len(kept)


def test_a_command_that_is_switched_off_is_not_cut(machine: Machine) -> None:
    (machine.repo / ".claude").mkdir()
    (machine.repo / ".claude/scrimp.json").write_text('{"compact": {"offCommands": ["docker logs"]}}')
    printed = LOG.encode()
    for command, is_cut in (("docker logs web", False), ("cat app.log", True)):
        out = machine.scrimp("compact", "--command", command, "--no-store", stdin=printed).out
        assert (out != LOG) is is_cut
