"""Facts of manual pages and of `--help`: what was wrong with the call, how a program is called, headings, names.

Source: the forms of man-db and of GNU getopt, argparse, optparse, click, clap, cobra, Go's flag, commander, yargs and
Commons CLI: a name stands at the margin of its list, and what explains it further right.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.facts import lines as single_lines
from scrimp.core.facts.fact import DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

HEADING = WARNING
"""Headings come after what went wrong and how it is called, and before the names below them."""

_MANUAL = pattern(r"(\S{1,80}\(\w{1,8}\)) .{0,400}\1$")
_CALLED = pattern(
    r"\s{0,4}(?:(?i:usage|synopsis)|Aufruf|Verwendung|Syntax|ÜBERSICHT|Utilisation|Modo de empleo|Uso|Gebruik|Użycie"
    r"|Использование|使い方|使用法|用法)(?: of .*)?\s*(?:[:\uff1a]\s*(?P<how>.*))?$"
)
_NAMED = pattern(r"(?:NAME|BEZEICHNUNG|NOM|NOMBRE|NOME)\s*$")
_FLAG = pattern(r"\s{0,30}(--?[\w?#@*]\S*(?: \S+)*)")
"""An option with its arguments, as far as single spaces go."""
_LISTED = pattern(r"(\s{1,8})([a-z][\w.:/*-]{0,40}(?:(?:, ?| \| ?)[\w.:-]+| [<\[{(]\S+)*)\s{2,}(\S)")
_WRONG = pattern(
    r"(?:\S+: )?(?:\[?(?i:error|fatal|fehler)\]?\b|(?i:unknown|unrecogni[sz]ed|invalid|missing|unexpected|unable to"
    r"|no such|ambiguous|illegal) |(?:\S+: )(?:unrecognized|invalid|unknown|option|flag|unbekannt)"
    r"|.{0,80}\b(?:not defined:|is required))"
)
_FROM_LEFT = 3
_USAGE_LINES = 12
_EDGE_LINES = 8
_FURTHER = 10
_LIST = 4
"""Options begin so far in at most; further in, a usage goes on with one."""


def extract(text: str) -> list[Fact]:
    """The facts of the help or manual page that `text` shows, in order of appearance."""
    rows = [row.rstrip() for row in text.split("\n")]
    page = _Page(rows)
    for at, row in enumerate(rows):
        if row:
            page.look_at(at, row)
        else:
            page.blank()
    end = max((at for at, row in enumerate(rows) if row), default=0)
    if end not in page.found:
        _, last = single_lines.last_line(text)
        page.found.update({end: last} if last else {})
    return [page.found[at] for at in sorted(page.found)]


class _Page:
    """One pass over the rows; `found` maps a row to its fact."""

    def __init__(self, rows: Sequence[str]) -> None:
        self.rows = rows
        self.found: dict[int, Fact] = {}
        self.edges = _edges(rows)
        self.called = self.usage_margin = 0
        self.until_heading = False
        self.named = False
        self.option_margin = -1

    def blank(self) -> None:
        """A blank row ends a usage that is told beside its word."""
        if not self.until_heading:
            self.called = 0

    def look_at(self, at: int, row: str) -> None:
        """What one row says, in view of those around it."""
        margin = _margin(row)
        called = _CALLED.match(row[:200])
        if called and margin <= _FROM_LEFT:
            self._begin_usage(at, row, told=bool(called.group("how")))
        elif at in self.edges and margin <= _FROM_LEFT and _WRONG.match(row[:400]):
            self._take(at, FAILURE, "error", row)
        elif _MANUAL.match(row):
            self._take(at, TOTAL, "name", row)
        elif self._is_heading(at, row, margin):
            if margin <= self.usage_margin:
                self.called, self.until_heading = 0, False
            self.named = _NAMED.match(row) is not None
            self._take(at, HEADING, "heading", row)
        elif self.called and margin > (self.usage_margin + _LIST if row.lstrip().startswith("-") else 0):
            self.called -= 1
            self._take(at, TOTAL, "usage", row)
        elif self.named:
            self._take(at, TOTAL, "name", row)
        else:
            self._entry(at, row, margin)

    def _begin_usage(self, at: int, row: str, *, told: bool) -> None:
        self.called, self.until_heading, self.named = _USAGE_LINES, not told, False
        self.usage_margin = _margin(row)
        self._take(at, TOTAL, "usage", row)

    def _entry(self, at: int, row: str, margin: int) -> None:
        flag = _FLAG.match(row[: 2 * limits.FACT_CHARS])
        if flag and self._begins_option(at, margin):
            self.option_margin, self.called, self.until_heading = margin, 0, False
            self._take(at, DETAIL, "option", flag.group(1))
        elif not flag and self._is_listed(at, row):
            listed = _LISTED.match(row[:400])
            self._take(at, DETAIL, "command", listed.group(2) if listed else row)

    def _begins_option(self, at: int, margin: int) -> bool:
        """No dash at the beginning of a sentence's second line."""
        above = self.rows[at - 1] if at else ""
        if not above:
            return True
        if self.option_margin >= 0 and margin > self.option_margin + _FURTHER:
            return False
        return above.lstrip().startswith("-") or at - 1 in self.found or _margin(above) > margin

    def _is_listed(self, at: int, row: str) -> bool:
        """Whether the row is one of several names with what they mean in one column."""
        column = _column(row)
        around = [self.rows[near] for near in (at - 1, at + 1) if 0 <= near < len(self.rows)]
        return column > 0 and any(_column(near) == column or (near and _margin(near) == column) for near in around)

    def _is_heading(self, at: int, row: str, margin: int) -> bool:
        if margin > _FROM_LEFT or len(row) > 80 or row.lstrip().startswith("-") or row.endswith((".", ",", ";")):  # noqa: PLR2004
            return False
        below = self.rows[at + 1] if at + 1 < len(self.rows) else ""
        if row.endswith(":"):
            below = below or (self.rows[at + 2] if at + 2 < len(self.rows) else "")
            return _margin(below) > margin or below.lstrip().startswith("-")
        return bool(below) and _margin(below) > margin and (at == 0 or not self.rows[at - 1])

    def _take(self, at: int, priority: int, kind: str, part: str) -> None:
        self.found[at] = Fact(priority, kind, (part_of(part),))


def _edges(rows: Sequence[str]) -> set[int]:
    """The first and the last rows with text: above or below its help a program says what was wrong."""
    told = [at for at, row in enumerate(rows) if row]
    return {*told[:_EDGE_LINES], *told[-_EDGE_LINES:]}


def _column(row: str) -> int:
    found = _LISTED.match(row[:400])
    return found.start(3) if found else 0


def _margin(row: str) -> int:
    return len(row) - len(row.lstrip())
