"""Whether a person asks, at a terminal, and not the agent whose budget it is.

Three signs, each of which is enough to refuse: no terminal at either end, the variable that the client gives everything
it starts, the client among the processes that started us. This guards against drift: a process that leaves its parents,
makes itself a terminal and clears its environment is taken for a person.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_VARIABLES = ("CLAUDECODE", "CLAUDE_CODE_CHILD_SESSION")
_CLIENTS = ("claude", "claude.exe")
_PACKAGE = "@anthropic-ai/claude-code"
_LOOKED_AT = 3
"""Of a process's words, so many: an interpreter, an option, its script."""

_DEEPEST = 256
"""More parents than this have no end."""

HOW = "a person does this, in a terminal of their own"


class Process(NamedTuple):
    """A process: its parent's id, its own name, and its words."""

    parent: int
    name: str
    words: tuple[str, ...]


def refusal(environ: Mapping[str, str], *, needs_terminal: bool) -> str:
    """Why this is not for whoever asks; '' for a person. A script is none where `needs_terminal`."""
    for variable in _VARIABLES:
        if environ.get(variable):
            return f"{variable} is set, so Claude Code has started this: {HOW}"
    if needs_terminal and not (sys.stdin.isatty() and sys.stdout.isatty()):
        return f"there is no terminal at both ends: {HOW}"
    found = client_above(os.getppid(), process)
    return f"{found}: {HOW}" if found else ""


def client_above(pid: int, look: Callable[[int], Process | None]) -> str:
    """What is wrong with the processes from `pid` up to the first, in words; '' where Claude Code is not among them."""
    for _ in range(_DEEPEST):
        if pid <= 1:
            return ""
        found = look(pid)
        if found is None:
            return f"process {pid}, from which this was started, cannot be looked at"
        if is_client(found):
            return f"Claude Code (process {pid}) has started this"
        pid = found.parent
    return "there is no end to the processes from which this was started"


def is_client(found: Process) -> bool:
    """Whether a process is Claude Code, as a program or as a script that Node runs."""
    return found.name in _CLIENTS or any(
        os.path.basename(word) in _CLIENTS or _PACKAGE in word for word in found.words[:_LOOKED_AT]
    )


def process(pid: int) -> Process | None:
    """A process of this machine; None where it cannot be looked at."""
    return from_proc(pid) if os.path.isdir("/proc/self") else from_ps(pid)


def from_proc(pid: int) -> Process | None:
    """The same where the system shows processes as files."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            before, _, after = file.read().rpartition(")")  # the name itself may hold any character
        with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
            words = tuple(file.read().split("\0"))
    except OSError:
        return None
    return Process(int(after.split()[1]), before.partition("(")[2], words)


def from_ps(pid: int) -> Process | None:
    """The same where it does not."""
    asked = [_ps(pid, column) for column in ("ppid=", "comm=", "args=")]
    parent, name, words = asked
    if not parent.isdigit():
        return None
    return Process(int(parent), os.path.basename(name), tuple(words.split()))


def _ps(pid: int, column: str) -> str:
    try:
        done = subprocess.run(["ps", "-o", column, "-p", str(pid)], capture_output=True, check=False, text=True)
    except OSError:
        return ""
    return done.stdout.strip()
