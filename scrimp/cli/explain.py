"""Explain one request's dollars, leg by leg, with the price and its source; or list a turn's requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scrimp.cli import OK
from scrimp.reports import explain, explain_text, session, shown, source, summary, table, wording

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from scrimp.reports.source import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp explain`."""
    parser.add_argument("id", metavar="ID", help="a request's (message) id or a turn's (prompt) id, or its beginning")
    source.add_places(parser)
    source.add_timezone(parser)
    parser.add_argument("-j", "--json", action="store_true", help="the same as JSON; dollars are exact decimal strings")
    parser.set_defaults(csv=False, since="", until="", project="", model="")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp explain`."""
    with source.opened(arguments, environ) as opened:
        column, found = explain.named(opened.db, arguments.id)
        if column == "prompt_id":
            _show_turn(opened, found, arguments)
            return OK
        explained = explain.one(opened, found)
        notes = [] if arguments.json else summary.billing(opened)
    if arguments.json:
        shown.write(json.dumps(explain.as_object(explained), indent=2) + "\n")
    else:
        width = table.width_of(environ)
        lines = (*explain_text.lines(explained), *notes)
        shown.write("".join(f"{part.text}\n" for line in lines for part in table.paragraph(line, width)))
    return OK


def _show_turn(opened: Source, prompt_id: str, arguments: argparse.Namespace) -> None:
    of_turn = opened._replace(where="requests.prompt_id = ?", parameters=(prompt_id,))
    rows = session.requests(of_turn)
    report = shown.Report(
        f"Turn {wording.printable(prompt_id)}",
        session.REQUESTS,
        opened.environ,
        total=session.total_of_requests(rows) if len(rows) > 1 else None,
        unpriced=summary.unpriced_of(of_turn, rows),
        problems=opened.problems,
    )
    shown.show(report, rows, arguments)
