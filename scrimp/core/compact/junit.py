"""Tests on the JVM: of each failing test its name, message, place and causes; totals, verdicts, what went wrong.

Written against Maven's Surefire and Failsafe (both report formats), Gradle's test task (short and full), and JUnit's
own console. A header counts when a throwable stands below it: tests print such lines too.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit
from scrimp.core.compact.ending import with_an_end
from scrimp.core.compact.fit import DETAIL, KEY, LAST, MUST, NOISE, REST, SILENT, SPARE
from scrimp.core.compact.java_failure import grade_thrown
from scrimp.core.compact.lines import runs
from scrimp.core.compact.rules import Rule, Table
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "junit"
GAPS = fit.NO_GAPS
WHOLE = frozenset[int]()
NEEDLES = (
    "<<< FAILURE!",
    "<<< ERROR!",
    "Tests run: ",
    "\n[ERROR]",
    "\nBUILD ",
    "] BUILD ",
    " FAILED\n",
    " tests completed",
    "\n  JUnit ",
    "What went wrong:",
    "\nCaused by: ",
)
shorten = fit.as_it_was

_LOOK = pattern(
    r"(?m)^(?:(?:\[\w+\] ?)?Tests run: \d+, Failures: \d+, Errors: \d+, Skipped: \d+|(?:\[INFO\])? ?T E S T S$"
    r"|\d+ tests? completed(?:, \d+ failed)?"
    r"|\[ +\d+ tests found +\]|\S.*Time elapsed: \S+ s(?:ec)? +<<< (?:FAILURE|ERROR)!$)"
)
_LEVEL = pattern(r"\[(?:ERROR|WARNING|INFO)\]")
_SUREFIRE = pattern(r"(?:\[ERROR\] +)?(?!Tests run:)\S.*<<< (?:FAILURE|ERROR)!$")
_GRADLE = pattern(r"(?m)^\S[^\n]* (?:PASSED|FAILED|SKIPPED|STANDARD_OUT|STANDARD_ERROR)$")
_CONSOLE = pattern(r"  JUnit \w+(?: \w+)?:\S")
_THROWN = pattern(r"\s*(?:=> )?[\w$]+(?:\.[\w$]+)+(?::|$| at )")
_RESULTS = pattern(r"(?:\[\w+\] )?(?:Results ?:|Failures: |Errors: |Failed tests: *|Tests in error: *|Flakes: )$")
_TOTALS = pattern(r"(?:\[\w+\] )?Tests run: \d+, Failures: \d+, Errors: \d+, Skipped: \d+$")
_VERDICT = pattern(r"\[INFO\] BUILD |BUILD (?:SUCCESSFUL|FAILED) in ")
_COMPLETED = pattern(r"\d+ tests? completed")

_RULES = Table(
    Rule(SPARE, r"\[INFO\] BUILD |BUILD (?:SUCCESSFUL|FAILED) in ", "verdicts, of which the last is the real one"),
    Rule(MUST, r"\[INFO\] \S.* \.\.+ (?:FAILURE|SKIPPED)", "a module that failed"),
    Rule(NOISE, r"\[INFO\] \S.* \.\.+ SUCCESS|\[INFO\] -{3,}|\[INFO\] Reactor", "what goes well"),
    Rule(NOISE, r"\[ERROR\] See dump files", "there are none, mostly"),
    Rule(SPARE, r"\[ERROR\] See |\[ERROR\]   mvn <args>", "where the reports are, how to go on"),
    Rule(NOISE, r"\[ERROR\] (?:-> )?\[Help|\[ERROR\] (?:To see|Re-run|For more|After corr|Please refer)", "advice"),
    Rule(SPARE, r"\[(?:ERROR|WARNING)\] Tests run: .*Time elapsed", "a class whose failures follow"),
    Rule(NOISE, r"\[(?:ERROR|WARNING|INFO)\] \S.* Time elapsed: \S+ s(?:ec)?(?: -- in \S+)?$", "what passed"),
    Rule(NOISE, r"(?:\[INFO\] )?Tests run: .*Time elapsed", "a class that passed"),
    Rule(DETAIL, r"\[(?:ERROR|WARNING)\] \S+ skipped$", "a test that was skipped"),
    Rule(MUST, r"\[ERROR\] |\[WARNING\] ", "what Maven says"),
    Rule(NOISE, r"\[INFO\] |Running \S+$|-{10,}$| ?T E S T S$", "on what it is"),
    Rule(MUST, r"(?:> Task )?:[\w:-]+ FAILED$", "a task that failed"),
    Rule(NOISE, r"(?:> Task )?:[\w:-]+(?: [A-Z-]+)?$|> Configure |Download |To honour the JVM|Daemon will be", "tasks"),
    Rule(KEY, r"(?=.* > )\S.* SKIPPED$", "a test that was skipped"),
    Rule(NOISE, r"(?=.* > )\S.* PASSED$", "a test that passed"),
    Rule(MUST, r"\S+\.(?:java|kt):\d+: (?:error|warning): |[ew]: \S+\.kts?:\d+:\d+ ", "the compiler"),
    Rule(NOISE, r"\* (?:Try|Get more help)|> ?Run with |Run with --|Deprecated Gradle|You can use '--w", "advice"),
    Rule(SPARE, r"\d+ actionable tasks?:|FAILURE: Build (?:failed|completed)", "tasks"),
    Rule(MUST, r"\[ +\d+ tests (?:found|successful|failed) ", "totals"),
    Rule(MUST, r"\[ +[1-9]\d* (?:tests (?:skipped|aborted)|containers failed) ", "totals"),
    Rule(NOISE, r"\[ +\d+ (?:tests|containers) ", "totals that say nothing more"),
    Rule(DETAIL, r"[\s│├└─╷'+|-].* (?:↷|\[S\])", "the tree's tests that were skipped"),
    Rule(NOISE, r"[\s│├└─╷'+|-].* (?:✔|\[OK\])$", "the tree's tests that passed"),
    Rule(NOISE, r"[\s│├└─╷'+|-].* (?:✘|\[X\])|   │", "the tree's tests that failed, which follow"),
    Rule(KEY, r"Failures \(\d+\):$", "a heading"),
)  # fmt: skip


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 a report is known by its look alone
    """Whether `text` (the ends and the middle of the output) has lines of such a report."""
    return _LOOK.search(text) is not None or any(" > " in found.group() for found in _GRADLE.finditer(text))


def target(case: Case) -> int:
    """How many characters to cut to."""
    return limits.TEST_RUN_CHARS if case.failed else limits.TEST_RUN_PASSED_CHARS


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line: by rules, and what stands below a failing test's header by its structure."""
    worths = [SPARE if case.failed else REST] * len(lines)
    for start, end in runs(lines, strict=False):
        worths[start + 2 : end - 2] = [NOISE] * max(0, end - start - 4)
    _RULES.grade(lines, worths)
    _Report(lines, worths).grade()
    return with_an_end(lines, worths)


class _Report:
    """The failures, by the headers above them."""

    def __init__(self, lines: Sequence[str], worths: list[int]) -> None:
        self.lines = lines
        self.worths = worths
        self.blocks = 0
        self.results = False
        self.completed = self.verdict = -1

    def grade(self) -> None:
        index = 0
        while index < len(self.lines):
            line = self.lines[index]
            below = self.lines[index + 1] if index + 1 < len(self.lines) else ""
            index += 1
            if not line.strip() or _LEVEL.fullmatch(line.rstrip()):
                self.worths[index - 1] = SILENT
            elif _RESULTS.match(line):
                self.results = True
                self.worths[index - 1] = NOISE if self.blocks or line.endswith(("Results:", "Results :")) else KEY
            elif _TOTALS.match(line):
                self.worths[index - 1] = MUST if self.results else SPARE
                self.results, self.blocks = False, 0
            elif self.results:
                self.worths[index - 1] = NOISE if self.blocks else MUST
            else:
                index = self._block(index - 1, line, below) or index
        for index in (self.completed, self.verdict):
            if index >= 0:
                self.worths[index] = MUST

    def _block(self, at: int, line: str, below: str) -> int:
        """Where the block ends that begins at `at`; 0 for none."""
        if line.endswith("!") and _SUREFIRE.match(line) and _THROWN.match(below):
            return self._failure(at, self._end(at + 1, ""))
        gradle = " > " in line and not line[0].isspace()
        if gradle and line.endswith(" FAILED") and below.startswith("    ") and _THROWN.match(below):
            return self._failure(at, self._end(at + 1, "    "))
        if _CONSOLE.match(line):
            return self._failure(at, self._end(at + 1, "\t "))
        if gradle and line.endswith((" STANDARD_OUT", " STANDARD_ERROR")):
            end = self._end(at + 1, "    ")
            self.worths[at] = LAST
            return end
        if line == "* What went wrong:":
            end = next((i for i in range(at, len(self.lines)) if not self.lines[i].strip()), len(self.lines))
            self.worths[at:end] = [MUST] * (end - at)
            return end
        if _COMPLETED.match(line):
            self.completed = at
        if _VERDICT.match(line):
            self.worths[at] = SPARE
            self.verdict = at
        return 0

    def _failure(self, at: int, end: int) -> int:
        self.blocks += 1
        self.worths[at] = MUST
        grade_thrown(self.lines, self.worths, at + 1, end)
        return end

    def _end(self, at: int, margin: str) -> int:
        """Where a throwable ends: at a level's mark, at a line further out, at the blank line after its frames."""
        framed = False
        while at < len(self.lines):
            line = self.lines[at]
            if _LEVEL.match(line) or (margin == "\t " and (not line or _CONSOLE.match(line))):
                break
            if margin == "    " and line and not line.startswith(margin):
                break
            if not margin and framed and not line:
                break
            framed = framed or line.lstrip().startswith("at ")
            at += 1
        return at
