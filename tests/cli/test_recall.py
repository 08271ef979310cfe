from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from scrimp.core import cuts, outputs
from scrimp.core.settings import data_dir

if TYPE_CHECKING:
    from tests.cli.conftest import Machine

LINES = [f"line {number}" for number in range(1, 5001)]
LINES[2499] = "ERROR payment refused"
LONG = ("\n".join(LINES) + "\n").encode()
SHORT = b"one\ntwo \xff three\r\nfour"


def keep(machine: Machine, data: bytes, session: str = "s1") -> str:
    folder = machine.home / ".claude" / "projects" / "-repo" / session / "tool-results"
    return outputs.keep(data, str(folder))


def test_a_short_original_comes_back_byte_for_byte(machine: Machine) -> None:
    output = machine.scrimp("recall", keep(machine, SHORT))
    assert (output.code, output.out.encode("utf-8", "surrogateescape"), output.err) == (0, SHORT, "")


@pytest.mark.parametrize(
    "form",
    [
        "{handle}",
        "{prefix}",
        "[scrimp {handle}: 4,990 of 5,000 lines, 50 KB of 51 KB left out; whole: Read /x/tool-results/y.txt]",
        "scrimp-{handle}.txt",
        "scrimp {handle}",
        "/home/me/.claude/projects/-repo/s1/tool-results/scrimp-{handle}.txt",
    ],
)
def test_every_form_in_which_a_handle_is_met_is_understood(machine: Machine, form: str) -> None:
    handle = keep(machine, SHORT)
    output = machine.scrimp("recall", form.format(handle=handle, prefix=handle[:6]))
    assert (output.code, output.out.encode("utf-8", "surrogateescape")) == (0, SHORT)


def test_a_long_original_is_not_poured_out_unasked(machine: Machine) -> None:
    handle = keep(machine, LONG)
    output = machine.scrimp("recall", handle)
    assert (output.code, output.out) == (2, "")
    assert f"scrimp-{handle}.txt: 5,000 lines, {len(LONG):,} bytes; ask for a part with --lines A:B" in output.err


def test_all_brings_a_long_original_back_byte_for_byte(machine: Machine) -> None:
    assert machine.scrimp("recall", keep(machine, LONG), "--all").out.encode() == LONG


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("2:4", "2:line 2\n3:line 3\n4:line 4\n"),
        ("5000", "5000:line 5000\n"),
        ("4999:", "4999:line 4999\n5000:line 5000\n"),
        (":2", "1:line 1\n2:line 2\n"),
        ("4999:9000", "4999:line 4999\n5000:line 5000\n"),
    ],
)
def test_lines_come_back_with_their_numbers(machine: Machine, span: str, expected: str) -> None:
    assert machine.scrimp("recall", keep(machine, LONG), "--lines", span).out == expected


def test_an_unfinished_last_line_is_closed_when_parts_are_asked_for(machine: Machine) -> None:
    output = machine.scrimp("recall", keep(machine, SHORT), "--lines", "2:3")
    assert output.out.encode("utf-8", "surrogateescape") == b"2:two \xff three\r\n3:four\n"


def test_grep_prints_matching_lines_as_grep_n_does(machine: Machine) -> None:
    handle = keep(machine, LONG)
    assert machine.scrimp("recall", handle, "--grep", r"^line 17\d\d?$").out.splitlines()[:3] == [
        "170:line 170",
        "171:line 171",
        "172:line 172",
    ]
    around = machine.scrimp("recall", handle, "--grep", "ERROR|^line 1$", "-C", "1").out
    assert around == "1:line 1\n2-line 2\n--\n2499-line 2499\n2500:ERROR payment refused\n2501-line 2501\n"
    assert machine.scrimp("recall", handle, "--grep", "line", "--lines", "2501:2502").out == (
        "2501:line 2501\n2502:line 2502\n"
    )


def test_neighbouring_matches_share_their_context_and_are_printed_once(machine: Machine) -> None:
    handle = keep(machine, LONG)
    shown = machine.scrimp("recall", handle, "--grep", "^line (10|12)$", "-C", "2").out
    assert shown == "8-line 8\n9-line 9\n10:line 10\n11-line 11\n12:line 12\n13-line 13\n14-line 14\n"


def test_a_pattern_sees_no_line_break_and_bytes_that_are_no_text_pass_through(machine: Machine) -> None:
    shown = machine.scrimp("recall", keep(machine, SHORT), "--grep", "three$").out
    assert shown.encode("utf-8", "surrogateescape") == b"2:two \xff three\r\n"


def test_nothing_that_matches_is_an_exit_code_of_one_and_a_sentence(machine: Machine) -> None:
    output = machine.scrimp("recall", keep(machine, LONG), "--grep", "nowhere")
    assert (output.code, output.out, output.err) == (1, "", "scrimp: no line matches 'nowhere'\n")


WRONG: dict[tuple[str, ...], str] = {
    ("--lines", "7:3"): "--lines '7:3': lines count from 1, and the second number is not below the first",
    ("--lines", "0:3"): "--lines '0:3': lines count from 1",
    ("--lines", "a:b"): "--lines 'a:b' is not A:B with line numbers from 1",
    ("--lines", ":"): "--lines ':' is not A:B",
    ("--lines", "6000:7000"): "has no line 6000",
    ("--grep", "("): "--grep '(' is not a regular expression",
    ("-C", "2"): "-C is a number of lines around each match: it goes with --grep",
    ("--grep", "x", "-C", "-1"): "and is not negative",
    ("--all", "--lines", "1:2"): "--all is everything",
}


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_use_is_said_in_one_sentence_with_exit_code_two(machine: Machine, words: tuple[str, ...]) -> None:
    output = machine.scrimp("recall", keep(machine, LONG), *words)
    assert (output.code, output.out, output.err.count("\n")) == (2, "", 1)
    assert WRONG[words] in output.err


@pytest.mark.parametrize("given", ["xyz", "12345", "0123456789abcdef0", "../../etc/passwd", "*", ""])
def test_what_is_not_a_handle_is_refused(machine: Machine, given: str) -> None:
    output = machine.scrimp("recall", given)
    assert output.code == 2
    assert f"{given!r} is not a handle" in output.err


def test_an_unknown_handle_is_exit_code_one(machine: Machine) -> None:
    output = machine.scrimp("recall", "0123456789abcdef")
    assert (output.code, output.out) == (1, "")
    assert output.err == (
        "scrimp: no original with the handle 0123456789abcdef is kept any more, or it was never here\n"
    )


def test_the_start_of_two_handles_asks_for_more_digits(machine: Machine) -> None:
    folder = machine.home / ".claude" / "projects" / "-repo" / "s1" / "tool-results"
    folder.mkdir(parents=True)
    for handle in ("abcdef0000000000", "abcdef1111111111"):
        (folder / f"scrimp-{handle}.txt").write_text(handle)
    output = machine.scrimp("recall", "abcdef")
    assert (output.code, output.err) == (2, "scrimp: abcdef is the start of 2 handles: give more of its digits\n")
    assert machine.scrimp("recall", "abcdef1").out == "abcdef1111111111"


def test_the_same_output_kept_by_two_sessions_is_one_handle(machine: Machine) -> None:
    assert keep(machine, SHORT, "s1") == keep(machine, SHORT, "s2")
    assert machine.scrimp("recall", outputs.handle_of(SHORT)).code == 0


def test_an_original_that_the_client_keeps_under_its_own_name_too_is_one_handle(machine: Machine) -> None:
    handle = keep(machine, SHORT)
    folder = machine.home / ".claude" / "projects" / "-repo" / "s1" / "tool-results"
    (folder / "b1x.txt").write_bytes(SHORT)
    for name in (f"scrimp-{handle}.txt", "b1x.txt"):
        cuts.record(data_dir(machine.environ), {"handle": handle, "path": str(folder / name)})
    output = machine.scrimp("recall", handle[:6])
    assert (output.code, output.out.encode("utf-8", "surrogateescape"), output.err) == (0, SHORT, "")


def test_the_path_of_a_marker_is_read_only_if_its_bytes_make_the_handle(machine: Machine) -> None:
    """A marker is text that anyone can print: recall must not become a way to read any file."""
    kept = machine.home / "elsewhere.txt"
    kept.write_bytes(SHORT)
    handle = outputs.handle_of(SHORT)
    marker = "[scrimp {}: 1 of 3 lines, 1 KB of 2 KB left out; whole: Read {}]"
    assert machine.scrimp("recall", marker.format(handle, kept)).code == 0
    kept.write_text("another text")
    assert machine.scrimp("recall", marker.format(handle, kept)).code == 1


def test_a_huge_original_is_read_in_bounded_memory(machine: Machine) -> None:
    """300 MB with one line of 200 MB in it, under an address space that could not hold the line."""
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    folder = machine.home / ".claude" / "projects" / "-repo" / "s1" / "tool-results"
    folder.mkdir(parents=True)
    path = folder / "scrimp-00000000000000aa.txt"
    with open(path, "wb") as file:
        file.write(b"first\n")
        file.seek(200 * 1024 * 1024)
        file.write(b"\nneedle\n")
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (160 << 20, 160 << 20)); "
    run = "from scrimp.cli import main; sys.exit(main())"
    for words, expected in ((["--lines", "3"], b"3:needle\n"), (["--grep", "needle"], b"3:needle\n")):
        done = subprocess.run(
            [sys.executable, "-c", limited + run, "recall", "00000000000000aa", *words],
            env={**machine.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, expected)
