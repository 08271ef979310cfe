"""Outputs that no tool should print, and that some do."""

from __future__ import annotations

import pytest

from scrimp.core import facts, limits
from scrimp.core.compact import Compaction, compact
from scrimp.core.compact.manner import Manner

LONG = 10_000_000


def failed(text: str, command: str = "") -> Compaction:
    return compact(text, command=command, exit_code=1, raw_limit=limits.CLIENT_FAILED_CHARS, cap=limits.FAILED_CHARS)


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
