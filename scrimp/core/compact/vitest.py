"""vitest: of each failure its name, message, diff and place; unhandled errors; the totals; what tests printed.

Written against vitest 2 and 3. While it runs it lists files and tests; below the ruling `Failed Tests` each failure
stands once more with all there is to know, so that the list's own lines say nothing more.
"""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, plain, sections
from scrimp.core.compact.fit import DETAIL, EXTRA, KEY, LAST, MUST, NOISE, REST, SILENT, SPARE
from scrimp.core.compact.js_failure import Body
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case
    from scrimp.core.compact.sections import Stretch

NAME = "vitest"
GAPS = fit.NO_GAPS
WHOLE = frozenset[int]()
NEEDLES = ("\n FAIL  ", "⎯\n", "\n Test Files  ", "\n      Tests  ", "\n     Errors  ")

_MARKS = pattern(
    r"(?P<run> RUN  v\d| DEV  v\d)|(?P<failure> FAIL  \S)|(?P<ruling>⎯{2,})"
    r"|(?P<crossed> {1,5}[×→] )|(?P<listed> {1,5}[✓↓·] )|(?P<file> ❯ \S.*\(\d+ tests?\b)"
    r"|(?P<printed>std(?:out|err) \| )"
    r"|(?P<total> *(?:Test Files|Tests|Errors|Type Errors|Snapshots|Start at|Duration)  ?\S)"
    r"|(?P<coverage>-+\|| % Coverage report)|(?P<note>ERROR: Coverage|No test files found)"
)
_LOOKS = pattern(r"^(?: Test Files  .*\(\d+\)| (?:RUN|DEV)  v\d[^\n]*|⎯+\[\d+/\d+\]⎯)$", 8)
_UNHANDLED = ("Unhandled", "Failed to", "Startup Error", "Uncaught")


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 a report is known by its look alone
    """Whether `text` (the ends and the middle of the output) has vitest's first line, its totals or rulings."""
    return _LOOKS.search(text) is not None


def target(case: Case) -> int:
    """How many characters to cut to: all but what says nothing when the client would show it."""
    return case.whole_or(limits.JEST_CHARS)


def shorten(line: str) -> str:
    """Rulings are decoration: two characters of each side say the same."""
    return "⎯⎯" + line.strip("⎯") + "⎯⎯" if line.startswith("⎯⎯⎯") and line.strip("⎯").strip() else line


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
        self.reported = any(part.kind == "failure" for part in self.stretches)
        self.few_skipped = sections.few(line.lstrip().startswith("↓ ") for line in lines)

    def grade(self) -> None:
        """Stretch by stretch; what stands before the first is ordinary output."""
        for part in self.stretches:
            if part.kind:
                getattr(self, f"_grade_{part.kind}")(part)

    def _grade_run(self, part: Stretch) -> None:
        self.worths[part.start] = KEY
        sections.at_most(self.worths, part.start + 1, part.end, REST)

    def _grade_file(self, part: Stretch) -> None:
        self.worths[part.start] = EXTRA if self.reported else KEY
        sections.at_most(self.worths, part.start + 1, part.end, REST)

    def _grade_listed(self, part: Stretch) -> None:
        """A test that passed or was skipped; a file that did tells what ran."""
        file = self.lines[part.start].startswith((" ✓", " ↓")) and " tests" in self.lines[part.start]
        skipped = self.few_skipped and self.lines[part.start].lstrip().startswith("↓")
        self.worths[part.start] = SPARE if file or skipped else NOISE
        sections.at_most(self.worths, part.start + 1, part.end, REST)

    def _grade_crossed(self, part: Stretch) -> None:
        """A test that failed, and its message over one or more lines: said again below, if the run came to its end."""
        first, others = (NOISE, NOISE) if self.reported else (MUST, DETAIL)
        sections.set_worth(self.worths, part.start + 1, part.end, others)
        self.worths[part.start] = first

    def _grade_printed(self, part: Stretch) -> None:
        """What a test printed, up to a blank line; its header says which."""
        self.worths[part.start] = EXTRA
        body = [index for index in range(part.start + 1, part.end) if self.lines[index].strip()]
        sections.grade_once(self.lines, self.worths, body, EXTRA if self.lines[part.start][3] == "o" else REST)
        if body and all(self.worths[index] == LAST for index in body):
            self.worths[part.start] = LAST

    def _grade_failure(self, part: Stretch) -> None:
        """A name; the failure's body belongs to all names above it."""
        self.worths[part.start] = MUST
        Body(self.lines, self.worths).grade(range(part.start + 1, part.end))

    def _grade_ruling(self, part: Stretch) -> None:
        title = self.lines[part.start].strip("⎯ ")
        if title.startswith(_UNHANDLED):
            self.worths[part.start] = MUST
            Body(self.lines, self.worths).grade(range(part.start + 1, part.end))
            return
        self.worths[part.start] = SILENT if not title or title.startswith("[") else SPARE
        sections.at_most(self.worths, part.start + 1, part.end, DETAIL)

    def _grade_total(self, part: Stretch) -> None:
        line = self.lines[part.start].lstrip()
        self.worths[part.start] = (
            LAST if line.startswith("Start") else KEY if line.startswith(("Duration", "Snapshots")) else MUST
        )

    def _grade_coverage(self, part: Stretch) -> None:
        sections.grade_coverage(self.lines, self.worths, part.start, part.end)

    def _grade_note(self, part: Stretch) -> None:
        self.worths[part.start] = MUST
