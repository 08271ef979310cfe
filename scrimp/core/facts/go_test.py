"""Facts of `go test`, with and without -v, and of its -json: failures, panics, races, what did not compile, verdicts.

Sources: testing's report (`--- FAIL: name (0.00s)`, below it or with -v above it lines of `file.go:line: message`,
each indented by four more for each level of subtests), the runtime's panic and goroutine dump, the race detector's
report, the compiler's lines below `# package`, and `go test`'s line for each package. With -v a test is one only if
it was said to run; what a test printed is never a fact.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.facts.fact import DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of, row_at
from scrimp.core.facts.go_dumps import Dump, own_place
from scrimp.core.go_events import event_in
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_RESULT = pattern(r"( *)--- (FAIL|SKIP|PASS|BENCH): (\S+) \(\d[\d.]*(?:s| seconds)\)$")
_TURN = pattern(r"=== (RUN|PAUSE|CONT|NAME) +(\S*)$")
_ENTRY = pattern(r"((?: {4})+)(\S[^:]*\.go:\d+): ?(.*)$")
_PACKAGE = pattern(r"(ok  |FAIL|\?   )\t(\S+)(?:\t| \[|$)")
_BUILD = pattern(r"# (\S+)(?: \[\S+\])?$")
_COMPILE = pattern(r"(?:vet: )?\S[^:]*\.\w+:\d+(?::\d+)?: \S|too many errors$")
_COVERED = pattern(r"coverage: \d[\d.]*% of statements")
_MEASURED = pattern(r"Benchmark\S*\s+\d+\s+\d[\d.e+]* ns/op")
_FUZZ = pattern(r" {4}(?:Failing input written to |go test -run=)\S+$")
_GO = pattern(r"go: (?!downloading |finding |extracting |added |upgraded )|no required module |package \S+ is not in ")
_NOTHING = pattern(r"testing: warning: no tests to run$|no packages to test$")
_KNOWN = pattern(r"\s*(?:Error Trace:|Test: |Diff:$|--- Expected$|\+\+\+ Actual$|@@ -)")
_ASSERTED = pattern(r"\s*(?:Error: |expected: |actual  : |Messages: )")
"""Lines of the assertions of testify, most of which stand elsewhere too."""
_LEVELS_MOST = 10
_SAID_MOST = 20
_BELOW_MOST = 8
_CHANGED_MOST = 20
_PASSED_MOST = 40
"""More packages than these passed: then which ones did is not worth a line each."""


class _Row:
    """A line that a test, a build or go itself printed. shown: as it stands in the text, where -json escapes it."""

    __slots__ = ("shown", "start", "test", "text")

    def __init__(self, start: int, text: str, shown: str, test: str) -> None:
        self.start = start
        self.text = text
        self.shown = shown
        self.test = test


def extract(text: str) -> list[Fact]:
    """The facts of the runs in `text`, in order of appearance."""
    found: list[tuple[int, Fact]] = []
    passed: list[tuple[int, Fact]] = []
    for rows in _by_package(text):
        reader = _Reader(rows)
        found += reader.facts()
        passed += reader.passed
    if len(passed) <= _PASSED_MOST:
        found += passed
    return [fact for _, fact in sorted(found, key=_first)]


def _first(item: tuple[int, Fact]) -> int:
    return item[0]


def _by_package(text: str) -> list[list[_Row]]:
    """The text's rows; those of -json package by package, since packages are tested at once."""
    groups: dict[str, list[_Row]] = {}
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        event = event_in(text[start:end]) if text[start : start + 2] == '{"' else None
        if event is None:
            row, _ = row_at(text, start)
            groups.setdefault("", []).append(_Row(start, row, row, ""))
        elif event.raw:
            text_, raw = event.text[: 2 * limits.FACT_CHARS], event.raw[: 2 * limits.FACT_CHARS]
            groups.setdefault(event.package, []).append(_Row(start, text_, raw, event.test))
        start = end + 1
    return list(groups.values())


class _Said:
    """A message of a test: its line, and the lines below it."""

    __slots__ = ("below", "depth", "row")

    def __init__(self, row: _Row, depth: int) -> None:
        self.row = row
        self.depth = depth
        self.below: list[_Row] = []


class _Test:
    """A test that failed or was skipped."""

    __slots__ = ("depth", "name", "said", "start", "verdict")

    def __init__(self, start: int, name: str, depth: int, verdict: str) -> None:
        self.start = start
        self.name = name
        self.depth = depth
        self.verdict = verdict
        self.said: list[_Said] = []


class _Reader:
    """Reads the rows of one package, or of a whole run without -json."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self.rows = rows
        self.tests: list[_Test] = []
        self.said: dict[str, list[_Said]] = {}
        self.ran: set[str] = set()
        self.current = ""
        self.open: _Said | None = None
        self.last: _Test | None = None
        self.building = False
        self.covered: _Row | None = None
        self.dump: Dump | None = None
        self.other: list[tuple[int, Fact]] = []
        self.passed: list[tuple[int, Fact]] = []

    def facts(self) -> list[tuple[int, Fact]]:
        for row in self.rows:
            self._take(row)
        self._end_dump()
        told = {name for test in self.tests if test.verdict == "FAIL" for name in _told_by(test)}
        for test in self.tests:
            if test.verdict == "SKIP":
                parts = [part_of(said.row.shown) for said in test.said[-1:]]
                self.other.append((test.start, Fact(DETAIL, "skipped", (test.name, *parts))))
            elif test.said or test.name not in told:
                self.other += _failure(test)
        return self.other

    def _take(self, row: _Row) -> None:
        text = row.text
        if self.dump is not None:
            if self.dump.take(text, row.shown):
                return
            self._end_dump()
        if Dump.begins(text):
            self.dump = Dump(row.start, text, row.shown)
        elif not (self._turn(row) or self._result(row) or self._package(row) or self._message(row)):
            self._line(row)

    def _end_dump(self) -> None:
        if self.dump is not None:
            parts = self.dump.parts()
            if parts:
                self.other.append((self.dump.start, Fact(FAILURE, "error", parts)))
        self.dump = None

    def _turn(self, row: _Row) -> bool:
        turn = _TURN.match(row.text) if row.text.startswith("=== ") else None
        if not turn:
            return False
        self.current = turn.group(2)
        self.open = self.last = None
        if turn.group(1) == "RUN":
            self.ran.add(self.current)
        return True

    def _result(self, row: _Row) -> bool:
        result = _RESULT.match(row.text) if "--- " in row.text else None
        if not result:
            return False
        name = result.group(3)
        shown = row.shown.partition(": ")[2].rpartition(" (")[0]
        self.open = self.last = None
        self.building = False
        if self.ran and name not in self.ran:
            return True  # a test printed it
        if result.group(2) in ("FAIL", "SKIP"):
            self.last = _Test(row.start, shown or name, len(result.group(1)), result.group(2))
            self.last.said = self.said.pop(name, [])
            self.tests.append(self.last)
        else:
            self.said.pop(name, None)
        return True

    def _package(self, row: _Row) -> bool:
        package = _PACKAGE.match(row.text)
        if not package:
            return False
        if package.group(1) == "FAIL":
            if self.covered is not None:
                self.other.append((self.covered.start, Fact(TOTAL, "total", (part_of(self.covered.shown),))))
            self.other.append((row.start, Fact(TOTAL, "total", (part_of(row.shown),))))
        elif package.group(1) == "ok  ":
            self.passed.append((row.start, Fact(TOTAL, "total", (part_of(row.shown),))))
        self.covered = self.open = self.last = None
        self.building = False
        return True

    def _message(self, row: _Row) -> bool:
        """A line of `file.go:line: message`, and what stands below it, further in."""
        depth = len(row.text) - len(row.text.lstrip(" "))
        if self.open is not None and (not row.text.strip() or depth > self.open.depth + 3):
            self.open.below.append(row)
            return True
        entry = _ENTRY.match(row.text) if row.text.startswith("    ") else None
        self.open = None
        if not entry:
            return False
        said = _Said(row, depth)
        if self.last is not None and depth == self.last.depth + 4:
            self.last.said.append(said)
        elif row.test or self.current:
            self.said.setdefault(row.test or self.current, []).append(said)
        else:
            return False
        self.open = said
        return True

    def _line(self, row: _Row) -> None:
        text = row.text
        fact: Fact | None = None
        if _BUILD.match(text):
            self.building = True
        elif self.building and _COMPILE.match(text):
            fact = Fact(FAILURE, "error", (part_of(row.shown),))
        elif self.building and text.startswith("\t") and self.other:
            start, before = self.other[-1]
            self.other[-1] = (start, before._replace(parts=(*before.parts, part_of(row.shown))))
        elif _COVERED.match(text):
            self.covered = row
        elif _MEASURED.match(text):
            fact = Fact(DETAIL, "benchmark", (part_of(row.shown),))
        elif _FUZZ.match(text):
            fact = Fact(DETAIL, "note", (part_of(row.shown),))
        elif _GO.match(text):
            fact = Fact(FAILURE, "error", (part_of(row.shown),))
        elif _NOTHING.match(text):
            fact = Fact(WARNING, "warning", (part_of(row.shown),))
        if fact:
            self.other.append((row.start, fact))


def _told_by(test: _Test) -> Iterator[str]:
    """The tests of which this one's failure says all that there is: those it is a part of, or a worker's own name."""
    if test.said:
        yield test.name
    at = test.name.find("/")
    for _ in range(_LEVELS_MOST):
        if at < 0:
            break
        yield test.name[:at]
        at = test.name.find("/", at + 1)


def _failure(test: _Test) -> Iterator[tuple[int, Fact]]:
    """The failure with its last message; the ones before it; what stands below each."""
    said = test.said[-_SAID_MOST:]
    if not said:
        yield test.start, Fact(FAILURE, "failure", (test.name,))
    for at, message in enumerate(said):
        row = message.row
        place = own_place([below.text for below in message.below])
        parts = tuple(filter(None, (part_of(row.shown), place)))
        if at == len(said) - 1:
            above = row.start < test.start
            parts = (*parts, test.name) if above else (test.name, *parts)
            yield min(test.start, row.start), Fact(FAILURE, "failure", parts)
        else:
            yield row.start, Fact(DETAIL, "said", parts)
        below = () if place else _worth_telling(message.below)
        if below:
            yield row.start, Fact(DETAIL, "diff", below)


def _worth_telling(rows: Sequence[_Row]) -> tuple[str, ...]:
    """Of the lines below a message all when they are few, else those that a comparison marks, else the first."""
    rows = [row for row in rows if any(map(str.isalnum, row.text)) and not _KNOWN.match(row.text)]
    if len(rows) > _BELOW_MOST:
        changed = [row for row in rows if row.text.lstrip()[:1] in ("+", "-") or _ASSERTED.match(row.text)]
        rows = changed[:_CHANGED_MOST] or rows[:_BELOW_MOST]
    return tuple(part_of(row.shown) for row in rows)
