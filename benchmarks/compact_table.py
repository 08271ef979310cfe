"""The table of `make bench-compact`, and in how many cases a rival keeps as many facts in fewer characters, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits
from tests.compact import cases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CLIENT, OURS = "client alone", "scrimp"
ROWS = frozenset(
    {"diff", "git_status", "json", "listing", "search", "table", "xml", "yaml"},
)
"""What was asked for in these are rows, entries or hits, which are no facts: a rival that shows fewer of them keeps as
many facts."""

_AS_IT_CAME, _MARKER, _ROWS_SHOWN, _NONE = (
    "shown as it came, for a cut would hardly pay",
    "larger by no more than the marker, which says how to have the rest",
    "more of the rows that were asked for, which are no facts",
    "for no such reason",
)


class Tried(NamedTuple):
    """What one way made of a case: characters, facts kept, milliseconds (a rival's with the start of its process)."""

    chars: int
    kept: int
    ms: float


def table(found: Mapping[str, Mapping[str, Tried]], there: Mapping[str, int]) -> str:
    """A row for each family and one for all; there: how many facts each case has."""
    ways = list(next(iter(found.values())))
    head = ["family", "cases", "chars in", "facts", *ways]
    families = sorted({name.split("/")[0] for name in found})
    rows = [_row(family, [name for name in found if name.split("/")[0] == family], found, there) for family in families]
    rows.append(_row("all", list(found), found, there))
    rule = "| --- |" + " --: |" * (len(head) - 1)
    return "\n".join(["| " + " | ".join(head) + " |", rule, *rows])


def _row(family: str, names: Sequence[str], found: Mapping[str, Mapping[str, Tried]], there: Mapping[str, int]) -> str:
    cells = [family, str(len(names)), f"{sum(len(cases.load(name).text) for name in names):,}"]
    cells.append(f"{sum(there[name] for name in names):,}")
    for way in found[names[0]]:
        results = [found[name][way] for name in names]
        ms = "" if way == CLIENT else f", {sum(one.ms for one in results) / len(names):.0f} ms"
        cells.append(f"{sum(one.chars for one in results):,} ({sum(one.kept for one in results):,}{ms})")
    return "| " + " | ".join(cells) + " |"


def beaten(found: Mapping[str, Mapping[str, Tried]]) -> str:
    """In how many cases a rival keeps as many facts in fewer characters, by reason; those without one by name."""
    reasons: dict[str, list[str]] = {_AS_IT_CAME: [], _MARKER: [], _ROWS_SHOWN: [], _NONE: []}
    for name, ways in found.items():
        ours = ways[OURS]
        smaller = [one.chars for way, one in ways.items() if way not in (OURS, CLIENT) and _beats(one, ours)]
        if smaller:
            reasons[_reason(name, ours.chars - min(smaller))].append(name)
    count = sum(map(len, reasons.values()))
    lines = [
        f"In {count} of {len(found)} cases a rival keeps as many facts in fewer characters. There scrimp's text is"
    ]
    lines += [f"- {len(names)}: {reason}" for reason, names in reasons.items()]
    return "\n".join([*lines, *(f"  {name}" for name in reasons[_NONE])])


def _beats(one: Tried, ours: Tried) -> bool:
    return one.kept >= ours.kept and one.chars < ours.chars


def _reason(name: str, larger_chars: int) -> str:
    case = cases.load(name)
    if not case.compacted().cut:
        return _AS_IT_CAME
    if larger_chars <= limits.MARKER_USUAL_CHARS + 1:
        return _MARKER
    return _ROWS_SHOWN if case.family in ROWS else _NONE
