"""Panics, timeouts and data races of a Go program: what happened, and the first frame in code of one's own."""

from __future__ import annotations

from scrimp.core.facts.fact import part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_BEGINS = ("panic: ", "fatal error: ", "WARNING: DATA RACE")
_FRAME = pattern(r"\s+(\S+\.(?:go|s|c|cc|cgo\d?):\d+)(?: \+0x[0-9a-f]+)?$")
_ROOT = pattern(r"(.*/src/)(?:internal/)?(?:runtime|testing|reflect|time|sync|net|os|io)/")
"""A frame in Go's own library tells where that is."""
_OTHERS = ("/pkg/mod/", "/vendor/", "_testmain.go")
_ROUTINE = pattern(r"goroutine \d+ \[")
_RUNNING = pattern(r"\t\t\S+ \([\d.hms]+\)$")
_CALLED = pattern(r"\S.*\)$|created by \S|\[signal |exit status |rax |r\w\w? +0x")
_SIDE = pattern(r"(?:Previous )?(?:[Rr]ead|[Ww]rite) (?:at|of)|(?:Atomic|Previous atomic) ")
_UNPROVED_MOST = 12
"""So many lines may stand between `panic: ` and the dump that shows it was one."""


def own_place(rows: Iterable[str], *, or_any: bool = True) -> str:
    """The first `file:line` among frames that is not in Go's library, a module's cache or made up; or the first."""
    places = [frame.group(1) for row in rows if (frame := _FRAME.match(row))]
    roots = {root.group(1) for place in places if (root := _ROOT.match(place))}
    for place in places:
        if not any(place.startswith(root) for root in roots) and not any(other in place for other in _OTHERS):
            return place
    return places[0] if places and or_any else ""


class Dump:
    """A panic with its goroutines, or one report of the race detector."""

    __slots__ = ("_head", "_proved", "_race", "_rows", "_running", "_sides", "_unproved", "start")

    def __init__(self, start: int, text: str, shown: str) -> None:
        """`text` is a line with which one begins, `shown` the same as it stands in the output."""
        self.start = start
        self._head = part_of(shown)
        self._race = text.startswith("WARNING")
        self._proved = self._race
        self._unproved = 0
        self._running: list[str] = []
        self._rows: list[str] = []
        self._sides: list[list[str]] = []

    @staticmethod
    def begins(text: str) -> bool:
        """Whether the line may begin one."""
        return text.startswith(_BEGINS)

    def take(self, text: str, shown: str) -> bool:
        """Whether the line still belongs to it."""
        return self._take_race(text) if self._race else self._take_panic(text, shown)

    def _take_race(self, text: str) -> bool:
        if text.startswith("====="):
            return False
        if _SIDE.match(text):
            self._sides.append([])
        elif text.startswith("Goroutine "):
            self._rows.append(text)
        elif self._sides and not self._rows:
            self._sides[-1].append(text)
        return not text or text[0].isspace() or bool(_SIDE.match(text)) or text.startswith("Goroutine ")

    def _take_panic(self, text: str, shown: str) -> bool:
        if _ROUTINE.match(text):
            self._proved = True
            return True
        if not self._proved:
            self._unproved += 1
            if _RUNNING.match(text):
                self._running.append(part_of(shown))
            return self._unproved <= _UNPROVED_MOST and not text.startswith(("=== ", "--- ", "FAIL", "ok  \t"))
        self._rows.append(text)
        return not text.strip() or text[0].isspace() or bool(_CALLED.match(text))

    def parts(self) -> tuple[str, ...]:
        """What it was, the tests that were running, and the places; empty when it was only printed."""
        if not self._proved:
            return ()
        places = [own_place(side, or_any=False) for side in self._sides[:2]] if self._race else [own_place(self._rows)]
        return tuple(filter(None, (self._head, *self._running, *places)))
