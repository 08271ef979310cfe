"""A text file as an item of a batch: all of what was asked for, else its outline, else its beginning.

Every line has the file's own number. What is left out is named with the call that brings it.
"""

from __future__ import annotations

import shlex
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from scrimp.batch.item import Part
from scrimp.core import limits, tokens
from scrimp.reading import fitting, numbered
from scrimp.reading.wanted import OUTLINE, call

if TYPE_CHECKING:
    from scrimp.reading.documents import Document
    from scrimp.reading.given import Span
    from scrimp.reading.outlines.symbols import Symbol
    from scrimp.reading.wanted import Wanted

_OUTLINE_SHARE = 0.25
"""Of the room for a file that is shown from its beginning, so much at most outlines the rest."""


_LEAST_CHARS = 60
"""Less of a line is not worth showing."""


class Passage(NamedTuple):
    """Lines in a row, without numbers, and the number of the first: what a question is answered from."""

    name: str
    first: int
    text: str


class TextItem:
    """Lines of a document. label: what a heading says of them. spans: which, first and last, in order."""

    error = ""

    def __init__(self, document: Document, wanted: Wanted, label: str, spans: list[Span]) -> None:
        self._document = document
        self._wanted = wanted
        self._is_outline = wanted.mode == OUTLINE
        self.spans = spans
        about = f" ({document.about})" if document.about else ""
        self.heading = f"{document.shown}{label}{about}"

    @property
    def document(self) -> Document:
        """What it shows lines of."""
        return self._document

    @cached_property
    def text(self) -> str:
        """All of it as it is shown: an outline, or the lines."""
        if self._is_outline and self._symbols:
            return fitting.outline(self._symbols, self._document.lines, self._document.first)
        return f"\n{numbered.GAP}\n".join(numbered.text_of(self._lines(span), span[0]) for span in self.spans)

    @property
    def is_whole(self) -> bool:
        """Whether its text has the lines themselves."""
        return not (self._is_outline and self._symbols)

    @property
    def tokens(self) -> int:
        """What all of it takes, estimated."""
        return self._tokens

    @cached_property
    def _tokens(self) -> int:
        return numbered.estimate(self.text)

    def content(self) -> str:
        """The lines without numbers, also where only an outline is shown."""
        return "\n".join(passage.text for passage in self.passages())

    def passages(self) -> list[Passage]:
        """The same, each span for itself."""
        return [Passage(self._document.shown, span[0], "\n".join(self._lines(span))) for span in self.spans]

    def within(self, budget_tokens: int) -> Part:
        """All of it; or as the module says. The first time that it has to cut, a source file is parsed."""
        if self.tokens <= budget_tokens:
            return Part(self.text, self._left_of_outline(len(self._shown_lines)) or self._goes_on())
        if budget_tokens < limits.READ_NOTICE_TOKENS:
            return Part("", self._nothing(sum(last - first + 1 for first, last in self.spans)))
        budget_tokens -= limits.READ_NOTICE_TOKENS
        if budget_tokens >= limits.READ_OUTLINE_LEAST_TOKENS and len(self.spans) == 1 and self._symbols:
            return self._outlined(budget_tokens) or self._beginning(budget_tokens)
        return self._beginning(budget_tokens)

    @cached_property
    def _symbols(self) -> list[Symbol]:
        return [one for one in self._document.symbols if any(_is_in(one, span) for span in self.spans)]

    @property
    def _shown_lines(self) -> list[str]:
        return self.text.split("\n")

    def _outlined(self, budget_tokens: int) -> Part | None:
        """The beginning with an outline of the rest where half fits; else the outline; None where none fits."""
        (first, last), lines = self.spans[0], self._lines(self.spans[0])
        if not self._is_outline and budget_tokens > self.tokens * limits.READ_OUTLINED_SHARE:
            rest = fitting.best_outline(self._symbols, lines, first, int(budget_tokens * _OUTLINE_SHARE))
            room_tokens = budget_tokens - tokens.estimate(fitting.outline(rest, lines, first))
            count = fitting.lines_within(lines, first, room_tokens)
            if count >= len(lines) * limits.READ_OUTLINED_SHARE:
                below = fitting.outline([one for one in rest if one.shown_first >= first + count], lines, first)
                text = numbered.text_of(lines[:count], first)
                left_out = self._left(len(lines) - count, first + count, last)
                return Part(f"{text}\n{numbered.GAP}\n{below}" if below else text, left_out)
        chosen = fitting.best_outline(self._symbols, lines, first, budget_tokens)
        if not chosen:
            return self._outline_beginning(budget_tokens) if self._is_outline else None
        text = fitting.outline(chosen, lines, first)
        missing = len(self._symbols) - len(chosen)
        note = f"{missing:,} of {len(self._symbols):,} definitions and " if missing else ""
        return Part(text, note + self._left_of_bodies(text.count("\n") + 1))

    def _outline_beginning(self, budget_tokens: int) -> Part | None:
        """Of an outline that was asked for and does not fit even at its barest, as much as fits."""
        (first, last), lines = self.spans[0], self._lines(self.spans[0])
        barest = list(fitting.outlines(self._symbols))[-1] or self._symbols
        rows = fitting.outline(barest, lines, first).split("\n")
        count = fitting.rows_within(rows, budget_tokens)
        if not count:
            return None
        next_line = rows[count].partition("\t")[0]
        again = call(f"{self._document.shown}:{next_line}-{last}", self._wanted)
        return Part("\n".join(rows[:count]), f"the outline from line {next_line} on left out; {again}")

    def _left_of_outline(self, shown: int) -> str:
        return "" if self.is_whole else self._left_of_bodies(shown)

    def _left_of_bodies(self, shown: int) -> str:
        total = sum(last - first + 1 for first, last in self.spans)
        left = total - shown
        if left <= 0:
            return ""
        return f"{left:,} of {total:,} lines left out; {call(self._document.shown + '#NAME')} or :FIRST-LAST"

    def _beginning(self, budget_tokens: int) -> Part:
        pieces: list[str] = []
        left = sum(last - first + 1 for first, last in self.spans)
        for first, last in self.spans:
            lines = self._lines((first, last))
            count = fitting.lines_within(lines, first, budget_tokens)
            if count:
                pieces.append(numbered.text_of(lines[:count], first))
                budget_tokens -= numbered.estimate(pieces[-1])
                left -= count
            if count < len(lines):
                if not pieces:
                    return self._one_line(first, last, budget_tokens)
                return Part(f"\n{numbered.GAP}\n".join(pieces), self._left(left, first + count, last))
        return Part(f"\n{numbered.GAP}\n".join(pieces), self._goes_on())

    def _one_line(self, first: int, last: int, budget_tokens: int) -> Part:
        """The beginning of a first line that does not fit."""
        line = self._lines((first, last))[0]
        most = min(limits.READ_LINE_CHARS, budget_tokens)  # even digits have a character to a token
        if most < _LEAST_CHARS or len(line) <= most:
            return Part("", f"{self._nothing(last - first + 1)}; {call(self._spec(first, last))}")
        name = shlex.quote(self._document.shown)
        end = most + limits.READ_LINE_CHARS
        return Part(
            f"{first}\t{line[:most]}",
            f"{len(line) - most:,} of {len(line):,} characters of line {first} left out; "
            f"batch_run {f'sed -n {first}p {name} | cut -c{most + 1}-{end}'!r}" + self._then(first + 1, last),
        )

    def _nothing(self, count: int) -> str:
        """Where even the call that brings it has no room, the heading is that call."""
        return f"none of {count:,} line{'s' if count != 1 else ''} fits"

    def _then(self, first: int, last: int) -> str:
        return f", then {call(self._spec(first, last))}" if first <= last else ""

    def _left(self, left: int, first: int, last: int) -> str:
        total = sum(one[1] - one[0] + 1 for one in self.spans)
        return f"{left:,} of {total:,} lines left out; {call(self._spec(first, last))}"

    def _goes_on(self) -> str:
        document = self._document
        if not document.goes_on or self.spans[-1][1] < document.last:
            return ""
        return f"the file goes on; {call(f'{document.shown}:{document.last + 1}-')}"

    def _spec(self, first: int, last: int) -> str:
        end = "" if self._document.is_part and last == self._document.last else last
        return f"{self._document.shown}:{first}-{end}" if first != last else f"{self._document.shown}:{first}"

    def _lines(self, span: Span) -> list[str]:
        start = self._document.first
        return self._document.lines[span[0] - start : span[1] - start + 1]


def _is_in(symbol: Symbol, span: Span) -> bool:
    return span[0] <= symbol.shown_first and symbol.shown_last <= span[1]
