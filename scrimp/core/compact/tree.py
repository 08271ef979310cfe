"""Data that is a tree of indented lines: JSON, YAML, XML. What is above and first tells what is below and after.

Of a list the first records, the last and the odd ones are worth most; what is deeper is worth less than what it is in.
"""

from __future__ import annotations

from scrimp.core.compact.fit import KEY, LAST
from scrimp.core.compact.records import Member, odd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import NamedTuple

    class Reading(NamedTuple):
        """How a format is read line by line.

        depth: how far in a line begins. closes: whether it only ends what began at that depth. name: what it is called
        among its neighbours, an empty string in a list. members: the names and values that stand on it.
        """

        depth: Callable[[str], int]
        closes: Callable[[str], bool]
        name: Callable[[str], str]
        members: Callable[[str], list[tuple[str, str]]]
else:
    from collections import namedtuple

    Reading = namedtuple("Reading", "depth closes name members")

_FEW = 6
_FEW_VALUES = 40
_FIRST_VALUES, _LAST_VALUES = 10, 3
_LARGE = 12
"""The names of larger records are told before what is in them; with smaller ones the gaps would take the room."""
_MEMBERS = 150
_NAMES = frozenset({"name", "id", "key", "path", "file", "filename", "title", "package", "filePath", "metadata"})
"""What a record is called by."""
_NAME_LINES = 60
_MAP, _VALUES = "\0map", "\0values"


class Node:
    """A line, the line that closes it, and what is between them."""

    __slots__ = ("children", "close", "depth", "line", "name", "parent")

    def __init__(self, line: int, depth: int, name: str, parent: Node | None) -> None:
        self.line = self.close = line
        self.depth = depth
        self.name = name
        self.parent = parent
        self.children: list[Node] = []


def grade(lines: Sequence[str], reading: Reading) -> list[int]:
    """The worth of each line, by its place in the tree."""
    rating = _Rating(lines, reading)
    rating.rate()
    return rating.worths


class _Rating:
    """One text's lines on their way to worths."""

    def __init__(self, lines: Sequence[str], reading: Reading) -> None:
        self.lines = lines
        self.reading = reading
        self.worths = [LAST] * len(lines)
        self.at: dict[int, Node] = {}
        self.root = self._built()
        self.raised: list[tuple[Node, int]] = []

    def _built(self) -> Node:
        root = top = Node(-1, -1, "", None)
        for index, line in enumerate(self.lines):
            if not line.strip():
                continue
            depth = self.reading.depth(line)
            closes = self.reading.closes(line)
            while top.parent and (top.depth > depth or (top.depth == depth and not closes)):
                top = top.parent
            if closes and top.parent and top.depth == depth:
                top.close = index
                top = top.parent
                continue
            node = Node(index, depth, self.reading.name(line), top)
            top.children.append(node)
            self.at[index] = top = node
        return root

    def rate(self) -> None:
        """Top down; then what is odd is raised, with all that it is in."""
        waiting = [(self.root, KEY)]
        while waiting:
            node, worth = waiting.pop()
            for group in self._groups(node):
                waiting += self._rated(group, worth)
        for node, worth in self.raised:
            above: Node | None = node
            while above and above.parent and self.worths[above.line] > worth:
                self._set(above, worth)
                above = above.parent

    def _set(self, node: Node, worth: int) -> None:
        self.worths[node.line] = self.worths[node.close] = min(worth, LAST)

    def _groups(self, node: Node) -> Iterator[list[Node]]:
        """The children of a node that are alike: of one name, records each of another name, single values."""
        count: dict[str, int] = {}
        for child in node.children:
            count[child.name] = count.get(child.name, 0) + 1
        groups: dict[str, list[Node]] = {}
        for child in node.children:
            key = child.name
            if key and count[key] == 1:
                key = _MAP if self._is_record(child) else _VALUES
            groups.setdefault(key, []).append(child)
        yield from groups.values()

    def _is_record(self, node: Node) -> bool:
        return bool(node.children) or len(self.reading.members(self.lines[node.line])) > 1

    def _rated(self, group: list[Node], worth: int) -> list[tuple[Node, int]]:
        """The nodes with what is in each worth; their own lines are given theirs."""
        last = len(group) - 1
        values = not any(map(self._is_record, group[: _FEW + 1]))
        few = len(group) <= (_FEW_VALUES if values else _FEW)
        found: list[tuple[Node, int]] = []
        for at, node in enumerate(group):
            own = worth + bool(node.children)
            if few:
                pass
            elif values:
                own = worth + (1 if at < _FIRST_VALUES or at > last - _LAST_VALUES else 3)
            elif at in (1, last):
                own += 1
            elif at:
                size = group[at + 1].line - node.line if at < last else 0
                self._flatten(node)
                self._set(node, worth + 2 if node.name and size >= _LARGE else LAST)
                continue
            self._set(node, own)
            if node.children:
                found.append((node, own))
        if not few:
            self._raise_odd(group, worth + 1)
        return found

    def _flatten(self, record: Node) -> None:
        """All lines of a record in the middle are worth the same: what of them fits is shown whole."""
        waiting = [record]
        while waiting:
            node = waiting.pop()
            self._set(node, LAST)
            waiting += node.children

    def _raise_odd(self, group: list[Node], worth: int) -> None:
        named: set[int] = set()
        for at, line in odd([self._members(node) for node in group]):
            self.raised.append((self.at[line], worth))
            if at not in named:
                named.add(at)
                self.raised += [(node, worth) for node in self._names(group[at])]

    def _members(self, record: Node) -> list[Member]:
        """The values in a record, each under the names that lead to it."""
        found: list[Member] = []
        waiting = [(record, "")]
        while waiting and len(found) < _MEMBERS:
            node, path = waiting.pop()
            here = self.reading.members(self.lines[node.line])
            found += [Member(f"{path}/{name}", value, node.line) for name, value in here[:_MEMBERS]]
            waiting += [(child, f"{path}/{child.name}") for child in reversed(node.children[:_MEMBERS])]
        return found

    def _names(self, record: Node) -> Iterator[Node]:
        """The lines that say which record it is: its own, or those of what it calls its metadata."""
        for child in record.children[:_NAME_LINES]:
            if child.name in _NAMES:
                if not child.children:
                    yield child
                yield from (inner for inner in child.children[:_NAME_LINES] if inner.name in _NAMES)
