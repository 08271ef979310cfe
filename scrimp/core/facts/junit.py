"""Facts of tests on the JVM: Maven's Surefire and Failsafe, Gradle's test task, and JUnit's own console.

Surefire: `[ERROR] Class.test -- Time elapsed: … <<< FAILURE!` (before version 3 without the dashes, and the class in
brackets), what was thrown below it, then Results and totals for each module. Gradle: `Class > test FAILED` at the
line's beginning. A line that a test printed is no header unless a throwable stands below it.
"""

from __future__ import annotations

from scrimp.core.facts.fact import DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of
from scrimp.core.facts.java_blocks import EXCEPTION, facts_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LEVEL = pattern(r"\[(ERROR|WARNING|INFO)\] ?")
_ELAPSED = "Time elapsed: "
_TOTALS = pattern(r"Tests run: \d+, Failures: \d+, Errors: \d+, Skipped: \d+$")
_RESULTS = pattern(r"(?:Results ?:|Failures: |Errors: |Failed tests: *|Tests in error: *|Flakes: )$")
_BUILD = pattern(r"\[INFO\] BUILD (?:SUCCESS|FAILURE)$|BUILD (?:SUCCESSFUL|FAILED) in \d")
_REACTOR = pattern(r"\[INFO\] \S.* \.\.+ (?:FAILURE|SKIPPED)\b")
_ADVICE = (
    "To see the full stack", "Re-run Maven using", "For more information about", "[Help", "After correcting the",
    "  mvn <args>", "See ", "-> [Help", "Tests run:", "Please refer to", "Process Exit Code: 0",
)  # fmt: skip
_COMPLETED = pattern(r"\d+ tests? completed(?:, \d+ failed)?(?:, \d+ skipped)?$")
_TASK = pattern(r"(?:> Task )?:[\w:-]+ FAILED$")
_JAVAC = pattern(r"\S+\.(?:java|kt):(?:\d+|\[\d+,\d+\]):? (error|warning): |(?P<kotlin>[ew]): \S+\.kts?:\d+:\d+ ")
_CONSOLE = pattern(r"  (JUnit \w+(?: \w+)?:\S.*)$")
_COUNTED = pattern(
    r"\[ +(?:\d+ tests (?:found|successful|failed)|[1-9]\d* (?:tests (?:skipped|aborted)|containers failed)) +\]$"
)
_CAUSES_MOST = 3
_TAIL_ROWS = 200
"""Below its verdict a build prints no more than what went wrong."""
_SKIPPED_MOST = 20


def extract(text: str) -> list[Fact]:
    """The facts of each module and task, in order of appearance."""
    reader = _Reader(text.split("\n"))
    reader.read()
    return reader.facts


class _Reader:
    def __init__(self, rows: Sequence[str]) -> None:
        self.rows = rows
        self.facts: list[Fact] = []
        self.at = 0
        self.results = False
        self.blocks = 0
        self.entries: list[str] = []
        self.skipped = 0
        tail = max(0, len(rows) - _TAIL_ROWS)
        self.builds = [at for at, row in enumerate(rows) if at >= tail and _BUILD.match(row)][-1:]
        self.completed = [at for at, row in enumerate(rows) if _COMPLETED.match(row)]

    def read(self) -> None:
        while self.at < len(self.rows):
            row = self.rows[self.at]
            self.at += 1
            if not row or not (self._maven(row) or self._gradle(row)):
                self._console(row)

    def _add(self, priority: int, kind: str, *parts: str) -> bool:
        self.facts.append(Fact(priority, kind, parts))
        return True

    def _body(self, margin: str) -> list[str]:
        """The rows of a throwable from here on: to a level's mark, or the blank line after its frames."""
        rows: list[str] = []
        framed = False
        while self.at < len(self.rows):
            row = self.rows[self.at]
            if (row and not row.startswith(margin)) or _LEVEL.match(row) or (framed and not row and not margin):
                break
            framed = framed or row.lstrip().startswith("at ")
            rows.append(row)
            self.at += 1
        return rows

    def _maven(self, row: str) -> bool:
        level = _LEVEL.match(row)
        said = row[level.end() :] if level else row
        if self.at - 1 in self.builds:
            return self._add(TOTAL, "total", part_of(row))
        if _TOTALS.match(said):
            return self._total(said)
        if _RESULTS.match(said):
            self.results = True
            return True
        if said.endswith((" <<< FAILURE!", " <<< ERROR!")) and _ELAPSED in said and not said.startswith("Tests run:"):
            return self._failure(said)
        return self._levelled(level.group(1), said, row) if level else False

    def _total(self, said: str) -> bool:
        if self.results:
            if not self.blocks:
                for entry in self.entries:
                    self._add(FAILURE, "failure", part_of(entry))
            self._add(TOTAL, "total", said)
            self.results, self.blocks, self.entries = False, 0, []
        return True

    def _failure(self, said: str) -> bool:
        below = self.rows[self.at] if self.at < len(self.rows) else ""
        if EXCEPTION.match(below):
            self.blocks += 1
            name = said.partition(_ELAPSED)[0].rstrip(" -")
            self.facts += facts_of(part_of(name), self._body(""))
        return True

    def _levelled(self, level: str, said: str, row: str) -> bool:
        if level == "INFO":
            return bool(_REACTOR.match(row)) and self._add(TOTAL, "total", part_of(row))
        if self.results and said.startswith("  "):
            self.entries.append(said)
            return True
        if not said.strip() or said.startswith(_ADVICE) or _ELAPSED in said:
            return True
        if said.endswith(" skipped") and said.count(" ") == 1:
            self.skipped += 1
            return self.skipped > _SKIPPED_MOST or self._add(DETAIL, "skipped", part_of(said))
        if level == "ERROR":
            return self._add(FAILURE, "error", part_of(said))
        return self._add(WARNING, "warning", part_of(said))

    def _gradle(self, row: str) -> bool:
        name, _, word = row.rpartition(" ")
        if " > " in name and not row[0].isspace():
            if word in ("FAILED", "SKIPPED"):
                return self._gradle_test(row, name, skipped=word == "SKIPPED")
            if word in ("STANDARD_OUT", "STANDARD_ERROR"):
                self._body("    ")
                return True
        return self._gradle_build(row)

    def _gradle_build(self, row: str) -> bool:
        if _COMPLETED.match(row):
            return self.at - 1 not in self.completed[-1:] or self._add(TOTAL, "total", row)
        if _TASK.match(row):
            self._add(FAILURE, "error", part_of(row))
        elif row == "* What went wrong:":
            self._went_wrong()
        else:
            return self._compiler(row)
        return True

    def _gradle_test(self, row: str, name: str, *, skipped: bool) -> bool:
        if skipped:
            self.skipped += 1
            return self.skipped > _SKIPPED_MOST or self._add(DETAIL, "skipped", part_of(row))
        below = self.rows[self.at] if self.at < len(self.rows) else ""
        if not below.startswith("    ") or not EXCEPTION.match(below):
            return False
        self.facts += facts_of(part_of(name), self._body("    "))
        return True

    def _compiler(self, row: str) -> bool:
        javac = _JAVAC.match(row)
        if not javac:
            return False
        if "warning" in javac.groups() or javac.group("kotlin") == "w":
            return self._add(WARNING, "warning", part_of(row))
        return self._add(FAILURE, "error", part_of(row))

    def _went_wrong(self) -> None:
        parts: list[str] = []
        while self.at < len(self.rows) and self.rows[self.at].strip() and len(parts) < _CAUSES_MOST:
            parts.append(part_of(self.rows[self.at]))
            self.at += 1
        if parts:
            self._add(FAILURE, "error", *parts)

    def _console(self, row: str) -> None:
        test = _CONSOLE.match(row) if row.startswith("  JUnit ") else None
        if not test:
            if row.startswith("[ ") and _COUNTED.match(row):
                self._add(TOTAL, "total", part_of(row))
            return
        if self.at < len(self.rows) and self.rows[self.at].startswith("    ") and "Source [" in self.rows[self.at]:
            self.at += 1
        if self.at < len(self.rows) and self.rows[self.at].startswith("    => "):
            rows: list[str] = []
            while self.at < len(self.rows) and self.rows[self.at].strip() and not _CONSOLE.match(self.rows[self.at]):
                rows.append(self.rows[self.at])
                self.at += 1
            self.facts += facts_of(part_of(test.group(1)), rows)
