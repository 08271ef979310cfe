"""The passages of a text, and which of them answer a question."""

from __future__ import annotations

import pytest

from benchmarks import html_quality
from scrimp.core import limits
from scrimp.fetching.html_text import converted
from scrimp.texts import passages
from scrimp.texts.passages import Passage

STRUCT = converted(html_quality.page("python_struct"), "https://docs.example/struct.html").text.split("\n")


def test_passages_cover_every_line_once_and_keep_code_and_headings_together() -> None:
    found = passages.split(STRUCT)
    covered = [line for one in found for line in range(one.first, one.last + 1)]
    assert sorted(set(covered)) == covered
    assert {line for line, text in enumerate(STRUCT, 1) if text.strip()} <= set(covered)
    assert all("\n".join(STRUCT[one.first - 1 : one.last]) == one.text for one in found)
    assert all(one.text.count("\n```") + one.text.startswith("```") in (0, 2, 4, 6, 8) for one in found)
    assert max(len(one.text) for one in found) <= limits.FETCH_PASSAGE_CHARS * 3 + limits.FETCH_LINE_CHARS


def test_passages_know_the_headings_above_them() -> None:
    lines = ["intro", "# A", "a", "## B", "b", "```", "# no heading", "```", "# C", "c"]
    assert passages.split(lines) == [
        Passage(1, 1, (), "intro"),
        Passage(2, 3, ("A",), "# A\na"),
        Passage(4, 8, ("A", "B"), "## B\nb\n```\n# no heading\n```"),
        Passage(9, 10, ("C",), "# C\nc"),
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("what does network byte order mean", "network byte order"),
        ("padding", "pad bytes"),
        ("struct.iter_unpack", "iter_unpack"),
        ("size of the unsigned long long type", "unsigned long"),
    ],
)
def test_the_best_passage_has_what_was_asked(query: str, words: str) -> None:
    found = passages.split(STRUCT)
    assert words in found[passages.ranked(found, query)[0]].text


@pytest.mark.parametrize("query", ["", "   ", "?!", "zebra", '"', "a AND OR NOT", 'x" OR body:*', "the"])
def test_no_query_breaks_the_search(query: str) -> None:
    found = passages.split(["some text", "", "other words"])
    assert passages.ranked(found, query) == []
