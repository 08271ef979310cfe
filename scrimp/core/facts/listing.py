"""Facts of a listing of files: what could not be read, the totals, the last line.

Source: the messages of GNU findutils and coreutils, tree and git. An entry is no fact, whatever its name.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.facts import lines
from scrimp.core.facts.fact import FAILURE, TOTAL, Fact, part_of
from scrimp.core.lazy import pattern

_MESSAGE = pattern(r"(?:\S{0,80}/)?(?:find|ls|du|tree|fd|grep|rg|locate|xargs|fatal|error): \S|\[fd error\]: ")
_UNREADABLE = pattern(r".{0,400}\[error opening (?:dir|directory)\b")
_TOTAL = pattern(
    r"\d+ director(?:y|ies)(?:, \d+ files?)?$"
    r"|\d[\d.,]*[KMGTP]?\t(?:totale?|totalt|insgesamt|razem|totaal|yhteensä|итого|合計|总计|总用量)$"
)
_ALIKE = 60
"""More messages than this are a flood: a whole disk was looked through."""


def extract(text: str) -> list[Fact]:
    """The facts of the listing that `text` shows."""
    facts: list[Fact] = []
    total: Fact | None = None
    for row in text.split("\n"):
        cut = row[: limits.LINE_CHARS]
        if _MESSAGE.match(cut) or ("[error opening" in cut and _UNREADABLE.match(cut)):
            facts.append(Fact(FAILURE, "error", (part_of(row),)))
        elif _TOTAL.match(cut):
            total = Fact(TOTAL, "total", (part_of(row),))  # a file may be called so; the tool's own comes last
    if len(facts) > _ALIKE:
        facts = [*facts[: _ALIKE // 2], *facts[-_ALIKE // 2 :]]
    if total:
        facts.append(total)
    _, last = lines.last_line(text)
    return [*facts, last] if last and all(last.parts != fact.parts for fact in facts) else facts
