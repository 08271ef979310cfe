"""Say when compacting would have paid in past sessions, and what other windows of auto-compaction would have cost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scrimp.cache import history, threads
from scrimp.cli import OK
from scrimp.core import limits, managed_settings
from scrimp.core.cache_watch import past
from scrimp.reports import shown, source, summary
from scrimp.reports.shown import COUNT, ID, MODEL, TIME, TOKENS, USD, Column

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from scrimp.cache.history import Long, Window
    from scrimp.core.cache_watch.compacting import Sizes
    from scrimp.reports.shown import Row

_WINDOWS = (100_000, 150_000, 200_000, 300_000, 400_000, 600_000)
"""What is tried: from the smallest that the client takes (100,000) up to what a window of a million leaves sensible."""

_SHOWN = 10
_OF_WINDOW = (
    Column("window_tokens", "Window", TOKENS),
    Column("sessions", "Sessions", COUNT),
    Column("compactions", "Compactions", COUNT),
    Column("cost_usd", "Would cost", USD),
    Column("saved_usd", "Saves", USD),
    Column("flags", "", shown.FLAGS),
)
_OF_LONG = (
    Column("session_id", "Session", ID),
    Column("at", "Became long", TIME, 2),
    Column("model", "Model", MODEL, 3),
    Column("context_tokens", "Context", TOKENS),
    Column("needed", "Breaks even", COUNT),
    Column("after_requests", "Went on for", COUNT),
    Column("saved_usd", "Compacting saves", USD),
    Column("flags", "", shown.FLAGS),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp cache history`."""
    source.add_filters(parser)
    source.add_places(parser)
    parser.add_argument("-j", "--json", action="store_true", help="one object; dollars are exact decimal strings")
    parser.set_defaults(csv=False)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp cache history`."""
    with source.opened(arguments, environ) as opened:
        managed = managed_settings.prices(environ)
        found, sizes = threads.read(opened), past.sizes(opened.db)
        long = [_long_row(one) for one in history.longest(found, sizes, managed)]
        windows = [_window_row(one) for one in history.windows(found, sizes, _WINDOWS, managed)]
        if arguments.json:
            _show_json(long, windows)
            return OK
        nothing = (
            f"no session here came to {limits.CACHE_LONG_TOKENS:,} tokens of context"
            if found
            else source.nothing(opened)
        )
        title = f"Sessions of {limits.CACHE_LONG_TOKENS:,} tokens and more, compacted where they became so long"
        shown.show(shown.Report(title, _OF_LONG, environ, nothing=nothing), long[:_SHOWN], arguments)
        if long:
            shown.write("\n")
            notes = [*_notes(sizes), *summary.billing(opened)]
            report = shown.Report(
                "All sessions under another autoCompactWindow",
                _OF_WINDOW,
                environ,
                notes=notes,
                problems=opened.problems,
            )
            shown.show(report, windows, arguments)
    return OK


def _notes(sizes: Sizes) -> list[str]:
    reckoned = f"≈ reckoned with {sizes.after:,} tokens left by a compaction and a summary of {sizes.summary:,}"
    without = "what a summary forgets, and the turns to find that out again, are not in it"
    return [f"{reckoned}; {without}", "Breaks even, Went on for: requests"]


def _long_row(one: Long) -> Row:
    row = one._asdict()
    return {**row, "saved_usd": row.pop("saved_pico"), "flags": ("estimated",)}


def _window_row(one: Window) -> Row:
    return {
        "window_tokens": one.tokens,
        "sessions": one.changed,
        "compactions": one.compactions,
        "cost_usd": one.pico,
        "saved_usd": one.saved_pico,
        "flags": ("estimated",),
    }


def _show_json(long: Sequence[Row], windows: Sequence[Row]) -> None:
    parts = {
        "sessions": [shown.as_object(_OF_LONG, row) for row in long],
        "windows": [shown.as_object(_OF_WINDOW, row) for row in windows],
    }
    shown.write(json.dumps(parts, indent=2) + "\n")
