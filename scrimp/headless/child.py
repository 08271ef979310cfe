"""Starts the client and stands in between: what it prints passes through, what is signalled to us reaches it.

Its input and its errors are ours. Its output is ours too where that is a terminal; elsewhere it is read and written on
byte by byte, so that `stream` can see it. Only the process that was started here is ever ended.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from types import FrameType
    from typing import Any

    from scrimp.headless.stream import Stream

    Handler = Callable[[int, FrameType | None], Any] | int | None

_BLOCK_BYTES = 65_536
_LOOK_S = 0.1
"""How often `look` is asked while the client runs."""

_END_S = 5.0
"""How long a client that is told to end may take to write down its totals."""

_FORWARDED = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
_FROM_KEYBOARD = (signal.SIGINT, signal.SIGQUIT)
"""A terminal sends these to the client itself; from elsewhere they are passed on too."""

_SIGNALLED = 128
"""What a shell adds to the number of the signal that ended a program."""


class Ended(Exception):  # noqa: N818 - no error: what `look` raises to end the run
    """The run is to be ended, for this reason."""


def run(
    words: Sequence[str], environ: Mapping[str, str], stream: Stream, look: Callable[[int], None]
) -> tuple[int, str]:
    """Run the client to its end: its exit code as a shell has it, and why it was ended, '' if it was not.

    `look` is asked all the while, with the client's process id, and may raise Ended. OSError where it cannot be
    started.
    """
    with _wake_up() as woken, _output() as (theirs, ours), _Signals() as signals:
        try:
            process = subprocess.Popen(words, env=environ, stdout=theirs)
        finally:
            if theirs is not None:
                os.close(theirs)
        signals.reach(process)
        reason = _attend(process, (woken, ours), stream, look)
        code = process.wait()
    stream.end()
    return (_SIGNALLED - code if code < 0 else code), reason


def _attend(
    process: subprocess.Popen[bytes], sources: tuple[int, int | None], stream: Stream, look: Callable[[int], None]
) -> str:
    woken, output = sources
    while process.poll() is None:
        watched = [woken] if output is None else [woken, output]
        ready, _, _ = select.select(watched, [], [], _LOOK_S)
        if woken in ready:
            os.read(woken, _BLOCK_BYTES)
        if output in ready and not _pass(output, stream):
            output = None
        try:
            look(process.pid)
        except Ended as ended:
            _end(process, output, stream)
            return str(ended)
    _drain(output, stream)
    return ""


def _pass(output: int | None, stream: Stream) -> bool:
    """Pass on what is there to be read; False at its end."""
    data = b"" if output is None else os.read(output, _BLOCK_BYTES)
    stream.feed(data)
    sys.stdout.flush()
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(sys.stdout.fileno(), rest) :]
    return bool(data)


def _drain(output: int | None, stream: Stream) -> None:
    """Pass on the rest; what a process that the client left behind may still print is nobody's."""
    while output is not None and select.select([output], [], [], 0)[0]:
        if not _pass(output, stream):
            return


def _end(process: subprocess.Popen[bytes], output: int | None, stream: Stream) -> None:
    """Tell the client to end, and end it where it does not."""
    process.terminate()
    deadline = time.monotonic() + _END_S
    while process.poll() is None and time.monotonic() < deadline:
        _drain(output, stream)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_S)
    if process.poll() is None:
        process.kill()
        process.wait()
    _drain(output, stream)


@contextlib.contextmanager
def _output() -> Generator[tuple[int | None, int | None]]:
    """The client's end of a pipe and ours; none where our output is a terminal, which then is the client's."""
    if sys.stdout.isatty():
        yield None, None
        return
    ours, theirs = os.pipe()
    try:
        yield theirs, ours
    finally:
        os.close(ours)


@contextlib.contextmanager
def _wake_up() -> Generator[int]:
    """A descriptor that can be read as soon as a signal came: the client's end is one."""
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    before = signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
    child = signal.signal(signal.SIGCHLD, _nothing)
    try:
        yield ours
    finally:
        signal.signal(signal.SIGCHLD, child)
        signal.set_wakeup_fd(before)
        os.close(ours)
        os.close(theirs)


class _Signals:
    """Signals to us reach the client, once each; those that come before it is there, as soon as it is."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []
        self._before: dict[signal.Signals, Handler] = {}

    def __enter__(self) -> Self:
        keyboard = _nothing if _is_in_foreground() else self._forward
        wanted = {**dict.fromkeys(_FORWARDED, self._forward), **dict.fromkeys(_FROM_KEYBOARD, keyboard)}
        for number, handler in wanted.items():
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup's, which the client inherits
                self._before[number] = signal.signal(number, handler)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def reach(self, process: subprocess.Popen[bytes]) -> None:
        """From now on they go to this process."""
        self._process = process
        for number in self._early:
            process.send_signal(number)

    def _forward(self, number: int, _: FrameType | None) -> None:
        if self._process is None:
            self._early.append(number)
        else:
            self._process.send_signal(number)


def _is_in_foreground() -> bool:
    """Whether a terminal's keys reach us, and with us the client, which is in our process group."""
    try:
        with open("/dev/tty", "rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def _nothing(_: int, __: FrameType | None) -> None:
    """Wake up, and no more."""
