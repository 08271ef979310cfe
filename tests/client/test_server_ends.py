"""In the real client: one that is killed leaves nothing of the server's behind, nor of what the server has started."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.client import driver
from tests.client.api import Api
from tests.client.driver import Setup
from tests.client.script import Script, play
from tests.client.served import INSTALLED, permissions, wired

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc"),
]

LONGEST_S = 60.0
_PAUSE_S = 0.05
COMMANDS = ["(setsid sleep 1001 &); sleep 1002 & sleep 1003", "nohup sh -c 'trap \"\" HUP TERM; sleep 1004; :'"]
ASKED = "#!/bin/sh\nsleep 1005 & (setsid sleep 1006 &); wait\n"
"""A client of the user's that never answers."""

CALLS = {
    "commands": INSTALLED.call("batch_run", {"commands": COMMANDS}, "run"),
    "a question": INSTALLED.call("batch_read", {"items": ["a.txt"], "ask": "what?"}, "ask"),
}
STARTED = {
    "commands": ("mcp_server/__main__.py", "sleep 1001", "sleep 1002", "sleep 1003", "sleep 1004"),
    "a question": ("mcp_server/__main__.py", "bin/claude -p", "sleep 1005", "sleep 1006"),
}


def at_work(folder: Path) -> dict[int, str]:
    """The command lines of all that has this test's environment."""
    mark = f"SCRIMP_HOME={folder / 'data'}".encode()
    found: dict[int, str] = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):  # ended meanwhile, or another user's
            if mark in _read(f"/proc/{pid}/environ").split(b"\0"):
                found[int(pid)] = _read(f"/proc/{pid}/cmdline").decode().replace("\0", " ").strip()
    return found


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def until(folder: Path, is_so: Callable[[dict[int, str]], bool]) -> None:
    """Wait until what is at work is so; AssertionError with what it is where that does not come about."""
    deadline = time.monotonic() + LONGEST_S
    while not is_so(found := at_work(folder)):
        assert time.monotonic() < deadline, found
        time.sleep(_PAUSE_S)


@pytest.mark.parametrize("what", CALLS)
def test_nothing_outlives_a_client_that_is_killed(client: str, tmp_path: Path, what: str) -> None:
    asked = tmp_path / "bin" / "claude"
    asked.parent.mkdir()
    asked.write_text(ASKED)
    asked.chmod(0o755)
    allowed = permissions(["Bash", *INSTALLED.allowed()])
    setup = Setup(settings=allowed, files={"a.txt": "one\n"}, env={"PATH": f"{asked.parent}:{os.environ['PATH']}"})
    process = killed(client, tmp_path, wired(tmp_path, INSTALLED, setup), what)
    assert process.returncode == -signal.SIGKILL
    until(tmp_path, lambda found: not found)


def killed(client: str, folder: Path, setup: Setup, what: str) -> subprocess.Popen[bytes]:
    """A client that was killed once all was at work that a call of its starts; it alone, not its group."""
    project, home = driver.prepare(str(folder), setup)
    command = [client, "-p", driver.PROMPT, "--output-format", "json"]
    with open(folder / "out", "w+b") as out:
        files = (out.fileno(), out.fileno())
        process, listener = driver.start(command, project, driver.environment(home, setup), files)
        with driver.serving(Api(listener, Script(play([CALLS[what]])))):
            try:
                until(folder, lambda found: all(any(one in line for line in found.values()) for one in STARTED[what]))
            finally:
                process.kill()
                process.wait()
    return process
