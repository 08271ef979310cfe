"""pytest: of each failure its name, message and place; the totals; the rest as far as there is room.

Written against pytest's own reports (long, short, line, native, -q, -v, -s). A test may print something that
looks like such a report: a failure's header counts only when the short summary names that test, and of
several totals or summaries in one session the last is pytest's own.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, plain
from scrimp.core.compact.fit import DETAIL, EXTRA, KEY, LAST, MUST, NOISE, REST, SPARE
from scrimp.core.compact.pytest_failure import SEPARATOR, Failure
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scrimp.core.compact.fit import Case

NAME = "pytest"
GAPS = fit.NO_GAPS
WHOLE = frozenset({EXTRA})
"""The summary's FAILED lines repeat what stands above: some of them would look like all."""
NEEDLES = (
    "\nE  ",
    "\n____",
    "\n_ ",
    "\n====",
    "\n!!!!",
    "\nFAILED ",
    "\nERROR ",
    "\nINTERNALERROR>",
    " FAILED ",
    ".py:",
    " in 0",
)

_COUNT = r"\d+ (?:passed|failed|errors?|skipped|xfailed|xpassed|deselected|warnings?|rerun|subtests passed)"
_COLLECTED = r"\d+(?:/\d+)? tests? collected(?: \(\d+ deselected\))?(?:, \d+ errors?)?"
_TOTALS = pattern(
    rf"(?P<rule>=*) ?(?:{_COUNT}(?:, {_COUNT})*|no tests ran|no tests collected|{_COLLECTED}) in \d[\d.]*s.*"
)
_RULING = pattern(r"(=+) (\S.*?) (=+)$")
_HEADER = pattern(r"(_+) (\S.*?) (_+)$")
_STOPPED = pattern(r"!+ .* !+$")
_SECTIONS = frozenset(
    {"ERRORS", "FAILURES", "PASSES", "XFAILURES", "XPASSES", "warnings summary", "short test summary info"}
)
_SUMMARY_LINE = pattern(r"(?:FAILED|ERROR|SUBFAIL(?:ED)?(?:\[[^\n]*?\])?(?: ?\([^()]*\))?) (\S.*)")
_LINE_STYLE = pattern(r"(?:/|[A-Za-z]:\\).*?:\d+: \S")
_PROGRESS = pattern(
    r"(?:\S+\.py ?)?[.sxXFERpP,]+ *(?:\[ *\d+%\])?$"
    r"|(?:platform|cachedir|rootdir|configfile|plugins|testpaths|asyncio|cov|metadata|hypothesis profile)\b.*"
    r"|collect(?:ing|ed) .*|gw\d+ .*|scheduling tests via.*|created: \d+/\d+ workers?|\d+ workers? \[.*"
    r"|-- Docs: https?://\S+$"
)
"""What says only that it is going on, or on what."""
_VERDICT = pattern(
    r"(?:^|\s)(PASSED|SKIPPED|XFAIL|XPASS|RERUN|FAILED|ERROR|SUB(?:PASSED|PASS|SKIPPED|SKIP|XFAIL|FAILED|FAIL))(?:\b|\[|\()"
)
_SUBTEST = pattern(r"(\S+) [\[(].*[\])]")
_ENTERED = pattern(r"\S+\.py::\S.* $")
"""With several workers -v says which test is next, as well as how it ended."""
_LISTED_TEST = pattern(r"( *<(?:Function|TestCaseFunction|DoctestItem) [^\[]*|\S+\.py::[^\[]*)(?:\[.*)?$")
_ALIKE_SHOWN = 2
_FAILED = frozenset({"FAILED", "ERROR", "SUBFAILED", "SUBFAIL"})
_LISTED = ("SKIPPED ", "XFAIL ", "XPASS ")
_RULE_CHARS = 2
_TAIL_CHARS = 2_000


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 a report is known by its look alone
    """Whether `text` (the ends and the middle of the output) has pytest's header, or totals at its end."""
    if "= test session starts =" in text:
        return True
    return any(_TOTALS.fullmatch(line) for line in text[-_TAIL_CHARS:].split("\n"))


def target(case: Case) -> int:  # noqa: ARG001 the same for all
    """How many characters to cut to."""
    return limits.PYTEST_CHARS


def shorten(line: str) -> str:
    """Rulings are decoration, as colours are: two characters of each side say the same."""
    if not line.startswith(("=", "_", "-", "!")):
        return line
    edge = line[0]
    inner = line.strip(edge)
    if len(line) - len(inner) <= 2 * _RULE_CHARS or not inner.strip() or inner[0] != " " or inner[-1] != " ":
        return line
    return edge * _RULE_CHARS + inner + edge * _RULE_CHARS


def grade(lines: Sequence[str], case: Case) -> list[int]:  # noqa: ARG001 the same for all
    """The worth of each line; several runs in one output are graded one by one, the rest as plain output."""
    worths = plain.grade_ordinary(lines, strict=False)
    for start, end in _sessions(lines):
        _Report(lines, start, end, worths).grade()
    return worths


def _sessions(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Stretches [start, end) from a header (or the beginning) to totals; a printed one inside another is not one."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    begin, width = 0, 0
    for index, line in enumerate(lines):
        if line.startswith("=") and "= test session starts =" in line:
            width = width or len(line)
            if len(line) == width:
                opened.append(index)
        elif _TOTALS.fullmatch(line) and (not width or abs(len(line) - width) <= 1 or not line.startswith("==")):
            if len(opened) > 1:
                opened.pop()
                continue
            found.append((opened.pop() if opened else begin, index + 1))
            begin = index + 1
    if opened:
        found.append((opened[0], len(lines)))
    return found or [(0, len(lines))]


class _Report:
    """One session's lines, graded section by section."""

    def __init__(self, lines: Sequence[str], start: int, end: int, worths: list[int]) -> None:
        self.lines = lines
        self.start = start
        self.end = end
        self.worths = worths
        self.summary = self._last_summary()
        self.names = frozenset(self._summary_names())

    def _last_summary(self) -> int:
        for index in range(self.end - 1, self.start - 1, -1):
            ruling = _RULING.match(self.lines[index])
            if ruling and ruling.group(2) == "short test summary info":
                return index
        return self.end

    def _summary_names(self) -> Iterable[str]:
        """The names as a failure's header writes them: `a/b.py::TestX::test_y[1]` is `TestX.test_y[1]`."""
        for index in range(self.summary, self.end):
            line = _SUMMARY_LINE.match(self.lines[index])
            if line:
                path, _, name = line.group(1).partition("::")
                yield name.split(" - ", 1)[0].replace("::", ".") if name else path.split(" - ", 1)[0]

    def grade(self) -> None:
        section, begin = "session", self.start
        for index in range(self.start, self.end):
            name = self._section_at(index)
            if name:
                self._grade_section(section, begin, index)
                self.worths[index] = NOISE
                section, begin = name, index + 1
        self._grade_section(section, begin, self.end)
        self._grade_verdict()

    def _section_at(self, index: int) -> str:
        """The section that begins at a ruling, or an empty string; printed rulings begin none."""
        line = self.lines[index]
        ruling = _RULING.match(line) if line.startswith("=") else None
        if not ruling:
            return ""
        name = ruling.group(2)
        if name == "short test summary info":
            return name if index == self.summary else ""
        if name in _SECTIONS or name.startswith(("slowest ", "warnings summary")):
            return name.split(" (")[0]
        return ""

    def _grade_section(self, section: str, start: int, end: int) -> None:
        if section == "session":
            self._grade_progress(start, end)
        elif section in ("FAILURES", "ERRORS"):
            self._grade_failures(start, end)
        elif section == "warnings summary":
            self._grade_warnings(start, end)
        elif section == "short test summary info":
            self._grade_summary(start, end)
        else:
            self._set(start, end, SPARE if section.startswith("slowest") else NOISE)

    def _set(self, start: int, end: int, worth: int) -> None:
        self.worths[start:end] = [worth] * (end - start)

    def _grade_progress(self, start: int, end: int) -> None:
        """Progress goes; what tests printed (-s) or pytest itself said stays as plain output does."""
        listed: dict[str, int] = {}
        collected = self.end > self.start and " collected" in self.lines[self.end - 1]  # --collect-only
        for index in range(start, end):
            line = self.lines[index]
            if line.startswith("INTERNALERROR>"):
                self.worths[index] = KEY
                continue
            verdict = _VERDICT.search(line) if "::" in line else None
            if verdict:
                unlisted = verdict.group(1) in _FAILED and not self.names
                self.worths[index] = KEY if unlisted else NOISE
            elif not line.strip() or _PROGRESS.fullmatch(line) or line.startswith("=") or _ENTERED.match(line):
                self.worths[index] = NOISE
            elif test := _LISTED_TEST.match(line) if collected else None:  # of a test with parameters the first ones
                name = test.group(1)
                listed[name] = listed.get(name, 0) + 1
                self.worths[index] = REST if listed[name] <= _ALIKE_SHOWN else NOISE
            elif self.worths[index] < REST:
                self.worths[index] = REST

    def _grade_failures(self, start: int, end: int) -> None:
        headers = [i for i in range(start, end) if self._is_header(self.lines[i])]
        if not headers:
            lines = self.lines[start:end]
            line_style = any(_LINE_STYLE.match(line) for line in lines)
            (self._grade_line_style if line_style else self._grade_progress)(start, end)
            return
        self._set(start, headers[0], NOISE)
        for header, after in zip(headers, [*headers[1:], end]):
            self.worths[header] = MUST
            Failure(self.lines, self.worths).grade(header + 1, after)

    def _is_header(self, line: str) -> bool:
        header = _HEADER.match(line) if line.startswith("_") else None
        if not header or SEPARATOR.match(line):
            return False
        name = header.group(2)
        if name.startswith("ERROR "):
            return True
        subtest = _SUBTEST.fullmatch(name)
        return not self.names or name in self.names or (subtest is not None and subtest.group(1) in self.names)

    def _grade_line_style(self, start: int, end: int) -> None:
        """--tb=line: the place and message of each failure on a line, and E lines before it."""
        for index in range(start, end):
            line = self.lines[index]
            place = _LINE_STYLE.match(line) is not None
            self.worths[index] = MUST if place else NOISE if line.startswith("E ") else SPARE

    def _grade_warnings(self, start: int, end: int) -> None:
        """The tests a warning came from, and the warning; of many tests and equal warnings the first."""
        seen: set[str] = set()
        for index in range(start, end):
            line = self.lines[index]
            if not line.strip() or _PROGRESS.fullmatch(line):
                self.worths[index] = NOISE
            elif line.startswith("  ") and not line.startswith("   "):
                self.worths[index] = DETAIL if line not in seen else LAST
                seen.add(line)
            else:
                self.worths[index] = LAST if line.startswith("    ") else SPARE

    def _grade_summary(self, start: int, end: int) -> None:
        """The names again: worth a place of their own only where no header had them."""
        headers = {self._header_name(i) for i in range(self.start, start) if self.worths[i] == MUST}
        above = headers | {header.rpartition(" of ")[2] for header in headers}
        above |= {subtest.group(1) for header in headers if (subtest := _SUBTEST.fullmatch(header))}
        for index in range(start, end):
            line = _SUMMARY_LINE.match(self.lines[index])
            if not line:
                listed = self.lines[index].startswith(_LISTED)
                self.worths[index] = SPARE if listed else NOISE
                continue
            name = line.group(1).partition("::")[2].split(" - ", 1)[0].replace("::", ".")
            path = line.group(1).split(" - ", 1)[0]
            known = name in above if name else f"ERROR collecting {path}" in headers
            self.worths[index] = EXTRA if known else MUST

    def _header_name(self, index: int) -> str:
        header = _HEADER.match(self.lines[index])
        return header.group(2) if header else ""

    def _grade_verdict(self) -> None:
        """The last totals, and why a run stopped early."""
        totals = [i for i in range(self.start, self.end) if _TOTALS.fullmatch(self.lines[i])]
        for index in totals[-1:]:
            self.worths[index] = MUST
        for index in range(self.summary, self.end):
            if _STOPPED.match(self.lines[index]):
                self.worths[index] = MUST
