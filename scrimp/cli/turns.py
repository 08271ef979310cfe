"""Show round trips by prompt: calls a request, what reading one thing at a time cost, what notices of it did."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scrimp.cli import OK
from scrimp.reports import shown, source, summary, turns

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from scrimp.reports.shown import Row

_USUAL = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp turns`."""
    parser.add_argument(
        "-n",
        "--number",
        type=source.number,
        default=_USUAL,
        metavar="N",
        help=f"so many prompts, the worst first ({_USUAL})",
    )
    source.add_arguments(parser)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp turns`."""
    with source.opened(arguments, environ) as opened:
        steps = turns.steps(opened)
        given = turns.notices_of(opened, steps)
        rows, total = turns.prompts(steps, given)[: arguments.number], turns.total(steps)
        effect = turns.effect(steps, given)
        notes = [*turns.NOTES, *_said(effect), *(summary.billing(opened) if summary.is_table(arguments) else ())]
        report = shown.Report(
            "Round trips, the prompts with the dearest serial reads first",
            turns.COLUMNS,
            opened.environ,
            total=total,
            notes=notes if rows else (),
            problems=opened.problems,
            nothing=shown.NOTHING if rows else source.nothing(opened),
            left_out=opened.notes,
        )
        if arguments.json:
            _show_json(report, rows, total, effect)
        else:
            shown.show(report, rows, arguments)
    return OK


def _show_json(report: shown.Report, rows: Sequence[Row], total: Row, effect: Mapping[str, Any]) -> None:
    """One object: all prompts together, the worst of them, and the notices."""
    of_all = [column for column in turns.COLUMNS if column.name in total]
    together = json.dumps(shown.as_object(of_all, total))
    listed = shown.as_json(turns.COLUMNS, rows).rstrip()
    shown.write(f'{{"total": {together}, "prompts": {listed}, "notices": {json.dumps(effect)}}}\n')
    shown.say_beside(report, rows)


def _said(effect: Mapping[str, Any]) -> list[str]:
    if not effect["given"]:
        return []
    was, became = effect["width_before"] or "-", effect["width_after"] or "-"
    notices = "1 notice" if effect["given"] == 1 else f"{effect['given']} notices"
    said = f"Told: {notices} of serial reads, {effect['followed']} followed, {effect['ignored']} not"
    return [f"{said}; width in those threads {was} before, {became} after (`batching` in scrimp.json: on, off, auto)"]
