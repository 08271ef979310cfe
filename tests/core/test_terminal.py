import os

from hypothesis import given
from hypothesis import strategies as st

from scrimp.core.terminal import as_shown

RECORDED = os.path.join(os.path.dirname(os.path.dirname(__file__)), "compact")


def recorded(case: str) -> str:
    with open(os.path.join(RECORDED, case, "input.txt"), encoding="utf-8", newline="") as file:
        return file.read()


def test_text_with_nothing_to_undo_comes_back_as_the_same_object() -> None:
    text = "one\n\ttwo ünï\n"
    assert as_shown(text) is text


def test_colours_titles_and_links_are_taken_out() -> None:
    text = "\x1b]0;title\x07\x1b[31;1merror\x1b[0m: see \x1b]8;;https://x.y\x1b\\here\x1b]8;;\x1b\\\x1b(B\n"
    assert as_shown(text) == "error: see here\n"


def test_a_line_written_over_is_shown_in_its_last_state() -> None:
    assert as_shown("  1%\r 50%\r100%\nnext\r\nlast\r") == "100%\nnext\nlast"


def test_what_a_longer_state_left_at_the_right_stays_unless_it_was_erased() -> None:
    assert as_shown("downloading\rdone\n") == "doneloading\n"
    assert as_shown("downloading\r\x1b[Kdone\n") == "done\n"
    assert as_shown("downloading\rdone\x1b[K\n") == "done\n"


def test_backspaces_write_over() -> None:
    assert as_shown("N\x08NA\x08AM\x08ME\x08E _\x08x\n") == "NAME x\n"
    assert as_shown("working |\x08/\x08-\x08\x08\x08\x08ed.\n\x08a") == "workied.-\na"


def test_an_escape_that_the_end_cuts_off_is_taken_out_and_an_open_title_ends_with_its_line() -> None:
    assert as_shown("a\x1b[3") == "a"
    assert as_shown("a\x1b") == "a"
    assert as_shown("\x1b]0;title\nnext\n") == "0;title\nnext\n"


def test_a_recorded_progress_display_ends_as_one_line_per_file() -> None:
    lines = as_shown(recorded("log/progress_in_colour")).split("\n")
    assert len(lines) == 62
    assert lines[21:24] == [
        "ok    SKU-0022.jpg 874 KB",
        "ERROR SKU-0023.jpg: checksum 9f1c differs from 77ab, 3 tries",
        "ok    SKU-0024.jpg 708 KB",
    ]
    assert lines[-2:] == ["59 fetched, 1 failed", ""]


def test_a_single_line_of_many_states_takes_one_pass() -> None:
    text = "x" * 500_000 + "\r" + "\r".join(str(n % 10) for n in range(500_000)) + "\n"
    assert as_shown(text) == "9" + "x" * 499_999 + "\n"
    assert as_shown("\x1b]" * 300_000 + "\x08" * 300_000 + "y") == "y"


@given(st.text(alphabet="ab \n\r\x1b\x08[]K2m;\x07", max_size=60))
def test_no_text_breaks_it_and_shown_text_stays_as_it_is(text: str) -> None:
    shown = as_shown(text)
    assert "\r" not in shown
    assert "\x08" not in shown
    assert len(shown) <= len(text)
    assert shown.count("\n") == text.count("\n")
