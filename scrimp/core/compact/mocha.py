"""mocha: of each failure its title, message, diff and place; the totals; what tests printed.

Written against mocha 10 (spec, dot, min, list: they share the end). The list of tests is told again at the end for
those that failed. A test may print such an end: the last one whose count agrees with its blocks is mocha's own.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, plain, sections
from scrimp.core.compact.fit import EXTRA, MUST, NOISE, REST, SPARE
from scrimp.core.compact.js_failure import Body
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "mocha"
GAPS = fit.NO_GAPS
WHOLE = frozenset[int]()
NEEDLES = (" passing (", " failing\n", " pending\n", "Error: ", "      at ")
shorten = fit.as_it_was

_PASSING = pattern(r"  \d+ passing \(\d+\w+\)$")
_COUNT = pattern(r"  (\d+) (passing|pending|failing)\b")
_BLOCK = pattern(r"  (\d+)\) \S")
_CROSSED = pattern(r" +\d+\) ")
_LISTED = pattern(r" +[✔✓√] | +- |[ .,!]+$")
_TITLE = pattern(r" {2,}\S")
_LOOKS = pattern(r"^  \d+ passing \(\d+\w+\)$", 8)
_TITLE_LINES = 12


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 a report is known by its look alone
    """Whether `text` (the ends and the middle of the output) has mocha's totals."""
    return _LOOKS.search(text) is not None


def target(case: Case) -> int:
    """How many characters to cut to: all but what says nothing when the client would show it."""
    return case.whole_or(limits.JEST_CHARS)


def grade(lines: Sequence[str], case: Case) -> list[int]:  # noqa: ARG001 the same for all
    """The worth of each line."""
    worths = plain.grade_ordinary(lines, strict=False)
    end = _own_end(lines)
    _grade_list(lines, worths, end)
    index = end
    while index < len(lines) and (not lines[index].strip() or _COUNT.match(lines[index])):
        worths[index] = MUST if lines[index].strip() else NOISE
        index += 1
    blocks = blocks_from(lines, index)
    for start, after in zip(blocks, [*blocks[1:], len(lines)]):
        _grade_block(lines, worths, start, after)
    return sections.show_something(lines, worths)


def _own_end(lines: Sequence[str]) -> int:
    """Where mocha's own totals begin: the last that agree with the blocks below, else the last."""
    ends = [index for index, line in enumerate(lines) if _PASSING.match(line)]
    for index in reversed(ends[-_TITLE_LINES:]):
        failing = 0
        after = index
        while after < len(lines) and (not lines[after].strip() or _COUNT.match(lines[after])):
            count = _COUNT.match(lines[after])
            if count and count.group(2) == "failing":
                failing = int(count.group(1))
            after += 1
        if len(blocks_from(lines, after)) == failing:
            return index
    return ends[-1] if ends else len(lines)


def blocks_from(lines: Sequence[str], start: int) -> list[int]:
    """Where the failures begin: numbered from 1 on, so a number out of turn was printed."""
    found: list[int] = []
    for index in range(start, len(lines)):
        block = _BLOCK.match(lines[index])
        if block and block.group(1) == str(len(found) + 1):
            found.append(index)
    return found


def _grade_list(lines: Sequence[str], worths: list[int], end: int) -> None:
    ended = end < len(lines)
    few_pending = sections.few(line.lstrip().startswith("- ") for line in lines[:end])
    for index in range(end):
        line = lines[index]
        if _CROSSED.match(line):
            worths[index] = NOISE if ended else MUST
        elif not line.strip() or _LISTED.match(line):
            worths[index] = SPARE if few_pending and line.lstrip().startswith("- ") else NOISE
        elif _TITLE.match(line):
            worths[index] = SPARE
        else:
            worths[index] = max(worths[index], REST) if ended else worths[index]


def _grade_block(lines: Sequence[str], worths: list[int], start: int, end: int) -> None:
    """A title over several lines, the last of which ends with a colon, and the body."""
    index = start
    while index < min(end, start + _TITLE_LINES):
        worths[index] = MUST
        index += 1
        if lines[index - 1].rstrip().endswith(":"):
            break
    body = range(index, end)
    Body(lines, worths).grade(body)
    for at in body:
        if lines[at].strip() in ("+ expected - actual", "Error"):
            worths[at] = max(worths[at], EXTRA)
