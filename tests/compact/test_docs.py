"""Help, manual pages and HTML: names before prose, what a reader sees before what lays it out."""

from __future__ import annotations

import re

import pytest

from scrimp.core import limits
from scrimp.core.compact import choose, compact, fit, help, html  # noqa: A004 the family's name
from scrimp.core.terminal import as_shown
from tests.compact import cases


def test_all_880_options_of_clang_are_named_and_none_is_explained_rather_than_another_named() -> None:
    case = cases.load("help/clang")
    options = re.findall(r"^  (-\S*)", case.text, re.MULTILINE)
    shown = re.findall(r"^  (-\S*)", case.compacted().text, re.MULTILINE)
    assert len(options) == 880
    assert shown == options


def test_a_manual_page_keeps_its_sections_options_and_how_it_is_called() -> None:
    case = cases.load("help/man_overstruck")
    shown = as_shown(case.text)
    kept = case.compacted().text
    assert re.findall(r"^\S.*|^   \S.*", kept, re.MULTILINE) == re.findall(r"^\S.*|^   \S.*", shown, re.MULTILINE)
    assert kept.index("git rebase (--continue | --skip | --abort") < kept.index("\nDESCRIPTION\n")
    assert kept.index("\n       --onto <newbase>\n") < kept.index("\n       --keep-base\n")


@pytest.mark.parametrize("name", ["docker_run_failed", "yargs_failed"])
def test_what_was_wrong_stands_below_the_help_and_stays(name: str) -> None:
    case = cases.load(f"help/{name}")
    wrong = {
        "docker_run_failed": "unknown flag: --nmae",
        "yargs_failed": "Unknown arguments: cart-retires, cartRetires",
    }
    assert f"\n{wrong[name]}\n" in case.compacted().text
    options = re.findall(r"^ +(?:-\w, )?(--[\w-]+)", case.text, re.MULTILINE)
    assert [option for option in options if option not in case.compacted().text] == []


def test_help_that_the_client_shows_is_left_alone() -> None:
    asked = [
        cases.load(f"help/{name}") for name in ("pip_install", "pytest", "uv_pip", "black", "kubectl", "tar_german")
    ]
    assert [case.compacted().why for case in asked] == ["a cut would not be worth it"] * len(asked)


def test_other_commands_with_the_same_letters_are_not_asked_for_help() -> None:
    sizes = "".join(f"{n}.0K\t./src/part{n}\n" for n in range(200))
    space = "".join(f"tmpfs{n}   64M   {n}M   {64 - n}M  {n}% /run/user/{n}\n" for n in range(60))
    assert choose(sizes, "du -h .").NAME == "listing"
    assert choose(space, "df -h").NAME != "help"
    log = "".join(f"2026-04-19 04:41:{n % 60:02} INFO usage: {n} of 90 seats\n" for n in range(300))
    assert choose(log, "cat seats.log").NAME == "log"


def test_an_option_that_looks_like_a_message_does_not_hide_the_message() -> None:
    case = cases.load("help/yargs_failed")
    lying = case.text.replace("      --cart-pool ", "      --unknown-arguments: none  ", 1)
    assert "\nUnknown arguments: cart-retires, cartRetires\n" in case.compacted(lying).text


def test_an_error_page_keeps_the_exception_and_the_own_frames() -> None:
    kept = cases.load("html/curl_verbose_failed").compacted().text
    assert (
        '  File "/tmp/shop_help/web/app.py", line 26, in total_of\n'
        "    return sum(item[&quot;price&quot;] for item in cart) * rate_of(currency)\n"
        '  File "/tmp/shop_help/web/app.py", line 22, in rate_of\n'
        "    return RATES[currency]\n"
        "Exception Type: KeyError at /checkout\n"
        "Exception Value: &#x27;CHF&#x27;\n"
    ) in kept
    assert "< HTTP/1.1 500 Internal Server Error\n" in kept
    assert len(kept) <= limits.TRACEBACK_CHARS


def test_no_style_and_no_script_of_a_page_stays_and_every_heading_does() -> None:
    case = cases.load("html/docs_page")
    kept = case.compacted().text
    assert "<style" in case.text
    assert "<style" not in kept
    assert "<script" not in kept
    headings = re.findall(r"<h[1-6][^>]*>([^<]+)", case.text)
    assert re.findall(r"<h[1-6][^>]*>([^<]+)", kept) == headings
    assert len(headings) == 55


def test_of_a_page_that_the_client_shows_only_what_no_reader_sees_goes() -> None:
    case = cases.load("html/api_index_fits")
    result = case.compacted()
    unseen = re.compile(r"(?s)<(script|style|svg)\b.*?</\1>|<!--.*?-->|<[^>]*>|\s+")
    assert result.cut
    assert unseen.sub("", result.text.replace(fit.GAP, "")) == unseen.sub("", case.text)


def test_a_page_that_a_command_shows_as_a_file_is_shown_whole() -> None:
    assert cases.load("html/docs_page_shown").compacted().why == "a file's own text"


def test_within_pre_no_line_is_broken() -> None:
    text = f"<html><body><p>{'a ' * 200}</p><pre><p>1</p><p>2</p></pre><p>3</p><p>4</p></body></html>"
    laid_out = html.lay_out(text)
    assert "<pre><p>1</p><p>2</p></pre>\n<p>3</p>\n<p>4</p></body>" in laid_out
    assert "".join(laid_out.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "head", ["", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", "<?xml version='1.0'?>\n", "<!-- a -->\n"]
)
def test_a_page_is_told_by_how_it_begins(head: str) -> None:
    page = head + "<!DOCTYPE html>\n<html><body>" + "<p>text</p>\n" * 500
    assert choose(as_shown(page), "curl -si http://127.0.0.1/").NAME == "html"
    assert choose("what <html> is: " + page, "cat notes.txt").NAME != "html"


@pytest.mark.parametrize("family", [help, html])
@pytest.mark.parametrize(
    "row", ["<" * 5_000, "  --a" * 900, '<p class="' * 500, "</style " * 600, "X(1) " * 900, "<!--" * 900]
)
def test_rows_of_punctuation_are_graded_as_lines(family: object, row: str) -> None:
    grade = getattr(family, "grade")  # noqa: B009 a module
    assert len(grade([row] * 3, fit.Case(60_000, fits=False, failed=False))) == 3


def test_a_torn_page_is_cut_and_not_an_error() -> None:
    text = cases.load("html/docs_page").text
    for start in range(0, 60_000, 9_000):
        result = compact(text[start : start + 60_000], command="curl x", raw_limit=30_000, cap=28_000)
        assert result.cut
        assert result.chars_out <= 28_000
