"""What must survive a cut: extracted from a text by the tool's own format, and looked for in the cut text.

Written from how each tool prints, never from how we cut; knows nothing of the compactors. Linear in the text;
raises on no text.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.facts.fact import Fact
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["OF_THEIR_OWN", "Fact", "extract", "missing"]

OF_THEIR_OWN = frozenset(
    {
        "cargo_test",
        "ctest",
        "diagnostics",
        "diff",
        "git_blame",
        "git_log",
        "git_status",
        "go_test",
        "help",
        "html",
        "jest",
        "json",
        "junit",
        "listing",
        "log",
        "mocha",
        "node_tests",
        "packages",
        "pytest",
        "search",
        "table",
        "unittest",
        "vitest",
        "xml",
        "yaml",
    }
)
"""The families whose facts are in a module of their name; of the others single lines and stack traces are facts."""

_OURS = pattern(r"(?m)^\[scrimp [0-9a-f]{16}: [^\n]*\]\n?")
"""A line that says what was cut, or that imitates one: no tool's, so it is no fact and ends no other."""

_GRAM = 12
_MANY = 500
"""From so many different parts on, those that cannot be there are sorted out by an index of the text first."""


def extract(family: str, text: str) -> list[Fact]:
    """The facts of `text` (already as a terminal shows it), in order of appearance; any unknown family is `plain`."""
    if "[scrimp " in text:
        text = _OURS.sub("", text)
    if family in OF_THEIR_OWN:
        module = __import__(f"scrimp.core.facts.{family}", fromlist=["extract"])  # loaded only for its family
        return module.extract(text)
    from scrimp.core.facts import lines

    return lines.extract(text, log=False)


def missing(facts: Sequence[Fact], compacted: str) -> list[Fact]:
    """Those of `facts` that `compacted` does not hold.

    29 facts with the same part need it 29 times: the text's occurrences are given out by priority, then in the order
    of `facts`, and a fact one of whose parts has run out is missing. A part counts only where it stands as a whole:
    `x.py:2` does not stand in `x.py:29`.
    """
    wanted: dict[str, int] = {}
    for fact in facts:
        for part in fact.parts:
            wanted[part] = wanted.get(part, 0) + 1
    left = _occurrences(wanted, compacted)
    lost: list[int] = []
    for index in sorted(range(len(facts)), key=lambda index: facts[index].priority):
        parts = facts[index].parts
        need = {part: parts.count(part) for part in parts}
        if all(left[part] >= count for part, count in need.items()):
            for part, count in need.items():
                left[part] -= count
        else:
            lost.append(index)
    return [facts[index] for index in sorted(lost)]


def _occurrences(wanted: dict[str, int], text: str) -> dict[str, int]:
    """How often each part stands in `text`, counted no further than it is wanted."""
    rows: dict[str, int] = {}
    for row in map(str.strip, text.split("\n")):
        rows[row] = rows.get(row, 0) + 1
    grams = {text[at : at + _GRAM] for at in range(len(text))} if len(wanted) > _MANY else None
    found: dict[str, int] = {}
    for part, count in wanted.items():
        if rows.get(part, 0) >= count:
            found[part] = count
        elif grams is not None and not _may_stand(part, grams):
            found[part] = 0
        else:
            found[part] = _count(part, text, count)
    return found


def _may_stand(part: str, grams: set[str]) -> bool:
    """Whether every piece of the part stands somewhere: far fewer reach the search itself."""
    return all(part[at : at + _GRAM] in grams for at in range(0, len(part) - _GRAM + 1, _GRAM))


def _count(part: str, text: str, enough: int) -> int:
    """How often `part` stands in `text` with no word running on at either end; at most `enough`."""
    if not part:
        return enough
    head, tail = _in_word(part[0]), _in_word(part[-1]) and len(part) < limits.FACT_CHARS  # else cut within a word
    count = 0
    at = text.find(part)
    while at >= 0 and count < enough:
        end = at + len(part)
        apart = not (head and at and _in_word(text[at - 1])) and not (tail and end < len(text) and _in_word(text[end]))
        count += apart
        at = text.find(part, end if apart else at + 1)
    return count


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"
