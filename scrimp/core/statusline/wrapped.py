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
    from collections.abc import Mapping

GUARD = "SCRIMP_STATUSLINE"
"""Set for the wrapped command: a scrimp status line below it prints nothing, and wraps nothing."""

_SHELL = ("/bin/sh", "-c")
"""As the client runs a status line."""

_SOON_S = 0.001
"""What has closed its output ends at once."""


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
    """A command that was started on `raw`; `output()` waits for what it prints, to its deadline."""

    def __init__(self, text: str, raw: bytes, environ: Mapping[str, str]) -> None:
        import signal

        self._raw = raw
        self._deadline = time.monotonic() + limits.STATUS_LINE_WRAPPED_S
        theirs_in, self._in = os.pipe()
        self._out, theirs_out = os.pipe()
        self._pid = os.posix_spawn(
            _SHELL[0],
            [*_SHELL, text],
            {**environ, GUARD: "1"},
            file_actions=[(os.POSIX_SPAWN_DUP2, theirs_in, 0), (os.POSIX_SPAWN_DUP2, theirs_out, 1)],
            setsigdef=[signal.SIGPIPE],
        )
        os.close(theirs_in)
        os.close(theirs_out)
        os.set_blocking(self._in, False)
        self._feed()

    def output(self) -> bytes:
        """What it has printed; nothing where it failed or did not end in time, as the client would show nothing."""
        chunks: list[bytes] = []
        is_done = self._collect(chunks)
        for descriptor in (self._in, self._out):
            if descriptor >= 0:
                os.close(descriptor)
        return b"".join(chunks) if is_done and self._ended() else b""

    def _ended(self) -> bool:
        """Whether it ends by itself in time, and well."""
        while time.monotonic() < self._deadline:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._pid = 0
                return status == 0
            time.sleep(_SOON_S)
        return False

    def kill(self) -> None:
        """End it if it has not ended."""
        if self._pid:
            import signal

            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0

    def _collect(self, chunks: list[bytes]) -> bool:
        """Read until it closes its output; False past the deadline, or where it prints without end."""
        import select

        size = 0
        while size <= limits.STATUS_LINE_BYTES:
            left_s = self._deadline - time.monotonic()
            writers = [self._in] if self._in >= 0 else []
            readable, writable, _ = select.select([self._out], writers, [], max(0.0, left_s))
            if not readable and not writable:
                return False
            if writable:
                self._feed()
            if readable:
                chunk = os.read(self._out, limits.PIPE_BYTES)
                if not chunk:
                    return True
                size += len(chunk)
                chunks.append(chunk)
        return False

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


def start(text: str, raw: bytes, environ: Mapping[str, str]) -> Running | None:
    """Start a command on `raw`; None where it cannot be started."""
    try:
        return Running(text, raw, environ)
    except (OSError, ValueError):  # no shell; a zero byte in it
        return None


def _layers(environ: Mapping[str, str], folder: str) -> list[str]:
    """The client's settings files that count for `folder`, the one that wins first; the administrator's are above."""
    folders = [os.path.join(one, ".claude") for one in reversed(project.folders(folder))]
    local = [os.path.join(one, "settings.local.json") for one in folders]
    shared = [os.path.join(one, "settings.json") for one in folders]
    return [*local, *shared, os.path.join(settings.config_dir(environ), "settings.json")]


def _command_in(path: str) -> str:
    try:
        line = as_object(as_object(quick_json.loads(small_file.read(path))).get("statusLine"))
    except (OSError, ValueError, RecursionError):
        return ""
    return as_text(line.get("command"))
