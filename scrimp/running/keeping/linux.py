"""What Linux offers for keeping a command's processes together; elsewhere each of these does nothing."""

from __future__ import annotations

import os
import signal
import sys

_SET_DEATH_SIGNAL = 1
_SET_NAME = 15
_SET_SUBREAPER = 36
"""Options of prctl(2)."""

IS_HERE = sys.platform == "linux"


def become_subreaper() -> None:
    """Whatever descends from this process and loses its parent becomes its child, however it went away."""
    _prctl(_SET_SUBREAPER, 1)


def die_with(parent: int) -> None:
    """Be killed when `parent`, which has just forked this process, dies; at once when it has."""
    _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def be_called(name: str) -> None:
    """Take a name that `ps` shows and that `pkill python` does not match."""
    _prctl(_SET_NAME, name.encode())


def _prctl(option: int, value: int | bytes) -> None:
    if IS_HERE:
        import ctypes  # noqa: PLC0415 - is not everywhere where Linux is not

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
