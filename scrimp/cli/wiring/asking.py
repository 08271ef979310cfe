"""How install and uninstall speak: the diff first, then a question, and nothing written without a yes."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from scrimp.cli.wiring import places
from scrimp.core.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from scrimp.cli.wiring.plans import Plan
    from scrimp.cli.wiring.whole import Whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of everything that writes a settings file."""
    parser.add_argument(
        "--scope",
        choices=places.SCOPES,
        default="local",
        help="local: this repo, for you alone (default); project: this repo, for the team; user: all your repos",
    )
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--dry-run", action="store_true", help="show the diff and write nothing")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output; never asks")


def may_write(arguments: argparse.Namespace, plan: Plan | Whole) -> bool:
    """Whether to go on; shows the diff, asks where a person can answer, UsageError where none can."""
    if not arguments.json:
        print(plan.diff, end="")
    if arguments.dry_run:
        return False
    if arguments.yes:
        return True
    if arguments.json or not _is_terminal():
        raise UsageError("there is no terminal to ask on: use --yes to write this, or --dry-run to see it only")
    try:
        return input("Write this? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False


def show(arguments: argparse.Namespace, lines: list[str]) -> None:
    """Print `lines` for a person; with --json nothing, the report has them."""
    if not arguments.json:
        for line in lines:
            print(line)


def report(plan: Plan | Whole, *, written: bool, **more: object) -> None:
    """The one JSON object of a run."""
    row = {"scope": plan.scope, "file": plan.path, "changes": plan.changes, "written": written, "diff": plan.diff}
    print(json.dumps({**row, **more}, indent=2))


def _is_terminal() -> bool:
    return sys.stdin.isatty()
