"""Which processes descend from one, and how all of them are ended.

On Linux from /proc, and together with `linux.become_subreaper` that is all of them: nothing gets away by a session of
its own or by forking twice. Elsewhere from `ps`: the tree below and the shell's process group, as they are when looked
at; what has left both (setsid and a parent that ended) is not found.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits
from scrimp.running.keeping import linux

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_PROC = "/proc"
_CHILDREN = "/proc/thread-self/children"
_GONE = "ZX"
"""States of a process that is only waited for."""


class Process(NamedTuple):
    """A process that runs."""

    pid: int
    parent: int
    group: int


def below(root: int, group: int, skip: Collection[int] = ()) -> list[Process]:
    """What descends from `root` or is in `group`, without `root`, and without `skip` and what descends from these."""
    table = list(_table())
    children: dict[int, list[Process]] = {}
    for process in table:
        children.setdefault(process.parent, []).append(process)
    found = {process.pid: process for process in table if group and process.group == group}
    waiting = [root, *found]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child.pid not in found and child.pid not in skip:
                found[child.pid] = child
                waiting.append(child.pid)
    return [process for pid, process in found.items() if pid not in (root, *skip)]


def end(root: int, group: int, grace_s: float, skip: Collection[int] = ()) -> list[Process]:
    """End what `below` finds, first by SIGTERM if there is a grace, then by SIGKILL; what could not be ended."""
    if grace_s:
        for process in below(root, group, skip):
            _send(process.pid, signal.SIGTERM)
            _send(process.pid, signal.SIGCONT)
        if _are_gone(root, group, grace_s):
            return []
    until_s = time.monotonic() + limits.RUN_KILL_S
    found = _next_to_kill(root, group, skip)  # while the tree still hangs together
    _kill_group(group)  # at once: none of them forks away in between
    while found:
        for pid in found:
            _send(pid, signal.SIGKILL)
        has_children()
        if time.monotonic() > until_s:
            return below(root, group, skip)
        time.sleep(limits.RUN_KILL_PAUSE_S)
        found = _next_to_kill(root, group, skip)
    return []


def has_children() -> bool:
    """Whether this process has any left, after those that have ended are waited for."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def command_line(pid: int) -> str:
    """What a process was started as, on one line and not too long; '' when it is gone."""
    try:
        with open(f"{_PROC}/{pid}/cmdline", "rb") as file:
            raw = file.read(limits.RUN_NAME_CHARS * 4)
    except OSError:
        raw = _ps(["-o", "command=", "-p", str(pid)]).encode() if not os.path.isdir(f"{_PROC}/self") else b""
    words = raw.decode("utf-8", "replace").replace("\0", " ").split()
    return " ".join(words)[: limits.RUN_NAME_CHARS]


def _are_gone(root: int, group: int, seconds: float) -> bool:
    """Whether all are, within so many seconds; by waiting for children: a look at all processes misses what forks."""
    until_s = time.monotonic() + seconds
    while has_children() or (not linux.IS_HERE and below(root, group)):
        if time.monotonic() > until_s:
            return False
        time.sleep(limits.RUN_PAUSE_S)
    return True


def _next_to_kill(root: int, group: int, skip: Collection[int]) -> list[int]:
    """This process's children: looked at in microseconds, so that nothing forks faster than it is killed.

    What descends from them becomes a child of this process when its parent is killed. Where the kernel does not tell
    children, all that descends.
    """
    if root == os.getpid():
        try:
            with open(_CHILDREN, "rb") as file:
                return [pid for pid in map(int, file.read().split()) if pid not in skip]
        except OSError:
            pass
    return [process.pid for process in below(root, group, skip)]


def _send(pid: int, one: signal.Signals) -> None:
    with contextlib.suppress(OSError):  # gone meanwhile, or another user's
        os.kill(pid, one)


def _kill_group(group: int) -> None:
    if group:
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)


def _table() -> Iterator[Process]:
    """Every process that runs."""
    if not os.path.isdir(f"{_PROC}/self"):
        yield from _by_ps()
        return
    for name in os.listdir(_PROC):
        if name.isdigit():
            try:
                with open(f"{_PROC}/{name}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:  # it has ended since
                continue
            if fields[0].decode() not in _GONE:
                yield Process(int(name), int(fields[1]), int(fields[2]))


def _by_ps() -> Iterator[Process]:
    for line in _ps(["-A", "-o", "pid=,ppid=,pgid=,stat="]).splitlines():
        pid, parent, group, state = line.split()[:4]
        if state[0] not in _GONE:
            yield Process(int(pid), int(parent), int(group))


def _ps(arguments: list[str]) -> str:
    import subprocess  # noqa: PLC0415 - only where there is no /proc

    return subprocess.run(["ps", *arguments], check=False, capture_output=True, text=True).stdout
