"""`scrimp report` and its shortcuts: the sums of one grouping, shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.reports import shown, source, totals
from scrimp.reports.groupings import GROUPINGS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from scrimp.reports.shown import Column, Row
    from scrimp.reports.source import Source

_TIMES = (shown.Column("first_at", "", shown.TIME), shown.Column("last_at", "", shown.TIME))


def run(by: str, arguments: argparse.Namespace, environ: Mapping[str, str]) -> None:
    """Show the sums that the grouping `by` gives."""
    with source.opened(arguments, environ) as opened:
        rows = totals.rows(opened, by)
        report = shown.Report(
            "",
            columns(by),
            environ,
            total=_total(opened, by, rows),
            notes=billing(opened) if rows and is_table(arguments) else (),
            unpriced=unpriced(opened, rows),
            problems=opened.problems,
        )
    shown.show(report, rows, arguments)


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


def unpriced(source: Source, rows: list[Row]) -> list[str]:
    """The models without a price among the requests of these rows."""
    return totals.unpriced_models(source) if any("unpriced" in row["flags"] for row in rows) else []


def _total(source: Source, by: str, rows: list[Row]) -> Row | None:
    if len(rows) <= 1:
        return None
    first = next(column for column in GROUPINGS[by].columns if column.title)
    return {first.name: "total", **totals.total(source, by, rows)}
