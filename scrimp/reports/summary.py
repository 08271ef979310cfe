"""`scrimp report` and its shortcuts: the sums of one grouping, shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core.errors import UsageError
from scrimp.reports import breakdown, shown, source, totals
from scrimp.reports.groupings import GROUPINGS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from scrimp.reports.shown import Column, Row
    from scrimp.reports.source import Source

ASCENDING, DESCENDING = "asc", "desc"
LEGEND = (
    "Cost: dollars at list prices (≥ at least, ≈ an estimate). Reqs: paid requests. In, Out: tokens sent without "
    "the cache, and written by the model. Read: prompt tokens read from the cache. W 5m, W 1h: prompt tokens "
    "written to it, for 5 minutes or an hour. Hit: the share of all prompt tokens that was read from the cache. "
    "Tools: tool calls. Batch: tool calls for each request that called any. Agents: the share of the dollars that"
    " subagents cost. Web: web searches. Time: of turns, from the first request to the last reply. Flags: "
    "letters, each explained below the table where it occurs. A table leaves out columns that do not fit; JSON "
    "and CSV have all."
)
"""What the columns' titles mean."""

_TIMES = (shown.Column("first_at", "", shown.TIME), shown.Column("last_at", "", shown.TIME))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of reports of sums."""
    source.add_arguments(parser)
    add_layout(parser)


def add_layout(parser: argparse.ArgumentParser) -> None:
    """The arguments that say in which order rows stand and how fine they are."""
    parser.add_argument(
        "-o",
        "--order",
        choices=[ASCENDING, DESCENDING],
        help="the earliest first, or the latest; of rows that are no times: the cheapest first, or the dearest",
    )
    parser.add_argument("-b", "--breakdown", action="store_true", help="a row for each model under each row")
    parser.epilog = LEGEND


def run(by: str, arguments: argparse.Namespace, environ: Mapping[str, str]) -> None:
    """Show the sums that the grouping `by` gives."""
    grouping = GROUPINGS[by]
    breakdown.refuse_csv(arguments)
    if arguments.breakdown and grouping.by_leg:
        raise UsageError(f"--breakdown: --by {by} has a row for each model already")
    with source.opened(arguments, environ) as opened:
        rows = totals.rows(opened, by)
        rows = ordered(rows, arguments, by_time=grouping.by_time)
        if arguments.breakdown:
            breakdown.add(opened, grouping, rows)
        report = shown.Report(
            "",
            [*columns(by), *([breakdown.COLUMN] if arguments.breakdown else [])],
            environ,
            total=_total(opened, by, rows),
            notes=billing(opened) if rows and is_table(arguments) else (),
            unpriced=unpriced_of(opened, rows),
            problems=opened.problems,
            nothing=shown.NOTHING if rows else source.nothing(opened),
            left_out=opened.notes,
        )
    if arguments.breakdown and is_table(arguments):
        rows = list(breakdown.spread(rows))
    shown.show(report, rows, arguments)


def ordered(rows: list[Row], arguments: argparse.Namespace, *, by_time: bool) -> list[Row]:
    """Rows as --order has them: those by time are given with the earliest first, others with the dearest first."""
    usual = ASCENDING if by_time else DESCENDING
    return rows if arguments.order in {None, usual} else rows[::-1]


def columns(by: str) -> list[Column]:
    """What the rows of a grouping have; programs are given all of it."""
    grouping = GROUPINGS[by]
    sums = [column for column in totals.SUMS if column.name != "seconds" or grouping.of_turn]
    own = {column.name for column in grouping.columns}
    return [*grouping.columns, *sums, *(column for column in _TIMES if column.name not in own)]


def is_table(arguments: argparse.Namespace) -> bool:
    """Whether a person reads it."""
    return not arguments.json and not arguments.csv


def billing(source: Source) -> list[str]:
    """For a subscriber, what these dollars are, and how far the plan's windows are used."""
    from scrimp.core import plans  # noqa: PLC0415 - not for JSON

    now = source.now.timestamp()
    if plans.is_billed(source.environ, source.db, now):
        return []
    windows = plans.headline(source.db, source.environ, now)
    return [line for line in (windows, "dollars are API value: a subscription is not billed for them") if line]


def unpriced_of(source: Source, rows: list[Row]) -> list[str]:
    """What has no price among the requests of these rows."""
    if not any("unpriced" in row["flags"] for row in rows):
        return []
    from scrimp.reports import unpriced  # noqa: PLC0415 - seldom

    return unpriced.named(source)


def _total(source: Source, by: str, rows: list[Row]) -> Row | None:
    return {shown.LABEL: "total", **totals.total(source, by, rows)} if len(rows) > 1 else None
