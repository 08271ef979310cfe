"""Which lines say the same with other numbers, names and ids: templates, found as the lines come.

A line's mask (numbers blanked) is looked up first. A new mask goes down a small tree: by its number of words and its
first two words to a leaf, and there to the first template that shares enough words in their places.
"""

from __future__ import annotations

from scrimp.core.compact.lines import masks
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LETTER = pattern(r"[A-Za-z]{2}")
_STATUS = pattern(r'" ([1-5])\d\d (?:\d|-)')
"""A web server's status: what went wrong is not alike what went well."""
_WORDS = 40
"""Of a longer line the first so many words tell."""
_SHARED = 0.6
_LEAF_TEMPLATES = 32


class Templates:
    """Numbers for templates; two lines with one number are alike."""

    __slots__ = ("_by_mask", "_leaves", "_next")

    def __init__(self) -> None:
        self._by_mask: dict[str, int] = {}
        self._leaves: dict[tuple[int, str, str], list[tuple[int, list[str]]]] = {}
        self._next = 0

    def of(self, lines: Sequence[str]) -> list[int]:
        """The number of each line's template."""
        return [self._number(line, masked) for line, masked in zip(lines, masks(lines))]

    def _number(self, line: str, masked: str) -> int:
        status = _STATUS.search(line) if '" ' in line else None
        if status:
            masked = f"{masked} status{status.group(1)}"
        number = self._by_mask.get(masked)
        if number is None:
            number = self._by_mask[masked] = self._sorted_in(masked)
        return number

    def _sorted_in(self, masked: str) -> int:
        words = masked.replace(",", " ").split()
        told = [word for word in words[:8] if _LETTER.search(word)] + ["", ""]
        key = (len(words), told[0], words[-1] if words[-1:] and words[-1].startswith("status") else told[1])
        words = words[:_WORDS]
        leaf = self._leaves.setdefault(key, [])
        for number, template in leaf:
            if sum(map(str.__eq__, words, template)) >= _SHARED * len(words):
                return number
        self._next += 1
        if len(leaf) < _LEAF_TEMPLATES:
            leaf.append((self._next, words))
        return self._next
