"""What tells a run that did its work from one that did not."""

from __future__ import annotations

import pytest

from scrimp.routing import signals


def test_the_same_brief_is_known_by_its_words() -> None:
    assert signals.brief_hash("Find the port!\n\n- in src/") == signals.brief_hash("find  the PORT in src")
    assert signals.brief_hash("Find the port") != signals.brief_hash("Find the host")
    assert signals.brief_hash(" … ") == ""


@pytest.mark.parametrize(
    ("report", "could_not"),
    [
        ("found: src/app.py:3\ncould not: run the tests, pytest is missing", True),
        ("**Could not:** open the file", True),
        ("- could not : reach it", True),
        ("I could not: well", False),
        ("The loop could not end.", False),
        ("", False),
    ],
)
def test_could_not_is_a_line_of_the_report_s_form(report: str, could_not: bool) -> None:
    assert signals.says_could_not(report) is could_not


@pytest.mark.parametrize(
    ("prompt", "is_correction"),
    [
        ("No, the other file", True),
        ("no.", True),
        ("That\N{RIGHT SINGLE QUOTATION MARK}s wrong, look again", True),
        ("still failing on CI", True),
        ("It still  prints nothing", True),
        ("No problem, go on", False),
        ("Now add a test", False),
        ("Notes are in docs/", False),
        ("Nein, falsch", False),
        ("Thanks! Undo is next on the list", False),
    ],
)
def test_a_correction_begins_like_one(prompt: str, is_correction: bool) -> None:
    assert signals.is_correction(prompt) is is_correction


def test_calls_are_about_the_same_file_or_command() -> None:
    assert signals.target({"file_path": "src/../a.py"}, "/repo") == "/repo/a.py"
    assert signals.target({"path": "/repo/a.py", "pattern": "x"}, "/other") == "/repo/a.py"
    assert signals.target({"command": "pytest  -q\n"}, "/repo") == "$ pytest -q"
    assert signals.target({"query": "x"}, "/repo") == ""


def test_a_parent_that_reads_what_it_was_told_of_has_redone_nothing() -> None:
    agent = {"/a", "/b", "/c", "/d", "$ pytest -q"}
    assert signals.again(agent, {"/a", "/b", "/e"}) == (2, 0)
    assert not signals.is_redone(5, 2, 0)
    assert signals.is_redone(5, *signals.again(agent, {"/a", "/b", "/c"}))
    assert not signals.is_redone(7, 3, 0)
    assert signals.is_redone(5, *signals.again(agent, {"$ pytest -q"}))
