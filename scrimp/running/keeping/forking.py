"""Forks a keeper for each command that the server hands over: a millisecond, where starting a Python takes thirty.

It ends with the server, even one that was killed: its socket ends then, and so do those of the keepers, which end
what they keep; this process goes last. What a keeper leaves behind that was killed itself comes to this process, and
is killed.
"""

from __future__ import annotations

import os
import select
import signal
import socket

from scrimp.running.keeping import keeper, linux, processes

_DESCRIPTORS = (2, 3)
"""With each command: the socket to its keeper, the file for its output, and the file for its input if any."""


def serve(descriptor: int) -> None:
    """Fork keepers until the socket ends and the last keeper has ended."""
    control = socket.socket(fileno=descriptor)
    linux.become_subreaper()
    linux.be_called("scrimp-commands")
    woken = keeper.wake_on(signal.SIGCHLD)
    keepers: set[int] = set()
    is_open = True
    while is_open or keepers:
        ready = select.select([woken, control] if is_open else [woken], [], [])[0]
        keeper.drain(woken)
        if not _all_ended_well(keepers):
            processes.end(os.getpid(), 0, 0, skip=keepers)
        if control in ready:
            is_open = _take_one(control, woken, keepers)


def _take_one(control: socket.socket, woken: int, keepers: set[int]) -> bool:
    """Start the keeper of one more command; False where the server is gone."""
    data, descriptors, _, _ = socket.recv_fds(control, 1, max(_DESCRIPTORS))
    if not data:
        return False
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)  # or the command itself could say how it ended
    if len(descriptors) in _DESCRIPTORS:
        pid = os.fork()
        if not pid:
            _be_keeper(control, woken, descriptors)
        keepers.add(pid)
    for descriptor in descriptors:
        os.close(descriptor)
    return True


def _be_keeper(control: socket.socket, woken: int, descriptors: list[int]) -> None:
    """Keep one command, in the process that was forked for it, and never come back."""
    try:
        control.close()
        os.close(woken)
        for given in descriptors[2:]:
            os.dup2(given, 0)
        with socket.socket(fileno=descriptors[0]) as connection:
            keeper.keep(connection, descriptors[1])
    finally:
        os._exit(0)


def _all_ended_well(keepers: set[int]) -> bool:
    """Whether those that have ended did so by themselves; they are taken out of the set."""
    is_well = True
    for pid in list(keepers):
        try:
            ended, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:  # waited for while something else was ended
            ended, status = pid, 1
        if ended:
            keepers.discard(pid)
            is_well = is_well and not status
    return is_well
