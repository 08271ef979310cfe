"""Searches and listings: every file of the one, every folder of the other, and nothing said of what was asked for."""

from __future__ import annotations

import re

import pytest

from scrimp.core.compact import choose, fit, listing, search
from scrimp.core.terminal import as_shown
from tests.compact import cases

NUMBERED = re.compile(r"([\w./-]+?):\d+:", re.MULTILINE)


@pytest.mark.parametrize("case", ["grep_rn_large", "git_grep", "cd_and_search"])
def test_every_file_with_a_hit_is_named_and_how_many_lines_more_it_has(case: str) -> None:
    recorded = cases.load(f"search/{case}")
    result = recorded.compacted()
    wanted = set(NUMBERED.findall(recorded.text))
    assert set(NUMBERED.findall(result.text)) == wanted
    assert len(wanted) > 20
    gaps = [line for line in result.text.split("\n") if fit.is_gap(line)]
    left_out = sum(int(gap.split()[1].replace(",", "")) for gap in gaps)
    assert left_out == result.lines_in - result.lines_out


def test_hits_below_a_heading_keep_it() -> None:
    heading, seen = "", set[str]()
    for line in cases.load("search/rg_heading").compacted().text.split("\n"):
        if re.match(r"\d+:", line):
            assert heading
            seen.add(heading)
        elif not fit.is_gap(line) and line:
            heading = line
    assert len(seen) > 50


def test_a_line_of_a_minified_file_is_shortened_and_tells_its_file() -> None:
    result = cases.load("search/rg_minified").compacted()
    assert re.findall(r"^web/dist/\S+\.min\.js:1:", result.text, re.MULTILINE)
    assert max(map(len, result.text.split("\n"))) <= 500


def test_a_search_behind_a_pipe_filters_another_programs_output() -> None:
    text = "src/a.py:3: error: no such name\n" * 50
    assert choose(text, "grep -rn error src").NAME == "search"
    assert choose(text, "mypy src | grep error").NAME != "search"
    assert choose(text, "find src -name '*.py' | xargs grep -n error").NAME == "search"


def test_a_log_that_grep_shows_is_a_log() -> None:
    text = "2026-04-19 04:41:23,695 ERROR shop.payment: charge failed\n" * 50
    assert choose(text, "grep ERROR app.log").NAME == "log"


def test_more_files_than_there_is_room_for_are_shown_by_their_folders() -> None:
    hits = [f"src/part{n // 50}/file{n}.py:7:{'total ' * 20}" for n in range(2_000)]
    graded = search.grade(hits, fit.Case(300_000, fits=False, failed=False))
    must = [hits[at].split("/")[1] for at, worth in enumerate(graded) if worth == fit.MUST]
    assert must == [f"part{n}" for n in range(40)]


@pytest.mark.parametrize("case", ["ls_recursive", "ls_long"])
def test_a_listing_too_long_to_be_shown_keeps_most_of_its_folders(case: str) -> None:
    recorded = cases.load(f"listing/{case}")
    headings = [line for line in as_shown(recorded.text).split("\n") if re.fullmatch(r"[\w./-]+:", line)]
    kept = set(recorded.compacted().text.split("\n"))
    own = [line for line in headings if "node_modules" not in line]
    assert sum(1 for line in own if line in kept) >= 0.9 * len(own)


def test_of_what_du_lists_the_largest_stay() -> None:
    recorded = cases.load("listing/du_sorted")
    sizes = [line for line in recorded.text.split("\n") if re.match(r"\d+\t", line)]
    largest = sorted(sizes, key=lambda line: -int(line.split("\t")[0]))[:10]
    kept = recorded.compacted().text.split("\n")
    assert all(line in kept for line in largest)


def test_of_a_listing_that_would_be_shown_the_insides_of_packages_go_when_others_are_there() -> None:
    own = [f"./src/a{n}.py" for n in range(60)]
    packages = [f"./node_modules/lib{n // 20}/file{n}.js" for n in range(400)]
    case = fit.Case(9_000, fits=True, failed=False)
    worths = listing.grade(own + packages, case)
    assert worths[:60] == [fit.REST] * 60
    assert [at - 60 for at, worth in enumerate(worths) if worth == fit.REST][60:] == list(range(0, 400, 20))
    assert set(listing.grade(packages, case)) == {fit.REST}


@pytest.mark.parametrize("row", ["-" * 5_000, "a-1" * 2_000, "│   " * 2_000, "a/" * 3_000, "1=" * 3_000, " 1" * 3_000])
def test_rows_of_punctuation_are_read_to_no_purpose(row: str) -> None:
    for family in (search, listing):
        assert len(family.grade([row] * 3, fit.Case(20_000, fits=False, failed=False))) == 3
