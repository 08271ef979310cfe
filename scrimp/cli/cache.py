"""Show how well the prompt cache worked, what broke it, and what that cost; --session ID draws each request."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from scrimp.cache import attribution
from scrimp.cli import OK, caching, parts
from scrimp.core import managed_settings
from scrimp.reports import cache, session, shown, source, summary, wording

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from scrimp.cache.attribution import Break
    from scrimp.reports.shown import Column, Row
    from scrimp.reports.source import Source

_MOST = 10
"""So many breaks and rates fit on a screen with the rest."""

_BAR_CELLS = 26
"""Leaves room for the figures and the longest cause on a terminal of 80 columns."""

_SIGNS, _PLAIN_SIGNS = "█▒░", "#+."
_LEGEND = (
    "A break: the cache gave less than 95 % of what it gave the request before, and at least 2,000 tokens less. Its "
    "cost: what sending that anew cost more than reading it. With --csv: the breaks alone."
)
_NONE = "no break of the cache here"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp cache`, and its parts as verbs of their own."""
    source.add_arguments(parser)
    parser.add_argument("--by", choices=cache.BY, default=cache.BY[0], help="hit rates by this (default: %(default)s)")
    parser.add_argument("--session", metavar="ID", default=None, help="draw each request of this session")
    parser.add_argument(
        "--top", metavar="N", type=source.number, default=_MOST, help="so many rows a table (default: %(default)s)"
    )
    parser.epilog = _LEGEND
    parts.add(parser, caching, caching.PARTS, "looking ahead")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp cache`."""
    if arguments.part:
        return parts.run(arguments, environ)
    with source.opened(arguments, environ) as opened:
        if arguments.session is not None:
            _session(opened, arguments)
        else:
            _overview(opened, arguments)
    return OK


def _overview(opened: Source, arguments: argparse.Namespace) -> None:
    found = attribution.found(opened, managed_settings.prices(opened.environ))
    dearest = cache.dearest(found, len(found) if not summary.is_table(arguments) else arguments.top)
    if arguments.csv:
        shown.write(shown.as_csv(cache.BREAKS, dearest))
        return
    rates = cache.rates(opened, arguments.by, found)
    if arguments.json:
        _write_json(arguments.by, rates, found, dearest)
        return
    _table(opened, f"Hit rate by {arguments.by}", cache.rate_columns(arguments.by), rates[: arguments.top], arguments)
    shown.write("\n")
    by_cause = cache.by_cause(found)
    notes = [f"{row['cause']}: {row['advice']}" for row in by_cause if row["advice"]]
    _table(opened, "What broke the cache", cache.CAUSES, by_cause, arguments, notes, nothing=_NONE)
    if found:
        shown.write("\n")
        notes = [
            f"{wording.short_id(row['message_id'])}: {wording.printable(row['detail'])}"
            for row in dearest
            if row["detail"]
        ]
        title = f"The dearest of {len(found):,} breaks"
        _table(opened, title, cache.BREAKS, dearest, arguments, [*notes, *summary.billing(opened)])


def _table(  # noqa: PLR0913 - what a table is made of
    opened: Source,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    arguments: argparse.Namespace,
    notes: Sequence[str] = (),
    *,
    nothing: str = "",
) -> None:
    nothing = nothing or source.nothing(opened)
    report = shown.Report(title, columns, opened.environ, notes=notes, nothing=nothing)
    shown.show(report, rows, arguments)


def _write_json(by: str, rates: Sequence[Row], found: Sequence[Break], dearest: Sequence[Row]) -> None:
    columns = cache.rate_columns(by)
    report = {
        "by": by,
        "hit_rates": [shown.as_object(columns, row) for row in rates],
        "causes": [shown.as_object(cache.CAUSES, row) for row in cache.by_cause(found)],
        "breaks": [shown.as_object(cache.BREAKS, row) for row in dearest],
    }
    shown.write(f"{json.dumps(report, indent=2)}\n")


def _session(opened: Source, arguments: argparse.Namespace) -> None:
    name = session.named(opened.db, arguments.session)
    only = session.only(opened, name)
    rows = cache.requests(only, attribution.found(only, managed_settings.prices(only.environ)))
    columns, notes = cache.REQUESTS, ()
    if summary.is_table(arguments):
        signs = _SIGNS if (sys.stdout.encoding or "").lower().startswith("utf") else _PLAIN_SIGNS
        notes = _with_bars(rows, signs)
    else:
        columns = tuple(column for column in columns if column.name != "bar")
    report = shown.Report(
        f"Session {wording.printable(name)}",
        columns,
        opened.environ,
        notes=notes,
        problems=opened.problems,
        nothing=source.nothing(only),
    )
    shown.show(report, rows, arguments)


def _with_bars(rows: Sequence[Row], signs: str) -> tuple[str]:
    """Give each row its bar, and what a request without a break has no dollars for; what the signs mean."""
    longest = max((row["prompt_tokens"] for row in rows), default=0)
    for row in rows:
        row["bar"] = cache.bar(row, longest, _BAR_CELLS, signs)
        if not row["cause"]:
            del row["cost_usd"]
    read, written, fresh = signs
    return (f"{read} read  {written} written  {fresh} uncached",)
