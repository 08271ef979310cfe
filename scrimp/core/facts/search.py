"""Facts of a search: what the tool could not read or understand, binary files that match, its counts.

Source: the messages of GNU grep, ripgrep (`--stats` too) and git grep. A hit is no fact, whatever it says; only the
place of the very last one is, which tells how far the search came.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.facts import lines
from scrimp.core.facts.fact import FAILURE, TOTAL, WARNING, Fact, part_of
from scrimp.core.lazy import pattern

_MESSAGE = pattern(r"(?:[efz]?grep|rg|ag|ack|fatal|error): \S")
_BINARY = pattern(r"Binary file .* matches$|(?:grep: )?\S.*: binary file matches")
_STATS = pattern(
    r"\d+ (?:matche[sd]|files? contained matches|files? searched|matched lines?|matches)\b"
    r"|\d+\.\d+ seconds (?:spent searching|total)$|\d+ bytes (?:printed|searched)$"
)
_HIT = pattern(r"[^\s:][^:\n]{0,300}?[:=-]\d+(?:[:=-]|$)|\d{1,8}[:=-]|(?=[^\s:]{0,300}[./])[^\s:]{1,400}:(?! \S)|--$")
_ALIKE = 100
"""More messages of one search than this are a flood: a whole disk was searched."""


def extract(text: str) -> list[Fact]:
    """The facts of the search that `text` shows, and of what other programs printed with it."""
    facts: list[Fact] = []
    others: list[str] = []
    for row in text.split("\n"):
        fact = _of_row(row[: limits.LINE_CHARS])
        if fact:
            facts.append(fact)
        elif row and not _HIT.match(row[: limits.LINE_CHARS]):
            others.append(row)
    if len(facts) > _ALIKE:
        facts = [*facts[: _ALIKE // 2], *facts[-_ALIKE // 2 :]]
    facts += lines.extract("\n".join(others), log=False, last=False)
    return facts + _last(text, facts)


def _of_row(row: str) -> Fact | None:
    if _BINARY.match(row):
        return Fact(WARNING, "warning", (part_of(row),))
    if _MESSAGE.match(row):
        return Fact(FAILURE, "error", (part_of(row),))
    return Fact(TOTAL, "total", (part_of(row),)) if _STATS.match(row) else None


def _last(text: str, facts: list[Fact]) -> list[Fact]:
    _, fact = lines.last_line(text)
    if not fact or any(fact.parts == other.parts for other in facts):
        return []
    hit = _HIT.match(fact.parts[0])
    return [Fact(TOTAL, "last", (hit.group().rstrip(":=-") or hit.group(),))] if hit else [fact]
