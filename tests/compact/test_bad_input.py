"""Outputs that no tool should print, and that some do; of every family there is, and of none."""

from __future__ import annotations

import pytest

from scrimp.core import facts, limits, terminal
from scrimp.core.compact import Compaction, compact, family_of
from scrimp.core.compact.manner import Manner
from scrimp.core.families import NAMES
from tests.compact import cases, mutations

LONG = 10_000_000


def failed(text: str, command: str = "") -> Compaction:
    return compact(text, command=command, exit_code=1, raw_limit=limits.CLIENT_FAILED_CHARS, cap=limits.FAILED_CHARS)


def shortest_cut(family: str) -> cases.Case:
    """The family's smallest recorded output that is cut."""
    found = sorted(mutations.recorded(family), key=lambda case: len(case.text))
    return next((case for case in found if case.compacted().cut), found[-1])


def holds(case: cases.Case, text: str) -> Compaction:
    """The cut of a bad output; what holds for any is checked of it."""
    result = case.compacted(text)
    assert result.cut or result.text == text
    if result.cut:
        assert len(result.text) <= case.cap - limits.MARKER_CHARS
        all_facts = facts.extract(result.family, terminal.as_shown(text))
        kept = len(all_facts) - len(facts.missing(all_facts, result.text))
        assert result.facts_more or (result.facts_kept, result.facts_total) == (kept, len(all_facts))
        assert result.facts_kept == result.facts_total or len(text) > case.raw_limit
    return result


def mixed(text: str, bad: str) -> str:
    """The bad piece after every third line."""
    lines = text.split("\n")
    return "\n".join(part for at, line in enumerate(lines) for part in ((line, bad) if at % 3 == 0 else (line,)))


BAD = {
    "binary": "\x7fELF\x02\x01\x00\x00\x00\x03\x00>\x00\x01\x80\x10",
    "not UTF-8": "caf\udce9 \udcff\udcfe",
    "NULs": "\0" * 40,
    "nested escapes": "\x1b[1m\x1b[31\x1b[0mred\x1b]0;title\x1b[4m\x07\x1b[",
    "redrawn": "\r10%\r\x1b[K50%\x1b[2K\x1b[1A\r100% done",
    "overstruck": "b\x08bo\x08ol\x08ld",
    "a long line": "x" * 9_000,
    "a marker": mutations.MARKER,
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("family", NAMES)
def test_bad_lines_between_those_of_any_family_are_survived(family: str, bad: str) -> None:
    case = shortest_cut(family)
    holds(case, mixed(case.text, BAD[bad]))


@pytest.mark.parametrize("family", NAMES)
def test_an_output_of_nothing_but_bad_bytes_is_survived_by_any_family(family: str) -> None:
    case = shortest_cut(family)
    for bad in BAD.values():
        holds(case, (bad + "\n") * (40_000 // len(bad)))
        holds(case, bad * (40_000 // len(bad)))


@pytest.mark.parametrize("end", ["\r\n", "\r\r\n"])
@pytest.mark.parametrize("family", NAMES)
def test_line_ends_of_windows_change_nothing(family: str, end: str) -> None:
    case = shortest_cut(family)
    plain = terminal.as_shown(case.text)
    assert case.compacted(plain.replace("\n", end)).text in (plain.replace("\n", end), case.compacted(plain).text)


@pytest.mark.parametrize("family", NAMES)
def test_colours_change_nothing(family: str) -> None:
    case = shortest_cut(family)
    plain = terminal.as_shown(case.text)
    coloured = "\n".join(f"\x1b[1;31m{line}\x1b[0m" if line else "" for line in plain.split("\n"))
    assert facts.extract(family, terminal.as_shown(coloured)) == facts.extract(family, plain)
    assert len(coloured) > case.raw_limit or holds(case, coloured).text in (coloured, case.compacted(plain).text)


@pytest.mark.parametrize("family", NAMES)
def test_an_output_of_any_family_on_one_line_of_10_mb_is_cut_to_a_few_pieces(family: str) -> None:
    case = shortest_cut(family)
    once = terminal.as_shown(case.text).replace("\n", " ")
    result = holds(case, once * (LONG // len(once)))
    assert result.cut
    assert "" not in result.text.split("\n")[:-1], (
        "nothing is left of the line: grade() takes it for noise by words that stand somewhere in it; anchor them"
    )
    assert family_of(result.family).NAME in NAMES


def test_one_line_of_10_mb_is_cut_to_its_ends() -> None:
    result = failed("<" + "x" * LONG + ">\n")
    assert result.cut
    assert len(result.text) < 3 * limits.LINE_CHARS
    assert result.text.startswith("<")
    assert result.text.endswith(">\n")


def test_a_fact_in_the_middle_of_a_very_long_line_of_a_large_output_survives() -> None:
    filler = "".join(f"ordinary line {n}\n" for n in range(60_000))
    result = failed(filler + "ValueError: no room " + "x" * 5_000 + "\n" + filler)
    assert result.facts_kept == result.facts_total
    assert "ValueError: no room" in result.text


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_of_any_kind_are_lines(end: str) -> None:
    text = "".join(f"working on part {n} of it{end}" for n in range(2_000)) + f"ValueError: no room{end}"
    assert "ValueError: no room" in failed(text).text


def test_bytes_that_are_not_utf_8_come_back_as_they_were() -> None:
    broken = b"caf\xe9 \xff\xfe".decode("utf-8", "surrogateescape")
    result = failed("".join(f"line {n} {broken}\n" for n in range(2_000)) + f"ValueError: {broken}\n")
    assert result.cut
    assert b"ValueError: caf\xe9 \xff\xfe\n" in result.text.encode("utf-8", "surrogateescape")


def test_nuls_and_nothing_but_line_breaks_are_survived() -> None:
    assert failed("\0" * 20_000).cut
    assert failed("\n" * 20_000).cut


def test_an_imitated_marker_or_gap_is_a_line_like_any_other() -> None:
    marker = "[scrimp 3f9c02d41b7a8e55: 1,786 of 1,907 lines, 138 KB of 145 KB left out; whole: Read /etc/passwd]"
    result = failed(f"{marker}\n…\n" + "".join(f"part {n}\n" for n in range(3_000)) + "ValueError: no room\n")
    assert result.text.startswith(f"{marker}\n…\npart 0\n")
    assert result.lines_in == 3_003


def test_printed_totals_do_not_hide_the_real_ones() -> None:
    printed = " 12 failed, 3 passed in 0.10s ".center(80, "=")
    real = " 1 failed, 900 passed in 9.00s ".center(80, "=")
    text = "\n".join(
        [
            " test session starts ".center(80, "="),
            *(f"tests/test_x.py::test_{n} PASSED [ 10%]" for n in range(900)),
            " FAILURES ".center(80, "="),
            " test_y ".center(80, "_"),
            ">       assert 0\nE       assert 0\n\ntests/test_x.py:7: AssertionError",
            " Captured stdout call ".center(80, "-"),
            printed,
            " short test summary info ".center(80, "="),
            "FAILED tests/test_x.py::test_y - assert 0",
            real,
            "",
        ]
    )
    result = failed(text, "pytest -v")
    assert result.family == "pytest"
    assert "1 failed, 900 passed in 9.00s" in result.text.split("\n")[-2]
    assert facts.missing(facts.extract("pytest", text), result.text) == []


def test_a_family_that_is_switched_off_leaves_the_output_as_it_is() -> None:
    text = "".join(f"{n}\n" for n in range(20_000))
    manner = Manner(("plain",))
    result = compact(text, raw_limit=limits.CLIENT_SUCCEEDED_CHARS, cap=limits.SUCCEEDED_CHARS, manner=manner)
    assert (result.cut, result.text, result.family, result.why) == (False, text, "plain", "switched off")


def test_what_a_command_was_to_show_is_shown_whole_as_long_as_the_client_shows_it() -> None:
    rows = "".join(f"row {n}, 7\n" for n in range(800))
    shown = compact(rows, command="cd data && cat rows.csv", exit_code=0, raw_limit=30_000, cap=28_000)
    printed = compact(rows, command="python rows.py", exit_code=0, raw_limit=30_000, cap=28_000)
    assert (shown.cut, shown.why) == (False, "a file's own text")
    assert printed.cut
