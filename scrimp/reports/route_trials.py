"""An evaluation's results side by side, the baseline first: quality and cost of a success with intervals, and time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrimp.core import prices
from scrimp.reports import routes, shown
from scrimp.reports.shown import COUNT, MODEL, PERCENT, SECONDS, TEXT, USD, Column
from scrimp.routing import adoption, evaluating, outcomes

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from scrimp.reports.shown import Row
    from scrimp.routing.results import Results

COLUMNS = (
    Column("model", "Model", MODEL),
    Column("effort", "Effort", TEXT),
    Column("runs", "Runs", COUNT),
    Column("successes", "OK", COUNT),
    Column("quality", "", PERCENT),
    Column("quality_low", "", PERCENT),
    Column("quality_high", "", PERCENT),
    Column("quality_range", "95 %", TEXT, 2),
    Column("run_usd", "A run", USD, 3),
    Column("success_usd", "A success", USD),
    Column("success_low_usd", "", USD),
    Column("success_high_usd", "", USD),
    Column("success_range", "95 %", TEXT, 2),
    Column("seconds", "Time", SECONDS, 1),
    Column("turns", "Turns", COUNT, 4),
    Column("verdict", "Adopt", TEXT),
)
_RULE = "A success: its run, and for a failed one the baseline's cost of a success on top: the work is done again there"
BY_YOU = "you"
_ENDED = {
    evaluating.NO_BUDGET: "stopped: the next run does not fit into the budget; --resume with more goes on",
    evaluating.NO_ROOM: "stopped: the next run does not fit into a limit of yours (scrimp budget); --resume goes on",
    evaluating.NO_RUNS: "stopped: several runs in a row were none",
    BY_YOU: "stopped by you; --resume goes on",
}


def rows(found: Results) -> list[Row]:
    """A row with COLUMNS for each cell, the baseline first; what has not been run has no quality."""
    base, *others = found.head.cells
    baseline = found.of(base)
    made = [{**_figures(outcomes.outcome(base, baseline, None)), "verdict": "baseline"}]
    for cell in others:
        runs = found.of(cell)
        verdict = adoption.judged(cell, runs, base, baseline)
        made.append(
            {
                **_figures(outcomes.outcome(cell, runs, baseline)),
                "verdict": "no" if verdict.refusals else "yes",
            }
        )
    return made


def as_object(found: Results, why: str) -> dict[str, Any]:
    """The whole for a program."""
    return {
        "suite": found.head.suite,
        "agent": found.head.agent,
        "file": found.path,
        "ended_by": why,
        "spent_usd": prices.usd(found.spent_pico),
        "cells": [shown.as_object(COLUMNS, row) for row in rows(found)],
        "refusals": _refusals(found),
        "problems": [row.problem for row in found.rows if row.problem],
    }


def show(found: Results, why: str, arguments: argparse.Namespace, environ: Mapping[str, str]) -> None:
    """The table, why each is not to be adopted, what was spent, where the results are."""
    problems = [row.problem for row in found.rows if row.problem]
    notes = [
        *(f"{name}: {text}" for name, some in _refusals(found).items() for text in some),
        *([_ENDED[why]] if why in _ENDED else []),
        *([f"{len(problems)} runs were none, in no rate: {problems[-1]}"] if problems else []),
        _RULE,
        f"spent ${found.spent_pico / prices.PICO:.4f}; results: {found.path}",
    ]
    shown.show(shown.Report(f"Suite {found.head.suite}", COLUMNS, environ, notes=notes), rows(found), arguments)


def _refusals(found: Results) -> dict[str, list[str]]:
    base, *others = found.head.cells
    verdicts = {cell.name: adoption.judged(cell, found.of(cell), base, found.of(base)) for cell in others}
    return {name: verdict.refusals for name, verdict in verdicts.items() if verdict.refusals}


def _figures(found: outcomes.Outcome) -> Row:
    return {**routes.figures(found), "run_usd": None if found.run_pico is None else round(found.run_pico)}
