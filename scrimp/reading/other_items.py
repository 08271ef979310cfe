"""Items that are no text of a file: what matches, what was given before, what is only named."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from scrimp.batch.item import Part
from scrimp.core import limits
from scrimp.reading import fitting, numbered
from scrimp.reading.text_item import Passage, TextItem

if TYPE_CHECKING:
    from scrimp.reading.matching import Hit
    from scrimp.reading.wanted import Wanted


class Matches:
    """The lines of a file that match, and those around them; of too many the first."""

    error = ""

    def __init__(self, shown: str, wanted: Wanted, hits: list[Hit]) -> None:
        self._shown = shown
        self._wanted = wanted
        self._hits = hits
        count = sum(hit.is_match for hit in hits)
        self.heading = f"{shown}: {count:,} line{'s' if count != 1 else ''} match{'es' if count == 1 else ''}"

    @cached_property
    def _rows(self) -> list[tuple[int, str]]:
        return [(hit.number, _around(hit)) for hit in self._hits]

    @property
    def tokens(self) -> int:
        """What all of them take, estimated."""
        return self._tokens

    @cached_property
    def _tokens(self) -> int:
        return numbered.estimate(numbered.with_gaps(self._rows))

    def content(self) -> str:
        """The lines without numbers."""
        return "\n".join(hit.text for hit in self._hits)

    def passages(self) -> list[Passage]:
        """The lines, those in a row together."""
        found: list[Passage] = []
        for hit in self._hits:
            if found and found[-1].first + found[-1].text.count("\n") + 1 == hit.number:
                found[-1] = found[-1]._replace(text=f"{found[-1].text}\n{hit.text}")
            else:
                found.append(Passage(self._shown, hit.number, hit.text))
        return found

    def within(self, budget_tokens: int) -> Part:
        """As many from the first on as fit."""
        if self.tokens <= budget_tokens:
            return Part(numbered.with_gaps(self._rows))
        rows = [f"{number}\t{text}" for number, text in self._rows]
        count = fitting.rows_within(rows, budget_tokens - limits.READ_NOTICE_TOKENS)
        shown = sum(hit.is_match for hit in self._hits[:count])
        text = numbered.with_gaps(self._rows[:count]) if shown else ""
        total = sum(hit.is_match for hit in self._hits)
        spec = f"{self._shown}:{self._hits[count].number if shown else self._hits[0].number}-"
        return Part(text, f'{total - shown:,} of {total:,} matching lines left out; the same with path "{spec}"')


def _around(hit: Hit) -> str:
    """A line; of one that is too long, what is around its match."""
    start = max(0, hit.at - limits.READ_LINE_CHARS // 4) if len(hit.text) > limits.READ_LINE_CHARS else 0
    return ("…" if start else "") + numbered.cut(hit.text[start:], limits.READ_LINE_CHARS)


class Known:
    """A file that this conversation has already: named, and not sent again."""

    error = ""
    tokens = 0

    def __init__(self, item: TextItem, by: str) -> None:
        self._item = item
        self.heading = f'{item.heading}: unchanged since {by} gave it; with "again": true it is given once more'

    def content(self) -> str:
        """The lines all the same: a question may be about them."""
        return self._item.content()

    def passages(self) -> list[Passage]:
        """The same, each span for itself."""
        return self._item.passages()

    def within(self, budget_tokens: int) -> Part:
        """Nothing."""
        del budget_tokens
        return Part("")


class Named:
    """What has nothing to show but its heading: an image, a binary, how many files a glob has found."""

    error = ""
    tokens = 0

    def __init__(self, heading: str) -> None:
        self.heading = heading

    def content(self) -> str:
        """Nothing."""
        return ""

    def passages(self) -> list[Passage]:
        """None."""
        return []

    def within(self, budget_tokens: int) -> Part:
        """Nothing."""
        del budget_tokens
        return Part("")
