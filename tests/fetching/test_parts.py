"""A page that does not fit is begun, its other headings named, and the call that goes on; a query has its passages."""

from __future__ import annotations

import re

import pytest

from benchmarks import html_quality
from scrimp.core import limits, tokens
from scrimp.fetching.html_text import converted
from scrimp.fetching.kept import KeptPages
from scrimp.fetching.page import Answering, Page
from scrimp.fetching.wanted import Wanted
from scrimp.texts import passages

URL = "https://docs.example/struct.html"
STRUCT = converted(html_quality.page("python_struct"), URL).text.split("\n")


def page(lines: list[str], body: str = "") -> Page:
    return Page("heading", Wanted(URL, body=body), lines)


def test_what_fits_is_whole() -> None:
    found = page(["a", "", "b"])
    assert found.within(found.tokens) == ("a\n\nb", "")
    assert found.content() == "a\n\nb"


def test_of_what_does_not_fit_the_beginning_is_shown_with_the_headings_of_the_rest() -> None:
    lines = ["# One", *["word word word"] * 40, "```", "# no heading", "```", "## Two", *["more words"] * 40, "# Three"]
    part = page(lines).within(120)
    assert part.text == "\n".join([*lines[:21], "[45] ## Two", "[86] # Three"])
    assert part.left_out == f'65 of 86 lines left out; batch_fetch {{"url": "{URL}", "lines": "22-86"}}'


@pytest.mark.parametrize("budget", [0, 1, 50, 200, 1_000, 3_000, 5_000])
def test_a_part_keeps_to_its_budget_and_the_named_call_goes_on_right_behind_it(budget: int) -> None:
    part = page(STRUCT).within(budget)
    assert tokens.estimate(part.text) <= budget * 1.03 + 1
    found = re.search(r'"lines": "(\d+)-(\d+)"', part.left_out)
    assert found
    first, last = int(found.group(1)), int(found.group(2))
    shown = part.text.split("\n")[: first - 1] if first > 1 else []
    assert shown == STRUCT[: first - 1]
    assert last == len(STRUCT)
    rest = Page("heading", Wanted(URL), STRUCT, first, last)
    assert rest.content() == "\n".join(STRUCT[first - 1 :])


def test_parts_one_after_the_other_are_the_whole_page() -> None:
    first, seen = 1, list[str]()
    while True:
        part = Page("heading", Wanted(URL), STRUCT, first).within(1_500)
        found = re.search(r'"lines": "(\d+)-', part.left_out)
        following = int(found.group(1)) if found else len(STRUCT) + 1
        seen += part.text.split("\n")[: following - first]
        if not found:
            break
        first = following
    assert seen == STRUCT


def test_going_on_names_the_same_item_where_more_than_the_url_was_asked() -> None:
    part = page(["word"] * 100, body="x").within(20)
    assert part.left_out == '80 of 100 lines left out; batch_fetch the same item with "lines": "21-100"'


def test_what_answers_is_shown_in_the_order_of_the_page_under_its_headings() -> None:
    remove = ["## Remove", "Run the remover; it keeps the cache.", ""]
    cache = ["## Cache", "The cache holds pages. Clear the cache by hand.", ""]
    lines = ["# Guide", "", "## Install", "Run the installer.", "", *remove, *cache, "## Other", "Nothing."]
    found = passages.split(lines)
    ranks = passages.ranked(found, "clear cache")
    whole = Answering("heading", Wanted(URL, query="clear cache"), lines, found, ranks)
    text = (
        "[lines 6-7 > Guide]\n## Remove\nRun the remover; it keeps the cache.\n\n"
        "[lines 9-10 > Guide]\n## Cache\nThe cache holds pages. Clear the cache by hand."
    )
    left_out = f'2 of 5 passages shown; all of it: batch_fetch {{"url": "{URL}", "lines": "1-13"}}'
    assert whole.within(1_000) == (text, left_out)
    part = whole.within(40)
    assert part.text.startswith("[lines 9-10 > Guide]\n## Cache\n")
    assert part.left_out.startswith("1 of 5 passages shown (2 match); all of it: ")
    assert whole.content() == "\n".join(lines)


def test_passages_keep_to_the_budget() -> None:
    found = passages.split(STRUCT)
    item = Answering("heading", Wanted(URL), STRUCT, found, passages.ranked(found, "byte order alignment"))
    for budget in (0, 100, 500, 2_000, item.tokens):
        assert tokens.estimate(item.within(budget).text) <= budget + len(found)  # each is rounded


def test_of_many_that_match_the_best_are_an_answer_and_the_others_are_counted() -> None:
    found = passages.split(STRUCT)
    ranks = passages.ranked(found, "byte order alignment")
    part = Answering("heading", Wanted(URL), STRUCT, found, ranks).within(10_000)
    assert tokens.estimate(part.text) <= limits.FETCH_ANSWER_TOKENS
    assert found[ranks[0]].text in part.text
    assert f"({len(ranks)} match)" in part.left_out
    long = passages.Passage(1, 9, (), "a word " * 2_000)
    assert Answering("heading", Wanted(URL), STRUCT, [long], [0]).within(10_000).text


def test_kept_pages_are_bounded_and_the_longest_unused_goes_first() -> None:
    kept = KeptPages(most_chars=25)
    for name in "abc":
        kept.put(Wanted(name), name, ["x" * 8])
    assert kept.get(Wanted("a", lines="1-2")) is not None
    kept.put(Wanted("d"), "d", ["x" * 8])
    assert [name for name in "abcd" if kept.get(Wanted(name))] == ["a", "c", "d"]
    kept.put(Wanted("e"), "e", ["x" * 100])
    assert [name for name in "abcde" if kept.get(Wanted(name))] == ["e"]
