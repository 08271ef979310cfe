"""The real client as a person has it: on a terminal of its own, against the scripted API, with a prompt typed in."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import struct
import termios
import time
from typing import TYPE_CHECKING, Any

from tests.client import driver
from tests.client.api import Api
from tests.client.driver import ClientError, Setup

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Generator

    from tests.client.script import Script

ROWS, COLUMNS = 40, 120
TIMEOUT_S = 60.0
_LOOK_S = 0.05
"""How long to wait for more on the screen before what a test waits for is looked at again."""

_KEY = "not-a-key"


class Terminal:
    """A client that runs: `screen` is all that it has drawn, `api` what it talks to."""

    def __init__(self, master: int, api: Api) -> None:
        self._master = master
        self.api = api
        self.screen = b""

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Let it run on until `is_so`; ClientError with the end of the screen where that does not come about."""
        deadline = time.monotonic() + TIMEOUT_S
        while not is_so():
            if time.monotonic() > deadline:
                raise ClientError(f"not within {TIMEOUT_S:.0f} s: {what}; the screen: {self.screen[-2000:]!r}")
            if select.select([self._master], [], [], _LOOK_S)[0]:
                self.screen += os.read(self._master, 65_536)

    def type(self, text: str) -> None:
        """Type a prompt and, once it is to be seen, Enter."""
        seen = len(self.screen)
        os.write(self._master, text.encode())
        last = text.rsplit(maxsplit=1)[-1].encode()
        self.until(lambda: last in self.screen[seen:], f"the prompt {text!r} in the input line")
        self.enter()

    def enter(self) -> None:
        """Press Enter: the choice that a dialog offers first."""
        os.write(self._master, b"\r")


@contextlib.contextmanager
def started(folder: str, script: Script, setup: Setup) -> Generator[Terminal]:
    """The client in `folder`/project, trusted and past its welcome; ended afterwards."""
    project, home = driver.prepare(folder, setup)
    with open(os.path.join(home, ".claude.json"), "w", encoding="utf-8") as file:
        json.dump(_past_the_welcome(os.path.realpath(project)), file)
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    command = [driver.client_program(os.environ), *(["--plugin-dir", setup.plugin_dir] if setup.plugin_dir else [])]
    try:
        process, listener = driver.start(command, project, driver.environment(home, setup), (slave, slave), stdin=slave)
        os.close(slave)
        with driver.serving(Api(listener, script, setup.pace)) as api:
            try:
                yield Terminal(master, api)
            finally:
                _end(process)
    finally:
        os.close(master)


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _past_the_welcome(project: str) -> dict[str, Any]:
    return {
        "hasCompletedOnboarding": True,
        "theme": "dark",
        "customApiKeyResponses": {"approved": [_KEY], "rejected": []},
        "projects": {project: {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}},
    }
