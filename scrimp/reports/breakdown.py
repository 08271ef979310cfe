"""A row for each model under each row of a report: `--breakdown`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core.errors import UsageError
from scrimp.reports import totals
from scrimp.reports.shown import LABEL, MODEL, OBJECTS, Column

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from scrimp.reports.groupings import Grouping
    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source

MODELS = "models"

_MAKER = "claude-"
_INNER = (Column("model", "", MODEL), *(column for column in totals.SUMS if column.name != "seconds"))
COLUMN = Column(MODELS, "", OBJECTS, inner=_INNER)
"""The models of a row, for programs."""


def refuse_csv(arguments: argparse.Namespace) -> None:
    """UsageError where a list would have to go into a cell."""
    if arguments.breakdown and arguments.csv:
        raise UsageError("--breakdown gives each row a list of models, which CSV cannot hold; use --json")


def add(source: Source, grouping: Grouping, rows: Iterable[Row]) -> None:
    """Give each row of a grouping its `models`, the dearest first."""
    by_model = grouping._replace(
        keys={**grouping.keys, "model": "requests.model"}, also=(), by_time=False, by_leg=True, of_turn=""
    )
    found: dict[tuple[object, ...], list[Row]] = {}
    for one in totals.grouped(source, by_model):
        found.setdefault(tuple(one[name] for name in grouping.keys), []).append(one)
    for row in rows:
        row[MODELS] = found.get(tuple(row[name] for name in grouping.keys), [])


def merged(lists: Iterable[Sequence[Row]]) -> list[Row]:
    """The models of several rows together."""
    found: dict[str, list[Row]] = {}
    for models in lists:
        for one in models:
            found.setdefault(one["model"], []).append(one)
    rows: list[Row] = [{"model": model, **totals.summed(parts)} for model, parts in found.items()]
    return sorted(rows, key=lambda row: (-row["cost_usd"], row["model"]))


def spread(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows of a table: each with its models below it."""
    ours = all(one["model"].startswith(_MAKER) for row in rows for one in row[MODELS])
    for row in rows:
        yield row
        for one in row[MODELS]:
            name = one["model"].removeprefix(_MAKER) if ours else one["model"]
            sums = {column.name: one[column.name] for column in _INNER if column.name != "model"}
            yield {LABEL: f"  {name}", **sums}
