"""A panic with its goroutines, or a report of the race detector: the head, and the frames of one's own code."""

from __future__ import annotations

from itertools import islice

from scrimp.core.compact.fit import CONTEXT, DETAIL, KEY, MUST, NOISE, SILENT
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PLACE = pattern(r"\s+(\S+\.(?:go|s|c|cc|cgo\d?):\d+)(?: \+0x[0-9a-f]+)?$")
_LIBRARY = pattern(
    r"(?:/usr/(?:local|lib)/go[\d.-]*/|.*/go/src/|.*/golang\.org/toolchain@[^/]*/src/|.*/site-packages/go/src/)"
    r"|.*/pkg/mod/|.*/vendor/|_testmain\.go"
)
_ROUTINE = pattern(r"goroutine \d+ \[")
_SIDE = pattern(r"(?:Previous )?(?:[Rr]ead|[Ww]rite|[Aa]tomic \w+) (?:at|of)? ?")
_INNER = pattern(r"\S.*\)$|created by \S|\[signal |exit status |r\w\w? +0x")
_UNPROVED_MOST = 12
_OWN_NEAR = 6


class GoDump:
    """The lines from the head of one on."""

    def __init__(self, lines: Sequence[str], indices: Sequence[int], at: int) -> None:
        """From indices[at] on; `grade` says whether it is one, and fills in `worths` for as many lines as it has."""
        self._lines = lines
        self._indices = indices
        self._at = at
        self.worths: list[int] = []
        self.end = 0
        self._own = 0

    def _from(self, offset: int) -> Iterator[str]:
        """The lines from there on, one after the other."""
        for at in range(self._at + offset, len(self._indices)):
            yield self._lines[self._indices[at]]

    @staticmethod
    def begins(line: str) -> bool:
        """Whether the line may begin one."""
        return line.startswith(("panic: ", "fatal error: ", "WARNING: DATA RACE"))

    def grade(self) -> bool:
        """Whether it is one, not only the word of one."""
        return self._race() if next(self._from(0)).startswith("WARNING") else self._panic()

    def _panic(self) -> bool:
        above = list(islice(self._from(0), _UNPROVED_MOST + 2))
        head = next((at for at, line in enumerate(above) if _ROUTINE.match(line)), 0)
        if not head or any(line.startswith(("=== ", "--- ", "FAIL", "ok  \t")) for line in above[1:head]):
            return False
        self.worths = [MUST if line.strip() else SILENT for line in above[:head]]
        called = -1
        for line in self._from(head):
            if line.strip() and not line[0].isspace() and not _INNER.match(line) and not _ROUTINE.match(line):
                break
            at = len(self.worths)
            self.worths.append(SILENT)
            if _ROUTINE.match(line) or line.startswith("created by "):
                called = -1
            elif line.startswith("exit status"):
                self.worths[at] = DETAIL
            elif line and not line[0].isspace():
                called = at
            else:
                self._frame(line, at, called)
        return True

    def _frame(self, line: str, at: int, called: int) -> None:
        """The place of a frame, and the call above it."""
        place = _PLACE.match(line)
        if not place or _LIBRARY.match(place.group(1)):
            return
        self._own += 1
        self.worths[at] = MUST if self._own == 1 else DETAIL if self._own <= _OWN_NEAR else NOISE
        if called >= 0:
            self.worths[called] = KEY if self._own == 1 else DETAIL if self._own <= _OWN_NEAR else NOISE

    def _race(self) -> bool:
        self.worths = [MUST]
        called = -1
        sides = 0
        for line in self._from(1):
            side = _SIDE.match(line)
            if line and not line[0].isspace() and not side and not line.startswith("Goroutine "):
                break
            at = len(self.worths)
            self.worths.append(SILENT)
            if side:
                sides, self._own, self.worths[at] = sides + 1, 0, MUST
            elif line.startswith("Goroutine "):
                self._own, self.worths[at] = 1, CONTEXT
            elif line.startswith("      "):
                self._frame(line, at, called)
            else:
                called = at if line.strip() else -1
        return True
