"""Starts the client and stands in between: what it prints passes through, what is signalled to us reaches it.

Its input and its errors are ours. Its output is ours too where that is a terminal; elsewhere it is read and written on
byte by byte, so that `stream` can see it. Only the process that was started here is ever ended.
"""

from __future__ import annotations

import contextlib
import os
import select
import selectors
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


class NotStarted(Exception):  # noqa: N818 - like OSError, which says the same of much else
    """The client could not be started, for this reason."""


def run(
    words: Sequence[str], environ: Mapping[str, str], stream: Stream, look: Callable[[int], None]
) -> tuple[int, str]:
    """Run the client to its end: its exit code as a shell has it, and why it was ended, '' if it was not.

    `look` is asked all the while, with the client's process id, and may raise Ended; whatever else it raises ends the
    client too. NotStarted where it cannot be started; nothing leaves a client behind that nobody watches.
    """
    with _wake_up() as woken, _output() as (theirs, ours), _Signals() as signals:
        process = _started(words, environ, theirs)
        signals.reach(process)
        output = _Output(ours, stream)
        try:
            reason = _attend(process, woken, output, look)
        except BaseException as error:
            _end(process, output)
            if not isinstance(error, Exception):
                raise
            reason = str(error) if isinstance(error, Ended) else _UNWATCHED.format(type(error).__name__, error)
        code = process.wait()
    stream.end()
    return (_SIGNALLED - code if code < 0 else code), reason


_UNWATCHED = "nobody could go on watching it ({}: {}), so the run was ended"


def _started(words: Sequence[str], environ: Mapping[str, str], output: int | None) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(words, env=environ, stdout=output)
    except (OSError, ValueError) as error:
        raise NotStarted(error.strerror if isinstance(error, OSError) else str(error)) from error
    finally:
        if output is not None:
            os.close(output)


def _attend(process: subprocess.Popen[bytes], woken: int, output: _Output, look: Callable[[int], None]) -> str:
    while process.poll() is None:
        ready = _readable([woken, *output.sources], _LOOK_S)
        if woken in ready:
            os.read(woken, _BLOCK_BYTES)
        if any(source in ready for source in output.sources):
            output.pass_on()
        look(process.pid)
    output.drain()
    return ""


def _readable(sources: Sequence[int], wait_s: float) -> list[int]:
    """Those of these descriptors, of any number, from which something can be read; their ends count."""
    with selectors.DefaultSelector() as selector:
        for source in sources:
            selector.register(source, selectors.EVENT_READ)
        return [key.fd for key, _ in selector.select(wait_s)]


class _Output:
    """What the client prints, on its way to ours and to `stream`. `sources`: where to read it, none at its end.

    Where nobody reads ours any more, the rest is dropped: what the client does, and its end, are its own affair.
    """

    def __init__(self, source: int | None, stream: Stream) -> None:
        self.sources = [] if source is None else [source]
        self._stream = stream
        self._is_read = True

    def pass_on(self) -> None:
        """Pass on what is there to be read."""
        for source in self.sources:
            data = os.read(source, _BLOCK_BYTES)
            self._stream.feed(data)
            if not data:
                self.sources = []
            elif self._is_read:
                self._is_read = _is_written(data)

    def drain(self) -> None:
        """Pass on the rest; what a process that the client left behind may still print is nobody's."""
        while self.sources and _readable(self.sources, 0):
            self.pass_on()


def _is_written(data: bytes) -> bool:
    """Write it; False where nobody is there to read it, or no room."""
    rest = memoryview(data)
    try:
        sys.stdout.flush()
        while rest:
            try:
                rest = rest[os.write(sys.stdout.fileno(), rest) :]
            except BlockingIOError:  # whoever started us does not want to wait; we can
                select.select([], [sys.stdout.fileno()], [])
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            _say(f"scrimp: what the client prints cannot be written and is dropped ({error.strerror})")
        return False
    return True


def _say(text: str) -> None:
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - it speaks for a command


def _end(process: subprocess.Popen[bytes], output: _Output) -> None:
    """Tell the client to end, and end it where it does not."""
    process.terminate()
    deadline = time.monotonic() + _END_S
    while process.poll() is None and time.monotonic() < deadline:
        output.drain()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_S)
    if process.poll() is None:
        process.kill()
        process.wait()
    output.drain()


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
