"""What the program behind the EXIT trap costs by family, beside a bare Python in the same rounds: a part of hooks.py.

For every family the recorded case that is cut and is nearest in size to the 30 KB event of hooks.py. Each round starts
the program once on each, as the shell would: its fd 1 is the task file, opened to append. A case that is not cut is no
figure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from scrimp.core import families
from tests.compact import cases

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "hooks" / "at_exit.py"
USUAL_BYTES = 30_000
PYTHON = [sys.executable, "-I", "-S"]


class Measured(NamedTuple):
    """One family: the case, its size, and the milliseconds of each round."""

    case: cases.Case
    size: int
    times: list[float]


def nearest() -> list[cases.Case]:
    """For each family its cut case nearest to the usual size, in the order of the table."""
    found: dict[str, cases.Case] = {}
    for name in cases.names():
        case = cases.load(name)
        result = case.compacted()
        if result.cut and result.family == case.family and _off(case) < _off(found.get(case.family)):
            found[case.family] = case
    return [found[name] for name in families.NAMES if name in found]


def _off(case: cases.Case | None) -> float:
    return float("inf") if case is None else abs(len(case.text) - USUAL_BYTES)


def measure(folder: Path, session: str, rounds: int) -> tuple[list[float], list[Measured]]:
    """Milliseconds of a bare Python, and of the program on every family's case, in each round."""
    task = folder / "trap" / session / "tasks" / "b1.output"
    task.parent.mkdir(parents=True)
    environ = {"HOME": str(folder), "SCRIMP_HOME": str(folder / "data"), "CLAUDE_CODE_SESSION_ID": session}
    bare: list[float] = []
    found = [Measured(case, len(_bytes(case)), []) for case in nearest()]
    for number in range(rounds + 1):
        spent = _timed([*PYTHON, "-c", "pass"], environ, None)
        if number:  # the first round writes bytecode
            bare.append(spent)
        for one in found:
            task.write_bytes(_bytes(one.case))
            spent = _timed(_command(one.case, folder), environ, task)
            if b"[scrimp " not in task.read_bytes():
                raise AssertionError(f"{one.case.name} was not cut")
            if number:
                one.times.append(spent)
    return bare, found


def _command(case: cases.Case, folder: Path) -> list[str]:
    wrapped = f": && eval '{case.command}' < /dev/null && pwd -P >| /dev/null"
    return [*PYTHON, str(PROGRAM), str(case.exit_code), str(folder / "results"), str(folder), wrapped]


def _bytes(case: cases.Case) -> bytes:
    return case.text.encode("utf-8", "surrogateescape")


def _timed(command: list[str], environ: dict[str, str], output: Path | None) -> float:
    descriptor = os.open(output or os.devnull, os.O_WRONLY | os.O_APPEND)
    started = time.perf_counter()
    try:
        subprocess.run(command, stdout=descriptor, env=environ, check=True)
    finally:
        os.close(descriptor)
    return (time.perf_counter() - started) * 1000
