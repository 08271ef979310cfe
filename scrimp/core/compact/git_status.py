"""git status in its three formats, and what commit, merge, pull and rebase say: where one stands, what is in conflict.

The branch, every conflict and every error; then changed files; then untracked ones, one of each folder first.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import diff, fit
from scrimp.core.compact.fit import DETAIL, KEY, MUST, NEAR, NOISE, REST, SILENT, SPARE
from scrimp.core.compact.rules import Rule, Table
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "git_status"
GAPS = fit.COUNTED_GAPS
WHOLE = frozenset[int]()
NEEDLES = ("CONFLICT (", "\nerror: ", "\nfatal: ", "both modified:", "\nUU ", "\nu ", "\nYour branch ")
shorten = fit.as_it_was

_BEGINS = pattern(
    r"(?:On branch |HEAD detached |Not currently on any branch|interactive rebase in progress|rebase in progress"
    r"|You are (?:currently|in the middle)|## \S|# branch\.|[ MTADRCU?!]{2} \S|[12u?!] [MTADRCU.?!]{2} "
    r"|Auto-merging |CONFLICT \(|Updating [0-9a-f]+\.\.|Merge made by|Already up|Fast-forward|Rebasing \("
    r"|error: (?:Your local changes|The following untracked|Merging is not possible|could not apply)"
    r"|(?:Unstaged changes after reset|Saved working directory))"
)
_ASKED = pattern(
    r"\bgit\b[^|;&\n]{0,200}\b(?:status|commit|merge|pull|rebase|cherry-pick|stash|checkout|switch|reset)\b"
)
_OF_STATUS = pattern(
    r"\t\S|\s{2,4}\(|[ MTADRCU?!]{2} \S|[12u?!] |# branch\.|##? |(?:Auto-merging|CONFLICT|Removing|Adding|Skipped) "
    r"| \S.* \| |[MTADRCU]\t\S| (?:create|delete) mode | \d+ files? changed| (?:rename|copy|rewrite) |\S.*[:.]$"
)
_MOSTLY = 0.8

_RULES = Table(
    Rule(
        MUST, r"(?:\t(?:both|added by|deleted by) [a-z]+: +\S|(?:DD|AU|UD|UA|DU|AA|UU) \S|u [A-Z]{2} )", "in conflict"
    ),
    Rule(MUST, r"(?:CONFLICT \(|error: |fatal: |warning: |Aborting$|Automatic merge failed)", "what git complains of"),
    Rule(KEY, r"(?:## |# (?:branch|stash)|Updating |Fast-forward|Merge made|Saved working)", "where one stands"),
    Rule(SILENT, r"\s{2,4}\((?:use |all conflicts|commit or discard|benutzen |utilisez )", "how to use git"),
    Rule(SILENT, r"(?:Auto-merging |Performing inexact)", "a file that git merged, or says below that it could not"),
    Rule(SPARE, r"(?:Removing |Adding )", "what git did by itself"),
    Rule(NEAR, r"(?:\t[^\t:/]+: +\S|[MTADRC ][MTADRC ] \S|[12] [MTADRC.]{2} |[MTADRC]\t\S)", "a change"),
    Rule(REST, r"(?:\t\S|\?\? |\? |!! |! )", "untracked, ignored"),
)
_UNTRACKED = pattern(r"(?:\t|\?\? |\? )\"?([^\"]*)")
_SAID_LINES = 40
_MANY, _FIRST, _LAST = 20, 6, 2
"""Of more new files in one folder than that, so many of the first and of the last."""


def looks_like(text: str, command: str) -> bool:
    """Whether it begins like a status or a merge, or was asked for, and most of its lines are of that kind."""
    rows = [row[: limits.LINE_CHARS] for row in text.split("\n") if row.strip()]
    if not rows or not (any(map(_BEGINS.match, rows[:3])) or _ASKED.search(command)):
        return False
    return sum(1 for row in rows if _OF_STATUS.match(row) or _BEGINS.match(row)) >= _MOSTLY * len(rows)


def target(case: Case) -> int:
    """How many characters to cut to: all that is there, or what is changed and the folders of what is new."""
    return case.whole_or(limits.GIT_STATUS_CHARS)


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    if case.fits:
        return [REST] * len(lines)
    worths = [REST] * len(lines)
    diff.grade_stat(lines, worths)
    folders: dict[str, list[int]] = {}
    said = 0
    for at, line in enumerate(lines):
        rule = _RULES.of(line) if line.strip() else None
        if rule is not None:
            worths[at] = rule.worth
            if rule.worth == REST:
                folders.setdefault(_folder(line), []).append(at)
        elif worths[at] == REST and line.strip() and not line.startswith((" ", "\t")) and said < _SAID_LINES:
            worths[at] = KEY
            said += 1
    for entries in folders.values():
        worths[entries[0]] = DETAIL
        if len(entries) > _MANY:
            for at in entries[_FIRST:-_LAST]:
                worths[at] = NOISE
    return worths


def _folder(line: str) -> str:
    """Where an untracked file lies; of files at the top each is its own."""
    path = _UNTRACKED.match(line[: limits.LINE_CHARS])
    name = path.group(1) if path else line
    return name.rpartition("/")[0] or name
