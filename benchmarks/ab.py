"""Plain client against scrimp, on the real client: what does it save, and what does it cost?

usage: ab.py [--quick] [--seeds N] [--answer-after SECONDS] [--json FILE]

Every job of ab_workloads is done by the same careful agent in an unmodified Claude Code: as it comes, with scrimp's
hooks alone, and with all that `scrimp install` brings: the server's tools and the agents too, which these jobs carry
and do not use (what they are good for: turns.py). The scripted API bills each request against a simulated prompt cache
at list prices; it answers at once, so seconds are the client's, the tools' and the hooks' own; with --answer-after it
takes its time, as a model does.
An extra turn is billed with the few tokens of its call and no thinking, which makes looking back cheaper than it is.
Losing rows are printed like the others.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.ab_workloads import JOBS
from tests.client.api import Pace
from tests.client.driver import Setup, client_program, run_client
from tests.client.script import Script
from tests.client.served import install
from tests.client.wiring import scrimp_env, scrimp_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PLAIN, HOOKS, INSTALLED = ARMS = ("plain", "hooks", "installed")
SEEDS = 3
NOISE = 0.0005
"""Paths of differing length make two equal runs differ by less than this share."""


class Row(NamedTuple):
    """One run: what it cost and what the agent missed. `missed` counts facts not seen at first sight."""

    job: str
    arm: str
    seed: int
    usd: float
    requests: int
    missed: int
    extra_turns: int
    seconds: float


def measure(job: str, arm: str, seed: int, answer_after_s: float = 0.0) -> Row:
    """Do one job in one arm; AssertionError when the agent did not get what the job needs."""
    files, agent, notes = JOBS[job](seed)
    with tempfile.TemporaryDirectory(prefix="scrimp-ab-") as folder:
        setup = Setup(files=files, pace=Pace(first_s=answer_after_s))
        if arm != PLAIN:
            setup = setup._replace(env=scrimp_env(os.path.join(folder, "data")))
        if arm == HOOKS:
            setup = setup._replace(settings=scrimp_settings())
        elif arm == INSTALLED:
            install(Path(folder))
        run = run_client(folder, Script(agent), setup)
    assert not notes.never_found, (job, arm, seed, notes.never_found)
    assert not run.result["is_error"], run.result
    return Row(job, arm, seed, run.usd, len(run.requests), len(notes.missed), notes.extra_turns, run.seconds)


def measure_all(seeds: int, answer_after_s: float) -> list[Row]:
    """Every job in all arms; which arm goes first changes with the seed, so that none has the warmer machine."""
    rows: list[Row] = []
    for job in JOBS:
        for seed in range(1, seeds + 1):
            for arm in ARMS if seed % 2 else ARMS[::-1]:
                rows.append(measure(job, arm, seed, answer_after_s))
                print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return rows


def table(rows: Sequence[Row]) -> str:
    """Median and spread for each job and arm, and what scrimp changes, seed against the same seed."""
    heads = ("", "", "dollars", "requests", "missed", "extra turns", "seconds")
    lines = [_line(heads)]
    for job in dict.fromkeys(row.job for row in rows):
        arms = {arm: sorted((r for r in rows if (r.job, r.arm) == (job, arm)), key=lambda r: r.seed) for arm in ARMS}
        for arm in ARMS:
            of = _column(arms[arm])
            usd, seconds = of(lambda r: r.usd, "{:.4f}"), of(lambda r: r.seconds, "{:.1f}")
            counts = (of(lambda r: r.requests, "{:.0f}"), of(lambda r: r.missed, "{:.0f}"))
            lines.append(_line((job, arm, usd, *counts, of(lambda r: r.extra_turns, "{:.0f}"), seconds)))
        lines += [_line((job, f"by {arm}", *_change(arms[PLAIN], arms[arm]))) for arm in ARMS[1:]]
        lines.append("")
    return "\n".join(lines)


def _column(rows: Sequence[Row]) -> Callable[[Callable[[Row], float], str], str]:
    """A function that shows one figure of the rows as `median (least to most)`."""

    def show(figure: Callable[[Row], float], spelling: str) -> str:
        values = sorted(figure(row) for row in rows)
        median, least, most = (spelling.format(v) for v in (statistics.median(values), values[0], values[-1]))
        return median if least == most else f"{median} ({least} to {most})"

    return show


def _change(plain: Sequence[Row], changed: Sequence[Row]) -> tuple[str, ...]:
    """The paired differences: dollars and seconds in percent of the plain run, the others in numbers."""
    pairs = list(zip(plain, changed, strict=True))

    def percent(figure: Callable[[Row], float]) -> str:
        values = sorted(100 * (figure(b) / figure(a) - 1) for a, b in pairs)
        return f"{statistics.median(values):+.1f} % ({values[0]:+.1f} to {values[-1]:+.1f})"

    def number(figure: Callable[[Row], float]) -> str:
        return f"{statistics.median(figure(b) - figure(a) for a, b in pairs):+.0f}"

    counts = (number(lambda r: r.requests), number(lambda r: r.missed), number(lambda r: r.extra_turns))
    added_ms = statistics.median(1000 * (b.seconds - a.seconds) / b.requests for a, b in pairs)
    dollars = percent(lambda r: r.usd)
    dearer = sum(b.usd > a.usd * (1 + NOISE) for a, b in pairs)
    note = f"   DEARER with {dearer} of {len(pairs)} seeds" if dearer else ""
    return (dollars, *counts, f"{percent(lambda r: r.seconds)}, {added_ms:+.0f} ms a request{note}")


def _line(cells: Sequence[str]) -> str:
    widths = (20, 12, 28, 14, 14, 12, 0)
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def main(arguments: Sequence[str]) -> int:
    """Print the table; exit 1 when there is no client to measure with."""
    parser = argparse.ArgumentParser(description="plain client against scrimp, on the real client")
    parser.add_argument("--quick", action="store_true", help="one seed")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"how many seeds (default {SEEDS})")
    parser.add_argument(
        "--answer-after", type=float, default=0.0, metavar="SECONDS", help="the API's time to first token"
    )
    parser.add_argument("--json", metavar="FILE", help="write every run's figures to FILE as well")
    given = parser.parse_args(arguments)
    if not client_program(os.environ):
        print("Claude Code is not installed: run `make client`", file=sys.stderr)
        return 1
    rows = measure_all(1 if given.quick else given.seeds, given.answer_after)
    print(table(rows))
    if given.json:
        with open(given.json, "w", encoding="utf-8") as file:
            json.dump([row._asdict() for row in rows], file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
