"""Runs a command as the one in front of a terminal of its own, as a person's shell does."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

_IN_FRONT = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
_LOOK_S = 60.0


class Terminal:
    """What has been printed is `screen`; `type` types."""

    def __init__(self, master: int, process: subprocess.Popen[bytes]) -> None:
        self._master = master
        self.process = process
        self.screen = ""

    def until(self, text: str) -> None:
        """Read on until `text` is on the screen; AssertionError where it does not come."""
        while text not in self.screen:
            assert self._read(), f"{text!r} did not come: {self.screen!r}"

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        return self.process.wait()

    def _read(self) -> bool:
        if not select.select([self._master], [], [], _LOOK_S)[0]:
            return False
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # Linux says so when the other side is closed
            return False
        self.screen += data.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(data)


@contextlib.contextmanager
def started(words: Sequence[str], environ: Mapping[str, str], folder: str) -> Generator[Terminal]:
    """A command with a terminal at both ends; killed where a test leaves it running."""
    master, slave = os.openpty()
    command = [sys.executable, "-c", _IN_FRONT, *words]
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environ, cwd=folder)
    os.close(slave)
    try:
        yield Terminal(master, process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(master)


def scrimp(*words: str) -> list[str]:
    """The command line as words of a command."""
    return [sys.executable, "-m", "scrimp", *words]
