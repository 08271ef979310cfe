"""What the command line says that each trap cost, against the dollars worked out by hand in the trap's README."""

from __future__ import annotations

import json
import os
import re
import shutil
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

import pytest

from scrimp import cli
from scrimp.core import ledger, transcript
from scrimp.core.ledger import intake
from tests.core.transcripts import ID_CHARS, NAMES, TRAPS, cells, tables
from tests.ledger.tables import filled, tables_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DOLLARS = "\n## Dollars\n"
LINE = re.compile(r"^    ([^\s,:]+)[^:]*: (.* = .*)$", re.MULTILINE)
"""A line of hand arithmetic: what it is of, and sums of products with equals signs between."""

MILLION = 10**6
COLUMNS = (
    "cost_usd",
    "requests",
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "web_searches",
)

ELDER_NOT_KNOWN_YET = {"resume_unmarked"}
"""Which of two unmarked copies is the elder is told by how long each went on: not while both are a line long."""

AS_OF_THE_READING = {"requests": "origin", "cost_states": "at"}
"""Columns that say how far the file had got when a line was read, and when the line before one without a time was."""


def lines_of(trap: str) -> dict[str, list[Fraction]]:
    """By what a line is of, the value of each of its sides, in millionths of a dollar."""
    _, _, text = (TRAPS / trap / "README.md").read_text().partition(DOLLARS)
    return {name: [value(side) for side in sides.split(" = ")] for name, sides in LINE.findall(text)}


def value(side: str) -> Fraction:
    """What a side says: `2 x 4 x 1.1 + 1,000`."""
    terms = [[Fraction(factor.replace(",", "")) for factor in term.split(" x ")] for term in side.split(" + ")]
    return Fraction(sum(map(prod, terms)))


def environ(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": os.defpath}


def reported(trap: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What `scrimp report --by session --json` prints about a trap, with a ledger that was never there."""
    where = ["--projects", str(TRAPS / trap / "projects"), "--ledger", str(folder / "new" / "ledger.db")]
    assert cli.main(["report", *where, "--by", "session", "--json"], environ(folder)) == cli.OK
    return json.loads(capsys.readouterr().out)


def as_in_readme(row: Mapping[str, Any]) -> str:
    counts = [row[name] for name in COLUMNS]
    return cells(row["session_id"][:ID_CHARS], *counts, ", ".join(row["flags"]))


@pytest.mark.parametrize("trap", NAMES)
def test_the_report_says_the_dollars_worked_out_by_hand(
    trap: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):  # a first reading, and one that finds everything read
        assert [as_in_readme(row) for row in reported(trap, tmp_path, capsys)] == tables(trap)[-1]


@pytest.mark.parametrize("trap", NAMES)
def test_every_line_of_hand_arithmetic_holds_and_its_dollars_are_in_the_table(trap: str) -> None:
    lines = lines_of(trap)
    assert {name: len(set(sides)) for name, sides in lines.items() if len(set(sides)) > 1} == {}
    table = dict(row.split("|")[:2] for row in tables(trap)[-1])
    assert {session: Fraction(usd) * MILLION for session, usd in table.items()} == {
        session: lines[session][0] for session in table
    }


@pytest.mark.parametrize("trap", NAMES)
def test_every_request_with_a_line_of_its_own_costs_what_the_line_says(trap: str, tmp_path: Path) -> None:
    filled(tmp_path / "ledger.db", TRAPS / trap / "projects")
    db = ledger.connect(str(tmp_path / "ledger.db"))
    costs = dict(db.execute("SELECT message_id, cost_pico FROM requests"))
    db.close()
    by_hand = {name: sides[0] * MILLION for name, sides in lines_of(trap).items() if name.startswith("msg_")}
    assert {name: costs[name] for name in by_hand} == by_hand


@pytest.mark.parametrize("trap", NAMES)
def test_newest_first_or_oldest_first_and_again_is_the_same_ledger(trap: str, tmp_path: Path) -> None:
    projects = copied(trap, tmp_path)
    found = list(transcript.find([str(projects)]))
    for name, files in (("forward", found), ("backward", found[::-1])):
        db = ledger.connect(str(tmp_path / f"{name}.db"))
        for file in files:
            intake.catch_up(db, [file])
        db.execute("DELETE FROM files")
        intake.catch_up(db, files)
        db.close()
    filled(tmp_path / "at_once.db", projects)
    filled(tmp_path / "at_once.db", projects)
    at_once = tables_of(tmp_path / "at_once.db", "meta")
    assert tables_of(tmp_path / "forward.db", "meta") == at_once
    assert tables_of(tmp_path / "backward.db", "meta") == at_once


@pytest.mark.parametrize("trap", sorted({*NAMES} - ELDER_NOT_KNOWN_YET))
def test_line_by_line_as_the_client_writes_it_is_the_same_ledger(trap: str, tmp_path: Path) -> None:
    growing = copied(trap, tmp_path)
    whole = {file: file.read_bytes().splitlines(keepends=True) for file in sorted(growing.rglob("*.jsonl"))}
    for file in whole:
        file.write_bytes(b"")
    db = ledger.connect(str(tmp_path / "grown.db"))
    for file, lines in whole.items():
        for line in lines:
            with file.open("ab") as end:
                end.write(line)
            intake.catch_up(db, transcript.find([str(growing)]))
    db.close()
    filled(tmp_path / "at_once.db", growing)
    assert rows_of(tmp_path / "grown.db") == rows_of(tmp_path / "at_once.db")


def rows_of(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, without what depends on the reading; problems without their order."""
    db = ledger.connect(str(path))
    found: dict[str, list[dict[str, Any]]] = {}
    for table in tables_of(path, "meta"):
        cursor = db.execute(f"SELECT * FROM {table}")  # noqa: S608 - our names
        names = [name for name, *_ in cursor.description]
        rows = [dict(zip(names, values, strict=True)) for values in cursor]
        for row in rows:
            row.pop(AS_OF_THE_READING.get(table, ""), None)
            if row.get("problems"):
                row["problems"] = json.loads(row["problems"])
        found[table] = sorted(rows, key=repr)
    db.close()
    return found


def copied(trap: str, folder: Path) -> Path:
    return shutil.copytree(TRAPS / trap / "projects", folder / "projects")
