"""Show the limits, set one, raise one for a while, take them out; what loosens them is for a person on a terminal."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from scrimp.cli import FAILED, OK
from scrimp.core import ledger, managed_settings, settings
from scrimp.core.budget import kept
from scrimp.core.budget.rules import SCALES
from scrimp.core.errors import UsageError

if TYPE_CHECKING:
    import argparse
    import sqlite3
    from collections.abc import Mapping

    from scrimp.cli.wiring.plans import Plan
    from scrimp.core.budget.rules import Rules
    from scrimp.limiting.standing import Standing

_MS = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp budget`."""
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    status = what.add_parser("status", help="every limit: what is used, under way and left, and where it is set")
    status.add_argument("--json", action="store_true", help="one JSON object; amounts are exact decimal strings")
    sets = what.add_parser("set", help="write a limit into your own settings, and what keeps it")
    sets.add_argument("name", metavar="NAME", help="promptUsd, sessionUsd, dayUsd, weekUsd, monthUsd, turns, minutes …")
    sets.add_argument("amount", metavar="AMOUNT", help="dollars, as in 2.50, or the limit's own unit")
    raises = what.add_parser("raise", help="put something on top of a limit, for a person on a terminal")
    raises.add_argument("amount", metavar="AMOUNT", help="dollars, or the limit's own unit")
    raises.add_argument("--limit", metavar="NAME", default="", help="which (default: the one that stopped the session)")
    raises.add_argument("--for", dest="lasts", metavar="2h", default="", help="how long: 30m, 2h, 1d")
    clear = what.add_parser("clear", help="take limits out again, and what was raised")
    clear.add_argument("name", metavar="NAME", nargs="?", default="", help="only this one (default: all)")
    for one in (status, raises):
        one.add_argument("--session", metavar="ID", default="", help="of this session (default: the latest here)")
    for one in (sets, clear):
        _add_file_arguments(one)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp budget`."""
    return {"status": _status, "set": _set, "raise": _raise, "clear": _clear}[arguments.what](arguments, environ)


def _add_file_arguments(parser: argparse.ArgumentParser) -> None:
    from scrimp.cli.limiting import files

    which = parser.add_mutually_exclusive_group()
    which.add_argument("--repo", metavar="PATTERN", help="of the repos that match, such as ~/work/*")
    which.add_argument("--agent", metavar="TYPE", help="of the agents of this type")
    parser.add_argument(
        "--scope", choices=files.SCOPES, default=files.LOCAL, help="local: in this repo (default); user: in all"
    )
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--dry-run", action="store_true", help="show the diff and write nothing")
    parser.set_defaults(json=False)


def _status(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from scrimp.limiting import showing

    rules = settings.load(environ, os.getcwd()).budget
    with ledger.opened(ledger.path_of(environ)) as db:
        standing = _looked(db, rules, arguments, environ)
    if arguments.json:
        print(showing.as_json(rules, standing))
        return OK
    showing.table(rules, standing, environ)
    for problem in rules.problems:
        print(problem)
    return OK


def _raise(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from scrimp.core.ledger import raises
    from scrimp.limiting import raising, standing

    _require_person(environ)
    rules = settings.load(environ, os.getcwd()).budget
    with ledger.opened(ledger.path_of(environ)) as db:
        found = _looked(db, rules, arguments, environ)
        state = standing.chosen(found, arguments.limit)
        now_ms = found.where.now_ms
        extra, until_ms = raising.amount(arguments.amount, state), raising.until_ms(arguments.lasts, now_ms)
        with ledger.transaction(db):
            raises.add(db, state.name, state.span_key, extra, until_ms, now_ms)
    print(raising.told(state, extra, until_ms, now_ms))
    return OK


def _set(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from scrimp.cli.limiting import files
    from scrimp.cli.wiring import limited, places, plans, settings_file

    folder = os.getcwd()
    path = files.key(arguments.name, arguments.repo, arguments.agent)
    amount = files.value(path, arguments.amount)
    file = settings_file.read(files.path_of(arguments.scope, environ, folder))
    known = files.known(file, path)
    is_tighter = known is None or (isinstance(known, (int, float)) and amount <= known)
    _require_person(environ, needs_terminal=not is_tighter)
    limit = files.with_limit(arguments.scope, file, path, amount)
    entries = limited.plan(arguments.scope, environ, folder, wanted=True)
    if not limit.changes and not entries.changes:
        print(f"{limit.path}: that limit is there already, nothing to change")
        return OK
    if not _may_write(arguments, [limit, entries]):
        return OK if arguments.dry_run else FAILED
    if not is_tighter:
        kept.forget_all(settings.data_dir(environ))  # what runs goes by the settings again
    if entries.changes:
        plans.carry_out(entries, environ)
    files.write(limit)
    _say_written([limit, entries])
    for plan in (limit, entries) if arguments.scope == files.LOCAL else ():
        for note in places.git_notes(plan.path, environ) if plan.changes else ():
            print(note)
    _say_what_holds(arguments.name, amount, settings.load(environ, folder).budget)
    return OK


def _say_what_holds(name: str, amount: float, rules: Rules) -> None:
    """Where another file has a lower limit of this name, that one holds."""
    from scrimp.core.budget import wording

    found = next((one for one in rules.limits if (one.name, one.repo, one.agent) == (name, "", "")), None)
    if found is not None and found.amount < amount * SCALES[found.unit]:
        print(f"in force: {name} {wording.amount(found.unit, found.amount)}, from {found.source}")


def _clear(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from scrimp.cli.limiting import files
    from scrimp.cli.wiring import limited, plans, settings_file
    from scrimp.core.ledger import raises

    _require_person(environ)
    folder = os.getcwd()
    path = files.key(arguments.name, arguments.repo, arguments.agent) if arguments.name else files.EVERYTHING
    limit = files.without(arguments.scope, settings_file.read(files.path_of(arguments.scope, environ, folder)), path)
    written = [limit]
    if not limit.changes and not plans.wants_of(arguments.scope, environ, folder).is_limited:
        written.append(limited.plan(arguments.scope, environ, folder, wanted=False))  # what a limit has left behind
    if (any(plan.changes for plan in written) and not _may_write(arguments, written)) or arguments.dry_run:
        return OK if arguments.dry_run else FAILED
    kept.forget_all(settings.data_dir(environ))  # what runs goes by the settings again
    files.write(limit)
    if limit.changes and not plans.wants_of(arguments.scope, environ, folder).is_limited:
        written.append(limited.plan(arguments.scope, environ, folder, wanted=False))
    for plan in written[1:]:
        if plan.changes:
            plans.carry_out(plan, environ)
    _say_written(written)
    if not arguments.name:
        with ledger.opened(ledger.path_of(environ)) as db, ledger.transaction(db):
            print(f"raises taken back: {raises.clear(db)}")
    return OK


def _looked(
    db: sqlite3.Connection, rules: Rules, arguments: argparse.Namespace, environ: Mapping[str, str]
) -> Standing:
    """How the limits stand, with all that the transcripts say by now."""
    from scrimp.ingest import bring_up_to_date
    from scrimp.limiting import standing

    bring_up_to_date(db, settings.projects_dirs(environ), managed=managed_settings.prices(environ))
    return standing.look(db, rules, environ, (arguments.session, os.getcwd()), int(time.time() * _MS))


def _require_person(environ: Mapping[str, str], *, needs_terminal: bool = True) -> None:
    from scrimp.limiting import person

    refusal = person.refusal(environ, needs_terminal=needs_terminal)
    if refusal:
        raise UsageError(f"limits are for a person to change: {refusal}")


def _may_write(arguments: argparse.Namespace, wanted: list[Plan]) -> bool:
    """Show every diff, and ask once."""
    from scrimp.cli.wiring import asking

    for plan in wanted[:-1]:
        print(plan.diff, end="")
    return asking.may_write(arguments, wanted[-1])


def _say_written(wanted: list[Plan]) -> None:
    for plan in wanted:
        done = "removed" if plan.after is None else "written"
        print(f"{done}: {plan.path}" if plan.changes else f"{plan.path}: nothing to change")
