"""Line rules as data: what a line is worth by how it looks, where a table is all that a family needs."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NamedTuple

    class Rule(NamedTuple):
        """A line that `looks` matches (from its beginning) is worth `worth`; `why` is for the reader.

        below: what the lines below it are worth as long as they are indented deeper or blank; None: nothing special.
        """

        worth: int
        looks: str
        why: str
        below: int | None = None
else:
    from collections import namedtuple

    Rule = namedtuple("Rule", "worth looks why below", defaults=(None,))


class Table:
    """Rules in the order in which they are asked; compiled when they are first used."""

    __slots__ = ("_looks", "_rules")

    def __init__(self, *rules: Rule) -> None:
        self._rules = rules
        self._looks = pattern("|".join(f"(?P<r{at}>{rule.looks})" for at, rule in enumerate(rules)))

    def of(self, line: str) -> Rule | None:
        """The first rule that says something about the line."""
        found = self._looks.match(line[: limits.LINE_CHARS])
        return self._rules[int((found.lastgroup or "r0")[1:])] if found else None

    def grade(self, lines: Sequence[str], worths: list[int]) -> None:
        """Give each line that a rule knows its worth, and the lines below it theirs; the others keep what they have."""
        below, depth = None, 0
        for index, line in enumerate(lines):
            rule = self.of(line)
            if rule is not None:
                worths[index] = rule.worth
                below, depth = rule.below, _depth(line)
            elif below is not None and (not line.strip() or _depth(line) > depth):
                worths[index] = min(worths[index], below)
            else:
                below = None


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
