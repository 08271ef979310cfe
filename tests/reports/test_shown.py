from __future__ import annotations

import argparse
import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from scrimp.core.prices import PICO
from scrimp.reports import shown, table, wording
from scrimp.reports.progress import Bar
from scrimp.reports.shown import COUNT, FLAGS, ID, PATH, PERCENT, SECONDS, TEXT, TIME, TOKENS, USD, Column, Report

if TYPE_CHECKING:
    from scrimp.reports.shown import Row

COLUMNS = (
    Column("id", "Id", ID),
    Column("text", "Text", TEXT, 1),
    Column("path", "Path", PATH, 4),
    Column("at", "At", TIME, 5),
    Column("cost", "Cost", USD),
    Column("tokens", "Tokens", TOKENS, 2),
    Column("count", "Count", COUNT, 3),
    Column("share", "Hit", PERCENT),
    Column("seconds", "Time", SECONDS, 6),
    Column("flags", "Flags", FLAGS, 7),
    Column("hidden", "", TEXT),
)
ROW: Row = {
    "id": "5e551011-0000-4000-8000-000000000001",
    "text": "a text that is a good deal longer than there is room for",
    "path": "/home/dev/src/shop",
    "at": "2026-11-22T10:00:01.000Z",
    "cost": PICO * 1234,
    "tokens": 1_234_567,
    "count": 1234,
    "share": 0.999,
    "seconds": 3725.0,
    "flags": ["unpriced", "lower_bound"],
    "hidden": "x",
}
NOTHING: Row = {**ROW, "cost": 5, "share": None, "seconds": None, "flags": [], "text": "an\x1b[31mescape\n"}
REPORT = Report("A title", COLUMNS, {"HOME": "/home/dev"}, unpriced=["new-model"], problems={"broken lines": 1200})


def lines(width: int, *rows: Row) -> list[str]:
    return [line.text for line in table.laid_out(REPORT, rows, width)]


@pytest.mark.usefixtures("in_utc")
def test_a_table_with_room_for_everything() -> None:
    assert lines(200, {**ROW, "text": "short"}, NOTHING) == [
        "A title",
        "Id        Text            Path        At                    Cost  Tokens  Count   Hit    Time  Flags",
        "5e551011  short           ~/src/shop  11-22 10:00  ≥ $1,234.00      1.2M  1,234  99 %  1h 02m  UL",
        "5e551011  an?[31mescape?  ~/src/shop  11-22 10:00       <$0.0001    1.2M  1,234",
        "U unpriced: a model, speed, region or tier without a known price is left out of the dollars",
        "L lower_bound: a transcript that does not say how a reply ended: at least this much",
        "no price is known for new-model",
        "in the transcripts that were read:",
        "  broken lines: 1,200",
        "  scrimp ledger check lists the files",
    ]


@pytest.mark.usefixtures("in_utc")
@pytest.mark.parametrize("width", [40, 50, 60, 72, 80, 100])
def test_a_table_fits_its_width_and_never_breaks_a_number(width: int) -> None:
    found = lines(width, ROW, NOTHING)
    assert max(map(wording.width, found)) <= width
    assert "≥ $1,234.00" in found[2]
    assert "99 %" in found[2]


def test_the_least_important_columns_go_first() -> None:
    heads = [lines(width, ROW)[1].split() for width in (110, 90, 60, 45)]
    assert heads == [
        ["Id", "Text", "Path", "At", "Cost", "Tokens", "Count", "Hit", "Time", "Flags"],
        ["Id", "Text", "Path", "At", "Cost", "Tokens", "Count", "Hit", "Time"],
        ["Id", "Text", "Cost", "Tokens", "Count", "Hit"],
        ["Id", "Text", "Cost", "Hit"],
    ]


def test_programs_are_given_exact_values_under_the_columns_names() -> None:
    exact = {**ROW, "cost": "1234", "flags": ["lower_bound", "unpriced"]}
    nothing = {**NOTHING, "cost": "0.000000000005"}
    assert json.loads(shown.as_json(COLUMNS, [ROW, NOTHING])) == [exact, nothing]
    assert shown.as_csv(COLUMNS[3:], [ROW, NOTHING]) == (
        "at,cost,tokens,count,share,seconds,flags,hidden\n"
        "2026-11-22T10:00:01.000Z,1234,1234567,1234,0.999,3725.0,lower_bound unpriced,x\n"
        "2026-11-22T10:00:01.000Z,0.000000000005,1234567,1234,,,,x\n"
    )


def test_what_was_wrong_is_said_beside_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    shown.show(REPORT, [], argparse.Namespace(json=True, csv=False))
    assert tuple(capsys.readouterr()) == (
        "[]\n",
        (
            "scrimp: no price is known for new-model\nscrimp: in the transcripts that were read:\n"
            "scrimp:   broken lines: 1,200\nscrimp:   scrimp ledger check lists the files\n"
        ),
    )


def test_no_rows_are_a_sentence() -> None:
    assert lines(80)[:2] == ["A title", "no requests here"]


@pytest.mark.parametrize(
    ("pico", "flags", "text"),
    [
        (0, [], "$0.00"),
        (0, ["unpriced"], "unpriced"),
        (None, [], "unpriced"),
        (PICO * 123 // 100, [], "$1.23"),
        (PICO * 123 // 100, ["unpriced"], "≥ $1.23"),
        (PICO * 123 // 100, ["lower_bound"], "≥ $1.23"),
        (PICO * 123 // 100, ["old_version"], "≥ $1.23"),
        (PICO * 123 // 100, ["estimated"], "≈ $1.23"),
        (PICO * 123 // 100, ["estimated", "lower_bound"], "≥ $1.23"),
        (PICO * 123 // 100, ["split_missing"], "≥ $1.23"),
        (PICO * 123 // 100, ["bad_number"], "≥ $1.23"),
        (PICO * 123 // 100, ["legs_ignored"], "≈ $1.23"),
        (PICO * 123 // 100, ["refusal_unbilled", "replay"], "$1.23"),
        (PICO * 1_234_567 + PICO * 995 // 1000, [], "$1,234,568.00"),
        (PICO * 42 // 10_000, [], "$0.0042"),
        (PICO * 99_999 // 10_000_000, [], "$0.0100"),
        (1, [], "<$0.0001"),
        (-PICO * 5 // 2, [], "-$2.50"),
    ],
)
def test_dollars(pico: int | None, flags: list[str], text: str) -> None:
    assert wording.money(pico, flags) == text


def test_tokens_seconds_and_shares_are_short() -> None:
    numbers = [0, 9_999, 10_000, 99_949, 99_950, 999_499, 999_500, 4_123_456, 2_500_000_000, 7 * 10**12]
    assert [wording.tokens(number) for number in numbers] == (
        ["0", "9,999", "10.0k", "99.9k", "100.0k", "999k", "1.0M", "4.1M", "2.5G", "7.0T"]
    )
    assert [wording.seconds(value) for value in (None, 0, 9.96, 10, 59.6, 3599.6, 360_000)] == (
        ["", "0.0 s", "10.0 s", "10 s", "1m 00s", "1h 00m", "100h 00m"]
    )
    shares = (None, 0, 0.0004, 0.005, 0.615, 0.625, 0.994, 0.9996, 1)
    assert [wording.percent(share) for share in shares] == (
        ["", "0 %", "<1 %", "1 %", "62 %", "63 %", "99 %", "99 %", "100 %"]
    )


def test_a_path_loses_its_beginning_and_any_other_text_its_end() -> None:
    assert wording.clipped("/home/dev/src/shop", 12) == "…/src/shop"
    assert wording.clipped("/home/dev/averylongfolder", 12) == "…ylongfolder"
    assert wording.clipped("general-purpose", 12) == "general-pur…"
    assert wording.clipped("日本語日本語", 7) == "日本語…"
    assert wording.path("/home/developer", "/home/dev") == "/home/developer"
    assert wording.path("/home/dev", "/home/dev/") == "~"


def test_two_paths_that_end_alike_keep_their_beginnings() -> None:
    paths = ["/home/dev/alpha/some/shop", "/home/dev/beta/some/shop", "/srv/blog"]
    assert table.told_apart(paths, 12) == ["…a…/shop", "…b…/shop", "/srv/blog"]
    assert table.told_apart([*paths[:2], "/home/dev/beat/some/shop"], 12) == ["…alp…/shop", "…bet…/shop", "…bea…/shop"]
    assert table.told_apart(paths[:2], 7) == ["…/shop", "…/shop"]


def test_a_long_line_is_wrapped_between_words_and_no_path_is_broken() -> None:
    assert table.wrapped("  a word and another", 12, "    ") == ["  a word and", "    another"]
    assert table.wrapped("abcdefghij", 4) == ["abcd", "  ef", "  gh", "  ij"]
    assert table.wrapped("see /home/dev/a/very/long/path there", 10) == [
        "see",
        "  /home/dev/a/very/long/path",
        "  there",
    ]
    assert table.wrapped("日本語日本語", 8) == ["日本語日", "  本語"]


def test_what_an_output_cannot_carry_is_a_question_mark() -> None:
    code = "from scrimp.reports import shown; shown.write('≥ $1.23 …\\n')"
    words = [sys.executable, "-c", code]
    environ = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "ascii"}
    assert subprocess.run(words, capture_output=True, check=True, env=environ).stdout == b"? $1.23 ?\n"


def on_a_terminal(code: str, **environ: str) -> str:
    """What a program writes to a terminal, on both of its outputs."""
    main, terminal = pty.openpty()
    given = {"PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm-256color", **environ}
    with subprocess.Popen([sys.executable, "-c", code], stdout=terminal, stderr=terminal, env=given) as process:
        os.close(terminal)
        written = b""
        try:
            while block := os.read(main, 1024):
                written += block
        except OSError:  # how Linux says that the other side is closed
            pass
        os.close(main)
    assert process.returncode == 0
    return written.decode().replace("\r\n", "\n")


TABLE = """
import os
from scrimp.reports import shown, table
report = shown.Report("Title", [shown.Column("n", "N", shown.COUNT)], os.environ)
table.show(report, [{"n": 7}])
"""


def test_a_terminal_gets_colours_unless_they_are_not_wanted() -> None:
    assert on_a_terminal(TABLE) == "\x1b[1mTitle\x1b[0m\n\x1b[1mN\x1b[0m\n7\n"
    assert on_a_terminal(TABLE, NO_COLOR="1") == "Title\nN\n7\n"
    assert on_a_terminal(TABLE, TERM="dumb") == "Title\nN\n7\n"


def test_a_long_reading_shows_how_far_it_has_come_and_leaves_nothing_behind() -> None:
    code = "from scrimp.reports.progress import Bar\nwith Bar() as bar:\n    bar.show({}, {})"
    assert on_a_terminal(code.format(50_000_000, 200_000_000)) == (
        "\r\x1b[Kreading transcripts [########                      ]  25% of 200 MB\r\x1b[K"
    )
    assert on_a_terminal(code.format(5, 10)) == ""


def test_a_pipe_gets_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar() as bar:
        bar.show(50_000_000, 200_000_000)
    assert capsys.readouterr().err == ""
