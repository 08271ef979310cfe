"""What a JavaScript test runner prints of one failure: the message, a diff, an excerpt of the source, frames.

jest, vitest, mocha and node's own runner indent and mark these differently, but a line tells what it is.
"""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

from scrimp.core.compact.fit import CONTEXT, DETAIL, EXTRA, LAST, MUST, SILENT, SPARE
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LIBRARY = ("node_modules/", "node_modules\\", "node:", "<anonymous>", "internal/", "(native)")
"""Frames in code that nobody at this desk will change."""

_CAUSE = ("Caused by:", "Cause:", "[cause]:", "Serialized Error:")
_LEGENDS = ("- Expected", "+ Received", "+ expected", "- actual", "+ actual", "- expected", "- Snapshot")
_COMPARED = pattern(r"(?:Expected|Received|Number of calls|Matcher error)\b[^:]*: *\S")
_PROPERTY = pattern(r"(?:generatedMessage|code|operator|actual|expected|diff|requireStack)\b")
_GUTTER_CHARS = 16
"""How far from the left the bar stands that parts an excerpt's line numbers from its code."""

_MORE_LINES = 14
"""Of a message, so many lines are near its beginning."""

_COMPARED_LINES = 12
"""Of a diff, so many lines tell what kind of difference it is."""


def place_of(row: str) -> str:
    """The `file:line:column` of a stack's frame, or an empty string."""
    row = row.strip().rstrip(" {")
    if row.endswith(")"):
        row = row[row.rfind("(") + 1 : -1]
    for opening in ("at async ", "at ", "❯ "):
        if row.startswith(opening):
            row = row[len(opening) :]
            if opening == "❯ ":
                row = row.rsplit(" ", 1)[-1]
            break
    path, _, column = row.rpartition(":")
    path, _, line = path.rpartition(":")
    return row if path and line.isdigit() and column.isdigit() else ""


def is_frame(row: str) -> bool:
    """Whether the line is a stack's frame."""
    return row.lstrip().startswith(("at ", "❯ ")) and (bool(place_of(row)) or is_library(row))


def is_library(row: str) -> bool:
    """Whether a frame is in code that nobody at this desk will change: by its place, or without one by its words."""
    where = place_of(row) or row
    return any(part in where for part in _LIBRARY)


def is_excerpt(row: str) -> bool:
    """Whether the line is a line of source with its number before a bar, or the caret below one."""
    gutter, bar, code = row[:_GUTTER_CHARS].partition("|")
    if not bar or (code and code[0] != " "):
        return False
    number = gutter.strip(" >")
    return number.isdigit() or not number


class Body:
    """Grades the lines of one failure, below its name."""

    __slots__ = ("_after_frames", "_compared", "_in_object", "_messages", "_open", "_own", "lines", "worths")

    def __init__(self, lines: Sequence[str], worths: list[int]) -> None:
        """worths: of all lines; `grade` writes its stretch."""
        self.lines = lines
        self.worths = worths
        self._begin()

    def _begin(self) -> None:
        """A message begins: the failure's own, or that of a cause."""
        self._own: list[int] = []
        self._messages = 0
        self._compared = 0
        self._open = False
        self._after_frames = False
        self._in_object = False

    def grade(self, indices: Iterable[int]) -> None:
        """The body's lines, in order."""
        self._begin()
        for index in indices:
            self._take(index)
        self._end_frames()

    def _take(self, index: int) -> None:
        row = self.lines[index].strip()
        if not row:
            self.worths[index] = SILENT
        elif row.startswith(_CAUSE):
            self._end_frames()
            self._begin()
            self.worths[index] = DETAIL if row.startswith("Serialized") else MUST
            self._messages = int(len(row.split(":", 1)[1].strip()) > 0)
        elif is_frame(row):
            self._frame(index, row)
        elif is_excerpt(self.lines[index]):
            self._excerpt(index, row)
        elif self._after_frames and self._property(index, row):
            pass
        else:
            self._message(index, row)

    def _frame(self, index: int, row: str) -> None:
        self._after_frames = True
        self._in_object = self._in_object or row.endswith("{")
        if is_library(row):
            self.worths[index] = SILENT
            return
        self.worths[index] = SPARE
        self._own.append(index)

    def _end_frames(self) -> None:
        """Of one's own frames the innermost is the place, the outermost the line of the test."""
        if self._own:
            self.worths[self._own[-1]] = CONTEXT
            self.worths[self._own[0]] = MUST

    def _excerpt(self, index: int, row: str) -> None:
        if not row.strip(" |^"):
            self.worths[index] = SILENT
            if index and self.worths[index - 1] == LAST:
                self.worths[index - 1] = CONTEXT
        else:
            self.worths[index] = CONTEXT if row.startswith(">") else LAST

    def _property(self, index: int, row: str) -> bool:
        """What node prints of an error besides its message, in braces after its frames."""
        if row.startswith(("... ", "at ")) or row in ("}", "},"):
            self.worths[index] = SILENT
        elif self._in_object and not _PROPERTY.match(row):
            self.worths[index] = EXTRA
        elif self._in_object:
            self.worths[index] = EXTRA if row.startswith(("actual", "expected")) else LAST
        else:
            return False
        return True

    def _message(self, index: int, row: str) -> None:
        self._messages += 1
        if row.startswith(_LEGENDS):
            self.worths[index] = DETAIL
        elif self._messages == 1 or (self._open and self._messages == 2):  # noqa: PLR2004 the line after a colon
            self.worths[index] = MUST
            self._open = self._messages == 1 and row.endswith(":")
        elif row[0] in "+-" or _COMPARED.match(row):
            self._compared += 1
            self.worths[index] = MUST if self._compared <= _COMPARED_LINES else SPARE
        else:
            self.worths[index] = DETAIL if self._messages <= _MORE_LINES else SPARE
