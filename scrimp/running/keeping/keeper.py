"""Keeps one command: starts its shell, waits, and ends everything that descends from it before it says how it ended.

It ends the command when its time is over, when it has written too much, and when the server's end of the connection
closes: the call was cancelled, or the server is gone. The shell leads a session of its own, without a terminal and
without input unless a file came with it. Its output comes through one pipe, in the order in which it was written, and
goes into a file at once: the file itself a command could empty (`echo … > /dev/stderr` does).
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import time
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits
from scrimp.running.keeping import linux, messages, processes
from scrimp.running.keeping.copying import Copying
from scrimp.running.keeping.messages import Ended

if TYPE_CHECKING:
    import socket

    from scrimp.running.keeping.messages import Job

_PIPE_BYTES = 64 * 1024
_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)


class _Watch(NamedTuple):
    """What is looked at while the command runs."""

    shell: int
    until_s: float
    connection: int
    woken: int
    copying: Copying


class _State:
    """status: of the shell as waitpid tells it, None while it runs."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.was_stopped = False


_told_to_end: list[int] = []
"""Signals that told this process to end."""


def wake_on(*signals: signal.Signals) -> int:
    """A descriptor that can be read when one of the signals has come."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for one in signals:
        signal.signal(one, lambda _number, _frame: None)
    return reading


def drain(woken: int) -> None:
    """Make the descriptor of `wake_on` wait for the next signal."""
    with contextlib.suppress(BlockingIOError):
        os.read(woken, _PIPE_BYTES)


def keep(connection: socket.socket, output: int) -> None:
    """Run the command that comes over `connection`, with `output` as its output, and answer how it ended."""
    os.setsid()
    linux.become_subreaper()
    linux.be_called("scrimp-keeper")
    woken = wake_on(signal.SIGCHLD)
    for one in _ENDING:
        signal.signal(one, lambda number, _frame: _told_to_end.append(number))
    line = _received(connection)
    if not line:
        return
    connection.sendall(messages.TAKEN)
    try:
        ended = _kept(messages.job_in(line), connection.fileno(), woken, output)
    except OSError as error:
        ended = Ended(
            messages.NOT_STARTED,
            detail=f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror),
        )
    with contextlib.suppress(OSError):  # nobody waits for it any more
        connection.sendall(messages.encoded(ended))


def _received(connection: socket.socket) -> bytes:
    """The line that came; nothing where the server was gone before it was whole."""
    parts: list[bytes] = []
    while part := connection.recv(_PIPE_BYTES):
        parts.append(part)
        if part.endswith(b"\n"):
            return b"".join(parts)
    return b""


def _kept(job: Job, connection: int, woken: int, output: int) -> Ended:
    started_s = time.monotonic()
    reading, writing = os.pipe()
    shell = _started(job, writing)
    os.close(writing)
    copying = Copying(reading, output, job.output_bytes)
    watch = _Watch(shell, started_s + job.timeout_s, connection, woken, copying)
    state = _State()
    how = _waited_for(watch, state)
    seconds = time.monotonic() - started_s
    left = _left_running(shell, copying) if how == messages.EXITED else []
    stuck = _ended_all(shell, 0 if copying.problem else limits.RUN_GRACE_S)
    copying.take_all()
    if how == messages.EXITED and copying.problem:
        how = copying.problem
    return Ended(how, _code(state.status), seconds, state.was_stopped, left, stuck, copying.detail)


def _started(job: Job, output: int) -> int:
    """The shell's process; OSError where it could not be started."""
    reading, writing = os.pipe()
    parent = os.getpid()
    shell = os.fork()
    if not shell:
        _be_shell(job, output, parent, writing)
    os.close(writing)
    number = os.read(reading, _PIPE_BYTES)
    os.close(reading)
    if number:
        os.waitpid(shell, 0)
        raise OSError(int(number), os.strerror(int(number)))
    return shell


def _be_shell(job: Job, output: int, parent: int, failed: int) -> None:
    """Become the command's shell; never comes back, and writes the error's number to `failed` where that fails."""
    try:
        os.setsid()
        linux.die_with(parent)
        signal.set_wakeup_fd(-1)
        for one in (*_ENDING, *_IGNORED_BY_PYTHON, signal.SIGCHLD):
            signal.signal(one, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        os.dup2(output, 1)  # its input is this process's: nothing, or the file that came with the command
        os.dup2(output, 2)
        os.chdir(job.folder)
        os.execve(job.argv[0], list(job.argv), dict(job.environ))  # noqa: S606 - the shell itself
    except OSError as error:
        os.write(failed, str(error.errno).encode())
    except ValueError:  # a text that no program can be given
        os.write(failed, str(errno.EINVAL).encode())
    finally:
        os._exit(1)


def _waited_for(watch: _Watch, state: _State) -> str:
    """How it came to an end: by itself, or what is to be ended now."""
    poll = select.poll()
    for descriptor in (watch.connection, watch.woken, watch.copying.source):
        poll.register(descriptor, select.POLLIN)
    while not _has_ended(watch.shell, state):
        left_s = watch.until_s - time.monotonic()
        if left_s <= 0:
            return messages.TIMED_OUT
        ready = [descriptor for descriptor, _ in poll.poll(left_s * 1000)]
        drain(watch.woken)
        if _told_to_end or watch.connection in ready:
            return messages.CANCELLED
        if watch.copying.source in ready and not watch.copying.take():
            if watch.copying.problem:
                return watch.copying.problem
            poll.unregister(watch.copying.source)  # nobody writes any more
    return messages.EXITED


def _has_ended(shell: int, state: _State) -> bool:
    """Whether the shell has; other children that come and go meanwhile are those of a parent that ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
        except ChildProcessError:
            return True
        if not pid:
            return state.status is not None
        if pid == shell:
            state.was_stopped = os.WIFSTOPPED(status)
            if os.WIFEXITED(status) or os.WIFSIGNALED(status):
                state.status = status


def _left_running(shell: int, copying: Copying) -> list[str]:
    """What a shell that has ended left behind and that does not end by itself in a moment."""
    until_s = time.monotonic() + limits.RUN_DRAIN_S
    copying.take_all()
    while processes.has_children() and time.monotonic() < until_s and not copying.problem:
        time.sleep(limits.RUN_PAUSE_S)
        copying.take_all()
    if linux.IS_HERE and not processes.has_children():
        return []
    found = processes.below(os.getpid(), shell) or processes.below(os.getpid(), shell)  # the first may miss what forks
    return [processes.command_line(one.pid) for one in found]


def _ended_all(shell: int, grace_s: float) -> list[str]:
    """End whatever is left; the command lines of what could not be ended."""
    stuck = processes.end(os.getpid(), shell, grace_s)
    while processes.has_children() and not stuck:
        stuck = processes.end(os.getpid(), shell, 0)
    return [processes.command_line(found.pid) for found in stuck]


def _code(status: int | None) -> int:
    if status is None:
        return 0
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code
