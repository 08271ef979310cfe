"""Facts of git status, commit, merge and pull: the branch, conflicts, changed files, totals, what git complains of."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.facts import diff, lines
from scrimp.core.facts.fact import DETAIL, FAILURE, TOTAL, Fact, part_of
from scrimp.core.lazy import pattern

_CONFLICT = pattern(
    r"\t(?:both (?:modified|added|deleted)|(?:added|deleted) by (?:us|them)):|CONFLICT \("
    r"|(?:DD|AU|UD|UA|DU|AA|UU) \S|u [A-Z]{2} "
)
_BRANCH = pattern(
    r"On branch \S|HEAD detached (?:at|from) |Your branch |## \S|# branch\.\w+ |interactive rebase in progress"
    r"|You have unmerged paths|All conflicts fixed|Updating [0-9a-f]+\.\.|Automatic merge failed|Merge made by"
)
_CHANGE = pattern(r"\t[^\t:/]{3,40}: +\S|[MTADRC ][MTADRC] \S|[MTADRC]  \S|[12] [MTADRC.]{2} ")
_TOTALS = pattern(r" \d+ files? changed(?:, \d+ (?:in|de)\S+)*$")


def extract(text: str) -> list[Fact]:
    """The facts of `text`, in order; untracked files are none."""
    facts: list[Fact] = []
    loose: list[str] = []
    rows = text.split("\n")
    for row in rows:
        fact = _fact(row)
        if fact:
            facts += _said(loose)
            facts.append(fact)
        elif row[:1] not in ("", " ", "\t", "?", "!"):
            loose.append(row)
    facts += _said(loose)
    return list(diff.flood(facts, "change", limits.LOG_COMMITS))


def _fact(row: str) -> Fact | None:
    row = row[: limits.LINE_CHARS]
    if _CONFLICT.match(row):
        return Fact(FAILURE, "conflict", (part_of(row),))
    if _BRANCH.match(row):
        return Fact(TOTAL, "branch", (part_of(row),))
    if _CHANGE.match(row):
        return Fact(DETAIL, "change", (part_of(row),))
    return Fact(TOTAL, "total", (part_of(row),)) if _TOTALS.match(row) else None


def _said(rows: list[str]) -> list[Fact]:
    """What any tool would say in the rows between; they are then forgotten."""
    found = lines.extract("\n".join(rows), log=False, last=False) if rows else []
    rows.clear()
    return found
