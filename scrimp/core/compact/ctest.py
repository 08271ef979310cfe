"""CTest, GoogleTest and Catch2: of each failing test its name and what it printed about the failure; the totals.

The output of a failing test stands below its result (--output-on-failure) or above it behind the test's number (-V);
what GoogleTest says about running one test is left out of it.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit
from scrimp.core.compact.ending import with_an_end
from scrimp.core.compact.fit import DETAIL, KEY, LAST, MUST, NEAR, NOISE, REST, SILENT, SPARE
from scrimp.core.compact.lines import runs
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "ctest"
GAPS = fit.NO_GAPS
WHOLE = frozenset[int]()
NEEDLES = (
    "***Failed",
    "***Exception",
    "***Timeout",
    "***Not Run",
    "The following tests FAILED:",
    " tests passed, ",
    ": Failure\n",
    "[  FAILED  ] ",
    ": FAILED:\n",
    "Could not find executable",
)
shorten = fit.as_it_was

_LOOK = pattern(
    r"(?m)^(?: *\d+/\d+ Test +#\d+: |\d+% tests passed, \d+ tests? failed out of \d+$|Test project /"
    r"|\[==========\] |\[ RUN      \] |test cases: +\d+ \||All tests passed \(\d+ assertion)"
)
_RESULT = pattern(r" *\d+/(\d+) Test +#(\d+): (\S.*?) \.\.+(.*)$")
_GOOD = ("Passed", "***Skipped", "***Not Run (Disabled)")
_START = pattern(r"test \d+$| +Start +\d+: ")
_NUMBERED = pattern(r"(\d+): ?")
_TOTAL = pattern(r"\d+% tests passed, \d+ tests? failed out of \d+$")
_ENTRY = pattern(r"\t *\d+ - ")
_FRAME = pattern(
    r"\[[ =\-A-Z]{10}\]|Running main\(\)|Note: Google Test|Test command: |Working Directory: |Test timeout computed"
    r"|Environment variables: *$| *\d+ FAILED TESTS?$|Randomness seeded|Filters: |~{20,}$|={20,}$"
    r"|\S+ is a Catch v|Run with -\? for options|-{20,}$|\.{20,}$|Looked in the following places|[^\s:/]*/[^\s:]*$"
)
_FAILURE = pattern(r"(?:\S.*:\d+|unknown file): (?:Failure|error: )|\S.*:\d+: FAILED:$|\S.*\(\d+\): error: ")
_PLACED = pattern(r"(?:\S+: )?[^\s:]+:\d+(?::\d+)?: \S|\S+: .*Assertion `")
_CLOSING = pattern(
    r"\[==========\] \d+ tests? from \d+ test (?:suite|case)s? ran\.|\[  (?:PASSED|FAILED)  \] \d+ tests?[.,]"
    r"|\[  SKIPPED \] |  YOU HAVE \d+ DISABLED|test cases: +\d+ \||assertions: +\d+ \||All tests passed \(\d+ assert"
)
_TOOL = pattern(
    r"(?:UpdateCTestConfig|Test project |Constructing a list|Done constructing|Updating test list|Added \d+ tests to"
    r"|Checking test dependency|Total Test time|Label Time Summary|Errors while running|Output from these tests"
    r"|Use \"--rerun-failed)"
)
_MISSING = pattern(
    r"(?:Could not find executable|Unable to find executable:) |No tests were found!!!|CMake Error|ctest: "
)
_LINES_NEAR = 8
_PRINTED_NEAR = 3
_PRINTED_FAR = 10


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 a report is known by its look alone
    """Whether `text` (the ends and the middle of the output) has lines of such a report."""
    return _LOOK.search(text) is not None


def target(case: Case) -> int:
    """How many characters to cut to."""
    return limits.TEST_RUN_CHARS if case.failed else limits.TEST_RUN_PASSED_CHARS


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    worths = [SPARE if case.failed else REST] * len(lines)
    for start, end in runs(lines, strict=False):
        worths[start + 2 : end - 2] = [NOISE] * max(0, end - start - 4)
    results = [at for at, line in enumerate(lines) if "Test" in line and _RESULT.match(line)]
    if results or any(_TOTAL.match(line) for line in lines):
        _CTest(lines, worths, results).grade()
    else:
        _by_itself(lines, worths)
    return with_an_end(lines, worths)


class _CTest:
    """A run of CTest."""

    def __init__(self, lines: Sequence[str], worths: list[int], results: list[int]) -> None:
        self.lines = lines
        self.worths = worths
        out_of = self._group(results[-1], 1) if results else ""
        self.results = [at for at in results if self._group(at, 1) == out_of]
        self.total = next((at for at in range(len(lines) - 1, -1, -1) if _TOTAL.match(lines[at])), len(lines))
        self.numbered = any(": Test command: " in line for line in lines)

    def _group(self, at: int, group: int) -> str:
        found = _RESULT.match(self.lines[at])
        return found.group(group) if found else ""

    def grade(self) -> None:
        """First the tool's own lines, then the output of each test, then the closing lists."""
        passed = [at for at in self.results if self._group(at, 4).strip().startswith(_GOOD)]
        failed = frozenset(self.results) - frozenset(passed)
        self._tool_lines(passed)
        if self.numbered:
            self._above(failed)
        else:
            for at in failed:
                self._below(at)
        self._closing()

    def _tool_lines(self, passed: Sequence[int]) -> None:
        seen: set[str] = set()
        passing = False
        for at, line in enumerate(self.lines):
            passing = line == "The following tests passed:" or (passing and line.startswith("\t"))
            if passing:
                self.worths[at] = NOISE
            elif not line.strip():
                self.worths[at] = SILENT
            elif _START.match(line) or _TOOL.match(line) or _FRAME.match(line):
                self.worths[at] = NOISE
            elif _MISSING.match(line):
                self.worths[at] = NOISE if line.split()[-1] in seen else MUST
                seen.add(line.split()[-1])
        for at in passed:
            good = self._group(at, 4).strip().startswith("Passed")
            self.worths[at] = LAST if good and self.total == len(self.lines) else NOISE

    def _above(self, failed: frozenset[int]) -> None:
        """-V: the lines behind a failing test's number; those of others go."""
        printed: dict[str, list[int]] = {}
        results = frozenset(self.results)
        for at, line in enumerate(self.lines[: self.total]):
            if at in results:
                indices = printed.pop(self._group(at, 2), [])
                said = [self.lines[index].partition(":")[2].removeprefix(" ") for index in indices]
                if at in failed:
                    self.worths[at] = KEY
                    _grade_output(said, indices, self.worths)
                    continue
                for index in indices:
                    self.worths[index] = NOISE
                continue
            numbered = _NUMBERED.match(line) if line[:1].isdigit() else None
            if numbered:
                printed.setdefault(numbered.group(1), []).append(at)

    def _below(self, at: int) -> None:
        """--output-on-failure: the lines below a failing test's result; of a run without it they are none."""
        end = at + 1
        while end < self.total and not _START.match(self.lines[end]) and not _RESULT.match(self.lines[end]):
            end += 1
        if any(line.strip() for line in self.lines[at + 1 : end]):
            self.worths[at] = MUST
            _grade_output(self.lines[at + 1 : end], list(range(at + 1, end)), self.worths)
        else:
            listed = self.total < len(self.lines) and " regular expression" not in self.lines[at]
            self.worths[at] = NOISE if listed else MUST

    def _closing(self) -> None:
        for at in range(self.total, len(self.lines)):
            line = self.lines[at]
            if _TOTAL.match(line) or line == "The following tests FAILED:" or _ENTRY.match(line):
                self.worths[at] = MUST
            elif line.startswith("The following tests did not run"):
                self.worths[at] = KEY
            elif line.startswith("Total Test time"):
                self.worths[at] = DETAIL


def _by_itself(lines: Sequence[str], worths: list[int]) -> None:
    """GoogleTest or Catch2 without CTest: a test's output up to the line that says how it ended."""
    ran = next((at for at in range(len(lines) - 1, -1, -1) if lines[at].startswith("[==========] ")), len(lines))
    started = -1
    catch = not any(line.startswith("[ RUN      ] ") for line in lines)
    for at, line in enumerate(lines):
        if line.startswith("[ RUN      ] "):
            started = at
            worths[at] = NOISE
        elif line.startswith(("[  FAILED  ] ", "[       OK ] ", "[  SKIPPED ] ")) and started >= 0 and at < ran:
            name = line[13:].split(" (", 1)[0].split(", where ", 1)[0]
            if name != lines[started][13:].rstrip():
                continue
            inner = list(range(started + 1, at))
            if line.startswith("[  FAILED  ]"):
                worths[at] = MUST
                _grade_output([lines[i] for i in inner], inner, worths)
            else:
                worths[at] = LAST if line.startswith("[  SKIPPED ]") else NOISE
            started = -1
        elif started < 0 or at >= ran:
            worths[at] = _outside(line, worths[at], closing=at >= ran or catch)
    if started >= 0 and ran == len(lines):
        inner = list(range(started + 1, len(lines)))
        worths[started] = MUST
        _grade_output([lines[i] for i in inner], inner, worths)
    if catch:
        _catch(lines, worths)


def _outside(line: str, worth: int, *, closing: bool) -> int:
    if not line.strip():
        return SILENT
    if closing and _CLOSING.match(line):
        return MUST
    if closing and line.startswith("[  FAILED  ] "):
        return LAST
    if _MISSING.match(line):
        return MUST
    return NOISE if _FRAME.match(line) else worth


def _catch(lines: Sequence[str], worths: list[int]) -> None:
    """The heading between two rules names test case and section; below it the failures."""
    indices = list(range(len(lines)))
    _grade_output(lines, indices, worths, printed=False)
    for at, line in enumerate(lines):
        if _CLOSING.match(line):
            worths[at] = MUST
        elif at and lines[at - 1].startswith("-----") and line.strip() and not line.startswith(("-", "/", ".")):
            worths[at] = MUST
            if at + 1 < len(lines) and lines[at + 1].startswith("  "):
                worths[at + 1] = MUST


def _grade_output(said: Sequence[str], indices: Sequence[int], worths: list[int], *, printed: bool = True) -> None:
    """What one failing test printed: each failure with the lines below it, else lines with a place, else the last."""
    below = 0
    failures = 0
    others: list[int] = []
    placed: list[int] = []
    for line, index in zip(said, indices):
        if not line.strip():
            worths[index], below = SILENT, 0
        elif _FAILURE.match(line):
            worths[index], below = MUST, 1
            failures += 1
        elif below and not line.startswith(("[", "=====", "-----")):
            below += 1
            worths[index] = MUST if below <= _LINES_NEAR else DETAIL if below <= 2 * _LINES_NEAR else SPARE
        elif _FRAME.match(line):
            worths[index], below = NOISE, 0
        else:
            (placed if _PLACED.match(line) else others).append(index)
    for index in placed:
        worths[index] = SPARE if failures else MUST
    if printed:
        for distance, index in enumerate(reversed(others), 1):
            worths[index] = NEAR if distance <= _PRINTED_NEAR else SPARE if distance <= _PRINTED_FAR else LAST
        if others and not failures and not placed:
            worths[others[-1]] = MUST
