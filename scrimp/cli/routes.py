"""Show what a success of each subagent cost, by model and effort; try others on a suite, and adopt what holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.cli import OK, parts, routing
from scrimp.reports import routes, shown, source

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

_NOTHING = "no runs of subagents here"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp routes`, and its parts as verbs of their own."""
    source.add_arguments(parser)
    parts.add(parser, routing, routing.PARTS, "trying and adopting")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp routes`."""
    if arguments.part:
        return parts.run(arguments, environ)
    with source.opened(arguments, environ) as opened:
        rows = routes.rows(routes.judged(opened))
        report = shown.Report(
            "",
            routes.COLUMNS,
            environ,
            notes=[*routes.conclusion(rows), *routes.NOTES] if rows else (),
            problems=opened.problems,
            nothing=source.nothing(opened, _NOTHING),
            left_out=opened.notes,
        )
    shown.show(report, rows, arguments)
    return OK
