"""Show one session turn by turn: dollars, cache hit rate, tools, seconds; and against the client's own total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.cli import OK
from scrimp.core import managed_settings
from scrimp.core.errors import UsageError
from scrimp.reports import breakdown, gap, session, shown, source, summary, wording
from scrimp.reports.groupings import GROUPINGS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from scrimp.reports.gap import Account
    from scrimp.reports.source import Source

_NO_TOTAL = "the client has left no total of its own for this session"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp session`."""
    parser.add_argument(
        "id", metavar="ID", nargs="?", default=None, help="a session's id or its beginning; else the latest"
    )
    parser.add_argument("--requests", action="store_true", help="request by request instead of turn by turn")
    parser.add_argument("--gap", action="store_true", help="only how it differs from the client's own total, and why")
    summary.add_arguments(parser)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp session`."""
    breakdown.refuse_csv(arguments)
    if arguments.breakdown and arguments.requests:
        raise UsageError("--breakdown: a request has one model, which is in its row")
    with source.opened(arguments, environ) as opened:
        name = session.latest(opened) if arguments.id is None else session.named(opened.db, arguments.id)
        only = session.only(opened, name)
        with_gap = arguments.gap or summary.is_table(arguments)
        account = gap.account(opened.db, name, managed_settings.prices(environ)) if with_gap else None
        if not arguments.gap:
            _show_session(name, only, arguments, is_last=account is None)
        if account and not arguments.gap:
            print()
        if account or arguments.gap:
            _show_gap(account, only, arguments)
    return OK


def _show_session(name: str, only: Source, arguments: argparse.Namespace, *, is_last: bool) -> None:
    """The table of its turns, or of its requests; what was wrong in the transcripts stands under the last table."""
    if arguments.requests:
        rows, columns, total = session.requests(only), session.REQUESTS, session.total_of_requests
    else:
        rows, columns, total = session.turns(only), session.TURNS, session.total
    report = shown.Report(
        f"Session {wording.printable(name)}",
        [*columns, *([breakdown.COLUMN] if arguments.breakdown else [])],
        only.environ,
        total=total(rows) if len(rows) > 1 else None,
        notes=summary.billing(only) if summary.is_table(arguments) else (),
        unpriced=summary.unpriced_of(only, rows),
        problems=only.problems if is_last else {},
        nothing=source.nothing(only),
        left_out=only.notes,
    )
    rows = summary.ordered(rows, arguments, by_time=True)
    if arguments.breakdown:
        breakdown.add(only, GROUPINGS["turn"], rows)
        rows = list(breakdown.spread(rows)) if summary.is_table(arguments) else rows
    shown.show(report, rows, arguments)


def _show_gap(account: Account | None, only: Source, arguments: argparse.Namespace) -> None:
    rows = gap.rows(account) if account else []
    title = "Against the client's own total"
    report = shown.Report(title, gap.COLUMNS, only.environ, problems=only.problems, nothing=_NO_TOTAL)
    shown.show(report, rows, arguments)
