"""The parts of `scrimp cache` are reached by their names, as a person types them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from scrimp.cli import caching, main
from tests.reports.ledger_rows import Book, used

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("part", caching.PARTS)
def test_each_part_answers_with_json_and_as_a_table(
    part: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    book = Book(tmp_path)
    book.request("m1", 0, used(write_5m=120_000), cache_asked="5m")
    book.db.close()
    environ = {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path), "ANTHROPIC_API_KEY": "key"}
    place = [str(tmp_path)] if part == "lint" else []
    assert main(["cache", part, *place, "--json"], environ) == 0
    assert json.loads(capfd.readouterr().out) is not None
    assert main(["cache", part, *place], environ) == 0
    out, errors = capfd.readouterr()
    assert out.strip()
    assert errors == ""


@pytest.mark.parametrize("part", caching.PARTS)
def test_each_part_has_its_help(part: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", part, "--help"], {}) == 0
    assert "--since" in capfd.readouterr().out
