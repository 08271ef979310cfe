"""Show what a success of each subagent cost, by model and effort; try others on a suite, and adopt what holds."""

from __future__ import annotations

import argparse
import importlib
from typing import TYPE_CHECKING, Any

from scrimp.cli import OK, routing
from scrimp.reports import routes, shown, source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

_NOTHING = "no runs of subagents here"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp routes`, and its parts as verbs of their own."""
    source.add_arguments(parser)
    parts = parser.add_subparsers(dest="part", metavar="PART", title="trying and adopting", parser_class=_Part)
    for name, line in routing.PARTS.items():
        parts.add_parser(name, help=line, description=line, allow_abbrev=False)


class _Part(argparse.ArgumentParser):
    """A part's own parser, which imports the part only when it is asked for."""

    def parse_known_args(  # pyright: ignore[reportIncompatibleMethodOverride] - it has overloads
        self,
        args: Any = None,  # noqa: ANN401 - as the base class
        namespace: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Take the part's arguments and read them."""
        _module(self.prog.rpartition(" ")[2]).add_arguments(self)
        return super().parse_known_args(args, namespace)


def _module(part: str) -> ModuleType:
    return importlib.import_module(f"scrimp.cli.routing.{part}")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp routes`."""
    if arguments.part:
        return _module(arguments.part).run(arguments, environ)
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
