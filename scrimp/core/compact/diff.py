"""Differences: git diff and show, diff -u and -r, svn diff. Every file, then whole hunks.

A diff that the client would show is what was asked for: of it only hunks go that no person wrote (lock files,
bundles, binary patches). Of a longer one: each file and whether it is new or gone, then as many whole hunks as
there is room for, small ones first, without their context where that would not fit.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, patch, patch_choice, plain
from scrimp.core.compact.fit import KEY, MUST, NEAR, NOISE, REST
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "diff"
GAPS = fit.COUNTED_GAPS
WHOLE = frozenset[int]()
NEEDLES = ("\ndiff --", "\ndiff -", "\nIndex: ", "\n+++ ", "\n@@ ", "\n++<<<<<<<", "\nfatal: ", "\nerror: ")
shorten = fit.as_it_was

_ASKED = pattern(r"\bgit\b[^|;&\n]*\b(?:diff|show|stash|format-patch|range-diff)\b|\bdiff\b|\bsvn di")
_FIRST = pattern(
    r"diff -|Index: \S|--- \S|Only in \S|commit [0-9a-f]{40}|tag \S|\d+(?:,\d+)?[acd]\d+(?:,\d+)?$"
    r"|(?:warning|error|hint|fatal): | \S.* +\| +(?:\d|Bin)| \d+ files? changed"
)
_STAT = pattern(r" (\S.*?) +\| +(?:(\d+)|Bin|Unmerged)")
_STATS = pattern(r" \d+ files? changed(?:, \d+ (?:in|de)\S+)*$")
_CREATED = pattern(r" (?:create|delete) mode \d+ \S| (?:rename|copy|rewrite) \S")
_FIRST_LINES = 40
_MOST_CHANGED = 4
"""Of a diffstat too long to be shown, the one in so many with the most changes."""
_SAID_LINES = 12
"""Of a commit's or a tag's own words, so many lines."""


def looks_like(text: str, command: str) -> bool:
    """Whether it begins like a difference, or such a command printed one somewhere."""
    rows = text.split("\n")
    first = next((row for row in rows if row.strip()), "")
    begins = _FIRST.match(first[: limits.LINE_CHARS]) is not None
    asked = _ASKED.search(command) is not None
    head = rows if asked else rows[:_FIRST_LINES]
    if (begins or asked) and any(patch.is_file(head, at) for at in range(len(head))):
        return True
    return begins and asked and sum(map(is_stat, rows[:_FIRST_LINES])) >= min(len(rows), _FIRST_LINES) // 2


def is_stat(line: str) -> bool:
    """Whether a line is a row of a diffstat."""
    return " | " in line and _STAT.match(line[: limits.LINE_CHARS]) is not None


def target(case: Case) -> int:
    """How many characters to cut to: all that is there, all changed lines where they may fit, else a good part."""
    if case.fits:
        return case.chars + limits.MARKER_USUAL_CHARS
    return limits.SUCCEEDED_CHARS if case.chars <= limits.DIFF_LEAN_CHARS else limits.DIFF_CHARS


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    files = patch.read(lines)
    if case.fits:
        worths = [REST] * len(lines)
        patch_choice.grade_generated(files, worths)
        return worths
    worths = [NOISE] * len(lines)
    patch_choice.grade_heads(lines, files, worths)
    grade_said(lines, files, worths)
    grade_stat(lines, worths)
    room = patch_choice.Room(case, target(case))
    room.count(lines, worths)
    said = sorted((at for at, worth in enumerate(worths) if KEY <= worth < NOISE), key=worths.__getitem__)
    room.choose(lines, said, worths, room.left // 2 if files else room.left)
    patch_choice.grade_hunks(lines, patch_choice.hunks_of(files), worths, room)
    return worths


def grade_said(lines: Sequence[str], files: Sequence[patch.FileDiff], worths: list[int]) -> None:
    """What stands around the files: a commit's own words, what other commands of the line printed."""
    ends = [0, *(found.end for found in files)]
    starts = [*(found.start for found in files), len(lines)]
    for start, end in zip(ends, starts):
        around = lines[start:end]
        for at, worth in enumerate(plain.grade_ordinary(around, strict=False), start):
            if not is_stat(lines[at]):
                worths[at] = KEY if at - start < _SAID_LINES and lines[at].strip() else worth


def grade_stat(lines: Sequence[str], worths: list[int]) -> None:
    """A diffstat: its totals, then the files with the most changes, then the others."""
    rows: list[tuple[int, int]] = []
    for at, line in enumerate(lines):
        if line[:1] != " " or worths[at] == MUST:
            continue
        found = _STAT.match(line[: limits.LINE_CHARS]) if " | " in line else None
        if found:
            worths[at] = REST
            rows.append((-int(found.group(2) or 0), at))
        elif _STATS.match(line):
            worths[at] = MUST
        elif _CREATED.match(line[: limits.LINE_CHARS]):
            worths[at] = fit.SPARE
    for _, at in sorted(rows)[: len(rows) // _MOST_CHANGED]:
        worths[at] = NEAR
