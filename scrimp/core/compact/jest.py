"""jest: of each failure its name, message, diff and place; the totals; what suites ran, what tests printed.

Written against jest 29 and 30. Its own lines stand at fixed columns: files at the left, failures after two blanks and
a dot. What tests print through the console is indented further; so a printed report is not taken for jest's.
"""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, plain, sections
from scrimp.core.compact.fit import DETAIL, EXTRA, KEY, LAST, MUST, NOISE, REST, SILENT, SPARE
from scrimp.core.compact.js_failure import Body, is_excerpt, is_frame
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case
    from scrimp.core.compact.sections import Stretch

NAME = "jest"
GAPS = fit.NO_GAPS
WHOLE = frozenset[int]()
NEEDLES = ("\nFAIL ", "\n  ● ", "\nTest Suites: ", "\nTests: ", "\nJest: ")
shorten = fit.as_it_was

_MARKS = pattern(
    r"(?P<file> ?(?:PASS|FAIL) +\S)|(?P<console> {2,4}console\.\w+|  ● Console$)|(?P<failure>(?:  )?● +\S)"
    r"|(?P<total>(?:Test Suites|Tests|Snapshots|Time): )|(?P<ran>Ran all test suites)|(?P<again>Summary of all failing)"
    r"|(?P<coverage>-+\|)|(?P<note> › \d|Snapshot Summary|Jest: |Jest d|A worker process|Force exiting|No tests found)"
)
_LOOKS = pattern(r"^(?:Test Suites: .* total| ?(?:PASS|FAIL)  ?\S[^\n]{0,300}\.[cm]?[jt]sx?(?: \([\d.]+ m?s\))?)$", 8)


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 a report is known by its look alone
    """Whether `text` (the ends and the middle of the output) has jest's totals, or a file's verdict."""
    return _LOOKS.search(text) is not None


def target(case: Case) -> int:
    """How many characters to cut to: all but what says nothing when the client would show it."""
    return case.whole_or(limits.JEST_CHARS)


def grade(lines: Sequence[str], case: Case) -> list[int]:  # noqa: ARG001 the same for all
    """The worth of each line."""
    worths = plain.grade_ordinary(lines, strict=False)
    _Report(lines, worths).grade()
    return sections.show_something(lines, worths)


class _Report:
    def __init__(self, lines: Sequence[str], worths: list[int]) -> None:
        self.lines = lines
        self.worths = worths
        self.stretches = sections.split(lines, _MARKS)
        self.failed = {lines[part.start] for part in self.stretches if part.kind == "failure"}
        self.few_skipped = sections.few(line.lstrip().startswith("○ ") for line in lines)
        self.shown: set[str] = set()
        self.again = False

    def grade(self) -> None:
        """Stretch by stretch; what stands before the first and after the last is ordinary output."""
        for part in self.stretches:
            if part.kind:
                getattr(self, f"_grade_{part.kind}")(part)

    def _grade_file(self, part: Stretch) -> None:
        """A file's verdict, and with --verbose its tests: those that failed have a block below."""
        failed = self.lines[part.start].lstrip().startswith("FAIL")
        self.worths[part.start] = (NOISE if self.again else MUST) if failed else EXTRA
        end = part.start + 1
        while end < part.end and self.lines[end].strip():
            row = self.lines[end].lstrip()
            crossed = row.startswith(("✕", "×")) and not self.failed
            self.worths[end] = MUST if crossed else SPARE if self.few_skipped and row.startswith("○") else NOISE
            end += 1
        sections.at_most(self.worths, end, part.end, REST)

    def _grade_console(self, part: Stretch) -> None:
        loud = self.lines[part.start].strip().startswith(("console.error", "console.warn"))
        said = [
            index
            for index in range(part.start + 1, part.end)
            if not is_frame(self.lines[index]) and not is_excerpt(self.lines[index]) and self.lines[index].strip()
        ]
        sections.set_worth(self.worths, part.start, part.end, SILENT)
        self.worths[part.start] = EXTRA if loud else SPARE
        for index in said:
            self.worths[index] = REST if loud else EXTRA
        if said:
            key = plain.mask(self.lines[part.start] + self.lines[said[0]])
            if key in self.shown:
                for index in (part.start, *said):
                    self.worths[index] = LAST
            self.shown.add(key)

    def _grade_failure(self, part: Stretch) -> None:
        name = self.lines[part.start]
        if self.again and name in self.shown:
            sections.set_worth(self.worths, part.start, part.end, NOISE)
            return
        self.shown.add(name)
        self.worths[part.start] = MUST
        Body(self.lines, self.worths).grade(range(part.start + 1, part.end))

    def _grade_again(self, part: Stretch) -> None:
        """Every failure a second time, from 20 files on; without the files' own reports it is the first."""
        self.again = True
        sections.set_worth(self.worths, part.start, part.end, NOISE)

    def _grade_total(self, part: Stretch) -> None:
        self.worths[part.start] = KEY if self.lines[part.start].startswith(("Time", "Snapshots: ")) else MUST
        self.again = False

    def _grade_ran(self, part: Stretch) -> None:
        """The last line of a run; what follows is another program's."""
        self.worths[part.start] = KEY

    def _grade_coverage(self, part: Stretch) -> None:
        sections.grade_coverage(self.lines, self.worths, part.start, part.end)

    def _grade_note(self, part: Stretch) -> None:
        for index in range(part.start, part.end):
            self.worths[index] = DETAIL if self.lines[index].strip() else SILENT
        self.worths[part.start] = MUST if self.lines[part.start].startswith(("Jest: ", "No tests")) else KEY
