"""Facts of compilers, linters and builds: each diagnostic with its place and message, totals, what ended the build.

Written from the forms the tools print: `place: error: message` (gcc, clang, javac, mypy, tsc, pylint, ruff, flake8,
go), a header with `--> place` below it (rustc, ruff), rows below a file's name (eslint, ruff grouped), Maven's
`place:[line,column]`, CMake's, webpack's, biome's and esbuild's blocks. What has none of these forms is read like any
tool's line. A diagnostic that is printed again, as for every file that includes a header, is one fact.
"""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

from itertools import accumulate

from scrimp.core import limits
from scrimp.core.facts.diagnostic_heads import head_of
from scrimp.core.facts.diagnostic_totals import is_total
from scrimp.core.facts.fact import ALIKE, DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of
from scrimp.core.facts.lines import LOG_WORDS, OTHER_WORDS, Scan, candidates
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from scrimp.core.facts.diagnostic_heads import Head

_ROW_CHARS = 2 * limits.FACT_CHARS
_ROW = pattern(r" {1,8}\d+:\d+:? +(?:(?P<level>error|warning|info)\b|(?P<code>[A-Z]{1,6}\d{2,5})\b)")
_ARROW = pattern(r" *--> (\S.*:\d+:\d+)$")
_MILD = pattern(r"(?:warning|note|help|info)(?:\[[\w:-]+\])?: ")
_BODY = pattern(r"\s|\d+ *[|│+-] |\d+ +\S|\[ERROR\] {2,}\S|help: |note: |(?:\.{0,2}/\S+ )?\d+:\d+-\d+|Module ")
_LABEL = pattern(r" *\d* *\|[ |/_]*(?:[-~+]+ +)*\^+[-~^ ]* ([^\s|].*)$")
_PICTURE = pattern(
    r"\s*(?:>? *\d+ *)?[|│╵╷~^]|\s*>? *\d+ +(?:\d+ *)?[+|│-]? |\d+ |\s*[-+] |\s*[┆╭─╰·] | @ "
    r"| *= (?!note: expected )|\s*\d+$"
)
_PLACE_BELOW = pattern(r" {2,8}(\S[^\s:]*:\d+:\d+):$")
_TSL = pattern(r"\[tsl\] (?:ERROR|WARNING) in ")
_WRAPPED = pattern(r"(?:\S.* )? ?\[[a-z-]+\]$")
_REVEALED = "evealed type is "
_SIMILAR = "R0801"
_SAID_AGAIN = pattern(
    r"\[ERROR\] *(?:$|To see the full|Re-run Maven|For more info|After corr|mvn |\[Help|-> \[|COMPILATION)"
)
_PADDING = "   "
"""Between a row's message and the rule that it ends with: how wide it is says nothing."""
_TOTALS_MOST = 30
_ERRORS_FLOOD = 100
"""Of more errors than this, those of one kind beyond the first are alike."""
_FLOOD = 40
"""And of more diagnostics than this the warnings of one kind."""
_ERRORS_ALIKE = 5
_WARNINGS_ALIKE = 10
_WARNINGS_BESIDE_ERRORS = 3
_TEXTS_MOST = 6
_CODE = pattern(r"\[([^\[\]]+)\]$|\(([\w-]+)\)$|\b([A-Z]{1,6}\d{2,5})\b")
_QUOTED = pattern(r"[`‘'\"][^`’'\"]*[`’'\"]|\d+")


def extract(text: str) -> list[Fact]:
    """The facts of `text`, in order of appearance."""
    reader = _Reader(text)
    reader.read()
    return reader.facts()


class _Reader:
    """One walk over the rows; `found` maps where a row begins to its facts."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.rows = text.split("\n")
        self.starts = [0, *accumulate(len(row) + 1 for row in self.rows)]
        self.found: dict[int, list[Fact]] = {}
        self.taken = bytearray(len(self.rows))
        self.seen: set[tuple[str, ...]] = set()
        self.kinds: dict[str, int] = {}
        self.ranks: dict[int, int] = {}
        self.totals: list[int] = []
        self.file = ""

    def read(self) -> None:
        """Find the diagnostics and the totals."""
        at = 0
        while at < len(self.rows) and len(self.found) < limits.FACTS_LOOKED_AT:
            at = self._look(at)

    def facts(self) -> list[Fact]:
        """With what other lines say, read as any tool's."""
        for at in self.totals[:-_TOTALS_MOST]:
            self.found[at] = [Fact(DETAIL, "total", fact.parts) for fact in self.found[at]]
        where = dict(zip(self.starts, range(len(self.rows))))
        scan = Scan(self.text, log=False)
        for start in candidates(self.text, LOG_WORDS + OTHER_WORDS):
            at = where[start]
            if not self.taken[at] and not _SAID_AGAIN.match(self.rows[at]):
                scan.look_at(start)
        for start, fact in scan.found.items():
            self._keep(where[start], fact)
        self._thin_out()
        return [fact for at in sorted(self.found) for fact in self.found[at]]

    def _thin_out(self) -> None:
        """Of a flood the first of each kind must stay, whatever there is room for."""
        ranked = [self.found[at][0].priority for at in self.ranks if at in self.found]
        if len(ranked) <= _FLOOD:
            return
        errors = ranked.count(FAILURE)
        most = {
            FAILURE: _ERRORS_ALIKE if errors > _ERRORS_FLOOD else errors,
            WARNING: _WARNINGS_BESIDE_ERRORS if errors else _WARNINGS_ALIKE,
        }
        for at, rank in self.ranks.items():
            if at in self.found and rank > most[self.found[at][0].priority]:
                self.found[at] = [Fact(ALIKE, fact.kind, fact.parts) for fact in self.found[at]]

    def _look(self, at: int) -> int:
        """What begins in this row; the next row to look at comes back."""
        row = self._row(at)
        if not row or row.isspace():
            return at + 1
        if is_total(row):
            self.taken[at] = 1
            if self._keep(at, Fact(TOTAL, "total", (part_of(row),))):
                self.totals.append(at)
            return at + 1
        head = head_of(row)
        if head:
            return self._headed(at, row, head)
        listed = _ROW.match(row)
        if listed:
            return self._listed(at, row, listed)
        arrow = _ARROW.match(self._row(at + 1)) if row[0] != " " else None
        if arrow:
            priority = WARNING if _MILD.match(row) else FAILURE
            return self._with_body(at, at + 2, priority, (part_of(row), arrow.group(1)))
        if row[0] not in " \t":
            self.file = row
        return at + 1

    def _row(self, at: int) -> str:
        return self.rows[at][:_ROW_CHARS] if at < len(self.rows) else ""

    def _headed(self, at: int, row: str, head: Head) -> int:
        """A diagnostic whose first row tells what it is."""
        kind = head.kind
        if kind == "note" and _REVEALED not in row:
            end = self._end_of_body(at + 1)
            self._take(at, end)
            return end
        if head.code == _SIMILAR:
            return self._similar(at, row)
        priority = WARNING if head.mild else FAILURE
        if kind in ("webpack", "cmake", "biome"):
            return self._block(at, row, priority)
        parts = (part_of(row),)
        if kind == "error" and not row.endswith("]") and _WRAPPED.match(self._row(at + 1)):
            return self._with_body(at, at + 2, priority, (*parts, part_of(self._row(at + 1))))  # mypy --pretty
        return self._with_body(at, at + 1, priority, parts)

    def _similar(self, at: int, row: str) -> int:
        """Duplicated code, as pylint tells it: where it stands, and the code, which ends with the message's name."""
        below = at + 1
        while self._row(below).startswith("=="):
            below += 1
        end = below
        while end < len(self.rows) and not head_of(self._row(end)):
            end += 1
            if self._row(end - 1).endswith("(duplicate-code)"):
                break
        self._take(at, end)
        places = tuple(part_of(self._row(index)) for index in range(at + 1, below))
        self._rank(at, _SIMILAR)
        self._keep(at, Fact(WARNING, "warning", (part_of(row), *places)))
        return end

    def _block(self, at: int, row: str, priority: int) -> int:
        """A diagnostic whose message stands below its place."""
        end = self._end_of_body(at + 1)
        self._take(at, end)
        if _TSL.match(self._row(end)) and not _TSL.match(row):
            return end  # ts-loader's own words follow
        rows = [self._row(index) for index in range(at + 1, end)]
        head = row.partition(" ━")[0]
        told = [part_of(below) for below in _told(rows)][:_TEXTS_MOST]
        name = "error" if priority == FAILURE else "warning"
        self._rank(at, told[0] if told else row)
        if self._keep(at, Fact(priority, name, (part_of(head), *told[:1]))) and told[1:] and priority == FAILURE:
            self.found[at].append(Fact(DETAIL, "diff", tuple(told[1:])))
        return end

    def _with_body(self, at: int, below: int, priority: int, parts: tuple[str, ...]) -> int:
        """A diagnostic whose head ends above `below`, and what its body says besides pictures of the source."""
        end = self._end_of_body(below)
        self._take(at, end)
        body = [self._row(index) for index in range(below, end)]
        label = next((found for found in map(_LABEL.match, body) if found), None)
        if label and priority == FAILURE:
            parts += (part_of(label.group(1)),)
        place = next((found for found in map(_PLACE_BELOW.match, body) if found), None)
        if place:
            parts += (place.group(1),)
        name = "error" if priority == FAILURE else "warning"
        self._rank(at, parts[0].partition(": ")[2] or parts[0])
        kept = self._keep(at, Fact(priority, name, parts))
        if kept and priority == FAILURE and not place:
            told = tuple(part_of(row) for row in _told(body))[:_TEXTS_MOST]
            if told:
                self.found[at].append(Fact(DETAIL, "diff", told))
        return end

    def _end_of_body(self, at: int) -> int:
        while at < len(self.rows):
            row = self._row(at)
            if row.strip() and (not _BODY.match(row) or is_total(row) or head_of(row) or _ROW.match(row)):
                break
            at += 1
        return at

    def _listed(self, at: int, row: str, listed: re.Match[str]) -> int:
        """A row below a file's name: the file's first row carries the name."""
        self.taken[at] = 1
        mild = listed.group("level") in ("warning", "info")
        priority, name = (WARNING, "warning") if mild else (FAILURE, "error")
        named = (part_of(self.file),) if self.file else ()
        self.file = ""
        said, _, rule = row.rpartition(_PADDING)
        columns = (part_of(said), rule.strip()) if said.strip() and len(rule.split()) == 1 else (part_of(row),)
        self.found[at] = [Fact(priority, name, (*named, *columns))]
        self._rank(at, f"{listed.group('code') or row.rsplit(None, 1)[-1]} {priority}")
        if named:
            self.ranks[at] = 0
        return at + 1

    def _rank(self, at: int, said: str) -> None:
        """Count the diagnostic among those of its kind: the same code, or the same words but for what they quote."""
        code = _CODE.search(said)
        kind = code.group() if code else _QUOTED.sub("", said)
        self.kinds[kind] = self.ranks[at] = self.kinds.get(kind, 0) + 1

    def _take(self, start: int, end: int) -> None:
        self.taken[start:end] = b"\1" * (end - start)

    def _keep(self, at: int, fact: Fact) -> bool:
        if fact.parts in self.seen:
            return False
        self.seen.add(fact.parts)
        self.found[at] = [fact]
        return True


def _told(body: list[str]) -> Iterator[str]:
    """The rows of a body that say something in words: no source with its carets, no place that led there."""
    above_caret = {index - 1 for index, row in enumerate(body) if row.strip() and not row.strip(" \t^~.")}
    for index, row in enumerate(body):
        if index in above_caret or _PICTURE.match(row) or row.startswith(("help: ", "note: ", "./")):
            continue
        if any(map(str.isalnum, row)):
            yield row
