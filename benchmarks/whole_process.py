"""One program from start to end: seconds, CPU seconds, and the memory of it and of all that it starts."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LOOK_EVERY_S = 0.002
_KB_PER_MB = 1_000
_PEAK = "VmHWM:"


class Ran(NamedTuple):
    """How a program went. `cpu_s` is its own and its helpers', which it has waited for."""

    seconds: float
    cpu_s: float
    printed: bytes


def run(command: Sequence[str], environ: Mapping[str, str], folder: str) -> Ran:
    """Run a program; CalledProcessError where it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=errors, env=environ, cwd=folder)
        code = process.wait()
        seconds = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        out.seek(0)
        errors.seek(0)
        if code:
            raise subprocess.CalledProcessError(code, command, out.read(), errors.read())
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Ran(seconds, cpu, out.read())


def peak_mb(command: Sequence[str], environ: Mapping[str, str], folder: str) -> float:
    """The largest memory of a program, and of each that it starts, added up.

    Linux says it of each process while it lives (`ru_maxrss`, the same figure, begins with that of the process which
    started it). Elsewhere it is `ru_maxrss` of the largest.
    """
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ, cwd=folder)
    peaks: dict[int, int] = {}
    watcher = threading.Thread(target=_watch, args=(process, peaks))
    watcher.start()
    process.wait()
    watcher.join()
    if sys.platform == "linux":
        return sum(peaks.values()) / _KB_PER_MB
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / _KB_PER_MB / 1024  # bytes, on macOS


def _watch(process: subprocess.Popen[bytes], peaks: dict[int, int]) -> None:
    while process.returncode is None:
        for pid in _tree(process.pid):
            peaks[pid] = max(peaks.get(pid, 0), _peak_kb(pid))
        time.sleep(_LOOK_EVERY_S)


def _tree(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                for child in file.read().split():
                    yield from _tree(int(child))
    except OSError:  # it has just ended
        return


def _peak_kb(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            return next((int(line.split()[1]) for line in file if line.startswith(_PEAK)), 0)
    except OSError:
        return 0
