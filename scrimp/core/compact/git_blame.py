"""git blame and annotate: each commit where it first appears, then where each stretch begins."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, plain
from scrimp.core.compact.fit import KEY, MUST, NEAR, REST, SILENT, SPARE
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "git_blame"
GAPS = fit.COUNTED_GAPS
WHOLE = frozenset[int]()
NEEDLES = ("\nfatal: ", "\nerror: ", "\nsummary ", "+0000", "+0100", "+0200", "-0400", "-0700")
shorten = fit.as_it_was

_LINE = pattern(r"\^?([0-9a-f]{7,40})[ \t][^)]{0,300}?\d+\)")
_HEADER = pattern(r"([0-9a-f]{40}) \d+ \d+(?: \d+)?$")
_TOLD = ("author ", "author-time ", "summary ")
_OF_HEADER = pattern(r"(?:author|committer)(?:-mail|-time|-tz)? |(?:summary|previous|filename|boundary)\b")
_LOOKED_AT = 30
_MOSTLY = 0.8


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 known by its look alone
    """Whether most of the first lines are a commit, who and when, and the number of a line; or porcelain."""
    head = [row for row in text[: limits.LOOK_CHARS].split("\n") if row][:_LOOKED_AT]
    if head and _HEADER.match(head[0]):
        return any(row.startswith("author ") for row in head)
    return bool(head) and sum(1 for row in head if _LINE.match(row)) >= _MOSTLY * len(head)


def target(case: Case) -> int:
    """How many characters to cut to: all that is there, or each stretch's first line."""
    return case.whole_or(limits.GIT_BLAME_CHARS)


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    if case.fits:
        return [REST] * len(lines)
    worths = [REST] * len(lines)
    seen: set[str] = set()
    before = ""
    porcelain = first = began = False
    others: list[int] = []
    for at, line in enumerate(lines):
        header = _HEADER.match(line[:100])
        found = header or _LINE.match(line[: limits.LINE_CHARS])
        if found:
            commit = found.group(1)
            first, began = commit not in seen and len(seen) < limits.LOG_COMMITS, commit != before
            worths[at] = MUST if first else NEAR if began else SILENT if header else SPARE
            seen.add(commit)
            porcelain, before = header is not None, commit
        elif porcelain and line.startswith("\t"):
            worths[at] = KEY if first else NEAR if began else SPARE
        elif porcelain and _OF_HEADER.match(line):
            worths[at] = MUST if first and line.startswith(_TOLD) else SILENT
        else:
            others.append(at)
    for at, worth in zip(others, plain.grade_ordinary([lines[at] for at in others], strict=False)):
        worths[at] = min(worth, KEY)
    return worths
