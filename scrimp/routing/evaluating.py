"""Goes through a suite: each brief on each model and effort, several times, within one budget.

The order is interleaved (a run of every cell before the next run of any, each brief beginning with another cell), so
that no model has a better hour than another. The budget is held over all of it: a run is told what it may spend, that
is never more than what is left less one more request, since the client stops only after the request that goes over;
and it is not begun where a run like those before it would not fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits, prices
from scrimp.core.errors import UsageError
from scrimp.core.prices import PICO
from scrimp.core.usage import Usage
from scrimp.routing.results import Row

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from scrimp.routing.outcomes import Cell
    from scrimp.routing.results import Results
    from scrimp.routing.suite import Brief, Suite
    from scrimp.routing.trial import Trial

    Try = Callable[[Brief, Cell, float], Awaitable[Trial]]

DONE, NO_BUDGET, NO_ROOM, NO_RUNS = "done", "the budget", "a limit", "the client"
"""Why it ended: all was run; the next run does not fit the budget, or a limit of the person's; nothing can be run."""


class Task(NamedTuple):
    """One run to be made."""

    number: int
    brief: Brief
    cell: Cell


def tasks(suite: Suite, cells: Sequence[Cell], runs: int) -> Iterator[Task]:
    """All runs, in their order."""
    for number in range(runs):
        for place, brief in enumerate(suite.briefs):
            turn = (number + place) % len(cells)
            for cell in (*cells[turn:], *cells[:turn]):
                yield Task(number, brief, cell)


def request_pico(cell: Cell, at: str) -> int:
    """What a first request costs on a cell's model, by estimate; UsageError where its price is not known."""
    price = prices.lookup(prices.full_name(cell.model), at=at, prompt_tokens=limits.ROUTES_FIRST_TOKENS)
    if price is None:
        raise UsageError(f"the price of {cell.model} is not known: its runs could not be kept within a budget")
    return prices.cost(Usage(0, limits.ROUTES_REPLY_TOKENS, 0, limits.ROUTES_FIRST_TOKENS, 0, 0, 0), price)


async def go_through(
    suite: Suite,
    results: Results,
    max_pico: int,
    attempt: Try,
    said: Callable[[Task, Row], None],
    *,
    left_pico: Callable[[], int | None] = lambda: None,
) -> str:
    """Make the runs that `results` do not hold yet, and write each down; why it ended.

    left_pico: what the person's own limits leave at the moment, in pico-dollars; None where none is set.
    """
    done = {(row.number, row.brief, row.cell) for row in results.rows if not row.problem}
    problems = 0
    for task in tasks(suite, results.head.cells, results.head.runs):
        if (task.number, task.brief.name, task.cell) in done:
            continue
        room = _room(task.cell, results, max_pico, suite.max_run_usd)
        if room <= 0:
            return NO_BUDGET
        left = left_pico()
        if left is not None:
            room = min(room, _room(task.cell, results, results.spent_pico + left, suite.max_run_usd))
        if room <= 0:
            return NO_ROOM
        trial = await attempt(task.brief, task.cell, room / PICO)
        row = _row(task, trial)
        results.add(row)
        said(task, row)
        problems = problems + 1 if trial.problem else 0
        if problems >= limits.ROUTES_PROBLEMS:
            return NO_RUNS
    return DONE


def _room(cell: Cell, results: Results, max_pico: int, max_run_usd: float) -> int:
    """What the next run of a cell may cost; 0 where it is not to begin."""
    mine = [row for row in results.rows if row.cell == cell]
    request = max((row.largest_pico for row in mine), default=0) or request_pico(cell, results.head.at)
    usual = max((row.pico or 0 for row in mine), default=0) or request
    room = min(round(max_run_usd * PICO), max_pico - results.spent_pico - request)
    return room if room >= min(usual, round(max_run_usd * PICO)) else 0


def _row(task: Task, trial: Trial) -> Row:
    return Row(
        task.brief.name,
        task.cell,
        task.number,
        not trial.failures and not trial.problem,
        trial.failures,
        trial.answer[: limits.ROUTES_ANSWER_CHARS],
        trial.pico,
        trial.client_usd,
        trial.largest_pico,
        trial.seconds,
        trial.turns,
        trial.problem,
    )
