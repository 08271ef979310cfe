"""The parts of `scrimp cache` are reached by their names, as a person types them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from scrimp.cli import WRONG_USE, caching, main
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


def test_what_stands_before_a_part_s_name_holds_for_the_part(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    environ = {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path)}
    assert main(["cache", "advise", "--since", "7d", "--json"], environ) == 0
    behind = capfd.readouterr().out
    assert main(["cache", "--since", "7d", "--json", "advise"], environ) == 0
    assert capfd.readouterr().out == behind
    assert json.loads(behind)["advice"] is None


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (["cache", "--csv", "advise"], "--csv does not go with advise: see scrimp cache advise -h"),
        (["cache", "--by", "turn", "lint"], "--by does not go with lint: see scrimp cache lint -h"),
        (["cache", "--since", "soon", "advise"], "--since 'soon': expected an age (24h, 7d, 2w), a day "),
        (["cache", "lint", "nowhere"], "DIR 'nowhere': there is no such folder"),
        (["routes", "--since", "7d", "eval", "scrimp", "--max-budget-usd", "1"], "--since does not go with eval: "),
    ],
)
def test_what_a_part_cannot_go_by_is_refused_before_its_name_too(
    words: list[str], refused: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(words, {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path)}) == WRONG_USE
    assert capfd.readouterr().err.startswith(f"scrimp: {refused}")


@pytest.mark.parametrize(
    "words", [["cache", "--top", "0"], ["routes", "eval", "scrimp", "--max-budget-usd", "1", "--runs", "0"]]
)
def test_a_count_of_nothing_is_refused_before_anything_is_begun(
    words: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(words, {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path)}) == WRONG_USE
    assert capfd.readouterr().err.endswith(f"argument {words[-2]}: '0' is no whole number from 1\n")
