"""Say what parallel subagents will cost (give their number), or what the last ones did, beside one thread."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scrimp.cli import OK
from scrimp.core import prices, times
from scrimp.reports import fanout, source, wording

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from scrimp.reports.fanout import Bill

_SESSION = "CLAUDE_CODE_SESSION_ID"
_MS = 1_000
_MINUTE_S = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp fanout`."""
    parser.add_argument("agents", nargs="?", type=source.number, metavar="AGENTS", help="how many are to be started")
    parser.add_argument("--on", default="", metavar="MODEL", help="what they will run on (usual: as most have)")
    parser.add_argument("-j", "--json", action="store_true", help="one object; dollars are exact decimal strings")
    source.add_filters(parser)
    source.add_places(parser)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp fanout`."""
    with source.opened(arguments, environ) as opened:
        found = fanout.runs(opened)
        at = times.iso(round(opened.now.timestamp() * _MS))
    if arguments.agents:
        bill = fanout.estimate(found, arguments.agents, arguments.on, at)
    else:
        last = fanout.latest(found, environ.get(_SESSION, ""))
        if not last:
            print("{}" if arguments.json else "no prompt here has started several agents")
            return OK
        bill = fanout.spent(last)
    print(json.dumps(_object(bill)) if arguments.json else "\n".join(_lines(bill)))
    return OK


def _object(bill: Bill) -> dict[str, object]:
    """The bill with dollars in the place of pico-dollars."""
    named = bill._asdict().items()
    return {
        name.replace("_pico", "_usd").replace("pico", "usd"): prices.usd(value) if "pico" in name and value else value
        for name, value in named
    }


def _lines(bill: Bill) -> list[str]:
    """For a person: the prefixes, the whole, one thread, and where the figures come from."""
    will = "will cost" if bill.runs is not None else "have cost"
    prefixes = f"their prefixes of {bill.prefix_tokens:,} tokens each {will} {_usd(bill.prefixes_pico)} to write"
    lines = [f"{bill.agents} agents on {bill.model}: {prefixes}"]
    if bill.serial_pico is not None or bill.runs is None:
        lines += [
            f"  in parallel  {_usd(bill.pico)}, {_minutes(bill.seconds)}",
            f"  in one thread  at least {_usd(bill.serial_pico)}, {_minutes(bill.serial_seconds)} (reckoned)",
        ]
    if bill.runs:
        lines.append(f"≈ from {bill.runs} past runs on that model: medians, the slowest for the time in parallel")
    elif bill.runs == 0:
        lines.append("≈ no past run on that model: the prefix is assumed, and what the work costs is not known")
    return lines


def _usd(pico: int | None) -> str:
    return "an unknown sum" if pico is None else wording.money(pico, ())


def _minutes(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds / _MINUTE_S:.1f} min"
