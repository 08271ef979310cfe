"""The token budget of a call is shared fairly, and the answer says what it leaves out."""

from __future__ import annotations

import pytest

from scrimp.batch import shown
from scrimp.batch.item import Failed, Part
from scrimp.core import tokens


class Lines:
    """An item of so many equal lines, cut at a line."""

    error = ""

    def __init__(self, heading: str, count: int) -> None:
        self.heading = heading
        self._lines = [f"line {number:04d}\n" for number in range(count)]
        self.tokens = tokens.estimate(self.content())

    def content(self) -> str:
        """All lines."""
        return "".join(self._lines)

    def within(self, budget_tokens: int) -> Part:
        """The first lines that fit."""
        if self.tokens <= budget_tokens:
            return Part(self.content())
        fit = max(0, len(self._lines) * budget_tokens // self.tokens - 1)
        return Part("".join(self._lines[:fit]), f"{len(self._lines) - fit} lines left out")


def test_items_stand_in_the_order_in_which_they_were_asked_for_each_under_its_heading() -> None:
    items = [Lines("b", 2), Failed("missing.txt", "no such file"), Lines("a", 1)]
    assert shown.answer(items, 1000) == (
        "## b\nline 0000\nline 0001\n\n## missing.txt\n[error: no such file]\n\n## a\nline 0000"
    )


def test_small_items_are_whole_and_big_ones_share_what_is_left() -> None:
    small, big, bigger = Lines("small", 3), Lines("big", 500), Lines("bigger", 5000)
    text = shown.answer([bigger, small, big], 1000)
    blocks = {block.split("\n")[0]: block for block in text.split("\n\n")}
    assert blocks["## small"] == "## small\nline 0000\nline 0001\nline 0002"
    assert blocks["## bigger"].count("\n") == pytest.approx(blocks["## big"].count("\n"), abs=2)
    assert tokens.estimate(text) <= 1000 + 3 * 20


def test_what_one_item_does_not_need_the_others_get() -> None:
    alone = shown.answer([Lines("big", 500)], 1000)
    beside = shown.answer([Lines("small", 1), Lines("big", 500)], 1000)
    assert beside.count("\n") >= alone.count("\n") - 5
