"""`go test`, its -v and its -json: of each failing test its name and messages, of panics and races one's own frames.

With -v a message stands above the verdict and belongs to the test that `=== RUN` or `=== NAME` named last; without it,
below the verdict. Each package is graded by itself, since -json mixes them.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, plain
from scrimp.core.compact.ending import with_an_end
from scrimp.core.compact.fit import DETAIL, KEY, LAST, MUST, NOISE, REST, SPARE
from scrimp.core.compact.go_dump import GoDump
from scrimp.core.go_events import IS_EVENT, event_in
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "go_test"
GAPS = fit.NO_GAPS
WHOLE = frozenset[int]()
NEEDLES = (
    "--- FAIL: ",
    "\npanic: ",
    "\nfatal error: ",
    "WARNING: DATA RACE",
    "\nFAIL\t",
    "\n# ",
    "_test.go:",
    '"Output":"panic: ',
    '"Output":"FAIL',
    '"Action":"fail"',
    '"Action":"build-output"',
)

_LOOK = pattern(
    r"(?m)^(?:=== (?:RUN|CONT|NAME)   ?\S| *--- (?:FAIL|PASS|SKIP): \S+ \(\d+\.\d+(?:s| seconds)\)$"
    r"|ok  \t\S+\t|FAIL\t\S+(?:\t\d| \[)|\?   \t\S+\t\[no test files\])"
)
_RESULT = pattern(r"( *)--- (FAIL|SKIP|PASS|BENCH): (\S+) \(")
_TURN = pattern(r"=== (RUN|PAUSE|CONT|NAME) +(\S*)$")
_ENTRY = pattern(r" {4,}\S[^:]*\.go:\d+:")
_PACKAGE = pattern(r"(ok  |FAIL|\?   )\t\S")
_BUILD = pattern(r"# \S+(?: \[\S+\])?$")
_COMPILE = pattern(r"\S[^:]*:\d+(?::\d+)?: \S|vet: |too many errors$|\t")
_KEPT = pattern(
    r"coverage: \d|Benchmark\S*\s+\d+\s+\d\S* ns/op|go: |testing: warning: |no packages to test|exit status \d"
)
_FUZZ = pattern(r" {4}(?:Failing input written to |go test -run=)")
_MACHINE = pattern(r"(?:goos|goarch|pkg|cpu): ")
_SAID_MOST = 20
_BELOW_NEAR = 10
_PRINTED_NEAR = 6
_PASSED_MOST = 40


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 a report is known by its look alone
    """Whether `text` (the ends and the middle of the output) has a verdict of a test or of a package."""
    if '"Action":' in text:
        return any(IS_EVENT.match(line) for line in text.split("\n", 40)[:40])
    return _LOOK.search(text) is not None


def target(case: Case) -> int:
    """How many characters to cut to."""
    return limits.TEST_RUN_CHARS if case.failed else limits.TEST_RUN_PASSED_CHARS


def shorten(line: str) -> str:
    """Of -json what says nothing that the line's other fields do not: the time to the nanosecond, the action."""
    if not line.startswith('{"') or event_in(line) is None:
        return line
    if line.startswith('{"Time":"'):
        line = "{" + line.partition('",')[2]
    line = line.replace('"Action":"output",', "", 1)
    head, mark, _ = line.rpartition(',"OutputType":"')
    return head + "}" if mark and line.endswith(('"frame"}', '"error"}', '"error-continue"}')) else line


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line; events of -json but for what tests and builds printed are noise."""
    events = [event_in(line) for line in lines]
    if not any(events):
        worths = [max(worth, REST) for worth in plain.grade_ordinary(lines, strict=False)]
        _Package(lines, list(range(len(lines))), worths, failed=case.failed).grade()
        return with_an_end(lines, worths)
    worths = [NOISE] * len(lines)
    views = [line if event is None else event.text for line, event in zip(lines, events)]
    groups: dict[str, list[int]] = {}
    for index, event in enumerate(events):
        if event is None:
            groups.setdefault("", []).append(index)
            worths[index] = REST
        elif event.raw:
            groups.setdefault(event.package, []).append(index)
            worths[index] = LAST
    tests = [event.test if event else "" for event in events]
    for indices in groups.values():
        _Package(views, indices, worths, failed=case.failed, tests=tests).grade()
    return with_an_end(lines, worths)


class _Package:
    """The lines of one package, or of a whole run without -json."""

    def __init__(
        self, lines: Sequence[str], indices: list[int], worths: list[int], *, failed: bool, tests: Sequence[str] = ()
    ) -> None:
        self.lines = lines
        self.indices = indices
        self.worths = worths
        self.failed = failed
        self.tests = tests
        self.verdicts = self._verdicts()
        self.turn = -1
        self.current = ""
        self.below = 0
        self.printed: list[int] = []
        self.building = False
        self.said: dict[str, list[int]] = {}
        self.count = 0
        self.worth = MUST

    def _verdicts(self) -> dict[str, str]:
        """What became of each test; with -v one that was never said to run was only printed."""
        verdicts: dict[str, str] = {}
        ran: set[str] = set()
        for index in self.indices:
            line = self.lines[index]
            turn = _TURN.match(line) if line.startswith("=== RUN") else None
            if turn:
                ran.add(turn.group(2))
                continue
            result = _RESULT.match(line) if "--- " in line else None
            if result:
                verdicts[result.group(3)] = result.group(2)
        return {name: verdict for name, verdict in verdicts.items() if name in ran} if ran else verdicts

    def grade(self) -> None:
        """Each line by what it is; several packages' verdicts only while they are few."""
        dump: GoDump | None = None
        passed: list[int] = []
        for at, index in enumerate(self.indices):
            if dump is not None and index < dump.end:
                continue
            if GoDump.begins(self.lines[index]):
                dump = GoDump(self.lines, self.indices, at)
                if dump.grade():
                    self._take_dump(dump, at)
                    continue
                dump = None
            if self.lines[index].startswith("ok  \t"):
                passed.append(index)
            self._grade(index)
        for said in self.said.values():
            for index in said[:-_SAID_MOST]:
                self.worths[index] = SPARE
        few = len(passed) <= _PASSED_MOST
        for index in passed:
            self.worths[index] = MUST if few else SPARE
        if self.indices and self.lines[self.indices[-1]] == "FAIL":
            self.worths[self.indices[-1]] = KEY

    def _take_dump(self, dump: GoDump, at: int) -> None:
        for offset, worth in enumerate(dump.worths):
            self.worths[self.indices[at + offset]] = worth
        last = at + len(dump.worths) - 1
        dump.end = self.indices[last] + 1

    def _grade(self, index: int) -> None:
        line = self.lines[index]
        if self._is_turn(index, line) or self._is_result(index, line) or self._is_message(index, line):
            return
        if _PACKAGE.match(line):
            self._end()
            self.worths[index] = MUST if line.startswith("FAIL") else NOISE if self.failed else SPARE
        elif _BUILD.match(line):
            self.building = True
            self.worths[index] = KEY
        elif (self.building and _COMPILE.match(line)) or _KEPT.match(line) or _FUZZ.match(line):
            self.worths[index] = MUST
        elif _MACHINE.match(line):
            self.worths[index] = DETAIL
        elif line in ("PASS", "FAIL", "") or line.startswith("fuzz: elapsed"):
            self.worths[index] = NOISE
        elif self.worths[index] < NOISE:
            self._printed(index)

    def _printed(self, index: int) -> None:
        """What a test printed: in a run that failed nobody asks what the others did."""
        name = (self.tests[index] if self.tests else "") or self.current
        passed = self.verdicts.get(name) == "PASS"
        self.worths[index] = REST if not self.failed else NOISE if passed else LAST
        self.printed.append(index)

    def _end(self) -> None:
        self.turn, self.current, self.below, self.building = -1, "", 0, False
        self.printed = []

    def _is_turn(self, index: int, line: str) -> bool:
        turn = _TURN.match(line) if line.startswith("=== ") else None
        if not turn:
            return False
        self._end()
        self.turn, self.current = index, turn.group(2)
        self.worths[index] = NOISE
        return True

    def _is_result(self, index: int, line: str) -> bool:
        result = _RESULT.match(line) if "--- " in line else None
        if not result:
            return False
        verdict = self.verdicts.get(result.group(3), "")
        if not verdict:
            return False
        printed = self.printed[-_PRINTED_NEAR:]
        self._end()
        self.current = result.group(3)
        if verdict == "FAIL":
            self.worths[index] = MUST
            self._printed_by_failing(printed)
        elif verdict == "SKIP":
            self.worths[index] = DETAIL
        else:
            self.worths[index] = NOISE if self.failed or "/" in result.group(3) else SPARE
        return True

    def _printed_by_failing(self, printed: Sequence[int]) -> None:
        for index in printed:
            self.worths[index] = REST

    def _is_message(self, index: int, line: str) -> bool:
        """A line of `file.go:line: message` of a test, or one below such a line."""
        if _ENTRY.match(line):
            depth = len(line) - len(line.lstrip())
            if self.below and depth > self.below + 3:
                self.worths[index] = SPARE
                return True
            name = (self.tests[index] if self.tests else "") or self.current
            verdict = self.verdicts.get(name, "")
            self.below = depth
            self.count = 0
            self.worth = DETAIL if verdict == "SKIP" else LAST if verdict == "PASS" else MUST
            self.worths[index] = self.worth
            if self.worth == MUST:
                self.said.setdefault(name, []).append(index)
                self._printed_by_failing(self.printed[-_PRINTED_NEAR:])
                if self.turn >= 0 and not self.tests:
                    self.worths[self.turn] = KEY
            return True
        if self.below and (not line.strip() or len(line) - len(line.lstrip(" ")) > self.below + 3):
            self._below(index, line)
            return True
        self.below = 0
        return False

    def _below(self, index: int, line: str) -> None:
        if self.worth != MUST or not line.strip():
            self.worths[index] = max(self.worth, LAST) if line.strip() else NOISE
            return
        if line.lstrip()[:1] in ("+", "-"):
            self.worths[index] = DETAIL
            return
        self.count += 1
        self.worths[index] = DETAIL if self.count <= _BELOW_NEAR else SPARE
