"""Searches (grep, ripgrep, git grep, ack, ag): of each file its first hits, and how many more lines there were.

What the client would show whole is what was asked for: of it only lines of minified files are shortened.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, plain, spread
from scrimp.core.compact.fit import KEY, LAST, MUST, REST, SILENT, SPARE
from scrimp.core.lazy import pattern
from scrimp.core.log_lines import START

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "search"
GAPS = fit.COUNTED_GAPS
WHOLE = frozenset[int]()
NEEDLES = ("\ngrep: ", "\nrg: ", "\nfatal: ", "\nerror: ", " matches\n", " matched lines\n")

_COMMAND = pattern(
    r"(?:^|&&|;|\|\||[\n({]|\bxargs\b[^|;&\n]{0,80}?\s|-exec\s)\s*(?:(?:\w+=\S*|sudo|command|time|nice|!)\s+){0,4}"
    r"(?:git\s(?:[^|;&\n]{0,100}?\s)?grep|(?:\S{0,60}/)?(?:[efz]?grep|rg|ripgrep|ag|ack))\b"
)
"""A search that reads files; behind a pipe it filters what another program printed."""
_NUMBERED = pattern(r"(?!\d+[:T.-]\d)([^\s:][^:\n]{0,300}?)[:=-](\d+)[:=-](?:\d+:)?")
"""`path:12:hit`, `path:12:7:hit`, `path-12-context`, `path=12=function` (git grep -p)."""
_HIT = pattern(r"(?!\d+[:T.-]\d)([^\s:][^:\n]{0,300}?):(\d+):")
_BARE = pattern(r"((?=[^\s:]{0,300}[./])[^\s:]{1,400}|[\w-]{1,100}):(?! \S)")
"""`path:hit`, without a line number; `path:12`, a count."""
_UNDER_HEADING = pattern(r"(\d{1,8})([:=-])")
_BINARY = pattern(r"Binary file .* matches$|(?:grep|rg|ag): .*|\S.*: binary file matches")
_MOSTLY = 0.8
_SHOWN_HEAD, _SHOWN_TAIL = 300, 100
_SHARE_FOR_FILES = 0.85


def looks_like(text: str, command: str) -> bool:
    """Whether a search was run and most lines are its hits."""
    if not _COMMAND.search(command):
        return False
    rows = [row for row in text.split("\n") if row and row != "--" and not fit.is_gap(row)]
    if sum(1 for row in rows if START.match(row)) > len(rows) // 2:
        return False  # of one file grep shows bare lines, and a time looks like a place
    hits = sum(1 for row in rows if _NUMBERED.match(row) or _BARE.match(row) or _BINARY.match(row))
    if hits >= _MOSTLY * len(rows):
        return hits > 0
    under = sum(1 for row in rows if _UNDER_HEADING.match(row))
    return under > 0 and under + sum(1 for row in rows if _is_path(row)) >= _MOSTLY * len(rows)


def target(case: Case) -> int:
    """How many characters to cut to: all that is there, or the first hits of each file."""
    if case.fits:
        return case.chars + limits.MARKER_USUAL_CHARS
    return limits.SEARCH_FAILED_CHARS if case.failed else limits.SEARCH_CHARS


def shorten(line: str) -> str:
    """A line as it is shown: of a minified file's the two ends."""
    if len(line) <= limits.SEARCH_LINE_CHARS:
        return line
    return f"{line[:_SHOWN_HEAD]} {fit.GAP} {line[-_SHOWN_TAIL:]}"


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    if case.fits:
        return [REST] * len(lines)
    worths = [REST] * len(lines)
    hits, contexts, others = _read(lines)
    for index in contexts:
        worths[index] = SILENT if lines[index] == "--" else SPARE
    for index, worth in zip(others, plain.grade_ordinary([lines[index] for index in others], strict=False)):
        worths[index] = min(worth, KEY)
    _grade_hits(lines, hits, worths, case)
    return worths


def _grade_hits(lines: Sequence[str], hits: Sequence[tuple[int, str]], worths: list[int], case: Case) -> None:
    """The first hit of every file must stay if there is room for them all, else one of every folder."""
    sizes = {index: len(shorten(lines[index])) + 1 + fit.gap_chars(GAPS) for index, _ in hits}
    cap = limits.FAILED_CHARS if case.failed else limits.SUCCEEDED_CHARS
    room = int(_SHARE_FOR_FILES * (cap - limits.MARKER_CHARS))
    ranks: dict[str, int] = {}
    first: list[tuple[int, str]] = []
    for index, path in hits:
        rank = ranks.get(path, 0)
        ranks[path] = rank + 1
        if rank == 0:
            first.append((index, path))
        if lines[index] == f"{path}:0":  # counted, and nothing there
            worths[index] = LAST
        else:
            worths[index] = spread.by_rank(rank) if rank else KEY
    first = [(index, path) for index, path in first if worths[index] == KEY]
    if sum(sizes[index] for index, _ in first) <= room:
        kept = [index for index, _ in first]
    else:
        kept = spread.folders_that_fit(first, _as_list(sizes, len(lines)), room)
    for index in kept:
        worths[index] = MUST
        if index and _is_path(lines[index - 1]) and _UNDER_HEADING.match(lines[index]):
            worths[index - 1] = MUST
    _headings(lines, worths)


def _as_list(sizes: dict[int, int], count: int) -> list[int]:
    return [sizes.get(index, 0) for index in range(count)]


def _headings(lines: Sequence[str], worths: list[int]) -> None:
    """A heading is worth as much as the best line below it: hits without it say nothing of where they are."""
    best, heading = fit.NOISE, -1
    for index, line in enumerate(lines):
        if not line:
            heading, best = -1, fit.NOISE
        elif _UNDER_HEADING.match(line):
            if heading >= 0 and worths[index] < best:
                best = worths[heading] = worths[index]
        elif index + 1 < len(lines) and _UNDER_HEADING.match(lines[index + 1]) and _is_path(line):
            heading, best = index, fit.NOISE


def _read(lines: Sequence[str]) -> tuple[list[tuple[int, str]], list[int], list[int]]:
    """The hits with their files, the lines around hits, and what else was printed."""
    hits: list[tuple[int, str]] = []
    contexts: list[int] = []
    others: list[int] = []
    paths = {found.group(1) for found in map(_HIT.match, lines) if found}
    heading = ""
    for index, line in enumerate(lines):
        if not line or line == "--":
            contexts.append(index)
        elif _BINARY.match(line):
            others.append(index)
        elif heading and (under := _UNDER_HEADING.match(line)):
            if under.group(2) == ":":
                hits.append((index, heading))
            else:
                contexts.append(index)
        elif _is_path(line) and index + 1 < len(lines) and _UNDER_HEADING.match(lines[index + 1]):
            heading = line
            contexts.append(index)
        elif hit := _HIT.match(line):
            hits.append((index, hit.group(1)))
        elif _around(line, paths):
            contexts.append(index)
        elif bare := _BARE.match(line):
            hits.append((index, bare.group(1)))
        else:
            others.append(index)
    return hits, contexts, others


def _around(line: str, paths: set[str]) -> bool:
    """Whether the line is `path-12-…` of a file that has a hit; a path may have such a piece of its own."""
    return any(line[: found.start()] in paths for found in _AROUND.finditer(line[:300]))


_AROUND = pattern(r"([-=])\d+\1")


def _is_path(line: str) -> bool:
    """Whether the whole line may be a file's name."""
    return 0 < len(line) <= 300 and not line[0].isspace() and ("/" in line or "." in line) and ":" not in line  # noqa: PLR2004
