"""The status line that the user had before: found, run on the same input, given up at its deadline.

It is the command that our entry remembers, else that of the next lower layer of the client's settings, read at every
run, so that what the user changes there counts. Never ours: a scrimp that it starts prints nothing.
"""

from __future__ import annotations

import os
import time

from scrimp.core import limits, project, quick_json, settings, small_file
from scrimp.core.statusline import entry
from scrimp.core.untrusted import as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Mapping
    from types import FrameType

    Handler = Callable[[int, FrameType | None], object] | int | signal.Handlers | None

GUARD = "SCRIMP_STATUSLINE"
"""Set for the wrapped command: a scrimp status line below it prints nothing, and wraps nothing."""

_SHELL = ("/bin/sh", "-c")
"""As the client runs a status line."""

_SOON_S = 0.001
"""What has closed its output ends at once."""

_LOOK_S = 0.01
"""How often to look whether it has ended, while something that it has left running holds its output open."""


def command(environ: Mapping[str, str], folder: str, remembered: str) -> str:
    """The command to run first for a session in `folder`; '' for none."""
    if remembered:
        return remembered
    for path in _layers(environ, folder):
        set_here = _command_in(path)
        ours = entry.parse(set_here)
        if ours is not None and ours.after:
            return ours.after
        if set_here and ours is None:
            return set_here
    return ""


class Running:
    """A command that was started on `raw`; `output()` waits for what it prints, to its deadline; `kill()` must follow.

    It is a process group of its own, which is ended as one, also when a signal ends us first. It keeps the terminal.
    """

    def __init__(self, text: str, raw: bytes, environ: Mapping[str, str]) -> None:
        self._raw = raw
        self._status = 0
        self._deadline = time.monotonic() + limits.STATUS_LINE_WRAPPED_S
        self._handlers = _quitting()
        theirs_in, self._in = os.pipe()
        self._out, theirs_out = os.pipe()
        try:
            self._pid = _spawned(text, environ, theirs_in, theirs_out)
        except (OSError, ValueError):
            self._pid = 0
            self.kill()
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        os.set_blocking(self._in, False)
        self._feed()

    def output(self) -> bytes:
        """What it has printed; nothing where it failed or did not end in time, as the client would show nothing.

        What it has left running, which may hold its output open, is not waited for.
        """
        chunks: list[bytes] = []
        return b"".join(chunks) if self._collect(chunks) and self._status == 0 else b""

    def kill(self) -> None:
        """Let go of it; end it with all that it has started where it has not ended. Its end is not waited for."""
        import signal

        for descriptor in (self._in, self._out):
            if descriptor >= 0:
                os.close(descriptor)
        self._in = self._out = -1
        if self._pid:
            try:
                os.killpg(self._pid, signal.SIGKILL)
            except OSError:  # it has ended this moment
                pass
            self._pid = 0
        for number, handler in self._handlers:
            signal.signal(number, handler)
        self._handlers = []

    def _collect(self, chunks: list[bytes]) -> bool:
        """Read until it ends; False past the deadline, or where it prints without end."""
        size = 0
        while size <= limits.STATUS_LINE_BYTES:
            left_s = self._deadline - time.monotonic()
            if left_s <= 0:
                return False
            has_ended = self._has_ended()  # looked at first: all that it has printed can be read now
            chunk = self._read(0 if has_ended else min(left_s, _SOON_S if self._out < 0 else _LOOK_S))
            if has_ended and not chunk:
                return True
            size += len(chunk)
            chunks.append(chunk)
        return False

    def _has_ended(self) -> bool:
        if self._pid:
            try:
                pid, self._status = os.waitpid(self._pid, os.WNOHANG)
            except ChildProcessError:  # whoever started us wants to hear of no ends
                pid = self._pid
            if pid:
                self._pid = 0
        return not self._pid

    def _read(self, wait_s: float) -> bytes:
        """What it prints within `wait_s`, while its input is given to it; nothing where it has closed its output."""
        import select

        readers = [self._out] if self._out >= 0 else []
        writers = [self._in] if self._in >= 0 else []
        readable, writable, _ = select.select(readers, writers, [], wait_s)
        if writable:
            self._feed()
        if not readable:
            return b""
        chunk = os.read(self._out, limits.PIPE_BYTES)
        if not chunk:
            os.close(self._out)
            self._out = -1
        return chunk

    def _feed(self) -> None:
        """Give it as much of its input as it takes now."""
        try:
            self._raw = self._raw[os.write(self._in, self._raw) :]
        except BlockingIOError:
            return
        except OSError:  # it has closed its input: it does not want it
            self._raw = b""
        if not self._raw:
            os.close(self._in)
            self._in = -1


def _spawned(text: str, environ: Mapping[str, str], theirs_in: int, theirs_out: int) -> int:
    """The process id of a shell that runs `text`; what it says on stderr is dropped, as the client does."""
    import signal

    return os.posix_spawn(
        _SHELL[0],
        [*_SHELL, text],
        {**environ, GUARD: "1"},
        file_actions=[
            (os.POSIX_SPAWN_DUP2, theirs_in, 0),
            (os.POSIX_SPAWN_DUP2, theirs_out, 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
        setpgroup=0,
        setsigdef=[signal.SIGPIPE],
    )


def _quitting() -> list[tuple[int, Handler]]:
    """From now on, what would end us raises SystemExit, so that the command is ended too; the handlers of before."""
    import signal

    numbers = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]
    return [(number, signal.signal(number, _quit)) for number in numbers]


def _quit(*_: object) -> None:
    raise SystemExit


def start(text: str, raw: bytes, environ: Mapping[str, str]) -> Running | None:
    """Start a command on `raw`; None where it cannot be started."""
    try:
        return Running(text, raw, environ)
    except (OSError, ValueError):  # no shell; a zero byte in it
        return None


def _layers(environ: Mapping[str, str], folder: str) -> list[str]:
    """The client's settings files that count for `folder`, the one that wins first; the administrator's are above."""
    folders = [os.path.join(one, ".claude") for one in reversed(project.folders(folder))] if folder else []
    local = [os.path.join(one, "settings.local.json") for one in folders]
    shared = [os.path.join(one, "settings.json") for one in folders]
    return [*local, *shared, os.path.join(settings.config_dir(environ), "settings.json")]


def _command_in(path: str) -> str:
    try:
        line = as_object(as_object(quick_json.loads(small_file.read(path))).get("statusLine"))
    except (OSError, ValueError, RecursionError):
        return ""
    return as_text(line.get("command"))
