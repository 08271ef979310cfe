"""The order of runs, the budget over all of them, and going on after an end."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from scrimp.cli import main
from scrimp.cli.routing import rules
from scrimp.core.errors import UsageError
from scrimp.core.prices import PICO
from scrimp.routing import evaluating, results
from scrimp.routing.outcomes import Cell
from scrimp.routing.results import Head, Results
from scrimp.routing.suite import Suite
from scrimp.routing.trial import Trial

if TYPE_CHECKING:
    from pathlib import Path

    from scrimp.routing.suite import Brief

BRIEFS = [{"name": name, "prompt": name, "checks": [{"answer_is": "1"}]} for name in ("x", "y")]
SUITE = Suite.model_validate({"name": "s", "briefs": BRIEFS, "max_run_usd": 0.5})
CELLS = (Cell("sonnet", "low"), Cell("haiku", "low"))
AT = "2026-11-23T00:00:00.000Z"


@pytest.fixture
def found(tmp_path: Path) -> Results:
    return results.begin(str(tmp_path), Head("s", SUITE.fingerprint, "scout", CELLS, 2, AT, "scrimp-eval-1"))


class Client:
    """Runs that cost so many dollars each; `asked` is what each was told that it may spend."""

    def __init__(self, usd: float, problem: str = "") -> None:
        self.usd = usd
        self.problem = problem
        self.made: list[tuple[str, str]] = []
        self.asked: list[float] = []

    async def __call__(self, brief: Brief, cell: Cell, max_usd: float) -> Trial:
        self.made.append((brief.name, cell.model))
        self.asked.append(max_usd)
        pico = round(self.usd * PICO)
        return Trial("1", [], pico, self.usd, pico // 2, 1.0, 2, self.problem)


def go(found: Results, client: Client, max_usd: float) -> str:
    return asyncio.run(evaluating.go_through(SUITE, found, round(max_usd * PICO), client, lambda _task, _row: None))


def test_no_run_begins_that_does_not_fit_a_limit_of_the_persons_own(found: Results) -> None:
    client = Client(0.10)

    def left_pico() -> int:
        return round((0.65 - 0.10 * len(client.made)) * PICO)

    begun = evaluating.go_through(SUITE, found, 5 * PICO, client, lambda _task, _row: None, left_pico=left_pico)
    assert asyncio.run(begun) == evaluating.NO_ROOM
    assert sum(row.pico or 0 for row in found.rows) <= 0.65 * PICO
    assert client.made


def test_the_order_is_interleaved_and_each_brief_begins_with_another_model(found: Results) -> None:
    client = Client(0.01)
    assert go(found, client, 5) == evaluating.DONE
    assert client.made == [
        ("x", "sonnet"), ("x", "haiku"), ("y", "haiku"), ("y", "sonnet"),
        ("x", "haiku"), ("x", "sonnet"), ("y", "sonnet"), ("y", "haiku"),
    ]  # fmt: skip
    assert client.asked == [0.5] * 8


def test_a_run_may_spend_what_is_left_less_one_request_and_is_not_begun_where_it_would_not_fit(found: Results) -> None:
    client = Client(0.2)
    assert go(found, client, 1.0) == evaluating.NO_BUDGET
    # its requests cost 0.10 each; before the first one a request is forecast from the price list
    assert client.made == [("x", "sonnet"), ("x", "haiku"), ("y", "haiku"), ("y", "sonnet")]
    assert found.spent_pico == round(0.8 * PICO)
    assert client.asked[:2] == [0.5, 0.5]
    assert client.asked[2:] == pytest.approx([0.5, 0.3])
    assert all(spent + asked <= 1 for spent, asked in zip((0, 0.2, 0.4, 0.6), client.asked, strict=True))


def test_what_was_stopped_is_gone_on_with_and_a_line_cut_off_is_run_again(found: Results) -> None:
    assert go(found, Client(0.2), 1.0) == evaluating.NO_BUDGET
    with open(found.path, encoding="utf-8") as file:
        text = file.read()
    with open(found.path, "w", encoding="utf-8") as file:
        file.write(text[:-20])
    again = results.read(found.path)
    client = Client(0.01)
    assert go(again, client, 5) == evaluating.DONE
    assert client.made == [
        ("y", "sonnet"), ("x", "haiku"), ("x", "sonnet"), ("y", "sonnet"), ("y", "haiku")
    ]  # fmt: skip
    kept = results.read(found.path)
    assert [len(kept.of(cell)) for cell in CELLS] == [4, 4]
    assert kept.rows == again.rows


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cost_usd", "abc"), ("cost_usd", "Infinity"), ("cost_usd", "NaN"), ("cost_usd", "1e999999"),
        ("cost_usd", "-5"), ("cost_usd", []), ("client_usd", None), ("client_usd", float("nan")),
        ("client_usd", float("inf")), ("seconds", 10**400), ("largest_pico", -1), ("number", "x"),
    ],
)  # fmt: skip
def test_a_line_that_somebody_has_made_no_run_of_is_passed_over(found: Results, key: str, value: object) -> None:
    go(found, Client(0.01), 5)
    with open(found.path, encoding="utf-8") as file:
        first, *lines = file.read().splitlines()
    lines[0] = json.dumps({**json.loads(lines[0]), key: value})
    with open(found.path, "w", encoding="utf-8") as file:
        file.write("\n".join([first, "[" * 100_000, "7", *lines, ""]))
    assert results.read(found.path).rows == found.rows[1:]


def test_a_run_that_stands_there_twice_counts_once_and_is_a_success_only_by_the_word_itself(found: Results) -> None:
    go(found, Client(0.01), 5)
    with open(found.path, encoding="utf-8") as file:
        first, *lines = file.read().splitlines()
    failed = json.dumps({**json.loads(lines[0]), "is_success": "false"})
    with open(found.path, "w", encoding="utf-8") as file:
        file.write("\n".join([first, failed, *lines, *lines, ""]))
    kept = results.read(found.path)
    assert [[one.is_success for one in kept.of(cell)].count(True) for cell in CELLS] == [3, 4]
    assert [len(kept.of(cell)) for cell in CELLS] == [4, 4]


@pytest.mark.parametrize("first", ['{"cells": []}', "[" * 100_000, "7", '{"runs": Infinity}'])
def test_a_first_line_that_asks_for_nothing_is_said_and_hides_no_other_results(
    tmp_path: Path, found: Results, first: str
) -> None:
    whole = {"suite": "s", "fingerprint": "", "agent": "scout", "cells": [["haiku", ""]], "runs": 1, "at": "9"}
    line = json.dumps({**whole, "session": "", **json.loads(first)}) if first.startswith("{") else first
    path = tmp_path / "evals" / "bad.jsonl"
    path.write_text(f"{line}\n")
    with pytest.raises(UsageError, match=r"bad\.jsonl: no results of `scrimp routes eval`: "):
        results.read(str(path))
    newest = results.latest(str(tmp_path), agent="scout")
    assert newest is not None
    assert newest.path == found.path


def test_runs_that_were_none_say_nothing_and_end_it_after_a_few_in_a_row(found: Results) -> None:
    client = Client(0.01, problem="Credit balance is too low")
    assert go(found, client, 5) == evaluating.NO_RUNS
    assert len(client.made) == 3
    assert [found.of(cell) for cell in CELLS] == [[], []]
    assert found.spent_pico == round(0.03 * PICO)


def test_a_model_without_a_price_is_refused_before_anything_is_spent() -> None:
    with pytest.raises(UsageError, match="the price of gpt-9 is not known: its runs could not be kept within a budget"):
        evaluating.request_pico(Cell("gpt-9", ""), AT)


def test_the_latest_results_for_an_agent_or_a_suite_s_state_are_found(tmp_path: Path, found: Results) -> None:
    later = found.head._replace(at="2026-11-24T00:00:00.000Z", fingerprint="other")
    newer = results.begin(str(tmp_path), later)
    (tmp_path / "evals" / "torn.jsonl").write_text("{")
    chosen = [
        results.latest(str(tmp_path), agent="scout"),
        results.latest(str(tmp_path), fingerprint=SUITE.fingerprint),
    ]
    assert [one.path for one in chosen if one] == [newer.path, found.path]
    assert results.latest(str(tmp_path), agent="expert") is None


RULE = {"agent": "scout", "model": "haiku", "effort": "low"}


@pytest.mark.parametrize(
    ("known", "place"),
    [
        ([], 0),
        ([{"agent": "expert", "model": "opus"}], 1),
        ([{"agent": "scout", "prompt": "*hard*", "model": "opus"}], 1),
        ([{"agent": "expert"}, {"agent": "sc*", "model": "sonnet"}], 1),
        ([{"model": "sonnet"}], 0),
    ],
)
def test_a_rule_stands_after_those_for_certain_briefs_and_before_what_would_hide_it(
    known: list[dict[str, str]], place: int
) -> None:
    assert rules.placed(known, RULE) == [*known[:place], RULE, *known[place:]]


def test_a_rule_for_just_this_agent_is_replaced_and_keeps_what_is_not_the_model_s() -> None:
    known = [{"agent": "*", "prompt": "x"}, {"agent": "scout", "model": "opus", "dearer": True, "background": False}]
    assert rules.placed(known, RULE) == [known[0], {**RULE, "background": False}]


def adopt(tmp_path: Path, capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    environ = {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path)}
    code = main(["routes", "adopt", "scout", *words, "--scope", "user", "--yes"], environ)
    said = capfd.readouterr()
    return code, said.out + said.err


def test_what_the_words_of_adopt_leave_open_is_said(
    tmp_path: Path, found: Results, capfd: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(evaluating.go_through(SUITE, found, PICO, Client(0.01), lambda _task, _row: None))
    assert adopt(tmp_path, capfd, "haiku", "lower") == (
        2,
        "scrimp: EFFORT 'lower': expected low, medium, high, xhigh, max\n",
    )
    code, said = adopt(tmp_path, capfd, "haiku", "--from-ledger")
    assert (code, "--against MODEL/EFFORT says what it is compared with" in said) == (2, True)
    code, said = adopt(tmp_path, capfd, "opus", "low")
    assert (code, "missing: opus/low has 0 runs, 20 are needed" in said) == (1, True)
    code, said = adopt(tmp_path, capfd, "haiku", "low", "--from", str(tmp_path / "none"))
    assert (code, "no results of `scrimp routes eval`" in said) == (2, True)


def test_a_dearer_model_with_cheaper_successes_is_adopted_as_dearer_in_one_s_own_file_only(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cells = (Cell("sonnet", "low"), Cell("opus", "low"))
    found = results.begin(str(tmp_path), Head("s", "f", "scout", cells, 30, AT, "scrimp-eval-1"))
    for number in range(30):
        for cell, usd, is_success in ((cells[0], 0.05, number % 3 > 0), (cells[1], 0.03, True)):
            pico = round(usd * PICO)
            found.add(results.Row("x", cell, number, is_success, [], "", pico, usd, pico, 1.0, 2, ""))
    code, said = adopt(tmp_path, capfd, "claude-opus-5-5", "low")
    assert code == 0, said
    own = json.loads((tmp_path / ".claude" / "scrimp.json").read_text())
    assert own == {"routes": [{"agent": "scout", "model": "opus", "effort": "low", "dearer": True}]}
