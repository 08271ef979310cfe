"""unittest (and Django's runner): of each failure its name, message and place; the totals; what tests printed.

Written against Python 3.9 to 3.13. Standard output is often written out after everything else, so totals that a test
printed may come last: those count whose number of failures agrees with the blocks above them.
"""

from __future__ import annotations

from bisect import bisect_left

from scrimp.core import limits
from scrimp.core.compact import fit, plain, sections, traceback
from scrimp.core.compact.fit import CONTEXT, DETAIL, EXTRA, LAST, MUST, NOISE, REST, SILENT, SPARE
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "unittest"
GAPS = fit.NO_GAPS
WHOLE = frozenset[int]()
NEEDLES = ("\nFAIL: ", "\nERROR: ", "\nUNEXPECTED SUCCESS: ", "\nRan ", "\nFAILED (", "Error: ")
shorten = fit.as_it_was

_RULE = "=" * 70
_LINE = "-" * 70
_NAMED = ("FAIL: ", "ERROR: ")
_RAN = pattern(r"Ran \d+ tests? in [\d.]+s$")
_ENDED = pattern(r"(?:OK|FAILED|NO TESTS RAN)(?: \(.*\))?$")
_FAILED = pattern(r"(?<!expected )\b(?:failures|errors|unexpected successes)=(\d+)")
_LOOKS = pattern(rf"^(?:Ran \d+ tests? in [\d.]+s|{_RULE}\n(?:FAIL|ERROR): \S.*)$", 8)
_DOTS = pattern(r"[.FEsxu]+$")
_VERDICT = pattern(r"(?:.* )?\.\.\. (?:(ok|expected failure)|(FAIL|ERROR|unexpected success)|(skipped) .*)$")
_NAME = pattern(r"\w+ \([\w.<>]+\)(?: \.\.\. )?$")
_SUBTEST = pattern(r"  \w+ \([\w.<>]+\) [\[(].* \.\.\. (?:FAIL|ERROR|skipped .*)$")
_WARNED = pattern(r"\S.*\.py:\d+: \w+Warning: ")
_STEP = pattern(r" {2,4}(?:Applying|Creating|Running|Synchroniz) |(?:Cloning|Destroying) test database")
_CAPTURED = ("Stdout:", "Stderr:")
_MORE_LINES = 14
_COMPARED_LINES = 12
_HEAD_LINES = 6
_TRACED = pattern(r"[ +|]*(?:Exception Group )?Traceback \(most")
_BEFORE_TRACE_LINES = 3
"""A module that does not load, or a process that failed, has a line or two before its traceback."""
_WARNINGS = 12


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 a report is known by its look alone
    """Whether `text` (the ends and the middle of the output) has unittest's totals, or a failure's header."""
    return _LOOKS.search(text) is not None


def target(case: Case) -> int:
    """How many characters to cut to: all but what says nothing when the client would show it."""
    return case.whole_or(limits.UNITTEST_CHARS)


def grade(lines: Sequence[str], case: Case) -> list[int]:  # noqa: ARG001 the same for all
    """The worth of each line."""
    worths = plain.grade_ordinary(lines, strict=False)
    _Report(lines, worths).grade()
    return sections.show_something(lines, worths)


class _Report:
    def __init__(self, lines: Sequence[str], worths: list[int]) -> None:
        self.lines = lines
        self.worths = worths
        self.warnings = 0
        self.blocks = [index for index, line in enumerate(lines) if line == _RULE and self._body_of(index)]
        self.totals = self._own_totals()

    def _body_of(self, index: int) -> int:
        """Where the body begins of the block whose rule is at `index`; 0 when a test has printed the rule."""
        lines = self.lines
        if index + 1 >= len(lines):
            return 0
        if lines[index + 1].startswith("UNEXPECTED SUCCESS: "):
            return index + 2
        if not lines[index + 1].startswith(_NAMED):
            return 0
        for at in range(index + 2, min(index + 2 + _HEAD_LINES, len(lines) - 1)):
            if lines[at] == _LINE:
                below = lines[at + 1 : at + 2 + _BEFORE_TRACE_LINES]
                return at + 1 if any(_TRACED.match(line) for line in below) else 0
        return 0

    def _own_totals(self) -> list[tuple[int, int]]:
        """Where totals stand ([start, end) from `Ran` to the verdict) that agree with the blocks above; or the last."""
        found: list[tuple[int, int, int]] = []
        for index, line in enumerate(self.lines):
            if _RAN.match(line):
                end = next(
                    (i for i in (index + 1, index + 2) if i < len(self.lines) and _ENDED.match(self.lines[i])), 0
                )
                if end:
                    failed = sum(map(int, _FAILED.findall(self.lines[end])))
                    found.append((index, end + 1, failed))
        own: list[tuple[int, int]] = []
        at = above = 0
        for start, end, failed in found:
            while at < len(self.blocks) and self.blocks[at] < start:
                above += self._failures_of(self.blocks[at])
                at += 1
            if above == failed:
                own.append((start, end))
                above = 0
        return own or [(start, end) for start, end, _ in found[-1:]]

    def _failures_of(self, block: int) -> int:
        """How many failures a block tells of: one, or so many as unexpected successes are named."""
        count = 0
        while block + 1 + count < len(self.lines) and self.lines[block + 1 + count].startswith("UNEXPECTED SUCCESS: "):
            count += 1
        return count or 1

    def grade(self) -> None:
        """The list of tests, each failure, the totals."""
        first = self.blocks[0] if self.blocks else len(self.lines)
        self._grade_list(0, first)
        starts = [start for start, _ in self.totals]
        for block, after in zip(self.blocks, [*self.blocks[1:], len(self.lines)]):
            at = bisect_left(starts, block)
            end = min(after, starts[at]) if at < len(starts) else after
            self._grade_block(block, end)
            self._grade_list(end, after)
        for start, end in self.totals:
            self.worths[start] = self.worths[end - 1] = MUST
            if start and self.lines[start - 1] == _LINE:
                self.worths[start - 1] = SILENT

    def _grade_list(self, start: int, end: int) -> None:
        """The tests as they ran, and what they printed in between."""
        for index in range(start, end):
            line = self.lines[index]
            verdict = _VERDICT.match(line)
            if verdict:
                unlisted = verdict.group(2) and not self.blocks
                self.worths[index] = MUST if unlisted else SPARE if verdict.group(3) else NOISE
            elif _SUBTEST.match(line):
                self.worths[index] = NOISE if self.blocks else MUST
            elif not line.strip() or _DOTS.match(line) or _NAME.match(line):
                self.worths[index] = NOISE
            elif _WARNED.match(line):
                self.warnings += 1
                self.worths[index] = MUST if self.warnings <= _WARNINGS else DETAIL
            elif _STEP.match(line):
                self.worths[index] = NOISE
            else:
                self.worths[index] = max(self.worths[index], REST)

    def _grade_block(self, block: int, end: int) -> None:
        body = self._body_of(block)
        sections.set_worth(self.worths, block, end, SPARE)
        self.worths[block] = SILENT
        self.worths[block + 1] = MUST
        if self.lines[block + 1].startswith("UNEXPECTED SUCCESS: "):
            for index in range(block + 1, end):
                named = self.lines[index].startswith("UNEXPECTED SUCCESS: ")
                self.worths[index] = MUST if named else SPARE
            return
        sections.set_worth(self.worths, block + 2, body - 1, EXTRA)
        self.worths[body - 1] = SILENT
        captured = next((i for i in range(body, end) if self.lines[i] in _CAPTURED), end)
        self._grade_raised(body, captured)
        while captured < end:
            after = next((i for i in range(captured + 1, end) if self.lines[i] in _CAPTURED), end)
            self.worths[captured] = CONTEXT
            sections.grade_printed(self.lines, self.worths, captured + 1, after)
            captured = after

    def _grade_raised(self, start: int, end: int) -> None:
        """The tracebacks, and the further lines of the last message: a diff."""
        scanned = traceback.scan(self.lines[start:end])
        for offset, worth in scanned.items():
            line = self.lines[start + offset]
            plain_head = line.startswith("Traceback (most recent call last)")
            self.worths[start + offset] = LAST if plain_head else worth
        said = compared = 0
        last = max((offset for offset, worth in scanned.items() if worth == MUST), default=-1)
        for index in range(start + last + 1, end):
            line = self.lines[index]
            if not line.strip() or line.startswith("? "):
                self.worths[index] = LAST if line.strip() else SILENT
                continue
            said += 1
            compared += line.startswith(("- ", "+ "))
            first = line.startswith(("- ", "+ ")) and compared <= _COMPARED_LINES
            self.worths[index] = MUST if first else DETAIL if said <= _MORE_LINES else SPARE
