"""Facts of a history: each commit's id and subject, its author and date, its files; who wrote how many.

Of a very long history the first commits and the very last are needed, the others only where all is shown.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.facts import diff
from scrimp.core.facts.fact import ALIKE, DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_COMMIT = pattern(r"([|\\/ _.-]*\*[|\\/ _.-]* )?commit ([0-9a-f]{7,64})\b")
_SHORT = pattern(r"([|\\/ _.-]*\*[|\\/ _.-]* )?([0-9a-f]{7,64})(?: \(([^)\n]*)\))? (\S.*)")
_EDGES = pattern(r"[|\\/ _.*-]*")
_NUMBERS = pattern(r" \S.* \| +(?:\d+(?: [+-]+)?|Bin .*)$")
_NAMES = pattern(r"(?:[ACDMRTUX]\d{0,3}|\d+\t\d+|-\t-)\t\S")
_TOTALS = pattern(r" \d+ files? changed(?:, \d+ (?:in|de)\S+)*$")
_WRITER = pattern(r"\S.* \(\d+\):$|\s*\d+\t\S")
_SAID = pattern(r"(?:fatal|error|warning): |.*error: ((?:Could not read|object |bad |unable |inflate|packfile).*)")
_RANK = {"fatal": TOTAL, "warni": WARNING}


def extract(text: str) -> list[Fact]:
    """The facts of `text`, in order."""
    rows = _without_graph(text.split("\n"))
    found = list(_facts(rows))
    if not any(fact.kind == "commit" for fact in found):
        found = [
            _said(row) or Fact(FAILURE, "author", (part_of(row),)) for row in rows if _WRITER.match(row) or _said(row)
        ]
        return list(diff.flood(found, "author", limits.LOG_COMMITS))
    return _only_first(found)


def _facts(rows: Sequence[str]) -> Iterator[Fact]:
    """Commit by commit; a patch's rows are read by its own headers."""
    at, short, long = 0, False, False
    while at < len(rows):
        row = rows[at]
        if not short and row.startswith("commit ") and (found := _COMMIT.match(row)):
            long = True
            yield Fact(FAILURE, "commit", (found.group(2), *diff.subject(rows, at)))
            yield from diff.author(rows, at)
        elif not long and (found := _SHORT.match(row[: limits.LINE_CHARS])):
            short = True
            yield Fact(FAILURE, "commit", (found.group(2), part_of(found.group(4))))
        elif diff.begins_file(rows, at):
            end = _end_of_patch(rows, at)
            yield from diff.of_rows(rows[at:end])
            at = end
            continue
        else:
            yield from _row(row)
        at += 1


def _row(row: str) -> Iterator[Fact]:
    """A row between: of a diffstat, a name, or what git says."""
    said = _said(row)
    if said:
        yield said
    elif _NAMES.match(row) or (" | " in row and _NUMBERS.match(row[: limits.LINE_CHARS])):
        yield Fact(DETAIL, "file", (part_of(row),))
    elif _TOTALS.match(row):
        yield Fact(DETAIL, "changed", (part_of(row),))


def _said(row: str) -> Fact | None:
    """What git complains of; it may begin in the middle of what it was printing."""
    found = _SAID.match(row[: limits.LINE_CHARS])
    if not found:
        return None
    return Fact(_RANK.get(row[:5], FAILURE), "error", (part_of(found.group(1) or row),))


def _end_of_patch(rows: Sequence[str], at: int) -> int:
    """Where the next commit begins: nothing in a patch stands at the beginning of its line but its own words."""
    at += 1
    while at < len(rows) and not (rows[at].startswith("commit ") and _COMMIT.match(rows[at])):
        if rows[at][:1] in "0123456789abcdef" and _SHORT.match(rows[at][:80]) and not rows[at - 1].startswith("GIT"):
            break
        at += 1
    return at


def _without_graph(rows: list[str]) -> list[str]:
    """The rows without the lines of `--graph`: each commit's row says how wide they are until the next one."""
    if not any((_COMMIT.match(row) or _SHORT.match(row[:200])) and "*" in row[:40] for row in rows[:40]):
        return rows
    width, bare = 0, list[str]()
    for row in rows:
        found = _COMMIT.match(row) or _SHORT.match(row[:200])
        if found and found.group(1):
            width = len(found.group(1))
        edges = _EDGES.match(row[:width])
        bare.append(row[width:] if edges and edges.end() == len(row[:width]) else row[edges.end() if edges else 0 :])
    return bare


def _only_first(facts: Sequence[Fact]) -> list[Fact]:
    """What belongs to a commit that need not survive need not either; nor do more files than anybody reads."""
    commits = [at for at, fact in enumerate(facts) if fact.kind == "commit"]
    last = commits[limits.LOG_COMMITS] if len(commits) > limits.LOG_COMMITS else len(facts)
    files, kept = 0, list[Fact]()
    for at, fact in enumerate(facts):
        files += fact.kind in ("file", "changed")
        over = at >= last and at < commits[-1]
        many = fact.kind in ("file", "changed") and (files > limits.LOG_FILES or at >= last)
        loud = fact.kind in ("error", "conflict")
        kept.append(Fact(ALIKE, fact.kind, fact.parts) if (over or many) and not loud else fact)
    return kept
