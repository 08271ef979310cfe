"""Sum up what requests cost and used: by turn, session, day, model, project and more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.cli import OK
from scrimp.core.errors import UsageError
from scrimp.reports import summary
from scrimp.reports.groupings import GROUPINGS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

_TOOL = "tool"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp report`."""
    parser.add_argument("--by", choices=[*GROUPINGS, _TOOL], default="day", help="a row for each of these (day)")
    summary.add_arguments(parser)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp report`."""
    if arguments.by == _TOOL:
        if arguments.breakdown:
            raise UsageError("--breakdown: what a tool's results cost is not known by model")
        from scrimp.reports import tools

        tools.run(arguments, environ)
    else:
        summary.run(arguments.by, arguments, environ)
    return OK
