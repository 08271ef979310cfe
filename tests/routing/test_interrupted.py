"""Ctrl-C in the middle of a run: nothing is left running, what was spent is known, and it can be gone on with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from scrimp.core import ledger

if TYPE_CHECKING:
    from pathlib import Path

CLIENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "waiting_client.py")
SUITE = '{"name": "s", "briefs": [{"name": "one", "prompt": "Go", "checks": [{"answer_is": "1"}]}]}'


def test_an_evaluation_that_is_ended_leaves_nothing_running_and_knows_its_cost(tmp_path: Path) -> None:
    client = tmp_path / "bin" / "claude"
    client.parent.mkdir()
    client.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S {CLIENT} "$@"\n')
    client.chmod(0o700)
    (tmp_path / "s.json").write_text(SUITE)
    environ = {"PATH": f"{client.parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}
    environ |= {
        "WAITING": str(tmp_path),
        "SCRIMP_HOME": str(tmp_path / "data"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-m", "scrimp", "routes", "eval", str(tmp_path / "s.json"), "--max-budget-usd", "1"]
    with subprocess.Popen([*command, "--json"], env=environ, stdout=subprocess.PIPE) as process:
        own, child, *arguments = started(tmp_path, process)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    said = json.loads(out)
    assert (process.returncode, said["ended_by"]) == (0, "you")
    assert [alive(int(pid)) for pid in (own, child)] == [False, False]
    # 1,000 at $2 and 100 at $10 a million
    assert said["spent_usd"] == "0.003"
    with ledger.opened(str(tmp_path / "data" / ledger.NAME)) as db:
        assert db.execute("SELECT agent_type, cost_pico FROM requests").fetchall() == [("scrimp eval", 3_000_000_000)]
    assert "--max-budget-usd=0.2500" in arguments
    assert "--model=sonnet" in arguments


def started(folder: Path, process: subprocess.Popen[bytes]) -> list[str]:
    """What the stand-in wrote, once it has."""
    path = folder / "started"
    while not path.exists():
        assert process.poll() is None
        os.sched_yield()
    return path.read_text().split()


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
