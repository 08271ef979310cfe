"""Say which lifetime of the cache would have cost least, from your own requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scrimp.cache import advise, fleets, replay, threads
from scrimp.cli import OK
from scrimp.core import managed_settings, prices
from scrimp.reports import shown, source, summary, wording
from scrimp.reports.shown import COUNT, TEXT, USD, Column

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from scrimp.cache.advise import Advice, Mix
    from scrimp.cache.fleets import Fleet
    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source

_MIXES = (
    Column("main", "Main", TEXT),
    Column("subagents", "Subagents", TEXT),
    Column("cost_usd", "Would cost", USD),
    Column("saved_usd", "Saves", USD),
)
_KINDS = (
    Column("threads", "Threads", TEXT),
    Column("requests", "Reqs", COUNT),
    Column("pauses", "Pauses", COUNT),
    Column("really_usd", "Really", USD),
    Column("usd_5m", "At 5m", USD),
    Column("usd_1h", "At 1h", USD),
)
_NOTES = (
    "Pauses: requests that came 5 minutes to an hour after the one before; only these tell the two apart",
    "Your own requests replayed, an estimate: what other sessions keep warm beyond a thread's first read is not in it",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp cache advise`."""
    source.add_filters(parser)
    source.add_places(parser)
    parser.add_argument("-j", "--json", action="store_true", help="one object; dollars are exact decimal strings")
    parser.set_defaults(csv=False)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp cache advise`."""
    with source.opened(arguments, environ) as opened:
        managed = managed_settings.prices(environ)
        found = threads.read(opened)
        advice, fleet = advise.of(found, managed), fleets.of(found, managed)
        if arguments.json:
            shown.write(json.dumps(_object(advice, fleet), indent=2) + "\n")
        else:
            _show(advice, fleet, arguments, opened)
    return OK


def _show(advice: Advice, fleet: Fleet, arguments: argparse.Namespace, opened: Source) -> None:
    kinds = [row for row in _kind_rows(advice) if row["requests"]]
    nothing = shown.NOTHING if kinds else source.nothing(opened)
    shown.show(
        shown.Report("The same requests under both lifetimes", _KINDS, opened.environ, nothing=nothing),
        kinds,
        arguments,
    )
    if not kinds:
        return
    shown.write("\n")
    notes = [*_NOTES, *summary.billing(opened)]
    report = shown.Report("Every mix", _MIXES, opened.environ, notes=notes, problems=opened.problems)
    shown.show(report, [_mix_row(mix) for mix in advice.mixes], arguments)
    shown.write(f"\n{_sentence(advice)}\n{_of_fleet(fleet)}\n")


def _sentence(advice: Advice) -> str:
    requests = sum(kind.requests - kind.fixed for kind in advice.kinds)
    if advice.chosen is None:
        return f"No advice: {advice.why}."
    chosen = advice.chosen
    saved = wording.money(chosen.saved_pico, ("estimated",))
    return f"Set {chosen.settings} in Claude Code's settings: over these {requests:,} requests {saved} less."


def _of_fleet(fleet: Fleet) -> str:
    saved = wording.money(fleet.saved_pico, ("estimated",))
    return (
        f"claude -p {fleets.OPTION}: {fleet.sharing:,} of {fleet.sessions:,} sessions began while another folder's was "
        f"warm and their own was not; it would have saved {saved}."
    )


def _kind_rows(advice: Advice) -> list[Row]:
    return [
        {
            "threads": kind.name,
            "requests": kind.requests,
            "pauses": kind.pauses,
            "really_usd": kind.really_pico,
            **{f"usd_{ttl}": kind.by_ttl_pico[ttl] for ttl in replay.TTLS},
        }
        for kind in advice.kinds
    ]


def _mix_row(mix: Mix) -> Row:
    return {"main": mix.main, "subagents": mix.subagents, "cost_usd": mix.pico, "saved_usd": mix.saved_pico}


def _object(advice: Advice, fleet: Fleet) -> dict[str, Any]:
    chosen = advice.chosen
    return {
        "threads": [shown.as_object(_KINDS, row) for row in _kind_rows(advice)],
        "mixes": [shown.as_object(_MIXES, _mix_row(mix)) for mix in advice.mixes],
        "advice": None
        if chosen is None
        else {"main": chosen.main, "subagents": chosen.subagents, "set": chosen.settings},
        "why_not": advice.why,
        "fleet": {**fleet._asdict(), "option": fleets.OPTION, "saved_usd": prices.usd(fleet.saved_pico)},
    }
