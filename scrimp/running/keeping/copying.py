"""Copies what a command writes from its pipe into a file, up to a limit."""

from __future__ import annotations

import os

from scrimp.running.keeping import messages

_AT_ONCE_BYTES = 1024 * 1024


class Copying:
    """From `source` (a pipe's end, closed with this process) to `target`, at most so many bytes.

    problem: '' or how the command ends for it, `messages.TOO_MUCH` or `UNWRITTEN`; detail: what the disk said.
    """

    def __init__(self, source: int, target: int, most_bytes: int) -> None:
        os.set_blocking(source, False)
        self.source = source
        self.problem = ""
        self.detail = ""
        self._target = target
        self._left_bytes = most_bytes

    def take(self) -> bool:
        """Copy what is there now; False where nothing more will come, or can be taken."""
        if self.problem:
            return False
        try:
            data = os.read(self.source, _AT_ONCE_BYTES)
        except BlockingIOError:
            return True
        if len(data) > self._left_bytes:
            self.problem = messages.TOO_MUCH
        self._write(data[: self._left_bytes])
        return bool(data) and not self.problem

    def take_all(self) -> None:
        """Copy until nothing is there."""
        before = None
        while before != self._left_bytes:
            before = self._left_bytes
            if not self.take():
                return

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                written = os.write(self._target, rest)
                self._left_bytes -= written
                rest = rest[written:]
        except OSError as error:
            self.problem, self.detail = messages.UNWRITTEN, error.strerror or str(error)
