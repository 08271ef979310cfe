"""How far beyond a limit runs of the real client go, whether they end with an answer, and what the gate costs a turn.

usage: budget.py [--quick] [--runs N] [--gate-only] [--json FILE]

The runs are those of budget_runs: random, the same ones each time, on the real client with a scripted API. A run passes
its limit where a request costs more than it was forecast at; what was sent before that could be known is in flight.
The gate's cost is that of its program, start to end, beside a bare Python in the same rounds. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks import budget_gate, budget_runs
from scrimp.core.prices import PICO
from tests.client.driver import client_program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.budget_runs import Outcome

RUNS, QUICK_RUNS = 100, 10
FIVE_RUNS, QUICK_FIVE_RUNS = 10, 2
LANDING_RUNS, QUICK_LANDING_RUNS = 20, 4
ROUNDS = 100
BOUND_MS = 40

RANDOM, FIVE, ALONE = "random runs", "five agents in the background", "one agent that listens"
HEADS = (
    "",
    "runs",
    "passed the limit",
    "beyond it: median",
    "p95",
    "most",
    "most, of what was in flight",
    "sent later",
    "of the limit used: median",
    "ended with the answer, of those that listen",
)


def measure_runs(sizes: dict[str, int]) -> dict[str, list[Outcome]]:
    """All the runs, by what they are."""
    kinds = {RANDOM: budget_runs.any_kind, FIVE: budget_runs.five, ALONE: budget_runs.alone}

    def dot() -> None:
        print(".", end="", file=sys.stderr, flush=True)

    found = {name: budget_runs.runs(kinds[name], count, dot) for name, count in sizes.items()}
    print(file=sys.stderr)
    return found


def table_of_runs(found: dict[str, list[Outcome]]) -> str:
    """A row for each kind of run."""
    return _table(HEADS, [_row(name, outcomes) for name, outcomes in found.items()])


def _row(name: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    over = [one.over for one in outcomes]
    share = max((one.over / one.in_flight for one in outcomes if one.over), default=0.0)
    listening = [one for one in outcomes if one.listens]
    return (
        name,
        f"{len(outcomes)}",
        f"{sum(pico > 0 for pico in over)}",
        _usd(median(over)),
        _usd(quantiles(over, n=20, method="inclusive")[-1] if len(over) > 1 else over[0]),
        _usd(max(over)),
        f"{share:.0%}",
        f"{sum(one.later for one in outcomes)}",
        f"{median(one.billed / one.limit for one in outcomes):.0%}",
        f"{sum(one.is_answered for one in listening)} of {len(listening)}",
    )


def table_of_gate(times: dict[str, list[float]]) -> str:
    """Milliseconds of each program a turn starts."""
    bare = median(times[budget_gate.BARE])
    rows = [
        (name, f"{median(spent):.1f}", f"{quantiles(spent, n=20)[-1]:.1f}", f"{median(spent) / bare:.1f}")
        for name, spent in times.items()
    ]
    return _table(("", "median ms", "p95 ms", "x bare"), rows)


def faults_of(found: dict[str, list[Outcome]]) -> list[str]:
    """What no run may do."""
    everything = [(name, one) for name, outcomes in found.items() for one in outcomes]
    beyond = [f"{name}: beyond what was in flight: {one}" for name, one in everything if _is_beyond(one)]
    silent = [f"{name}: no answer: {one}" for name, one in everything if name == ALONE and not one.is_answered]
    often = [name for name, outcomes in found.items() if median(one.over for one in outcomes)]
    return [*beyond, *silent, *(f"{name}: half of the runs passed their limit" for name in often)]


def _is_beyond(one: Outcome) -> bool:
    return one.over > one.in_flight or one.later > 0


def _usd(pico: float) -> str:
    return f"${pico / PICO:.4f}" if pico else "$0"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = (heads, tuple("---" if not at else "--:" for at in range(len(heads))), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _show_gate(rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="scrimp-gate-") as folder:
        first_ms, times = budget_gate.measure(folder, rounds)
    megabytes = budget_gate.MEGABYTES
    print(f"A turn of a session with {megabytes} MB of transcript, {rounds} rounds; bound: {BOUND_MS} ms")
    print()
    print(table_of_gate(times))
    print()
    print(f"The first look at all {megabytes} MB, once: {first_ms:.0f} ms")


def _sizes(given: argparse.Namespace) -> dict[str, int]:
    if given.quick:
        return {RANDOM: QUICK_RUNS, FIVE: QUICK_FIVE_RUNS, ALONE: QUICK_LANDING_RUNS}
    return {RANDOM: given.runs, FIVE: FIVE_RUNS, ALONE: LANDING_RUNS}


def main(arguments: Sequence[str]) -> int:
    """Print both tables; 1 when a run did what none may do, or there is no client to measure with."""
    parser = argparse.ArgumentParser(description="how far beyond a limit runs of the real client go")
    parser.add_argument("--quick", action="store_true", help="a tenth of the runs")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"how many random runs (default {RUNS})")
    parser.add_argument("--gate-only", action="store_true", help="only what the gate costs")
    parser.add_argument("--json", metavar="FILE", help="write what each run came to, to FILE as well")
    given = parser.parse_args(arguments)
    _show_gate(ROUNDS // 5 if given.quick else ROUNDS)
    if given.gate_only:
        return 0
    if not client_program(os.environ):
        print("Claude Code is not installed: run `make client`", file=sys.stderr)
        return 1
    found = measure_runs(_sizes(given))
    print(f"\n{table_of_runs(found)}")
    if given.json:
        with open(given.json, "w", encoding="utf-8") as file:
            json.dump({name: [one._asdict() for one in outcomes] for name, outcomes in found.items()}, file, indent=1)
    faults = faults_of(found)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
