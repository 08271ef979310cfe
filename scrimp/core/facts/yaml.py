"""Facts of YAML: what is wrong with which record, the values at the top, the names of the members."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.facts.data import KEYS, VALUES, Found, short, tells
from scrimp.core.facts.fact import DETAIL, Fact
from scrimp.core.lazy import pattern

_MEMBER = pattern(r"( *(?:- +)*)([\w./@-]{1,60}|\"[^\"\n]{1,60}\"):(?: +(\S.*)|\s*)$")
_BLOCK = pattern(r".*[:-] +[|>][-+\d]{0,2}\s*$")
_PLAIN_KEY = pattern(r"[A-Za-z_][\w-]{0,39}$")


def extract(text: str) -> list[Fact]:
    """The facts in order of appearance."""
    reader = _Reader()
    start = 0
    reader.found.others(text, text)
    for line in text.split("\n"):
        reader.look_at(line[: limits.LINE_CHARS], start)
        start += len(line) + 1
    return reader.found.in_order()


class _Reader:
    """One pass over the lines, with the names of the records that are open."""

    def __init__(self) -> None:
        self.found = Found()
        self.names: list[tuple[int, int, str]] = []
        self.metadata = -1
        self.block = -1
        self.keys: dict[str, int] = {}
        self.values = self.told = 0

    def look_at(self, line: str, start: int) -> None:
        bare = line.lstrip()
        depth = len(line) - len(bare)
        if not bare or 0 <= self.block < depth:
            return
        self.block = depth if _BLOCK.match(line) else -1
        member = _MEMBER.match(line)
        if not member:
            return
        inner = len(member.group(1))
        while self.names and self.names[-1][0] + (inner > depth) > inner:
            self.names.pop()
        if inner <= self.metadata:
            self.metadata = -1
        self._member(member.group(2), (member.group(3) or "").rstrip(), inner, start + inner, line)

    def _member(self, key: str, value: str, depth: int, at: int, line: str) -> None:
        part = short(line[depth:])
        if key == "metadata":
            self.metadata = depth
        elif key in ("name", "id") and value and (self.metadata < 0 or depth == self.metadata + 2):
            self.names.append((self.metadata if self.metadata >= 0 else depth, at, part))
        if tells(key, value.strip("\"'")):
            self.found.trouble(key, [*(name[1:] for name in self.names[-2:]), (at, part)])
        elif depth == 0 and value and self.values < VALUES:
            self.values += self.found.take(DETAIL, "value", [(at, part)])
        elif _PLAIN_KEY.match(key):
            self._key(key, at)

    def _key(self, key: str, at: int) -> None:
        """A name that comes again is a member's; what comes once may be data."""
        first = self.keys.setdefault(key, at)
        if first not in (at, -1) and self.told < KEYS:
            self.told += 1
            self.keys[key] = -1
            self.found.take(DETAIL, "key", [(first, f"{key}:")])
