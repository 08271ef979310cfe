"""Facts of a jest run: each failure's name, message and place; suites that did not run; totals; unmet thresholds.

Sources: jest's DefaultReporter, VerboseReporter and SummaryReporter, jest-message-util. A failure begins with two
blanks, a dot and its name; what a test prints is indented further, below `console.log`. From 20 suites on the summary
reporter prints all failures a second time.
"""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

from scrimp.core.facts import js_bodies, lines
from scrimp.core.facts.fact import FAILURE, TOTAL, WARNING, Fact, part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_FILE = pattern(r" ?(PASS|FAIL) +(\S.*)$")
_DOT = pattern(r"(?:  )?● +(\S.*)$")
_TIMED = pattern(r" \([\d.]+ m?s\)$")
_END = (
    *("PASS ", "FAIL ", " PASS ", " FAIL ", "Test Suites: ", "Snapshot Summary", "Summary of all failing", " › "),
    *("  console.", "-----", "Jest", "A worker process"),
)
_TOTALS = ("Test Suites: ", "Tests: ")
_AGAIN = "Summary of all failing tests"
_WARNED = ("Jest did not exit", "A worker process has failed", "Force exiting Jest")
_CROSSED = pattern(r"\s+[✕×] (\S.*)$")


def extract(text: str) -> list[Fact]:
    """The facts of the runs in `text`, and of what other programs printed before and after them."""
    rows = text.split("\n")
    first = next(
        (
            at
            for at, row in enumerate(rows)
            if row.startswith(("PASS ", "FAIL ", " PASS ", " FAIL ", "  console.", "  ● "))
        ),
        0,
    )
    last = max((at for at, row in enumerate(rows) if row.startswith(("Ran all test", "Time: "))), default=len(rows) - 1)
    facts = _around("\n".join(rows[:first]))
    run = list(_Run(rows[first : last + 1]).facts())
    return facts + run + _around("\n".join(rows[last + 1 :]))


def _around(text: str) -> list[Fact]:
    found = [] if not text or text.isspace() else lines.extract(text, log=False, last=False)
    warned = [row for row in text.split("\n") if row.startswith(_WARNED)]
    return found + [Fact(WARNING, "warning", (part_of(row),)) for row in warned]


class _Run:
    """Goes through the rows once; a failure's rows end where another part of the report begins."""

    def __init__(self, rows: list[str]) -> None:
        self.rows = rows
        self.file = ""
        self.seen: set[tuple[str, str]] = set()
        self.crossed: list[Fact] = []

    def facts(self) -> Iterator[Fact]:
        again = False
        failed = False
        for at, row in enumerate(self.rows):
            file = _FILE.match(row)
            dot = _DOT.match(row) if "●" in row[:4] else None
            if file:
                self.file = _TIMED.sub("", file.group(2)) if file.group(1) == "FAIL" else ""
            elif row.startswith(_AGAIN):
                again = True
            elif dot and dot.group(1) != "Console":
                key = (self.file, row)
                if not (again and key in self.seen):
                    failed = True
                    yield from self._failure(dot.group(1), at)
                self.seen.add(key)
            elif row.startswith(_TOTALS) and row.rstrip().endswith(" total"):
                again = False
                yield Fact(TOTAL, "total", (row.strip(),))
            elif row.startswith(("Jest: ", "No tests found")):
                yield Fact(FAILURE, "error", (part_of(row),))
            elif (crossed := _CROSSED.match(row)) and self.file:
                self.crossed.append(Fact(FAILURE, "failure", (part_of(_TIMED.sub("", crossed.group(1))),)))
        if not failed:  # it was stopped before the first file's report
            yield from self.crossed

    def _failure(self, title: str, at: int) -> Iterator[Fact]:
        end = at + 1
        while end < len(self.rows) and not self._ends(self.rows[end]):
            end += 1
        suite = title == "Test suite failed to run"
        name = (self.file,) if suite and self.file else (part_of(title),)
        return js_bodies.facts_of(name, self.rows[at + 1 : end], "error" if suite else "failure")

    @staticmethod
    def _ends(row: str) -> bool:
        return row.startswith(_END) or ("●" in row[:4] and _DOT.match(row) is not None)
