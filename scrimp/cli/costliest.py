"""Show the turns and tool results that cost the most, with what they have cost in re-reads since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.cli import OK
from scrimp.core.errors import UsageError
from scrimp.reports import costliest, shown, source, summary

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from scrimp.reports.shown import Report, Row
    from scrimp.reports.source import Source

    Part = tuple[str, Report, list[Row]]

_USUAL = 10
_NO_RESULTS = "no tool results here"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp costliest`."""
    parser.add_argument(
        "--turns", metavar="N", type=source.number, help=f"only turns, so many (usual: {_USUAL} of both)"
    )
    parser.add_argument("--results", metavar="N", type=source.number, help="only tool results, so many")
    source.add_arguments(parser)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp costliest`."""
    if arguments.csv and (arguments.turns is None) == (arguments.results is None):
        raise UsageError("--csv is one table: give either --turns N or --results N with it")
    with source.opened(arguments, environ) as opened:
        parts = _parts(opened, arguments)
        if len(parts) > 1 and arguments.json:
            _show_json(parts)
            return OK
        for place, (_, report, rows) in enumerate(parts):
            if place:
                print()
            shown.show(report, rows, arguments)
    return OK


def _parts(opened: Source, arguments: argparse.Namespace) -> list[Part]:
    """Turns, results, or both; what is said below all is below the last."""
    turns, results = arguments.turns, arguments.results
    if turns is None and results is None:
        turns = results = _USUAL
    parts: list[Part] = []
    if turns is not None:
        rows = costliest.turns(opened, turns)
        why = shown.NOTHING if rows else source.nothing(opened)
        report = shown.Report("The turns that cost the most", costliest.TURNS, opened.environ, nothing=why)
        parts.append(("turns", report, rows))
    if results is not None:
        title = "The tool results that cost the most"
        rows = costliest.tool_results(opened, results)
        why = shown.NOTHING if rows else source.nothing(opened, _NO_RESULTS)
        report = shown.Report(title, costliest.RESULTS, opened.environ, notes=costliest.NOTES, nothing=why)
        parts.append(("results", report, rows))
    name, last, rows = parts[-1]
    notes = [*last.notes, *(summary.billing(opened) if summary.is_table(arguments) else ())] if rows else []
    unpriced = summary.unpriced_of(opened, [row for _, _, rows in parts for row in rows])
    parts[-1] = (
        name,
        last._replace(notes=notes, unpriced=unpriced, problems=opened.problems, left_out=opened.notes),
        rows,
    )
    return parts


def _show_json(parts: Sequence[Part]) -> None:
    """One object with a list for each part."""
    lists = [f'"{name}": {shown.as_json(report.columns, rows).rstrip()}' for name, report, rows in parts]
    shown.write(f"{{{', '.join(lists)}}}\n")
    _, last, rows = parts[-1]
    shown.say_beside(last, rows)
