"""Starts commands through the program in `keeping`, which is started with the first of them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from scrimp.running import keeping
from scrimp.running.keeping import messages

if TYPE_CHECKING:
    from typing import BinaryIO

    from scrimp.running.keeping.messages import Ended, Job

_PIPE_BYTES = 64 * 1024
_TRIES = 2


class Keepers:
    """One program for all commands of a server; end it with `aclose`.

    Whatever a command has started is ended when it has ended, when the task that waits for it is cancelled, and when
    this process dies, however it dies.
    """

    def __init__(self) -> None:
        self._program: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._lost: list[subprocess.Popen[bytes]] = []
        self._running: set[socket.socket] = set()
        self._is_closed = False

    async def run(self, job: Job, output: BinaryIO, given: BinaryIO | None = None) -> Ended:
        """Run one command with `output` (a file) as its output; how it ended. OSError where none can be started.

        given: a file that it reads as its input; without one it has none.
        """
        for _ in range(_TRIES):
            program = self._started()
            said = await self._tried(job, [output, given] if given else [output])
            if said:  # without a word it was not started, the program was being killed
                return messages.ended_in(said)
            self._forget(program)
        raise OSError(f"what starts commands was killed {_TRIES} times before it could")

    async def aclose(self) -> None:
        """End all that runs, and the program."""
        self._is_closed = True
        for connection in self._running:
            connection.shutdown(socket.SHUT_RDWR)
        self._forget(self._program)
        while self._lost:
            await asyncio.to_thread(self._lost.pop().wait)

    @property
    def pid(self) -> int:
        """The program's process; 0 before the first command."""
        return self._program.pid if self._program else 0

    async def _tried(self, job: Job, files: list[BinaryIO]) -> bytes:
        """What the keeper said, all of it; nothing where it has not come to starting the command."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with ours:  # the keeper ends the command as soon as this end closes
            with theirs:
                self._hand_over([theirs.fileno(), *(file.fileno() for file in files)])
            self._running.add(ours)
            try:
                with contextlib.suppress(ConnectionError):
                    await asyncio.get_running_loop().sock_sendall(ours, messages.encoded(job))
                return await _all_of(ours)
            finally:
                self._running.discard(ours)

    def _hand_over(self, descriptors: list[int]) -> None:
        """To the program; where it is dead nobody will answer."""
        if self._control:
            with contextlib.suppress(ConnectionError):
                socket.send_fds(self._control, [b"\0"], descriptors)

    def _started(self) -> subprocess.Popen[bytes]:
        """The program, started where there is none that lives."""
        if self._is_closed:
            raise OSError("the server is ending")
        if self._program and self._program.poll() is not None:
            self._forget(self._program)
        if self._program is None:
            self._control, theirs = socket.socketpair()
            with theirs:
                self._program = _start(theirs.fileno())
        return self._program

    def _forget(self, program: subprocess.Popen[bytes] | None) -> None:
        """Let it go: one that lives ends after its last keeper, what a killed one has left ends by itself."""
        if program is None or program is not self._program:
            return
        if self._control:
            self._control.close()
        self._lost = [one for one in (*self._lost, program) if one.poll() is None]
        self._control = self._program = None


def _start(descriptor: int) -> subprocess.Popen[bytes]:
    """In a session of its own, so that a Ctrl-C at the client's terminal does not reach it before the server ends."""
    main = os.path.join(os.path.dirname(os.path.abspath(keeping.__file__)), "__main__.py")
    return subprocess.Popen(
        [sys.executable, "-I", "-S", main, str(descriptor)],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[descriptor],
        start_new_session=True,
    )


async def _all_of(connection: socket.socket) -> bytes:
    """What comes until the other end closes or dies."""
    loop = asyncio.get_running_loop()
    parts: list[bytes] = []
    with contextlib.suppress(ConnectionError):
        while part := await loop.sock_recv(connection, _PIPE_BYTES):
            parts.append(part)
    return b"".join(parts)
