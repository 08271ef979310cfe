"""Stretches of an output, told apart by the lines that begin them; and what several test runners print alike."""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact.fit import DETAIL, KEY, LAST, NOISE, REST, SILENT, SPARE
from scrimp.core.compact.lines import mask, runs
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence
    from typing import NamedTuple

    class Stretch(NamedTuple):
        """The lines [start, end) from one that `kind` of the marks matches to the next; the first has no kind."""

        kind: str
        start: int
        end: int
else:
    from collections import namedtuple

    Stretch = namedtuple("Stretch", "kind start end")

_COVERED = pattern(r"\s*(?:ℹ |# )?(?:-[-+|]{8,}$|File +\||file +\||All files +\||all files +\|)")
_FULLY = pattern(r"\s*(?:ℹ |# )?\S[^|]*\|(?: *100(?:\.00)? \|){3}")
_LAST_PRINTED = 4
_FEW = 20


def split(lines: Sequence[str], marks: re.Pattern[str]) -> list[Stretch]:
    """The stretches of `lines`; `marks` is asked at the beginning of each line, and its last group is the kind."""
    found: list[Stretch] = []
    kind, start = "", 0
    for index, line in enumerate(lines):
        mark = marks.match(line[: limits.LINE_CHARS])
        if mark:
            found.append(Stretch(kind, start, index))
            kind, start = mark.lastgroup or "", index
    found.append(Stretch(kind, start, len(lines)))
    return found


def few(skipped: Iterable[bool]) -> bool:
    """Whether so few tests were skipped that their names tell something: with a filter most are."""
    return sum(skipped) <= _FEW


def set_worth(worths: list[int], start: int, end: int, worth: int) -> None:
    """Give the lines [start, end) one worth."""
    worths[start:end] = [worth] * (end - start)


def at_most(worths: list[int], start: int, end: int, worth: int) -> None:
    """Lines [start, end) that are worth more than `worth` are worth that: what tests print is no news by itself."""
    for index in range(start, end):
        worths[index] = max(worths[index], worth)


def show_something(lines: Sequence[str], worths: list[int]) -> list[int]:
    """The worths, with the last lines shown where no line is: a run that was stopped while all went well."""
    if min(worths, default=NOISE) >= NOISE:
        told = [index for index, line in enumerate(lines) if line.strip()]
        for index in told[-_LAST_PRINTED:]:
            worths[index] = KEY
    return worths


def grade_printed(lines: Sequence[str], worths: list[int], start: int, end: int) -> None:
    """What a failing test printed: the last lines are worth most."""
    for index in range(start, end):
        worths[index] = REST if end - index <= _LAST_PRINTED else SPARE
    for first, last in runs(lines[start:end], strict=False):
        set_worth(worths, start + first + 1, start + last - 1, NOISE)


def grade_once(lines: Sequence[str], worths: list[int], indices: Sequence[int], worth: int) -> None:
    """The first two lines of each template get `worth`, those that say the same again LAST."""
    seen: dict[str, int] = {}
    for index in indices:
        key = mask(lines[index])
        seen[key] = seen.get(key, 0) + 1
        worths[index] = worth if seen[key] <= 2 else LAST  # noqa: PLR2004 the first and one to compare it with


def grade_coverage(lines: Sequence[str], worths: list[int], start: int, end: int) -> int:
    """A table of coverage that begins at `start`: its sum first, then what is not covered. Where it ends comes back."""
    index = start
    while index < end and "|" in lines[index]:
        line = lines[index]
        if line.strip(" -|ℹ#+") == "":
            worths[index] = SILENT
        elif _COVERED.match(line):
            worths[index] = KEY
        else:
            worths[index] = SPARE if _FULLY.match(line) else DETAIL
        index += 1
    return index
