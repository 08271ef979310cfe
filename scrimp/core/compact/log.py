"""Logs: errors with their traces and what led there, warnings, and one line of each kind of what repeats."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, plain, traceback
from scrimp.core.compact.fit import DETAIL, EXTRA, KEY, LAST, NEAR, NOISE
from scrimp.core.compact.lines import LOG_START, mask
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "log"
GAPS = fit.GAPS
WHOLE = frozenset[int]()
NEEDLES = (*plain.NEEDLES, "panicked at ", "goroutine ", "EMERG", "SEVERE", "ALERT", "critical")

_COMMAND = pattern(r"\b(?:journalctl|dmesg|docker(?:[ -]compose)? logs|kubectl logs)\b|\.log\b")
_LOOKS = 0.5
"""At least this share of the lines begins like a log's."""
_LOOKS_BY_COMMAND = 0.25
_FIRST_LINES = 2
_LAST_LINES = 4
_RARE = 2
_BLOCK_LINES = 30
_BLOCK_KEY_LINES = 10


def looks_like(text: str, command: str) -> bool:
    """Whether enough lines of `text` (the ends and the middle of the output) begin with a time or a level."""
    lines = [line for line in text.split("\n") if line and not line[0].isspace()]
    hits = sum(1 for line in lines if LOG_START.match(line))
    needed = _LOOKS_BY_COMMAND if _COMMAND.search(command) else _LOOKS
    return hits > 0 and hits >= needed * len(lines)


def target(case: Case) -> int:
    """How many characters to cut to."""
    return max(limits.LOG_CHARS, int(case.chars * limits.GENTLE_SHARE)) if case.fits else limits.LOG_CHARS


def shorten(line: str) -> str:
    """A line as it is shown: as it was."""
    return line


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line. Where the client would show the whole log, repeats may fill the room."""
    worths = _by_rarity(lines, LAST if case.fits else NOISE)
    for index in (*range(min(_FIRST_LINES, len(lines))), *range(max(0, len(lines) - _LAST_LINES), len(lines))):
        worths[index] = KEY
    _continuations(lines, frozenset(plain.grade_errors(lines, worths, alike=LAST)), worths)
    for index, worth in traceback.scan(lines).items():
        worths[index] = worth
    return worths


def _by_rarity(lines: Sequence[str], repeated: int) -> list[int]:
    """Lines of a rare template are worth most, then the first and last of each other one."""
    templates: dict[str, list[int]] = {}
    worths = [repeated] * len(lines)
    for index, line in enumerate(lines):
        templates.setdefault(mask(line), []).append(index)
    for indices in templates.values():
        worth = DETAIL if len(indices) <= _RARE else EXTRA
        worths[indices[0]] = worths[indices[-1]] = worth
    return worths


def _continuations(lines: Sequence[str], errors: frozenset[int], worths: list[int]) -> None:
    """Lines below an error that do not begin like a log's belong to it."""
    block = 0
    for index, line in enumerate(lines):
        if LOG_START.match(line):
            block = 1 if index in errors else 0
        elif block and block <= _BLOCK_LINES:
            worths[index] = min(worths[index], KEY if block <= _BLOCK_KEY_LINES else NEAR)
            block += 1
