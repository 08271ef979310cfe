"""Facts of differences: each file with what happened to it, merge conflicts, totals of a diffstat, a shown commit.

A hunk is skipped by the counts in its header, so that no content is taken for a header.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.facts import lines
from scrimp.core.facts.fact import ALIKE, DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HUNK = pattern(r"(@@+|##) (?:-\d+(?:,(\d+))? )+\+\d+(?:,(\d+))? \1")
_FILE = pattern(r"diff --(?:git|cc|combined) \S|diff -\S+ \S|Index: \S|Property changes on: \S|Only in [^:]+: \S")
_TOTALS = pattern(r" ?\d+ files? changed(?:, \d+ (?:in|de)\S+)*$")
_HAPPENED = (
    "new file mode ", "deleted file mode ", "old mode ", "rename from ", "copy from ", "Binary files ",
    "Cannot display: ",
)  # fmt: skip
_COMMIT = pattern(r"commit ([0-9a-f]{7,64})\b")
_WHO = ("Author: ", "author ", "AuthorDate: ", "Date: ")
_HEAD_ROWS = 12


def extract(text: str) -> list[Fact]:
    """The facts of `text`."""
    return of_rows(text.split("\n"))


def of_rows(rows: Sequence[str]) -> list[Fact]:
    """The facts of a text's rows, in order: what is no file's is searched for what any tool would say."""
    facts: list[Fact] = []
    loose: list[str] = []
    at = 0
    while at < len(rows):
        end, found = _file(rows, at) if begins_file(rows, at) else (at, [])
        if end > at:
            facts += _around(loose) + found
            loose = []
            at = end
        else:
            loose.append(rows[at])
            at += 1
    return facts + _around(loose)


def begins_file(rows: Sequence[str], at: int) -> bool:
    """Whether a file's part begins at this row."""
    row = rows[at]
    if row.startswith(("diff ", "Index: ", "Property changes", "Only in ")):
        return _FILE.match(row[: limits.LINE_CHARS]) is not None
    return row.startswith("--- ") and at + 1 < len(rows) and rows[at + 1].startswith("+++ ")


def _file(rows: Sequence[str], start: int) -> tuple[int, list[Fact]]:
    """Where a file's part ends, and its facts: its name and what happened to it; conflicts."""
    name, happened = rows[start], list[str]()
    git = name.startswith("diff --")
    conflicts: list[Fact] = []
    at = start + 1
    own_names = not rows[start].startswith("--- ")
    for row in rows[at : at + _HEAD_ROWS]:
        if row.startswith(("@@", "## ", "commit ")) or not row:
            break
        if own_names and row.startswith("--- "):
            own_names = False
        elif begins_file(rows, at) or row.startswith(("diff ", "Only in ")):
            break
        if row.startswith(_HAPPENED):
            happened.append(part_of(row))
        if git and row.startswith(("+++ ", "--- ")) and not row.startswith("/dev/null", 4):
            name = row
        at += 1
    while at < len(rows) and (row := rows[at]).startswith(("@@", "## ")) and (hunk := _HUNK.match(row)):
        at = _after_hunk(rows, at + 1, hunk.group(1), int(hunk.group(2) or 1), int(hunk.group(3) or 1), conflicts)
    return at, [Fact(DETAIL, "file", (*happened, part_of(name))), *conflicts]


def _after_hunk(rows: Sequence[str], at: int, sign: str, old: int, new: int, conflicts: list[Fact]) -> int:
    """The row after a hunk; the conflicts in it are added to `conflicts`."""
    width = max(1, len(sign) - 1)
    while at < len(rows):
        row = rows[at]
        signs = row[:width]
        if signs.strip(" +-\\"):
            break
        if not signs.startswith("\\"):
            new -= "-" not in signs
            old -= "+" not in signs if width == 1 else 0
            if new < 0 or old < 0 or (not row and not new):
                break
        if row[width:].startswith(("<<<<<<< ", ">>>>>>> ")) and "+" in signs:
            conflicts.append(Fact(FAILURE, "conflict", (part_of(row),)))
        at += 1
    return at


def _around(rows: Sequence[str]) -> list[Fact]:
    """A commit and its subject, totals, and what other tools said."""
    facts: list[Fact] = []
    if not any(rows):
        return facts
    for at, row in enumerate(rows):
        if row.startswith("commit ") and (found := _COMMIT.match(row)):
            facts.append(Fact(FAILURE, "commit", (found.group(1), *subject(rows, at))))
            facts += author(rows, at)
        elif _TOTALS.match(row):
            facts.append(Fact(TOTAL, "total", (part_of(row),)))
    said = "\n".join(row for row in rows if row[:1] not in (" ", "") and not row.startswith("Date: "))
    return facts + lines.extract(said, log=False, last=False)


def author(rows: Sequence[str], commit: int) -> list[Fact]:
    """Who wrote a commit, and when, as the header below its first row says."""
    who = [row for row in rows[commit + 1 : commit + 7] if row.startswith(_WHO)]
    return [Fact(WARNING, "author", tuple(map(part_of, who[:2])))] if who else []


def subject(rows: Sequence[str], commit: int) -> tuple[str, ...]:
    """The first words of a commit's message: the first row with text below the blank one after its header."""
    at, end = commit + 1, min(len(rows), commit + _HEAD_ROWS)
    while at < end and rows[at].strip():
        at += 1
    while at < end and not rows[at].strip():
        at += 1
    if at < end and rows[at].startswith("    "):
        return (part_of(rows[at]),)
    return ()


def flood(facts: Sequence[Fact], kind: str, most: int) -> Iterator[Fact]:
    """The facts; those of `kind` after the first `most` need not survive where not all can be shown, but the last."""
    places = [at for at, fact in enumerate(facts) if fact.kind == kind]
    alike = frozenset(places[most:-1])
    for at, fact in enumerate(facts):
        yield Fact(ALIKE, fact.kind, fact.parts) if at in alike else fact
