"""What a report over 200 MB of transcripts costs, beside ccusage and tokscale in the same rounds: `make bench-ledger`.

    python benchmarks/ledger.py [MEGABYTES]

Every row is a program from start to end; all take turns, so that a machine that slows down slows all of them: medians
and the ratio to ccusage are what to quote. What scrimp says must be what `transcripts_gen` wrote, to the last
pico-dollar, or there are no figures. The transcripts lie in a temporary folder, and what is measured has no network,
where the machine allows to take it away. Bounds are DESIGN.md's: 0.8 s for the first read, 0.1 s for every later one.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import ledger_raw, rivals, transcripts_gen, whole_process  # noqa: E402 - the path comes first
from benchmarks.rivals import Rival, Said  # noqa: E402 - the path comes first
from benchmarks.transcripts_gen import Truth  # noqa: E402 - the path comes first

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

ROUNDS = 5
SESSION_MEGABYTES = 5
BYTES_PER_MB = 1_000_000
PICO = 10**12
FIRST, AGAIN, LINE = "scrimp report, first read", "scrimp report, nothing new", "scrimp report, one line new"
SESSION = f"scrimp report, {SESSION_MEGABYTES} MB session new"
BOUNDS = {FIRST: 0.8, AGAIN: 0.1, LINE: 0.1}
"""Seconds for 200 MB."""

APART = (["unshare", "--net"], ["unshare", "--map-root-user", "--net"])
"""How to start something without a network: as root, and as anybody where that is allowed."""


class Row(NamedTuple):
    """One thing to measure, and what looks at what it printed."""

    name: str
    command: list[str]
    check: Callable[[bytes], object]


class Bench:
    """The transcripts in a HOME of their own, the ledger beside them, and what was measured so far."""

    def __init__(self, home: str, truth: Truth) -> None:
        self.home = home
        self.projects = projects_of(home)
        self.ledger = os.path.join(home, "ledger", "ledger.db")
        self.truth = truth
        self.rivals = rivals.found(os.environ)
        self.environ = {"HOME": home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        self.said: dict[str, Said] = {}
        self.ran: dict[str, list[whole_process.Ran]] = {}
        self.peaks: dict[str, float] = {}

    def round(self, take: Callable[[Row], None], number: int) -> None:
        """Take every row once; who is first and who comes after whom changes from round to round."""
        self._forget()
        groups = [self._take_raw, self._take_reports, *(partial(self._take_rival, rival) for rival in self.rivals)]
        for place in range(len(groups)):
            groups[(place + number) % len(groups)](take, number)

    def _take_raw(self, take: Callable[[Row], None], _: int) -> None:
        for way in ledger_raw.WAYS:
            take(self._raw(way))

    def _take_reports(self, take: Callable[[Row], None], number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - a seed is wanted
        take(self._report(FIRST, self.truth))
        take(self._report(AGAIN, self.truth))
        with self._one_line_more(chance) as truth:
            take(self._report(LINE, truth))
            with self._one_session_more(chance) as more:
                take(self._report(SESSION, transcripts_gen.both(truth, more)))

    def _take_rival(self, rival: Rival, take: Callable[[Row], None], _: int) -> None:
        take(self._rival(rival, rival.name))
        if rival.keeps:
            take(self._rival(rival, f"{rival.name}, again"))

    def time(self, row: Row) -> None:
        """Measure the time of a row, and look at what it printed."""
        ran = whole_process.run(row.command, self.environ, str(ROOT))
        row.check(ran.printed)
        self.ran.setdefault(row.name, []).append(ran)

    def weigh(self, row: Row) -> None:
        """Measure the memory of a row."""
        self.peaks[row.name] = whole_process.peak_mb(row.command, self.environ, str(ROOT))

    def _raw(self, way: str) -> Row:
        def check(printed: bytes) -> None:
            found = json.loads(printed).get("found", list(self.truth[2:8]))
            assert found == list(self.truth[2:8]), (way, found, self.truth)

        return Row(way, [sys.executable, ledger_raw.__file__, way, self.projects], check)

    def _report(self, name: str, truth: Truth) -> Row:
        def check(printed: bytes) -> None:
            self.said[name] = said = scrimp_said(printed, truth)
            assert said == Said(truth.output_tokens, Decimal(truth.cost_pico) / PICO, ()), (name, said, truth)

        where = ["--projects", self.projects, "--ledger", self.ledger]
        return Row(name, [sys.executable, "-m", "scrimp", "report", *where, "--by", "session", "--json"], check)

    def _rival(self, rival: Rival, name: str) -> Row:
        def check(printed: bytes) -> None:
            self.said[name] = rival.said(printed)

        return Row(name, [*rival.program, *rival.arguments], check)

    def _forget(self) -> None:
        for name in os.listdir(self.home):
            if name != ".claude":
                shutil.rmtree(os.path.join(self.home, name))

    @contextmanager
    def _one_line_more(self, chance: random.Random) -> Generator[Truth]:
        """The transcripts with one more line in one session."""
        path = str(min(Path(self.projects).glob("*/*.jsonl")))
        size = os.path.getsize(path)
        yield transcripts_gen.both(self.truth, transcripts_gen.write_reply(path, chance))
        os.truncate(path, size)

    @contextmanager
    def _one_session_more(self, chance: random.Random) -> Generator[Truth]:
        """One session more, in a project of its own."""
        project = "project-new"
        yield transcripts_gen.write_session(self.projects, project, chance, SESSION_MEGABYTES)
        shutil.rmtree(os.path.join(self.projects, transcripts_gen.project_folder(project)))


def scrimp_said(printed: bytes, truth: Truth) -> Said:
    """What `scrimp report --json` says of all requests; its tokens must be those that were written."""
    rows = json.loads(printed)
    names = Truth._fields[2:8]
    tokens = [sum(row[name] for row in rows) for name in names]
    assert tokens == list(truth[2:8]), (dict(zip(names, tokens, strict=True)), truth)
    flags = {flag for row in rows for flag in row["flags"]}
    return Said(truth.output_tokens, sum(Decimal(row["cost_usd"]) for row in rows) + Decimal(), tuple(sorted(flags)))


def projects_of(home: str) -> str:
    """Where the client keeps its transcripts."""
    return os.path.join(home, ".claude", "projects")


def show_times(bench: Bench) -> None:
    """Print the table of what was measured."""
    base = next((median(seconds(bench, rival.name)) for rival in bench.rivals), None)
    print(f"{'':<34} {'median s':>8} {'least-most':>12} {'CPU s':>6} {'peak MB':>8} {'x ccusage':>10} {'bound s':>8}")
    for name, ran in sorted(bench.ran.items(), key=lambda item: list(bench.peaks).index(item[0])):
        took = seconds(bench, name)
        cpu = median(one.cpu_s for one in ran)
        ratio = f"{median(took) / base:10.2f}" if base else f"{'':10}"
        spread = f"{min(took):.2f}-{max(took):.2f}"
        bound = f"{BOUNDS[name]:8.1f}" if name in BOUNDS else ""
        print(f"{name:<34} {median(took):8.3f} {spread:>12} {cpu:6.2f} {bench.peaks[name]:8.0f} {ratio} {bound}")
    print("peak MB: of all its processes together")
    if any(rival.keeps for rival in bench.rivals):
        print("tokscale cannot be told to stay offline: it asks for prices in vain; compare its CPU seconds")


def seconds(bench: Bench, name: str) -> list[float]:
    """How long a row took in each round."""
    return [one.seconds for one in bench.ran[name]]


def show_inside(bench: Bench) -> None:
    """Print how much of the raw readings was reading."""
    megabytes = bench.truth.size_bytes / BYTES_PER_MB
    for way in ledger_raw.WAYS:
        taken = [json.loads(ran.printed) for ran in bench.ran[way]]
        first = median(one["first_s"] for one in taken)
        again = f", {median(one['again_s'] for one in taken):.3f} s again" if "again_s" in taken[0] else ""
        print(f"in the process, {way}: {first:.3f} s, {megabytes / first:.0f} MB/s{again}")


def show_sums(bench: Bench) -> None:
    """Print what each tool says of the transcripts, beside what was written."""
    truth = Said(bench.truth.output_tokens, Decimal(bench.truth.cost_pico) / PICO, ())
    print(f"{'':<34} {'output tokens':>14} {'dollars':>14}  of the written: tokens, dollars")
    print(f"{'written':<34} {truth.output_tokens:14,} {truth.usd:14,.6f}")
    for name in (FIRST, *(rival.name for rival in bench.rivals)):
        said = bench.said[name]
        shares = f"{said.output_tokens / truth.output_tokens:8.2%} {said.usd / truth.usd:8.2%}"
        exact = "exact" if said == truth else shares
        why = f"  without a price: {', '.join(said.unpriced)}" if said.unpriced else ""
        print(f"{name:<34} {said.output_tokens:14,} {said.usd:14,.6f}  {exact}{why}")


def measure(home: str, truth: Truth) -> None:
    """Measure everything and print it."""
    if shutil.which("ip"):  # without a network even the loopback sleeps
        subprocess.run(["ip", "link", "set", "lo", "up"], check=False, capture_output=True)
    bench = Bench(home, truth)
    bench.round(bench.weigh, 0)  # which also brings files into memory and writes bytecode
    for number in range(1, ROUNDS + 1):
        bench.round(bench.time, number)
    size = f"{truth.size_bytes / BYTES_PER_MB:.0f} MB, {truth.files} files, {truth.records:,} lines"
    print(f"{size}, {truth.requests:,} requests; {ROUNDS} rounds; {os.cpu_count()} cores")
    for show in (show_times, show_inside, show_sums):
        print()
        show(bench)


def apart() -> list[str]:
    """What to put before a command so that it has no network; nothing where that cannot be done."""
    for prefix in APART:
        if shutil.which(prefix[0]):
            ran = subprocess.run([*prefix, "true"], check=False, capture_output=True)
            if ran.returncode == 0:
                return prefix
    print("what is measured keeps its network: it cannot be taken away here")
    return []


def main(megabytes: int) -> int:
    """Install the other tools, write the transcripts, and measure in a process without a network; its exit code."""
    for line in rivals.install(os.environ):
        print(line)
    with tempfile.TemporaryDirectory() as home:
        truth = transcripts_gen.write(projects_of(home), megabytes)
        command = [sys.executable, __file__, "--measure", home, json.dumps(truth)]
        return subprocess.run([*apart(), *command], check=False).returncode


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], Truth(*json.loads(sys.argv[3])))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else transcripts_gen.MEGABYTES))
