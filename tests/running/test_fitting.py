"""A budget of tokens: whole facts by priority, never more than the budget, and always the way back."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, cast

import pytest

from scrimp.core import facts, limits, outputs, tokens
from scrimp.running import fitting, outputs_kept
from scrimp.running.keeping import messages
from scrimp.running.keeping.messages import Ended
from scrimp.running.outputs_kept import Keeping
from tests.compact import cases

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from scrimp.batch.item import Part
    from scrimp.running.fitting import Printed

BUDGETS = (200, 1_000, 4_000)
EVERY = 4
"""Of the recorded cases every fourth: all of them are cut in their own tests."""


def printed(case: cases.Case, folder: Path) -> Printed:
    """What a command has that printed the case's text."""
    with tempfile.TemporaryFile() as file:
        file.write(case.text.encode("utf-8", "surrogateescape"))
        file.flush()
        keeping = Keeping(str(folder / "tool-results"), str(folder))
        ended = Ended(messages.EXITED, case.exit_code)
        return outputs_kept.printed(case.command, ended, cast("BinaryIO", file), keeping, {"HOME": str(folder)})


def taken(part: Part) -> int:
    """Tokens of a part."""
    return tokens.estimate(part.text) + tokens.estimate(part.left_out)


@pytest.mark.parametrize("name", cases.names()[::EVERY])
def test_no_part_takes_more_than_its_budget_and_every_cut_leads_back(name: str, tmp_path: Path) -> None:
    found = printed(cases.load(name), tmp_path)
    for budget in (budget for budget in BUDGETS if budget < taken(found.whole())):
        part = fitting.cut(found, budget)
        assert taken(part) <= budget
        assert outputs.markers(f"[{part.left_out}]") == [(found.handle, found.path)]
        shown = set(part.text.splitlines())
        assert part.text == "" or shown - {"…"}


def test_at_a_fifth_of_the_room_whole_failures_and_the_total_stay_and_it_is_said_how_many(tmp_path: Path) -> None:
    case = cases.load("pytest/failed_29_deep")
    part = fitting.cut(printed(case, tmp_path), 1_200)
    known = facts.extract("pytest", case.text)
    kept = len(known) - len(facts.missing(known, part.text))
    assert kept >= 10  # as the path in the way back is long
    assert f", {kept} of {len(known)} facts kept" in part.left_out
    assert part.text.endswith("\n== 29 failed, 871 passed in 0.71s ==\n")


def test_of_a_longer_text_the_first_cut_is_cut_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cases.load("pytest/failed_29_deep")
    monkeypatch.setattr(limits, "RUN_HELD_BYTES", 0)
    found = printed(case, tmp_path)
    assert found.full == ""
    part = fitting.cut(found, 1_200)
    known = facts.extract("pytest", case.text)
    kept = len(known) - len(facts.missing(known, part.text))
    assert taken(part) <= 1_200
    assert "29 failed" in part.text
    assert set(part.text.splitlines()) <= set(found.text.splitlines()) | {"…"}
    assert f", {kept} of {len(known)} facts kept" in part.left_out


@pytest.mark.parametrize(("held_bytes", "more"), [(0, "+"), (limits.WIDE_STREAM_BYTES, "")])
def test_where_not_all_was_read_for_facts_a_plus_says_that_there_may_be_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held_bytes: int, more: str
) -> None:
    """Past what is read whole the first cut knows of some; a further cut of all of it that is held knows all."""
    case = cases.load("pytest/failed_29_deep")
    start, end = case.text.split("\n", 1)
    filled = "".join((start, "\n", *("tests/test_fill.py::test_one PASSED\n" for _ in range(30_000)), end))
    monkeypatch.setattr(limits, "WIDE_STREAM_BYTES", held_bytes)
    found = printed(case._replace(text=filled), tmp_path)
    monkeypatch.undo()
    part = fitting.cut(found, 1_200)
    kept = len(found.facts) - len(facts.missing(found.facts, part.text))
    assert ", 40 of 40+ facts kept; " in found.whole().left_out
    assert f", {kept} of 40{more} facts kept; " in part.left_out


def test_without_room_for_more_the_last_lines_stay(tmp_path: Path) -> None:
    text = "".join(f"{number}\n" for number in range(400))
    found = printed(cases.Case("plain/numbers", "seq 0 399", 0, text), tmp_path)
    part = fitting.cut(found, 120)
    assert part.text
    assert text.endswith(part.text)
    lines = 400 - part.text.count("\n")
    assert part.left_out.startswith(f"scrimp {found.handle}: {lines} of 400 lines, ")


def test_without_any_room_only_the_way_back_stays(tmp_path: Path) -> None:
    found = printed(cases.load("pytest/passed_900"), tmp_path)
    part = fitting.cut(found, 0)
    assert part.text == ""
    assert f"whole: Read {found.path}" in part.left_out


def test_what_a_terminal_would_show_is_what_is_read() -> None:
    assert fitting.readable(b"10%\r20%\r30%\n\x1b[1mbold\x1b[0m \xff\n") == "30%\nbold \ufffd\n"
