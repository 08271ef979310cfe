"""Run Claude Code once under a budget, with nothing installed, and say what it cost."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp run`."""
    parser.add_argument(
        "--max-budget-usd",
        metavar="USD",
        help="what its session may cost, all its agents, resumes and inner runs together",
    )
    parser.add_argument("--json", metavar="FILE", help="write the account to FILE, for scrimp check and for machines")
    parser.add_argument(
        "--summary", action="store_true", help="add the account to $GITHUB_STEP_SUMMARY and annotate the job"
    )
    parser.add_argument(
        "--wait-for-reset", action="store_true", help="where a plan's window is used up, wait until it resets"
    )
    parser.add_argument("command", metavar="-- claude …", nargs=argparse.REMAINDER, help="the client, as it is started")
    parser.epilog = (
        "Exit codes: the client's own; 2 wrong use; 3 the budget cut it short; 4 no gate was there. "
        "What the client prints passes through; the account goes to standard error."
    )


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp run`."""
    from scrimp.headless import running

    words = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    wanted = running.Wanted(
        words=tuple(words),
        max_budget=arguments.max_budget_usd,
        json_file=arguments.json or "",
        summary=arguments.summary,
        waits=arguments.wait_for_reset,
        folder=os.getcwd(),
    )
    sys.stdout.flush()
    return running.run(wanted, environ)
