"""Write the rule that sends an agent to another model, if the evidence supports it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.cli import FAILED, OK
from scrimp.cli.limiting import files
from scrimp.cli.routing import rules
from scrimp.cli.wiring import asking, places, settings_file
from scrimp.core import prices, settings, times
from scrimp.core.errors import UsageError
from scrimp.core.routes import weighing
from scrimp.core.routes.rules import EFFORTS, MODELS
from scrimp.reports import routes, source
from scrimp.routing import adoption, results
from scrimp.routing.outcomes import Cell

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from scrimp.routing.outcomes import Run
    from scrimp.routing.results import Results

_MS = 1000
_LIVE = "no trial: who chose the model chose the work; `scrimp routes eval` compares on the same briefs"


class Evidence(NamedTuple):
    """Runs by cell, the baseline's name, and where they are from. is_trial: on the same briefs, in turns."""

    runs: Mapping[Cell, list[Run]]
    base: Cell
    origin: str
    is_trial: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp routes adopt`."""
    parser.add_argument("agent", metavar="AGENT", help="the type of agent that is to run elsewhere")
    parser.add_argument("model", metavar="MODEL", help="where")
    parser.add_argument("effort", metavar="EFFORT", nargs="?", default="", help="and at which effort")
    origin = parser.add_mutually_exclusive_group()
    origin.add_argument("--from", dest="file", metavar="FILE", default="", help="results of an evaluation")
    origin.add_argument(
        "--from-ledger", action="store_true", help="your own runs, without a trial: compared with --against"
    )
    parser.add_argument("--against", metavar="MODEL[/EFFORT]", default="", help="what it replaces, with --from-ledger")
    parser.add_argument("--scope", choices=files.SCOPES, default=files.LOCAL, help="local: this repo; user: all")
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--dry-run", action="store_true", help="show the diff and write nothing")
    source.add_places(parser)
    parser.set_defaults(json=False, csv=False, since="", until="", project="")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp routes adopt`: exit 1, and nothing written, where the evidence does not support the rule."""
    if arguments.effort and arguments.effort not in EFFORTS:
        raise UsageError(f"EFFORT {arguments.effort!r}: expected {', '.join(EFFORTS)}")
    wanted = Cell(arguments.model, arguments.effort)
    found = _of_ledger(arguments, environ) if arguments.from_ledger else _of_trial(arguments, environ)
    cell = _named(wanted, found)
    verdict = adoption.judged(cell, found.runs.get(cell, []), found.base, found.runs.get(found.base, []))
    print(f"evidence: {found.origin}")
    for line in verdict.support:
        print(f"holds: {line}")
    for line in verdict.refusals:
        print(f"missing: {line}")
    if verdict.refusals:
        print(f"not adopted: the evidence does not support {arguments.agent} on {wanted.name}")
        return FAILED
    if not found.is_trial:
        print(_LIVE)
    return _write(arguments, environ, wanted, found.base)


def _write(arguments: argparse.Namespace, environ: Mapping[str, str], wanted: Cell, base: Cell) -> int:
    rule = _rule(arguments, wanted, base)
    path = files.path_of(arguments.scope, environ, os.getcwd())
    plan = rules.plan(arguments.scope, settings_file.read(path), rule)
    if not plan.changes:
        print(f"{plan.path}: that rule is there already, nothing to change")
        return OK
    if not asking.may_write(arguments, plan):
        return OK if arguments.dry_run else FAILED
    files.write(plan)
    print(f"written: {plan.path}")
    for note in places.git_notes(plan.path, environ) if arguments.scope == files.LOCAL else ():
        print(note)
    return OK


def _rule(arguments: argparse.Namespace, wanted: Cell, base: Cell) -> dict[str, Any]:
    """What the settings get. A model with dearer tokens can have cheaper successes; then the rule has to say so."""
    rule: dict[str, Any] = {"agent": arguments.agent, "model": _short_name(wanted.model)}
    rule |= {"effort": wanted.effort} if wanted.effort else {}
    new, old = (weighing.Choice(prices.full_name(one.model), one.effort) for one in (wanted, base))
    if weighing.is_dearer(new, old, times.iso(round(time.time() * _MS))) is False:
        return rule
    if arguments.scope != files.USER:
        raise UsageError(f"{wanted.name} may cost more a token than {base.name}: only --scope user may say so")
    return {**rule, "dearer": True}


def _short_name(model: str) -> str:
    """As rules and the Agent tool name models."""
    found = model if model in MODELS else next((name for name in MODELS if prices.full_name(name) == model), "")
    if not found:
        raise UsageError(f"MODEL {model!r}: a subagent can be sent to {', '.join(MODELS)}, and to no other")
    return found


def _of_trial(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Evidence:
    found = _read(arguments, environ)
    agent = found.head.agent
    if agent != arguments.agent:
        raise UsageError(f"{found.path} is about {agent or 'no agent'}: its suite does not name {arguments.agent!r}")
    runs = {cell: found.of(cell) for cell in found.head.cells}
    return Evidence(runs, found.head.cells[0], f"suite {found.head.suite}, {found.path}", is_trial=True)


def _read(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Results:
    if arguments.file:
        return results.read(arguments.file)
    found = results.latest(settings.data_dir(environ), agent=arguments.agent)
    if found is None:
        raise UsageError(
            f"no suite for {arguments.agent} was run yet: `scrimp routes eval SUITE`, whose file says "
            f'agent = "{arguments.agent}"; or --from-ledger, for what your own runs say'
        )
    return found


def _of_ledger(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Evidence:
    """The runs of the agent by cell; those without an end say nothing."""
    if not arguments.against:
        raise UsageError("--from-ledger: --against MODEL/EFFORT says what it is compared with; see `scrimp routes`")
    model, _, effort = arguments.against.partition("/")
    arguments.model = ""  # of the reports' filters, which would leave the other side out
    with source.opened(arguments, environ) as opened:
        judged = [one for one in routes.judged(opened) if one.agent == arguments.agent and one.failure != "unfinished"]
    runs: dict[Cell, list[Run]] = {}
    for one in judged:
        runs.setdefault(one.cell, []).append(one.run)
    found = Evidence(
        runs, Cell(model, effort), f"{len(judged)} runs of {arguments.agent} in the ledger", is_trial=False
    )
    return found._replace(base=_named(found.base, found))


def _named(wanted: Cell, found: Evidence) -> Cell:
    """The cell that is meant, by the name that the evidence has for its model."""
    for cell in found.runs:
        is_same = prices.full_name(cell.model) == prices.full_name(wanted.model)
        if is_same and cell.effort == wanted.effort:
            return cell
    return wanted
