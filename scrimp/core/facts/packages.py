"""Facts of package managers: what went wrong, what is in conflict, what was done with which version, what it came to.

Sources: the formats of npm, pnpm, pip, uv, apt-get with dpkg, and cargo. What other programs print below them
(compilers, scripts of packages) is read as any tool's.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.facts import lines
from scrimp.core.facts.fact import ALIKE, DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of
from scrimp.core.facts.package_trees import missing_in, row_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_NPM = pattern(r"npm (?:error|ERR!|warn|WARN|notice|info|http|verbose|verb|sill|silly|timing)(?: (?P<said>.*)|$)")
_NPM_NOTE = pattern(
    r"(?:A complete log|For a full report|[/\\]|[A-Z]:\\|Note that you can|tarball, folder|Fix the upstream"
    r"|\d{3} +(?:Note that|tarball)|\d{3}$|$)"
)
_FAILED = pattern(
    r"\s{0,6}(?:ERROR: |error: |E: |dpkg: error|ERR_PNPM_\w+|Failed to build )"
    r"|.{1,200} requires .{1,300}, but you have |.{1,200} has requirement .{1,300}, but you have "
    r"|.{1,200} requires .{1,200}, which is not installed"
    r"|    (?:The user requested |\S{1,200} \S{1,100} depends on )|╰─> (?!\[|See above)\S|\u00d7 "
    r"| \S.* : (?:Depends|Conflicts|Breaks|PreDepends): | {3,}(?:Depends|Conflicts|Breaks|PreDepends): "
)
_WARNED = pattern(r"\s{0,6}(?:WARNING: |warning: |W: |WARN  ?\S)")
_TOTALS = pattern(
    r"(?:added|removed|changed|audited|up to date)\b.* packages?\b.*|up to date\b.*|found \d+ vulnerabilities"
    r"|\d+ (?:\w+ severity )?vulnerabilit(?:y|ies)\b.*|(?:Successfully|Would) (?:un)?install\w* .*"
    r"|\d+ [^\d\n,]{2,60}, \d+ [^\d\n]{2,60}\d+ [^\d\n]{2,60}\d+ [^\d\n]*\."  # apt, in any language
    r"|(?:Resolved|Prepared|Installed|Uninstalled|Audited|Checked|Built) \d+ packages?\b.*|Packages: [+-]\d.*"
    r"|Done in .*|No broken requirements found\..*|Already up to date\b.*|Lockfile is up to date.*"
)
_DONE = pattern(r" [+~-] \S+==\S+|[+-] \S+ \d\S*(?: .*)?$")
_STEP = pattern(
    r"\s+Successfully (?:un)?installed |\s*(?:Collecting|Downloading|Using cached|Installing collected|Found existing"
    r"|Attempting uninstall|Uninstalling|copying|creating|adding|Requirement already) "
    r"|(?:Unpacking|Setting up|Inst|Conf) "
)
"""A step on the way; the end says it again."""
_THERE = pattern(r"Requirement already satisfied: (?!.{0,500} \(from (?!-r))")
_LISTS = pattern(
    r"The following (?:packages )?(?:will be (?:REMOVED|DOWNGRADED)|have been kept back|(?:held )?packages will be .*)"
    r"|Errors were encountered while processing:|WARNING: The following (?:packages cannot|essential packages).*"
)
_OUTDATED = pattern(r"(?:│ )?Package +(?:│ )?(?:Current|Version) .*Latest")
_ADVISED = pattern(r"@?[\w./+-]+  \S.*")
_CAUSE = pattern(r"error: ")
_SUBPROCESS = pattern(r"\s*\[(?:std(?:out|err)\]|\d+ lines of output\])")
_CAUSE_ROWS = 60
_CHUNKS = 6
_TOP_MOST = 150
"""Of more top-level packages than that, the middle is a flood of facts alike."""


def extract(text: str) -> list[Fact]:
    """The facts of `text`, in order of appearance."""
    reading = _Reading(text.split("\n"))
    reading.read()
    if any(fact.priority == FAILURE for fact in reading.facts):  # then what was there already is not what is asked for
        return [fact for fact in reading.facts if fact.kind != "there"]
    if reading.facts:
        return reading.facts
    _, last = lines.last_line(text)
    return [last] if last else []


class _Reading:
    """One pass over the rows of an output."""

    def __init__(self, rows: Sequence[str]) -> None:
        self.rows = rows
        self.facts: list[Fact] = []
        self.loose: list[str] = []
        self.problems: set[str] = set()
        self.missing = missing_in(rows)
        self.flat = _has_many_roots(rows)
        self.top = 0
        self.top_count = sum(1 for row in rows if self._is_top(row))
        self.script = False

    def read(self) -> None:
        at = 0
        while at < len(self.rows):
            row = self.rows[at][: 8 * limits.FACT_CHARS]
            at += self._block(at, row) or self._single(row)
        self._say_loose()

    def _single(self, row: str) -> int:
        """One row by itself; it counts as one."""
        said = _NPM.match(row)
        if said:
            self._npm(row, said.group("said") or "")
        elif not self._of_a_tree(row):
            self._other(row)
        return 1

    def _add(self, priority: int, kind: str, *parts: str) -> None:
        self._say_loose()
        self.facts.append(Fact(priority, kind, tuple(part_of(part) for part in parts)))

    def _say_loose(self) -> None:
        """What any tool would say in the rows since the last fact; they are then forgotten."""
        if self.loose:
            self.facts += lines.extract("\n".join(self.loose), log=False, last=False)
            self.loose.clear()

    def _npm(self, row: str, said: str) -> None:
        if row.startswith(("npm warn", "npm WARN")):
            self._add(WARNING, "warning", row)
        elif row.startswith(("npm error", "npm ERR!")):
            if said.startswith("A complete log"):
                self.script = False
            elif self.script:
                self.loose.append(said)
            elif not _NPM_NOTE.match(said):
                self._add(FAILURE, "error", row)
            self.script = self.script or said.startswith("command sh -c")

    def _of_a_tree(self, row: str) -> bool:
        found = row_of(row)
        if not found:
            return False
        if found.problem:
            name = found.problem.rpartition(" ")[2]
            told = found.indent > 0 and found.problem.startswith("UNMET ") and name in self.missing
            if found.problem not in self.problems and not told:  # npm's error says it too, and by whom it is required
                self.problems.add(found.problem)
                self._add(FAILURE, "problem", found.problem)
        elif self._is_top(row):
            self.top += 1
            middle = _TOP_MOST // 2 < self.top <= self.top_count - _TOP_MOST // 2
            self._add(ALIKE if middle else DETAIL, "package", found.text)
        return True

    def _is_top(self, row: str) -> bool:
        found = row_of(row)
        return found is not None and not found.problem and found.indent <= (-1 if self.flat else 0)

    def _other(self, row: str) -> None:
        if _TOTALS.match(row):
            self._add(TOTAL, "total", *_chunks(row))
        elif _FAILED.match(row):
            self._add(FAILURE, "error", row)
        elif _WARNED.match(row):
            self._add(WARNING, "warning", row)
        elif _DONE.match(row):
            self._add(DETAIL, "installed", row)
        elif _THERE.match(row):
            self._add(DETAIL, "there", row)
        elif not _STEP.match(row):
            self.loose.append(row)

    def _block(self, at: int, row: str) -> int:
        """How many rows a list, an error with its causes or an advisory takes, that begins here; 0 for none."""
        if _LISTS.match(row):
            return self._listed(at, row)
        if _CAUSE.match(row):
            return self._caused(at, row)
        if _OUTDATED.match(row):
            return self._table(at)
        below = self.rows[at + 1 : at + 3]
        if _ADVISED.match(row) and any(" - https://" in under[: limits.LINE_CHARS] for under in below):
            parts = [row]
            for under in below:
                parts.append(under)
                if " - https://" in under:
                    break
            self._add(FAILURE, "advisory", *parts)
            return len(parts)
        return 0

    def _listed(self, at: int, row: str) -> int:
        end = at + 1
        while end < len(self.rows) and self.rows[end].startswith(" ") and end - at <= _CAUSE_ROWS:
            end += 1
        self._add(FAILURE, "list", row, *self.rows[at + 1 : end])
        return end - at

    def _table(self, at: int) -> int:
        """What is outdated: the header and each row."""
        end = at
        while end < len(self.rows) and self.rows[end].strip():
            row = self.rows[end]
            if any(map(str.isalnum, row)):
                self._add(DETAIL if end - at < _TOP_MOST else ALIKE, "outdated", row)
            end += 1
        return end - at

    def _caused(self, at: int, row: str) -> int:
        """An error of uv or cargo: what it was caused by, down to where a program's own output begins."""
        self._add(FAILURE, "error", row)
        end = at + 1
        while end < len(self.rows) and end - at <= _CAUSE_ROWS:
            under = self.rows[end]
            if _SUBPROCESS.match(under) or _NPM.match(under) or _FAILED.match(under) or _TOTALS.match(under):
                break
            if not under.startswith((" ", "Caused by:", "versions that", "candidate ", "required by", "location ")):
                if under.strip():
                    break
            elif any(map(str.isalnum, under)) and under != "Caused by:":
                self._add(FAILURE, "cause", under)
            end += 1
        return end - at


def _chunks(row: str) -> list[str]:
    """A long row in pieces that a fact may hold, each ending with a word."""
    pieces: list[str] = []
    start = 0
    while start < len(row) and len(pieces) < _CHUNKS:
        end = start + limits.FACT_CHARS
        if end < len(row):
            end = row.rfind(" ", start + 1, end) if row.rfind(" ", start + 1, end) > 0 else end
        pieces.append(row[start:end])
        start = end
    return pieces


def _has_many_roots(rows: Sequence[str]) -> bool:
    """Whether direct dependencies stand at the margin, with no project above them."""
    found = [row for row in rows if row and row[0] not in " │├└+`|" and row_of(row)]
    return sum(1 for row in found if "/" not in row.partition(" ")[2]) > 1
