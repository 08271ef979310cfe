"""Facts and the compactor of tables both go by `rows`: so it is held to other readings of the recorded tables here."""

from __future__ import annotations

import csv
import re

import pytest

from scrimp.core import rows, terminal
from tests.compact import cases

ROWS = {
    "csv": 3_000,
    "docker_ps": 240,
    "kubectl_pods": 574,
    "mysql": 500,
    "mysql_failed": 500,
    "psql": 500,
    "psql_failed": 500,
    "psql_padded": 60,
    "sqlite_box": 500,
    "sqlite_column": 500,
    "sqlite_list_failed": 457,
    "sqlite_markdown": 500,
    "tsv": 1_500,
}
"""As the servers count them, and `wc -l` where they do not."""


def lines_of(name: str) -> list[str]:
    return terminal.as_shown(cases.load(f"table/{name}").text).split("\n")


@pytest.mark.parametrize(("name", "count"), ROWS.items())
def test_a_recorded_table_is_found_with_all_its_rows(name: str, count: int) -> None:
    [table] = rows.tables(lines_of(name))
    assert len(table.rows) == count


def test_every_table_without_turned_records_has_its_count_here() -> None:
    recorded = {name.partition("/")[2] for name in cases.names() if name.startswith("table/")}
    assert recorded == {*ROWS, "empty", "psql_expanded"}


@pytest.mark.parametrize(("name", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_values_between_separators_are_those_that_pythons_csv_reads(name: str, delimiter: str) -> None:
    lines = [line for line in lines_of(name) if line]
    quoting = csv.QUOTE_MINIMAL if delimiter == "," else csv.QUOTE_NONE
    expected = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter, quoting=quoting)]
    assert [rows.cells(line, delimiter) for line in lines] == expected


@pytest.mark.parametrize("name", ["mysql", "psql", "sqlite_box", "sqlite_markdown"])
def test_cells_between_bars_are_what_stands_between_bars(name: str) -> None:
    lines = lines_of(name)
    [table] = rows.tables(lines)
    names = re.findall(r"[^\s|│]+", lines[table.header])
    for index in (table.header, *table.rows):
        cells = rows.cells(lines[index], table.kind, lines[table.header])
        assert len(cells) == len(names)
        assert " ".join(cells).split() == re.findall(r"[^\s|│]+", lines[index])


@pytest.mark.parametrize("name", ["docker_ps", "kubectl_pods", "sqlite_column"])
def test_columns_below_their_names_hold_what_stands_there(name: str) -> None:
    lines = lines_of(name)
    [table] = rows.tables(lines)
    names = re.split(r"\s{2,}", lines[table.header].strip())
    for index in table.rows:
        cells = rows.cells(lines[index], table.kind, lines[table.header])
        assert len(cells) == len(names)
        assert " ".join(cells).split() == lines[index].split()


def test_in_a_table_without_a_frame_the_first_and_the_last_cell_may_be_empty() -> None:
    header = "  id   | customer | note "
    assert rows.cells(" 40001 | Doma-1   | ", "|", header) == ["40001", "Doma-1", ""]
    assert rows.cells("       | Doma-1   | x", "|", header) == ["", "Doma-1", "x"]
    assert rows.cells("|       | Doma-1   |  |", "|", "| id | customer | note |") == ["", "Doma-1", ""]
