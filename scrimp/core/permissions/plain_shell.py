"""A command line whose meaning is plain to see: words, quotes, `&&`, `||`, `;`, `|`, new lines, and no more.

What an allow rule covers is told from such a line alone. All else (a substitution, a variable, a pattern of names, a
file that is written, a subshell, a background job, an escape) has to be asked for, whatever the rules allow.
"""

from __future__ import annotations

import re
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    class Command(NamedTuple):
        """A simple command: as it is written, and its words with the quotes taken off."""

        raw: str
        words: list[str]

else:
    Command = namedtuple("Command", ("raw", "words"))

_HARMLESS = re.compile(r"(?:[12]?>&[12]|[12&]?>>?[ \t]*/dev/null|<[ \t]*/dev/null)(?=[ \t\n;|&]|$)")
"""Redirections that write no file and read none."""

_BETWEEN = re.compile(r"&&|\|\||[;|\n]")
_OPEN = frozenset("\\$`*?[]{}()<>&!#\"'")
"""What must not stand in a word outside quotes, but for `#` inside one."""

_IN_QUOTES = frozenset("\\$`\n")


def commands(text: str) -> list[Command] | None:
    """The simple commands of a plain line, in order; None of one that is not plain."""
    if any(not char.isprintable() and char not in "\t\n" for char in text):
        return None
    reader = _Reader(text.strip())
    try:
        return reader.read()
    except _NotPlainError:
        return None


class _NotPlainError(Exception):
    """The line holds something else."""


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._start = 0
        self._words: list[str] = []
        self._found: list[Command] = []

    def read(self) -> list[Command]:
        while self._at < len(self._text):
            separator = _BETWEEN.match(self._text, self._at)
            harmless = _HARMLESS.match(self._text, self._at)
            if separator:
                self._end(separator.group(), separator.end())
            elif self._text[self._at] in " \t":
                self._at += 1
            elif harmless:
                self._at = harmless.end()
            else:
                self._words.append(self._word())
        self._end("", self._at)
        return self._found

    def _end(self, separator: str, end: int) -> None:
        """A command ends here; after `;` and at a new line none need begin."""
        if self._words:
            self._found.append(Command(self._text[self._start : self._at].strip(), self._words))
        elif separator != "\n" and (separator or not self._may_end()):
            raise _NotPlainError
        self._words = []
        self._at = self._start = end

    def _may_end(self) -> bool:
        before = self._text[: self._start].rstrip()
        return bool(self._found) and before.endswith(";") and not before.endswith(";;")

    def _word(self) -> str:
        begin, parts = self._at, [""]
        while self._at < len(self._text) and self._text[self._at] not in " \t\n;|":
            char = self._text[self._at]
            if self._text.startswith("&&", self._at):
                break
            if char in "'\"":
                parts.append(self._quoted(char))
                continue
            is_tilde = char == "~" and (self._at == begin or self._text[self._at - 1] in "=:")
            is_first = self._at == begin and char in "=#"
            if is_tilde or is_first or (char in _OPEN and char != "#"):
                raise _NotPlainError
            parts.append(char)
            self._at += 1
        return "".join(parts)

    def _quoted(self, quote: str) -> str:
        end = self._text.find(quote, self._at + 1)
        inner = self._text[self._at + 1 : end]
        if end < 0 or "\n" in inner or (quote == '"' and not _IN_QUOTES.isdisjoint(inner)):
            raise _NotPlainError
        self._at = end + 1
        return inner
