"""The report of one failing test: its message, where it is, and what it printed."""

from __future__ import annotations

from scrimp.core.compact import traceback
from scrimp.core.compact.fit import CONTEXT, DETAIL, KEY, LAST, MUST, NOISE, REST, SPARE
from scrimp.core.compact.lines import runs
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SEPARATOR = pattern(r"(?:_ ){3,}_?$")
"""Between the frames of a long traceback."""

_PLACE = pattern(r"\S.*?:\d+: ?")
_CAPTURED = pattern(r"-+ (?:Captured|generated) .* -+$")
_NATIVE = pattern(r"(?:  File \"|Traceback \(most recent call last\))")
_CHAINED = pattern(r"(?:During handling of the above|The above exception was the direct cause)")
_WORKER = pattern(r"\[gw\d+\] \S+ -- Python ")
"""pytest-xdist, on which worker a test ran."""
_CAPTURED_NEAR = 4
_CAPTURED_FAR = 15
_MORE_E_LINES = 6


class Failure:
    """Grades the lines between one failure's header and the next."""

    __slots__ = ("lines", "worths")

    def __init__(self, lines: Sequence[str], worths: list[int]) -> None:
        """worths: of all lines; `grade` writes its stretch."""
        self.lines = lines
        self.worths = worths

    def grade(self, start: int, end: int) -> None:
        """One failure's body: to the first captured output, then that."""
        captured = next((i for i in range(start, end) if _CAPTURED.match(self.lines[i])), end)
        if any(_NATIVE.match(self.lines[i]) for i in range(start, min(captured, start + 2))):
            self._grade_native(start, captured)
        else:
            self._grade_long(start, captured)
        while captured < end:
            after = next((i for i in range(captured + 1, end) if _CAPTURED.match(self.lines[i])), end)
            self._grade_captured(captured, after)
            captured = after

    def _set(self, start: int, end: int, worth: int) -> None:
        self.worths[start:end] = [worth] * (end - start)

    def _grade_native(self, start: int, end: int) -> None:
        self._set(start, end, SPARE)
        for offset, worth in traceback.scan(self.lines[start:end]).items():
            self.worths[start + offset] = worth

    def _grade_long(self, start: int, end: int) -> None:
        """E lines, places and source lines; in a chain of exceptions each part on its own."""
        parts = [start, *(i for i in range(start, end) if _CHAINED.match(self.lines[i])), end]
        for first, after in zip(parts, parts[1:]):
            self._grade_part(first, after)
            if first < after and _CHAINED.match(self.lines[first]):
                self.worths[first] = MUST
        places = [i for i in range(parts[-2], end) if self.worths[i] <= LAST and self._place(i)]
        if places and self.worths[places[0]] != MUST:
            self.worths[places[0]] = KEY

    def _grade_part(self, start: int, end: int) -> None:
        message = 0
        places: list[int] = []
        for index in range(start, end):
            line = self.lines[index]
            if line.startswith("E ") or line == "E":
                message += 1
                self.worths[index] = MUST if message == 1 else DETAIL if message <= _MORE_E_LINES else SPARE
                if not line[1:].strip():
                    self.worths[index] = LAST
            elif self._place(index):
                places.append(index)
                self.worths[index] = SPARE
            elif line.startswith(">"):
                self.worths[index] = CONTEXT
            elif not line.strip() or SEPARATOR.match(line) or not line.strip(" ^~") or _WORKER.match(line):
                self.worths[index] = NOISE
            else:
                self.worths[index] = LAST
        if places:
            self.worths[places[-1]] = MUST
            if ": in " in self.lines[places[-1]] and places[-1] + 1 < end:
                self.worths[places[-1] + 1] = min(self.worths[places[-1] + 1], CONTEXT)
        elif not message:
            self._grade_unplaced(start, min(end, start + _MORE_E_LINES))

    def _grade_unplaced(self, start: int, end: int) -> None:
        """Without place and message (a doctest, a worker that died) the first lines say it."""
        for index in range(start, end):
            if self.worths[index] != NOISE:
                self.worths[index] = KEY

    def _place(self, index: int) -> bool:
        """Whether the line is `path:line: …`, as pytest writes a frame."""
        line = self.lines[index]
        return not line.startswith((" ", ">", "E ")) and _PLACE.match(line) is not None

    def _grade_captured(self, header: int, end: int) -> None:
        """What a failing test printed: the last lines are worth most."""
        self.worths[header] = CONTEXT
        body = self.lines[header + 1 : end]
        for offset in range(len(body)):
            distance = len(body) - offset
            near, far = distance <= _CAPTURED_NEAR, distance <= _CAPTURED_FAR
            self.worths[header + 1 + offset] = REST if near else SPARE if far else LAST
        for first, last in runs(body, strict=False):
            self._set(header + 2 + first, header + last, NOISE)
