"""Histories: git log in its own formats, one line a commit, with a graph, with names, numbers or patches; shortlog.

Every commit with its id, author, date and subject, and every file of each; then the messages, then whole hunks. Of a
very long history the newest commits and the first of all.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, patch, patch_choice
from scrimp.core.compact.diff import is_stat
from scrimp.core.compact.fit import EXTRA, MUST, NOISE, REST
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scrimp.core.compact.fit import Case

NAME = "git_log"
GAPS = fit.COUNTED_GAPS
WHOLE = frozenset[int]()
NEEDLES = ("\ncommit ", "* commit ", "\ndiff --", "\nfatal: ", "\nerror: ", "\n@@ ")
shorten = fit.as_it_was

_ASKED = pattern(r"\bgit\b[^|;&\n]*\b(?:log|reflog|shortlog|whatchanged|rev-list|range-diff)\b")
_GRAPH = r"([|\\/ _.-]*\*[|\\/ _.-]* )?"
_LONG = pattern(_GRAPH + r"commit [0-9a-f]{7,64}(?: \(.*\)| [0-9a-f ]+)?$")
_ONE_LINE = pattern(_GRAPH + r"[0-9a-f]{7,64} \S")
_EDGES = pattern(r"[|\\/ _.*-]*")
_HEAD = pattern(r"(?:Author|Date|AuthorDate): |author ")
_MORE_HEAD = pattern(r"(?:Merge|Commit|CommitDate|Reflog|Reflog message|tree|parent|committer|gpgsig):? ")
_TRAILER = pattern(r"    (?:[A-Z]\w*-[Bb]y|[A-Z]\w*-[Ii]d|Refs|Closes|Fixes|Issue|cherry picked): ")
_NAMES = pattern(r"(?:[ACDMRTUX]\d{0,3}|\d+\t\d+|-\t-)\t\S|:\d{6} ")
_STATS = pattern(r" \d+ files? changed(?:, \d+ (?:in|de)\S+)*$")
_WRITER = pattern(r"\S.* \(\d+\):$|\s*\d+\t\S")
_SAID = pattern(r"(?:fatal|error|warning): |.*error: (?:Could not read|object |bad |unable |inflate|packfile)")
"""What git complains of may begin in the middle of what it was printing."""
_LOOKED_AT = 12


def looks_like(text: str, command: str) -> bool:
    """Whether it begins with a commit, and has several or was asked for by name."""
    head = [row[: limits.LINE_CHARS] for row in text[: limits.LOOK_CHARS].split("\n") if row.strip()][:_LOOKED_AT]
    asked = _ASKED.search(command) is not None
    if any(map(_LONG.match, head[:3])):
        return asked or len(list(filter(_LONG.match, text.split("\n")))) > 1
    if asked and "shortlog" in command:
        return any(map(_WRITER.match, head))
    return asked and any(map(_ONE_LINE.match, head[:2]))


def target(case: Case) -> int:
    """How many characters to cut to: all that is there, or the commits and a part of the rest."""
    return case.whole_or(limits.GIT_LOG_CHARS)


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    rows = without_graph(lines)
    files = patch.read(rows)
    worths = [REST if case.fits else NOISE] * len(lines)
    if case.fits:
        patch_choice.grade_generated(files, worths)
        return worths
    patch_choice.grade_heads(rows, files, worths)
    room = patch_choice.Room(case, target(case))
    inside: set[int] = set()
    for found in files:
        inside.update(range(found.start, found.end))
    commits = _commits(rows, inside)
    if not commits:
        _grade_authors(lines, worths, room)
        return worths
    ends = [*commits[1:], len(rows)]
    many = len(commits) > limits.LOG_COMMITS
    for number, (start, end) in enumerate(zip(commits, ends)):
        first = number < limits.LOG_COMMITS or number == len(commits) - 1
        own = [at for at in range(start, end) if at not in inside]
        _grade_commit(rows, own, worths, needed=first)
    _keep_to(worths, rows, files, commits[limits.LOG_COMMITS] if many else len(rows))
    room.count(lines, worths)
    messages = [at for at, worth in enumerate(worths) if worth == EXTRA]
    room.choose(lines, messages, worths, room.left // 3)
    patch_choice.grade_hunks(lines, patch_choice.hunks_of(files), worths, room)
    room.choose(lines, [at for at, worth in enumerate(worths) if worth == REST], worths, room.left)
    return worths


def without_graph(lines: Sequence[str]) -> Sequence[str]:
    """The lines without what `--graph` draws, so wide as the commit's own line shows it."""
    if not any(_commit_at(line) and "*" in line[:40] for line in lines[:40]):
        return lines
    width, rows = 0, list[str]()
    for line in lines:
        found = _commit_at(line)
        if found and found.group(1):
            width = len(found.group(1))
        edges = _EDGES.match(line[:width])
        drawn = edges.end() if edges else 0
        rows.append(line[drawn:])
    return rows


def _commit_at(line: str):  # noqa: ANN202 a match of either format
    return _LONG.match(line[: limits.LINE_CHARS]) or _ONE_LINE.match(line[: limits.LINE_CHARS])


def _commits(rows: Sequence[str], inside: Collection[int]) -> list[int]:
    """Where commits begin, in the format of the first one; none within a file's part."""
    outside = [at for at in range(len(rows)) if at not in inside]
    for looks in (_LONG, _ONE_LINE):
        found_at = [at for at in outside if rows[at] and looks.match(rows[at][: limits.LINE_CHARS])]
        if found_at:
            return found_at
    return []


def _grade_commit(rows: Sequence[str], own: Sequence[int], worths: list[int], *, needed: bool) -> None:
    """Of a commit's lines outside patches: header, subject, names and numbers must stay if it is needed."""
    must = MUST if needed else REST
    worths[own[0]] = must
    subject = False
    for before, at in zip(own, own[1:]):
        row = rows[at]
        if _SAID.match(row[: limits.LINE_CHARS]):
            worths[at] = MUST
        elif row.startswith("    ") and row.strip():
            worths[at] = EXTRA if subject else must
            if subject and _TRAILER.match(row):
                worths[at] = fit.LAST
            elif not subject and not rows[before].strip():
                worths[before] = must  # the blank line costs less than a gap
            subject = True
        elif _HEAD.match(row) or is_stat(row) or _NAMES.match(row) or _STATS.match(row):
            worths[at] = must
        elif _MORE_HEAD.match(row):
            worths[at] = EXTRA


def _keep_to(worths: list[int], rows: Sequence[str], files: Sequence[patch.FileDiff], last: int) -> None:
    """Of the files only the first many must stay."""
    heads = {found.start for found in files}
    count = 0
    for at, row in enumerate(rows):
        if worths[at] > REST or not (at in heads or is_stat(row) or _NAMES.match(row) or _STATS.match(row)):
            continue
        count += 1
        if count > limits.LOG_FILES or at >= last:
            worths[at] = REST


def _grade_authors(lines: Sequence[str], worths: list[int], room: patch_choice.Room) -> None:
    """shortlog: who wrote how many commits; then their first subjects, as many for each."""
    writers = [at for at, row in enumerate(lines) if _WRITER.match(row)]
    for at in writers[: limits.LOG_COMMITS] + writers[-1:]:
        worths[at] = MUST
    for at, row in enumerate(lines):
        if _SAID.match(row[: limits.LINE_CHARS]):
            worths[at] = MUST
    room.count(lines, worths)
    for number, (start, end) in enumerate(zip(writers, [*writers[1:], len(lines)])):
        subjects = [at for at in range(start + 1, end) if lines[at].strip()]
        room.choose(lines, subjects, worths, room.left // (len(writers) - number))
