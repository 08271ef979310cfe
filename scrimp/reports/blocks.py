"""`scrimp blocks`: five-hour windows, as a subscription counts them, by ccusage's rule.

A block begins at the full UTC hour of the first request that lies in no earlier one, and is five hours long; between
blocks there may be a gap. Since blocks begin and end at full hours, the hours' sums are enough to make them from.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scrimp.reports import breakdown, shown, source, summary, totals, wording
from scrimp.reports.groupings import Grouping
from scrimp.reports.periods import moment

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source

LENGTH = timedelta(hours=5)
RECENT = timedelta(days=3)
WITHOUT_TIME = "requests without a time are in no block"
_NO_SUCH_BLOCK = "no such block: the others are shown without --active and --recent"

_HOUR_SECONDS = 3600
_HOUR_CHARS = len("2026-11-22T14")
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_HOURS = Grouping({"hour": f"substr(requests.at, 1, {_HOUR_CHARS})"}, (), by_time=True, of_turn="")
_ENOUGH = timedelta(minutes=10)
"""A block younger than this says nothing of how it goes on."""

GAP, ACTIVE, OVER = "gap", "active", "over"

COLUMNS = (
    shown.Column("start", "From", shown.TIME),
    shown.Column("end", "", shown.TIME),
    shown.Column("state", "", shown.TEXT),
    shown.Column("note", "State", shown.TEXT, 2),
    *(column for column in totals.SUMS if column.name != "seconds"),
    shown.Column("usd_per_hour", "", shown.USD),
    shown.Column("projected_usd", "", shown.USD),
    shown.Column("first_at", "", shown.TIME),
    shown.Column("last_at", "", shown.TIME),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp blocks`."""
    summary.add_arguments(parser)
    parser.add_argument("-a", "--active", action="store_true", help="only the block under way")
    parser.add_argument("-r", "--recent", action="store_true", help=f"only blocks of the last {RECENT.days} days")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> None:
    """Show the blocks, the latest last."""
    breakdown.refuse_csv(arguments)
    with source.opened(arguments, environ) as opened:
        found, without = rows(opened, with_models=arguments.breakdown)
        chosen = _chosen(found, arguments, opened.now)
        notes = [_outlook(row) for row in chosen if row["usd_per_hour"] is not None]
        notes += summary.billing(opened) if chosen and summary.is_table(arguments) else []
        report = shown.Report(
            "",
            [*COLUMNS, *([breakdown.COLUMN] if arguments.breakdown else [])],
            environ,
            total=_total(chosen),
            notes=notes,
            unpriced=summary.unpriced_of(opened, chosen),
            problems=opened.problems,
            nothing=_NO_SUCH_BLOCK if found else source.nothing(opened),
            left_out=[*opened.notes, *([f"{WITHOUT_TIME}: {without:,}"] if without else [])],
        )
    chosen = summary.ordered(chosen, arguments, by_time=True)
    if summary.is_table(arguments):
        if arguments.breakdown:
            chosen = list(breakdown.spread(chosen))
        chosen = [_without_sums(row) for row in chosen]
    shown.show(report, chosen, arguments)


def _chosen(found: list[Row], arguments: argparse.Namespace, now: datetime) -> list[Row]:
    """The blocks that are asked for, without gaps at the ends."""
    if arguments.active:
        return [row for row in found if row["state"] == ACTIVE]
    if not arguments.recent:
        return found
    since = (now - RECENT).strftime(_STAMP)
    chosen = [row for row in found if row["end"] > since]
    return chosen[1:] if chosen and chosen[0]["state"] == GAP else chosen


def _total(chosen: list[Row]) -> Row | None:
    full = [row for row in chosen if row["state"] != GAP]
    return {shown.LABEL: "total", **totals.summed(full)} if len(full) > 1 else None


def rows(source: Source, *, with_models: bool = False) -> tuple[list[Row], int]:
    """A row with COLUMNS for each block and each gap, the earliest first; and how many requests have no time.

    state: over, active or gap. usd_per_hour, projected_usd: of an active block, what it has cost per hour since its
    first request, and what it will have cost at its end if that goes on; else None.
    """
    blocks: list[tuple[datetime, list[Row]]] = []
    without = 0
    hours = totals.grouped(source, _HOURS)
    if with_models:
        breakdown.add(source, _HOURS, hours)
    for hour in hours:
        begins = moment(f"{hour['hour']}:00:00Z")
        if begins is None:
            without += hour["requests"]
        elif blocks and begins < blocks[-1][0] + LENGTH:
            blocks[-1][1].append(hour)
        else:
            blocks.append((begins, [hour]))
    found: list[Row] = []
    for begins, hours in blocks:
        if found and found[-1]["end"] < begins.strftime(_STAMP):
            found.append(_gap(found[-1]["end"], begins))
        found.append(_block(begins, hours, source.now))
    return found, without


def _block(begins: datetime, hours: list[Row], now: datetime) -> Row:
    ends = begins + LENGTH
    is_active = begins <= now < ends
    row: Row = {
        "start": begins.strftime(_STAMP),
        "end": ends.strftime(_STAMP),
        "state": ACTIVE if is_active else OVER,
        "note": f"{wording.seconds((ends - now).total_seconds())} left" if is_active else "",
        **totals.summed(hours),
        "first_at": hours[0]["first_at"],
        "last_at": max(hour["last_at"] for hour in hours),
        breakdown.MODELS: breakdown.merged(hour.get(breakdown.MODELS, ()) for hour in hours),
    }
    return {**row, **_projection(row, ends, now)}


def _projection(row: Row, ends: datetime, now: datetime) -> Row:
    first = moment(row["first_at"])
    if row["state"] != ACTIVE or first is None or now - first < _ENOUGH:
        return {"usd_per_hour": None, "projected_usd": None}
    per_hour = row["cost_usd"] * _HOUR_SECONDS // round((now - first).total_seconds())
    left = round((ends - now).total_seconds())
    return {"usd_per_hour": per_hour, "projected_usd": row["cost_usd"] + per_hour * left // _HOUR_SECONDS}


def _gap(ended: str, begins: datetime) -> Row:
    since = moment(ended) or begins
    hours = round((begins - since).total_seconds()) // _HOUR_SECONDS
    gap: Row = {"start": ended, "end": begins.strftime(_STAMP), "state": GAP, "note": f"gap, {hours:,} h"}
    none: Row = {"first_at": "", "last_at": "", "usd_per_hour": None, "projected_usd": None, breakdown.MODELS: []}
    return {**gap, **totals.summed([]), **none}


def _without_sums(row: Row) -> Row:
    return {"start": row["start"], "note": row["note"]} if row.get("state") == GAP else row


def _outlook(row: Row) -> str:
    rate, at_end = (
        wording.money(row[name], {*row["flags"], wording.ESTIMATED}) for name in ("usd_per_hour", "projected_usd")
    )
    return f"the block under way: {rate} an hour, {at_end} by {wording.local_time(row['end'])} if that goes on"
