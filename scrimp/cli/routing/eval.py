"""Try models and efforts on a suite of briefs with checkable answers, within a budget."""

from __future__ import annotations

import functools
import json
import sys
import time
import uuid
from typing import TYPE_CHECKING

import anyio

from scrimp.cli import FAILED, OK
from scrimp.core import ledger, managed_settings, settings, times
from scrimp.core.budget import gate, weighing
from scrimp.core.budget.rules import USD
from scrimp.core.budget.where import Where
from scrimp.core.errors import UsageError
from scrimp.core.ledger import own
from scrimp.core.prices import PICO
from scrimp.core.routes.rules import EFFORTS
from scrimp.digest import claude_code
from scrimp.headless import handing_down
from scrimp.reports import route_trials, shown, source
from scrimp.routing import evaluating, results, suite, trial
from scrimp.routing.outcomes import Cell
from scrimp.routing.results import Head
from scrimp.routing.trial import Kept

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping, Sequence

    from scrimp.digest.models import Used
    from scrimp.routing.evaluating import Task
    from scrimp.routing.results import Results, Row
    from scrimp.routing.suite import Suite

_MS = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp routes eval`."""
    parser.add_argument("suite", metavar="SUITE", help="a TOML or JSON file of briefs, or the name of a shipped one")
    parser.add_argument("--max-budget-usd", metavar="USD", required=True, help="what all runs together may cost")
    parser.add_argument("--models", metavar="A,B", default="", help="the first is the baseline (default: the suite's)")
    parser.add_argument("--efforts", metavar="A,B", default="", help="the first is the baseline (default: the suite's)")
    parser.add_argument("--runs", metavar="N", type=source.number, help="of each brief on each (default: the suite's)")
    parser.add_argument("--resume", action="store_true", help="go on with the last evaluation of this suite")
    parser.add_argument("-j", "--json", action="store_true", help="one object; dollars are exact decimal strings")
    parser.set_defaults(csv=False)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp routes eval`: the table also where it was stopped; exit 1 where nothing could be run."""
    path = suite.path_of(arguments.suite)
    wanted = suite.read(path)
    folder = suite.folder_of(wanted, path)
    max_pico = int(handing_down.dollars(arguments.max_budget_usd, "--max-budget-usd") * PICO)
    executable = claude_code.program(environ)
    if not executable:
        raise UsageError("claude is not on the PATH: an evaluation runs your own Claude Code")
    found = _results(arguments, wanted, settings.data_dir(environ))
    world = trial.World(executable, environ, folder, _recorder(environ, found.head.session, folder or path))
    _know_lost(found, environ)
    try:
        why = _go(wanted, found, max_pico, world)
    except KeyboardInterrupt:
        _know_lost(found, environ)
        why = route_trials.BY_YOU
    _show(arguments, found, why, environ)
    return FAILED if why == evaluating.NO_RUNS else OK


def _go(wanted: Suite, found: Results, max_pico: int, world: trial.World) -> str:
    async def attempt(brief: suite.Brief, cell: Cell, max_usd: float) -> trial.Trial:
        return await trial.run(wanted, brief, cell, max_usd, world)

    left_pico = functools.partial(_left_pico, world.environ, found.head.session, world.folder)
    run_all = functools.partial(evaluating.go_through, left_pico=left_pico)
    return anyio.run(run_all, wanted, found, max_pico, attempt, functools.partial(_say, found))


def _left_pico(environ: Mapping[str, str], session: str, folder: str) -> int | None:
    """What the person's own limits in dollars leave, the tightest of them; None where none is set."""
    rules = settings.own(environ).budget
    if not rules.is_set:
        return None
    where = Where(session, "", "", "", folder, "", round(time.time() * _MS))
    with ledger.opened(ledger.path_of(environ)) as db:
        states = gate.states(db, rules, where, environ)
    return min((weighing.room(state) for state in states if state.limit.unit == USD), default=None)


def _know_lost(found: Results, environ: Mapping[str, str]) -> None:
    """What the ledger has of this evaluation beyond its lines."""
    with ledger.opened(ledger.path_of(environ)) as db:
        found.lost_pico = max(0, own.spent(db, found.head.session) - sum(row.pico or 0 for row in found.rows))


def _results(arguments: argparse.Namespace, wanted: Suite, folder: str) -> Results:
    """Those that are gone on with, or new ones; UsageError for models without a price."""
    if arguments.resume:
        known = results.latest(folder, fingerprint=wanted.fingerprint)
        if known is None:
            raise UsageError(f"--resume: there is no evaluation of {wanted.name} as it is now; leave --resume out")
        return known
    models, efforts = _listed(arguments.models) or wanted.models, _listed(arguments.efforts) or wanted.efforts
    wrong = [one for one in efforts if one not in EFFORTS]
    if wrong:
        raise UsageError(f"--efforts {wrong[0]!r}: expected {', '.join(EFFORTS)}")
    at = times.iso(round(time.time() * _MS))
    cells = tuple(dict.fromkeys(Cell(model, effort) for model in models for effort in efforts))
    for cell in cells:
        evaluating.request_pico(cell, at)
    session = f"scrimp-eval-{uuid.uuid4()}"
    head = Head(wanted.name, wanted.fingerprint, wanted.agent, cells, arguments.runs or wanted.runs, at, session)
    return results.begin(folder, head)


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _recorder(environ: Mapping[str, str], session: str, folder: str) -> Callable[[Sequence[Used]], Kept]:
    """Keeps requests in the ledger, once, as ours; what they cost by its prices."""
    managed = managed_settings.prices(environ)

    def record(used: Sequence[Used]) -> Kept:
        at = times.iso(round(time.time() * _MS))
        largest = 0
        unpriced = False
        with ledger.opened(ledger.path_of(environ)) as db, ledger.transaction(db):
            total = 0
            for one in used:
                pico = own.add(
                    db, [one], session_id=session, prompt_id="", folder=folder, at=at, managed=managed,
                    agent_type=own.EVAL_TYPE,
                )  # fmt: skip
                total, largest = total + pico, max(largest, pico)
                unpriced = unpriced or not own.is_priced(db, one[0])
        return Kept(None if unpriced else total, largest)

    return record


def _say(found: Results, task: Task, row: Row) -> None:
    """One line a run, on standard error."""
    number = sum(not one.problem for one in found.rows)
    how = row.problem or ("ok" if row.is_success else "; ".join(row.failures))
    shown.write(f"{number}. {task.brief.name} on {task.cell.name}: {how} (${row.client_usd:.4f})\n", sys.stderr)


def _show(arguments: argparse.Namespace, found: Results, why: str, environ: Mapping[str, str]) -> None:
    if arguments.json:
        shown.write(json.dumps(route_trials.as_object(found, why), indent=2) + "\n")
    else:
        route_trials.show(found, why, arguments, environ)
