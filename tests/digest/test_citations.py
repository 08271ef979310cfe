"""A quotation is believed where it stands in the content, and nowhere else."""

from __future__ import annotations

from scrimp.digest.citations import Citation, Quote, checked
from scrimp.digest.source import Source

APP = Source(
    "src/app.py", "def total(items):\n    return sum(\n        item.price for item in items\n    )\n", first=10
)
NOTES = Source("notes.md", "The total is rounded.\n")


def test_a_quotation_gets_the_lines_at_which_it_stands_and_the_source_s_own_spelling() -> None:
    found, wrong = checked([Quote(0, "return sum( item.price for item in items )")], [APP, NOTES])
    text = "return sum(\n        item.price for item in items\n    )"
    assert (found, wrong) == ([Citation("src/app.py", 11, 13, text)], 0)
    assert found[0].shown() == "src/app.py:11-13: return sum( item.price for item in items )"


def test_what_does_not_stand_in_the_named_source_is_counted_and_left_out() -> None:
    quotes = [
        Quote(1, "def total(items):"),
        Quote(0, "def totals(items):"),
        Quote(7, "The total"),
        Quote(-1, "The total"),
    ]
    assert checked(quotes, [APP, NOTES]) == ([], 4)


def test_a_quotation_that_would_stand_anywhere_proves_nothing() -> None:
    assert checked([Quote(0, "de"), Quote(1, "   ")], [APP, NOTES]) == ([], 2)


def test_the_same_quotation_is_cited_once() -> None:
    found, wrong = checked([Quote(1, "total is rounded."), Quote(1, "total  is\nrounded.")], [APP, NOTES])
    assert (found, wrong) == ([Citation("notes.md", 1, 1, "total is rounded.")], 0)
