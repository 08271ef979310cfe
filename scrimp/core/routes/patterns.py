"""Patterns of rules: the whole text, small and capital letters alike, in which `*` stands for any text, none included.

There is nothing else to write in them, so that a match takes a time linear in pattern and text: a hook waits for it.
"""

from __future__ import annotations

ANY = "*"
_NOT_WRITTEN = "\0"
"""A character that stands in no pattern: what only an asterisk matches."""


def matches(pattern: str, text: str) -> bool:
    """Whether `text`, all of it, is as `pattern` says."""
    pattern, text = pattern.casefold(), text.casefold()
    first, *middle = pattern.split(ANY)
    if not middle:
        return pattern == text
    last = middle.pop()
    if not text.startswith(first) or len(text) < len(first) + len(last) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def covers(pattern: str, other: str) -> bool:
    """Whether every text that `other` matches is one that `pattern` matches."""
    return matches(pattern, other.replace(ANY, _NOT_WRITTEN))
