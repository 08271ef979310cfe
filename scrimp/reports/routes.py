"""What each type of subagent cost for a success, by model and effort, from the runs that the ledger knows.

A success: it ended by itself with a report, the report has no `could not:`, its brief was not given again under the
same prompt, and its parent did not do its work again. What a person said next is shown apart: a weak sign. These runs
are no trial: a person or a model chose where each went, so hard work and dear models may go together.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core import limits, prices
from scrimp.reports import totals
from scrimp.reports.shown import COUNT, FLAGS, MODEL, PERCENT, SECONDS, TEXT, USD, Column
from scrimp.routing import evidence, outcomes, signals
from scrimp.routing.outcomes import Cell, Run

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source
    from scrimp.routing.outcomes import Outcome

MIXED = "(several)"
"""The model or effort of a run whose requests had more than one."""

COLUMNS = (
    Column("agent", "Agent", TEXT),
    Column("model", "Model", MODEL),
    Column("effort", "Effort", TEXT, 2),
    Column("runs", "Runs", COUNT),
    Column("successes", "OK", COUNT),
    Column("quality", "Rate", PERCENT, 5),
    Column("quality_low", "", PERCENT),
    Column("quality_high", "", PERCENT),
    Column("quality_range", "95 %", TEXT, 1),
    Column("success_usd", "A success", USD),
    Column("success_low_usd", "", USD),
    Column("success_high_usd", "", USD),
    Column("success_range", "95 %", TEXT, 4),
    Column("seconds", "Time", SECONDS, 6),
    Column("turns", "Turns", COUNT, 7),
    Column("failures", "Failures", TEXT, 3),
    Column("corrected", "Corrected", COUNT, 8),
    Column("unfinished", "", COUNT),
    Column("cost_usd", "Cost", USD, 5),
    Column("is_enough", "", TEXT),
    Column("flags", "", FLAGS),
)
NOTES = (
    "A success: a report without `could not:`, neither brief nor work done again; it costs all runs by the successes",
    "Not a trial: who chose the model chose the work; `scrimp routes eval` compares them on the same briefs",
)

_RUNS = """
    SELECT runs.session_id, runs.agent_id, runs.agent_type, runs.prompt_at, runs.began_at, runs.reported_at, runs.brief,
        runs.ended, runs.could_not, runs.targets, runs.again, runs.commands_again, runs.corrected,
        MIN(requests.model), COUNT(DISTINCT requests.model), MIN(requests.effort), COUNT(DISTINCT requests.effort),
        SUM(requests.cost_pico), COUNT(*), GROUP_CONCAT(DISTINCT NULLIF(requests.flags, '')),
        (julianday(MAX(requests.ended_at)) - julianday(MIN(NULLIF(requests.at, '')))) * 86400
    FROM agent_runs AS runs JOIN requests USING (session_id, agent_id) WHERE {where}
    GROUP BY runs.session_id, runs.agent_id ORDER BY runs.began_at, runs.agent_id
"""
_BRIEFS = "SELECT session_id, prompt_at, brief, began_at FROM agent_runs WHERE brief <> ''"


class Judged(NamedTuple):
    """A run of an agent. failure: why it was none that did its work, '' where it was."""

    agent: str
    cell: Cell
    run: Run
    failure: str
    is_corrected: bool
    cost_pico: int
    flags: Sequence[str]


def judged(source: Source) -> list[Judged]:
    """Every run that is asked for, by time; the evidence is brought up to date first."""
    evidence.bring_up_to_date(source.db)
    briefs = _briefs(source.db)
    query = _RUNS.format(where=source.where)
    return [_judged(row, briefs) for row in source.db.execute(query, source.parameters)]


def rows(found: Iterable[Judged]) -> list[Row]:
    """A row with COLUMNS for each agent type, model and effort; an agent's most used one first."""
    groups: defaultdict[tuple[str, Cell], list[Judged]] = defaultdict(list)
    for one in found:
        groups[one.agent, one.cell].append(one)
    made = [_row(agent, cell, some) for (agent, cell), some in groups.items()]
    return sorted(made, key=lambda row: (row["agent"], -row["runs"], row["model"], row["effort"]))


def _briefs(db: sqlite3.Connection) -> dict[tuple[str, str, str], list[str]]:
    """When each brief was given under each prompt, on any model."""
    found: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for session, prompt_at, brief, began_at in db.execute(_BRIEFS):
        found[session, prompt_at, brief].append(began_at)
    return found


def _judged(row: tuple[Any, ...], briefs: dict[tuple[str, str, str], list[str]]) -> Judged:
    session, _, agent, prompt_at, _, reported_at, brief, ended, could_not, targets, again, commands, corrected = row[
        :13
    ]
    model, models, effort, efforts, pico, turns, flags, seconds = row[13:]
    is_again = bool(reported_at) and any(at > reported_at for at in briefs.get((session, prompt_at, brief), ()))
    failure = ""
    if ended != evidence.DONE:
        failure = ended
    elif could_not:
        failure = "could not"
    elif is_again:
        failure = "brief again"
    elif signals.is_redone(targets, again, commands):
        failure = "redone"
    met = totals.flags_of(flags)
    cell = Cell(model if models == 1 else MIXED, effort if efforts == 1 else MIXED)
    run = Run(not failure, None if "unpriced" in met else pico, seconds, turns)
    return Judged(agent, cell, run, failure, bool(corrected), pico, met)


def _row(agent: str, cell: Cell, some: Sequence[Judged]) -> Row:
    ended = [one for one in some if one.failure != evidence.UNFINISHED]
    found = outcomes.outcome(cell, [one.run for one in ended], None)
    failures: defaultdict[str, int] = defaultdict(int)
    for one in ended:
        failures[one.failure] += 1
    failures.pop("", None)
    return {
        "agent": agent or "(unnamed)",
        **figures(found),
        "failures": ", ".join(f"{number} {name}" for name, number in sorted(failures.items())),
        "corrected": sum(one.is_corrected for one in ended),
        "unfinished": len(some) - len(ended),
        "cost_usd": sum(one.cost_pico for one in some),
        "is_enough": "yes" if found.runs >= limits.ROUTES_FEW_RUNS else "no",
        "flags": sorted({flag for one in some for flag in one.flags}),
    }


def figures(found: Outcome) -> Row:
    """The columns that an outcome has in every table of routes."""
    low, high = found.quality
    cost = found.success_range
    return {
        "model": found.cell.model,
        "effort": found.cell.effort,
        "runs": found.runs,
        "successes": found.successes,
        "quality": found.rate if found.runs else None,
        "quality_low": low,
        "quality_high": high,
        "quality_range": f"{low:.0%} to {high:.0%}",
        "success_usd": _pico(found.success_pico),
        "success_low_usd": _pico(cost.low if cost else None),
        "success_high_usd": _pico(cost.high if cost else None),
        "success_range": f"${cost.low / prices.PICO:.4f} to ${cost.high / prices.PICO:.4f}" if cost else "",
        "seconds": found.seconds,
        "turns": round(found.turns),
    }


def conclusion(rows: Sequence[Row]) -> list[str]:
    """What may not be read out of the rows."""
    few = sum(row["is_enough"] == "no" for row in rows)
    left = sum(row["unfinished"] for row in rows)
    lines = [f"{few} of {len(rows)} rows have fewer than {limits.ROUTES_FEW_RUNS} runs: no conclusion"] if few else []
    return [*lines, f"runs without an end, in none of the rates: {left}"] if left else lines


def _pico(value: float | None) -> int | None:
    return None if value is None else round(value)
