from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.ledger.lines import SESSION, reply, transcript

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Machine, Output


def account(folder: Path, name: str, usd: str, *unpriced: str) -> str:
    path = folder / name
    path.write_text(json.dumps({"scrimp_run": 1, "cost_usd": usd, "unpriced": unpriced}))
    return str(path)


def check(machine: Machine, *words: str, **more: str) -> Output:
    return machine.scrimp("check", *words, **more)


@pytest.fixture
def files(machine: Machine) -> tuple[str, str]:
    """A run that cost $0.50 and one of before that cost $0.40; the repo is the working folder."""
    account(machine.repo, "run.json", "0.5")
    account(machine.repo, "main.json", "0.4")
    return "run.json", "main.json"


PASSES: dict[tuple[str, ...], str] = {
    ("--max-usd", "0.50"): "run.json cost $0.50: at most $0.50\n",
    ("--max-usd", "0.6"): "run.json cost $0.50: at most $0.60\n",
    ("--baseline", "main.json", "--max-increase", "25%"): "run.json cost $0.50: 25.0 % more than main.json\n",
    ("--baseline", "main.json", "--max-increase", "30"): "run.json cost $0.50: 25.0 % more than main.json\n",
    ("--baseline", "run.json", "--max-increase", "0%"): "run.json cost $0.50: 0.0 % more than run.json\n",
    ("--max-usd", "1", "--baseline", "main.json", "--max-increase", "99 %"): (
        "run.json cost $0.50: at most $1.00, 25.0 % more than main.json\n"
    ),
}


@pytest.mark.parametrize("words", PASSES, ids=" ".join)
@pytest.mark.usefixtures("files")
def test_a_run_that_is_not_dearer_passes(machine: Machine, words: tuple[str, ...]) -> None:
    output = check(machine, "run.json", *words)
    assert (output.code, output.out, output.err) == (0, PASSES[words], "")


DEARER: dict[tuple[str, ...], str] = {
    ("--max-usd", "0.49"): "scrimp: run.json cost $0.50, more than $0.49\n",
    ("--max-usd", "0.499999999999"): "scrimp: run.json cost $0.50, more than $0.499999999999\n",
    ("--baseline", "main.json", "--max-increase", "20%"): (
        "scrimp: run.json cost $0.50, 25.0 % more than main.json ($0.40); allowed are 20 % more\n"
    ),
    ("--max-usd", "0.1", "--baseline", "main.json", "--max-increase", "0%"): (
        "scrimp: run.json cost $0.50, more than $0.10\n"
        "scrimp: run.json cost $0.50, 25.0 % more than main.json ($0.40); allowed are 0 % more\n"
    ),
}


@pytest.mark.parametrize("words", DEARER, ids=" ".join)
@pytest.mark.usefixtures("files")
def test_a_dearer_run_is_exit_code_five_with_every_reason(machine: Machine, words: tuple[str, ...]) -> None:
    output = check(machine, "run.json", *words)
    assert (output.code, output.out, output.err) == (5, "", DEARER[words])


@pytest.mark.usefixtures("files")
def test_in_a_job_a_reason_is_an_annotation_too(machine: Machine) -> None:
    output = check(machine, "run.json", "--max-usd", "0.1", GITHUB_ACTIONS="true")
    assert output.err.splitlines()[1] == "::error title=scrimp::run.json cost $0.50, more than $0.10"


def test_what_has_no_price_does_not_pass(machine: Machine) -> None:
    account(machine.repo, "run.json", "0.1", "claude-unheard-of")
    output = check(machine, "run.json", "--max-usd", "5")
    assert (output.code, output.err) == (
        5,
        "scrimp: run.json: no price is known for claude-unheard-of, so nobody knows what it cost\n",
    )


def test_whatever_costs_something_is_dearer_than_nothing(machine: Machine) -> None:
    account(machine.repo, "run.json", "0.1")
    account(machine.repo, "main.json", "0")
    words = ("--baseline", "main.json", "--max-increase", "1000%")
    assert check(machine, "run.json", *words).code == 5
    assert check(machine, "main.json", *words).code == 0


def test_without_a_file_it_is_the_last_session_of_the_ledger(machine: Machine) -> None:
    projects = machine.home / ".claude" / "projects"
    earlier = "00000000-7d1e-4c39-9a52-0f6be2d1a000"
    other = reply("msg_1", 5_000, at="2026-11-19T10:00:00.000Z").replace(SESSION, earlier)
    transcript(projects, other, session=earlier)
    transcript(projects, reply("msg_2"))
    output = check(machine, "--max-usd", "0.0059")
    assert (output.code, output.err) == (5, "scrimp: session 1a6f0c52 cost $0.006, more than $0.0059\n")
    assert check(machine, "--max-usd", "0.006").code == 0


WRONG: dict[tuple[str, ...], str] = {
    (): "there is nothing to check: give --max-usd 0.50, or --baseline FILE --max-increase 20%",
    ("--baseline", "main.json"): "--baseline FILE and --max-increase 20% go together",
    ("--max-increase", "2%"): "--baseline FILE and --max-increase 20% go together",
    ("--max-usd", "$5"): "--max-usd '$5': expected a number of dollars above 0",
    ("--baseline", "main.json", "--max-increase=-5%"): "--max-increase '-5%': expected a percentage from 0",
    ("--baseline", "main.json", "--max-increase", "nan"): "--max-increase 'nan': expected a percentage from 0",
    ("--baseline", "other.json", "--max-increase", "1%"): "other.json: not a file of `scrimp run --json`",
    ("--baseline", "broken.json", "--max-increase", "1%"): "broken.json: not a file of `scrimp run --json`",
    ("--baseline", "newer.json", "--max-increase", "1%"): (
        "newer.json: not a file of `scrimp run --json` that this scrimp can read"
    ),
}


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
@pytest.mark.usefixtures("files")
def test_wrong_use_is_said_in_one_sentence_with_exit_code_two(machine: Machine, words: tuple[str, ...]) -> None:
    (machine.repo / "other.json").write_text('["0.5"]')
    (machine.repo / "broken.json").write_text('{"cost_usd": ')
    (machine.repo / "newer.json").write_text('{"scrimp_run": 2, "cost_usd": "1"}')
    output = check(machine, "run.json", *words)
    assert (output.code, output.out, output.err.count("\n")) == (2, "", 1)
    assert WRONG[words] in output.err


def test_a_file_that_is_not_there_is_a_failure(machine: Machine) -> None:
    output = check(machine, "nowhere.json", "--max-usd", "1")
    assert (output.code, output.err) == (1, "scrimp: nowhere.json: No such file or directory\n")


def test_a_ledger_without_a_session_is_a_failure(machine: Machine) -> None:
    output = check(machine, "--max-usd", "1")
    assert (output.code, output.err) == (1, "scrimp: no requests here: there is no session to show\n")
