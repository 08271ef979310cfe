"""One item of a batch: a file, a command or a page, as the reading, running and fetching engines hand it over."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Part(NamedTuple):
    """What of an item enters the context.

    text: lines of the item's own, never paraphrased. left_out: '' where nothing is; else what is missing and the call
    that brings it, in one line.
    """

    text: str
    left_out: str = ""


class Item(Protocol):
    """An outcome, good or bad; everything slow has happened, what is left is choosing how much of it is shown."""

    @property
    def heading(self) -> str:
        """One line that names the item and what it is: `src/app.py:10-80 of 412 lines`, `make test: exit 2, 3.1 s`."""
        ...

    @property
    def error(self) -> str:
        """Why there is nothing to show, in one line that says what to do; '' where there is."""
        ...

    @property
    def tokens(self) -> int:
        """What the whole item would take, estimated."""
        ...

    def within(self, budget_tokens: int) -> Part:
        """The best part of it that takes at most so many tokens (estimated): all of it where it fits."""
        ...

    def content(self) -> str:
        """All of it, for a question that is answered from it (`ask`)."""
        ...


class Failed:
    """An item that has nothing but its error."""

    def __init__(self, heading: str, error: str) -> None:
        self.heading = heading
        self.error = error
        self.tokens = 0

    def within(self, budget_tokens: int) -> Part:
        """Nothing."""
        del budget_tokens
        return Part("")

    def content(self) -> str:
        """Nothing."""
        return ""
