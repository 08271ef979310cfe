"""Who descends from a process is told from /proc, and from `ps` where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from scrimp.running.keeping import processes

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not shutil.which("ps"), reason="needs ps, to compare with")


@pytest.fixture
def shell() -> Iterator[subprocess.Popen[str]]:
    """One with a child, a grandchild in a session of its own, and a name that would lead a careless reader astray."""
    script = "sleep 300 & exec -a ') S 1 1' setsid -w sh -c 'sleep 301 & echo up; wait' "
    command = ["bash", "-c", f"({script}) & wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as started:
        assert started.stdout
        assert started.stdout.readline() == "up\n"
        yield started
        assert processes.end(started.pid, started.pid, 0) == []
        started.kill()


def test_both_see_the_same_tree(shell: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch) -> None:
    by_proc = processes.below(shell.pid, shell.pid)
    assert len(by_proc) >= 3
    name = processes.command_line(shell.pid)
    assert name.startswith("bash -c (sleep 300 & exec -a ')")
    monkeypatch.setattr(processes, "_PROC", "/nowhere")
    assert {found.pid for found in processes.below(shell.pid, shell.pid)} == {found.pid for found in by_proc}
    assert processes.command_line(shell.pid) == name


def test_what_is_skipped_is_left_with_all_below_it(shell: subprocess.Popen[str]) -> None:
    direct = [found.pid for found in processes.below(shell.pid, 0) if found.parent == shell.pid]
    assert processes.below(shell.pid, 0, skip=direct) == []
    assert shell.pid in {found.pid for found in processes.below(os.getpid(), 0)}


def test_a_process_that_is_gone_has_no_name() -> None:
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    assert processes.command_line(gone.pid) == ""
