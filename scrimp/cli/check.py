"""Check what a run cost, against an amount or another run: exit code 5 where it cost more."""

from __future__ import annotations

import argparse
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

from scrimp.cli import OK
from scrimp.core.errors import UsageError
from scrimp.reports import source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrimp.headless.checking import Cost

DEARER = 5
"""The exit code that says so."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp check`."""
    parser.add_argument("run", metavar="FILE", nargs="?", help="of scrimp run --json; else the ledger's last session")
    parser.add_argument("--max-usd", metavar="USD", help="it may not have cost more than this")
    parser.add_argument("--baseline", metavar="FILE", help="of scrimp run --json: nor more than this run, beyond …")
    parser.add_argument("--max-increase", metavar="PERCENT", help="… so much, as in 20%%")
    source.add_places(parser)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp check`."""
    from scrimp.headless import checking, handing_down

    if (arguments.baseline is None) != (arguments.max_increase is None):
        raise UsageError("--baseline FILE and --max-increase 20% go together")
    if arguments.max_usd is None and arguments.baseline is None:
        raise UsageError("there is nothing to check: give --max-usd 0.50, or --baseline FILE --max-increase 20%")
    most = None if arguments.max_usd is None else handing_down.dollars(arguments.max_usd, "--max-usd")
    increase = checking.percent(arguments.max_increase) if arguments.max_increase is not None else Decimal(0)
    baseline = None if arguments.baseline is None else checking.read(arguments.baseline)
    cost = checking.read(arguments.run) if arguments.run else _last_session(arguments, environ)
    faults = checking.faults(cost, most, baseline, increase)
    for fault in faults:
        _say(fault, environ)
    if not faults:
        print(checking.passed(cost, most, baseline))
    return DEARER if faults else OK


def _say(fault: str, environ: Mapping[str, str]) -> None:
    """A fault is said on standard error, where GitHub Actions also finds it as an annotation."""
    from scrimp.headless import account_text

    print(f"scrimp: {fault}", file=sys.stderr)
    if environ.get("GITHUB_ACTIONS") == "true":
        print(account_text.annotation("error", fault), file=sys.stderr)


def _last_session(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Cost:
    """The latest session of the ledger, brought up to date; NotFoundError where there is none."""
    from scrimp.core import prices
    from scrimp.headless.checking import Cost
    from scrimp.reports import session, totals, unpriced, wording

    reports = argparse.ArgumentParser()
    source.add_arguments(reports)
    asked = reports.parse_args([], argparse.Namespace(projects=arguments.projects, ledger=arguments.ledger))
    with source.opened(asked, environ) as opened:
        name = session.latest(opened)
        only = session.only(opened, name)
        sums = totals.summed(totals.rows(only, "session"))
        missing = unpriced.named(only) if "unpriced" in sums["flags"] else []
    return Cost(f"session {wording.short_id(name)}", Decimal(prices.usd(sums["cost_usd"])), tuple(missing))
