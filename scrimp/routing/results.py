"""An evaluation's results: a file of JSON lines, one for each run as it ends, so that a killed one can be gone on with.

The first line says what was asked. A line that was cut off or is no run is passed over, and a run that stands there
twice counts once: two evaluations may have gone on with the same file.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from scrimp.core import prices
from scrimp.core.errors import UsageError
from scrimp.core.prices import PICO
from scrimp.core.untrusted import as_list, as_object, as_text
from scrimp.routing.outcomes import Cell, Run

if TYPE_CHECKING:
    from collections.abc import Sequence

_Figure = TypeVar("_Figure", int, float, Decimal)

FOLDER = "evals"
_SUFFIX = ".jsonl"
_WRONG = (ValueError, KeyError, TypeError, IndexError, ArithmeticError, RecursionError)
"""What a line raises that somebody else has written; a line cut off is a ValueError."""


class Head(NamedTuple):
    """What was asked. cells: the baseline first. session: under which the ledger has its cost."""

    suite: str
    fingerprint: str
    agent: str
    cells: tuple[Cell, ...]
    runs: int
    at: str
    session: str


class Row(NamedTuple):
    """One run. problem: why it was none, '' where it was one; such a run says nothing, but what it cost counts."""

    brief: str
    cell: Cell
    number: int
    is_success: bool
    failures: Sequence[str]
    answer: str
    pico: int | None
    client_usd: float
    largest_pico: int
    seconds: float
    turns: int
    problem: str


class Results:
    """The file at `path`. `rows`: the runs so far, those that were none included."""

    def __init__(self, path: str, head: Head, rows: list[Row]) -> None:
        self.path = path
        self.head = head
        self.rows = rows
        self.lost_pico = 0
        """What runs have cost that somebody ended: they are in the ledger, and have no line."""

    def add(self, row: Row) -> None:
        """Write a run down."""
        self.rows.append(row)
        _append(self.path, _line_of(row))

    def of(self, cell: Cell) -> list[Run]:
        """What counts of a cell: the first line of each of its runs."""
        found: dict[tuple[str, int], Row] = {}
        for row in self.rows:
            if row.cell == cell and not row.problem:
                found.setdefault((row.brief, row.number), row)
        return [Run(row.is_success, row.pico, row.seconds, row.turns) for row in found.values()]

    @property
    def spent_pico(self) -> int:
        """All that was spent, by the larger of the ledger's and the client's own word for each run."""
        return self.lost_pico + sum(max(row.pico or 0, round(row.client_usd * PICO)) for row in self.rows)


def begin(folder: str, head: Head) -> Results:
    """A new file below the data folder `folder`."""
    place = os.path.join(folder, FOLDER)
    os.makedirs(place, mode=0o700, exist_ok=True)
    stamp = head.at.replace(":", "").replace(".", "")
    path = os.path.join(place, f"{head.suite}-{stamp}{_SUFFIX}")
    known = {**head._asdict(), "cells": [list(cell) for cell in head.cells]}
    _append(path, known)
    return Results(path, head, [])


def read(path: str) -> Results:
    """The results at `path`; UsageError where these are none."""
    try:
        with open(path, encoding="utf-8") as file:
            first, *others = file.read().split("\n")
        head = as_object(json.loads(first))
        cells = tuple(Cell(str(one[0]), str(one[1])) for one in head["cells"])
        name, fingerprint, agent, at, session = (
            as_text(head[key]) for key in ("suite", "fingerprint", "agent", "at", "session")
        )
        known = Head(name, fingerprint, agent, cells, int(head["runs"]), at, session)
    except (OSError, *_WRONG) as error:
        raise UsageError(f"{path}: no results of `scrimp routes eval`: {error}") from error
    if not cells:
        raise UsageError(f"{path}: no results of `scrimp routes eval`: its first line names no cells")
    rows: list[Row] = []
    for line in others:
        with contextlib.suppress(*_WRONG):
            rows.append(_row_of(as_object(json.loads(line))))
    return Results(path, known, rows)


def latest(folder: str, *, fingerprint: str = "", agent: str = "") -> Results | None:
    """The newest results of this suite's state, or of any suite for this agent; None where there are none."""
    place = os.path.join(folder, FOLDER)
    names = [name for name in (os.listdir(place) if os.path.isdir(place) else []) if name.endswith(_SUFFIX)]
    found: list[Results] = []
    for name in names:
        with contextlib.suppress(UsageError):
            found.append(read(os.path.join(place, name)))
    mine = [one for one in found if (not fingerprint or one.head.fingerprint == fingerprint)]
    mine = [one for one in mine if not agent or one.head.agent == agent]
    return max(mine, key=lambda one: one.head.at, default=None)


def _append(path: str, row: dict[str, Any]) -> None:
    is_torn = False
    if os.path.exists(path) and os.path.getsize(path):
        with open(path, "rb") as known:
            known.seek(-1, os.SEEK_END)
            is_torn = known.read() != b"\n"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
        file.write(("\n" if is_torn else "") + json.dumps(row) + "\n")


def _line_of(row: Row) -> dict[str, Any]:
    line = row._asdict()
    line["model"], line["effort"] = line.pop("cell")
    line["cost_usd"] = None if row.pico is None else prices.usd(row.pico)
    del line["pico"]
    return line


def _row_of(line: dict[str, Any]) -> Row:
    """The run of a line; raises one of _WRONG where it is none, or a figure of it is negative or not finite."""
    cost = line["cost_usd"]
    return Row(
        as_text(line["brief"]),
        Cell(as_text(line["model"]), as_text(line["effort"])),
        int(line["number"]),
        line["is_success"] is True,
        [as_text(one) for one in as_list(line["failures"])],
        as_text(line["answer"]),
        None if cost is None else int(_figure(Decimal(cost)) * PICO),
        _figure(float(line["client_usd"])),
        _figure(int(line["largest_pico"])),
        _figure(float(line["seconds"])),
        _figure(int(line["turns"])),
        as_text(line["problem"]),
    )


def _figure(value: _Figure) -> _Figure:
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{value} is no figure of a run")
    return value
