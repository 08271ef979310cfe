"""`scrimp` alone: what the last 30 days cost, the turns that cost most, and what to do first. Needs nothing wired."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scrimp.core import settings
from scrimp.reports import advice, costliest, shown, source, summary, table, totals, wording
from scrimp.reports.groupings import GROUPINGS
from scrimp.reports.table import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source

DAYS = 30
TURNS = 5

_BARS = "▁▂▃▄▅▆▇█"
_NOTHING = "·"
_PROJECT = shown.Column("cwd", "Project", shown.PATH, 2)
_INSTALL = "scrimp install wires it into Claude Code: it shows the diff and asks first"
_NEEDS_NOTHING = (
    "Nothing needs to be installed for this page: scrimp reads the transcripts that Claude Code writes there. Others: "
    "scrimp report --projects DIR"
)
_COLUMNS = tuple(_PROJECT if column.name == "session_id" else column for column in costliest.TURNS)
"""The project tells a person more than a session's id."""
_BLANK = Line("")
_YEAR_CHARS = len("2026-")
_NUMBER_INDENT = "   "
_BY_DAY = f"""
    SELECT date(requests.at, 'localtime'), SUM(cost_pico / {totals.HALF}), SUM(cost_pico % {totals.HALF}),
        GROUP_CONCAT(DISTINCT NULLIF(flags, ''))
    FROM requests WHERE {{}} GROUP BY 1
"""  # noqa: S608 - numbers
_SESSIONS = "SELECT COUNT(DISTINCT requests.session_id) FROM requests WHERE "
_DEAREST = f"""
    SELECT requests.prompt_id FROM requests WHERE requests.prompt_id <> '' AND {{}} GROUP BY 1
    ORDER BY SUM(cost_pico / {totals.HALF}) DESC, SUM(cost_pico % {totals.HALF}) DESC, 1 LIMIT {TURNS}
"""  # noqa: S608 - numbers


def run(environ: Mapping[str, str], *, is_wired: bool) -> None:
    """Print the overview; where scrimp is not wired into Claude Code, how to do that is the last line."""
    parser = argparse.ArgumentParser()
    source.add_arguments(parser)
    arguments = parser.parse_args([])
    today = _today()
    arguments.since = (today - timedelta(days=DAYS - 1)).isoformat()
    with source.opened(arguments, environ) as opened:
        lines = list(_lines(opened, today, is_wired=is_wired))
    width = table.width_of(environ)
    table.put((part for line in lines for part in table.paragraph(line.text, width, line.role)), environ)


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the person's own day


def _lines(source: Source, today: date, *, is_wired: bool) -> Iterator[Line]:
    projects = totals.grouped(source, GROUPINGS["project"]._replace(of_turn=""))
    if projects:
        yield from _page(source, today, projects)
        if not is_wired:
            yield _BLANK
            yield Line(_INSTALL)
    else:
        yield from _nothing(source)
    if source.problems:
        yield _BLANK
    yield from (Line(text, table.FOOTER) for text in shown.problem_lines(source.problems))


def _page(source: Source, today: date, projects: list[Row]) -> Iterator[Line]:
    yield Line(_headline(source, projects), table.TITLE)
    yield from (Line(note) for note in summary.billing(source))
    yield Line(_days(source, today))
    yield _BLANK
    width = table.width_of(source.environ)
    turns = list(_turns(source, projects, width))
    yield from turns
    found = advice.suggestions(source, projects)
    if found:
        yield _BLANK
        yield Line("What to do first", table.TITLE)
    for number, text in enumerate(found, 1):
        yield from (Line(part) for part in table.wrapped(f"{number}. {text}", width, _NUMBER_INDENT))
    said = "".join([_headline(source, projects), *(line.text for line in turns), *found])
    signs = shown.sign_lines({sign for sign in wording.SIGNS if sign in said})
    if signs:
        yield _BLANK
    yield from (Line(text, table.FOOTER) for text in signs)


def _nothing(source: Source) -> Iterator[Line]:
    yield Line(f"No request of Claude Code in the last {DAYS} days, below")
    yield from (Line(f"  {wording.printable(folder)}") for folder in settings.projects_dirs(source.environ))
    yield _BLANK
    number, last = source.db.execute("SELECT COUNT(*), MAX(at) FROM requests").fetchone()
    if number:
        yield Line(f"The ledger has {_count(number, 'request')}, the last of {wording.local_time(last)}: scrimp report")
    else:
        yield Line(_NEEDS_NOTHING)


def _headline(source: Source, projects: list[Row]) -> str:
    whole = totals.summed(projects)
    (sessions,) = source.db.execute(_SESSIONS + source.where, source.parameters).fetchone()
    money = wording.money(whole["cost_usd"], whole["flags"])
    counts = f"{_count(whole['requests'], 'request')} in {_count(sessions, 'session')}"
    return f"Last {DAYS} days: {money} · {counts} · cache hit rate {wording.percent(whole['hit_rate']) or 'unknown'}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _days(source: Source, today: date) -> str:
    """A bar for each day, and the dearest day."""
    found = source.db.execute(_BY_DAY.format(source.where), source.parameters).fetchall()
    costs: dict[str, int] = {day: millions * totals.HALF + rest for day, millions, rest, _ in found if day}
    flags = {day: totals.flags_of(text) for day, *_, text in found}
    days = [(today - timedelta(days=back)).isoformat() for back in reversed(range(DAYS))]
    most = max(costs.values(), default=0)
    bars = "".join(_bar(costs.get(day, 0), most) for day in days)
    dearest = max(costs, key=lambda day: (costs[day], day), default="")
    beside = f", most on {dearest[_YEAR_CHARS:]}: {wording.money(most, flags[dearest])}" if most else ""
    return f"by day  {bars}  since {days[0][_YEAR_CHARS:]}{beside}"


def _bar(cost: int, most: int) -> str:
    return _BARS[max(0, -(-cost * len(_BARS) // most) - 1)] if cost else _NOTHING


def _turns(source: Source, projects: list[Row], width: int) -> Iterator[Line]:
    dearest = [prompt for (prompt,) in source.db.execute(_DEAREST.format(source.where), source.parameters)]
    where = f"{source.where} AND requests.prompt_id IN ({', '.join('?' * len(dearest))})"
    rows = costliest.turns(source._replace(where=where, parameters=(*source.parameters, *dearest)), TURNS)
    report = shown.Report(
        "The turns that cost the most",
        _COLUMNS,
        source.environ,
        unpriced=summary.unpriced_of(source, projects),
        nothing="no request names the prompt that caused it: the client that wrote these transcripts is too old",
    )
    yield from table.laid_out(report, rows, width)
