"""Any output without a family of its own.

What the client would show whole passes whole, except rows of lines that their ends tell (progress,
counters, repeats). Beyond that: errors and warnings with what is around them, then head and tail.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit
from scrimp.core.compact.fit import CONTEXT, KEY, MUST, NEAR, NOISE, REST
from scrimp.core.compact.lines import errors, mask, runs, warnings
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "plain"
GAPS = fit.GAPS
WHOLE = frozenset[int]()
NEEDLES = (
    "error",
    "Error",
    "ERROR",
    "FATAL",
    "fatal",
    "panic",
    "FAILED",
    "FAIL",
    "Traceback (most recent call last)",
    "Exception",
    "CRITICAL",
    "Segmentation fault",
    "warning",
    "Warning",
    "WARN",
    "\nCaused by: ",
)
shorten = fit.as_it_was


_SHOWS_A_FILE = pattern(
    r"(?:^|&&|;|\|\||\n)\s*(?:cat|head|tail|sed|nl|bat|less|more|jq|awk|xxd|git (?:diff|show|log|blame))\b"
)

_LAST_LINES = 3
"""How it ended is said last."""


def shows_a_file(command: str) -> bool:
    """Whether the command is there to show a text: then all of it is wanted, however even it looks."""
    return _SHOWS_A_FILE.search(command) is not None


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 the family of last resort
    """Everything does."""
    return True


def target(case: Case) -> int:
    """How many characters to cut to: all of it when the client would show it."""
    return case.whole_or(limits.PLAIN_CHARS)


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    return grade_ordinary(lines, strict=case.fits)


def grade_ordinary(lines: Sequence[str], *, strict: bool) -> list[int]:
    """The worth of each line; strict: of rows of lines alike only those go that the row's ends tell."""
    worths = [REST] * len(lines)
    for start, end in runs(lines, strict=strict):
        edge = limits.RUN_EDGE_LINES
        worths[start + edge : end - edge] = [NOISE] * (end - start - 2 * edge)
    for index in range(max(0, len(lines) - _LAST_LINES), len(lines)):
        worths[index] = KEY
    grade_errors(lines, worths, alike=NEAR)
    return worths


def grade_errors(lines: Sequence[str], worths: list[int], *, alike: int) -> list[int]:
    """Raise the worth of errors and warnings, and of the lines around an error.

    Of errors that differ in numbers alone, the first and the last must stay; `alike` is what others are worth.
    The indices of the errors come back.
    """
    failed = errors(lines)
    for index in _by_template(lines, failed, worths, edge=MUST, between=alike):
        _surroundings(index, worths)
    already = frozenset(failed)
    _by_template(lines, [i for i in warnings(lines) if i not in already], worths, edge=KEY, between=NOISE)
    return failed


def _surroundings(index: int, worths: list[int]) -> None:
    first = max(0, index - limits.ERROR_LINES_BEFORE)
    last = min(len(worths) - 1, index + limits.ERROR_LINES_AFTER)
    for near in range(first, last + 1):
        worths[near] = min(worths[near], CONTEXT)


def _by_template(
    lines: Sequence[str], indices: Sequence[int], worths: list[int], *, edge: int, between: int
) -> set[int]:
    """The first and last of each template get one worth and come back, those between them get another."""
    last: dict[str, int] = {}
    first: dict[str, int] = {}
    for index in indices:
        key = mask(lines[index])
        first.setdefault(key, index)
        last[key] = index
    edges = set(first.values()) | set(last.values())
    for index in indices:
        worths[index] = edge if index in edges else min(worths[index], between)
    return edges
