"""What a caller wants read: `path`, a glob, `path:10-80`, `path:10`, `path#Class.method`, and how."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from scrimp.core import limits

FULL, OUTLINE, MATCH, HEAD, TAIL = "full", "outline", "match", "head", "tail"
MODES = (FULL, OUTLINE, MATCH, HEAD, TAIL)

WRONG_LINES = "lines count from 1, and the second number is not below the first: `path:10-80`, `path:10-` or `path:10`"

_LINES = re.compile(r"(?P<path>.+):(?P<first>\d{1,12})(?P<open>-(?P<last>\d{0,12}))?", re.DOTALL)
_GLOB_SIGNS = re.compile(r"[*?\[{]")


class Wanted(NamedTuple):
    """One entry of a call.

    spec: as above. mode: one of MODES. pattern: the regular expression of MATCH, with `context` lines around each line
    that matches. line_count: the lines of HEAD and TAIL. again: though this conversation was given it before.
    """

    spec: str
    mode: str = FULL
    pattern: str = ""
    context: int = 0
    ignore_case: bool = False
    line_count: int = limits.READ_ENDS_LINES
    again: bool = False

    def problem(self) -> str:
        """What is wrong with it as it is written; '' where nothing is."""
        return self._problem_of_path() or self._problem_of_pattern() or self._problem_of_numbers()

    def _problem_of_path(self) -> str:
        if not self.spec.strip():
            return "the path is empty"
        if "\0" in self.spec:
            return "the path has a NUL character in it"
        return "" if self.mode in MODES else f"mode is {self.mode!r}; it is one of {', '.join(MODES)}"

    def _problem_of_pattern(self) -> str:
        if self.mode == MATCH and not self.pattern:
            return "mode match needs a pattern"
        if self.pattern and self.mode != MATCH:
            return f"a pattern goes with mode match, not {self.mode}"
        if "\n" in self.pattern or "\0" in self.pattern:
            return "the pattern has a line break or NUL in it, and lines are searched one by one"
        return ""

    def _problem_of_numbers(self) -> str:
        if not 0 <= self.context <= limits.READ_CONTEXT_MOST:
            return f"context is {self.context}; it is 0 to {limits.READ_CONTEXT_MOST} lines"
        return "" if self.line_count > 0 else f"line_count is {self.line_count}; it counts from 1"


def call(spec: str, wanted: Wanted | None = None) -> str:
    """The call that reads a spec; with `wanted` in its mode."""
    if wanted is None or wanted.mode != OUTLINE:
        return f"batch_read {json.dumps(spec, ensure_ascii=False)}"
    return f"batch_read {json.dumps({'path': spec, 'mode': wanted.mode}, ensure_ascii=False)}"


class Spec(NamedTuple):
    """A spec taken apart. lines: first and last (None: the end). symbol: '' for none."""

    path: str
    lines: tuple[int, int | None] | None = None
    symbol: str = ""

    @property
    def is_glob(self) -> bool:
        """Whether the path may name several files."""
        return bool(_GLOB_SIGNS.search(self.path))


def readings(spec: str) -> list[Spec]:
    """How a spec may be meant, the most literal first: a file's name may have every sign in it."""
    found = [Spec(spec)]
    lines = _LINES.fullmatch(spec)
    if lines:
        first = int(lines["first"])
        last = first if lines["open"] is None else int(lines["last"]) if lines["last"] else None
        found.append(Spec(lines["path"], (first, last)))
    path, sign, symbol = spec.partition("#")
    if sign and path and symbol:
        found.append(Spec(path, symbol=symbol))
    return found


def has_wrong_lines(spec: Spec) -> bool:
    """Whether no file can have the lines of a spec."""
    first, last = spec.lines or (1, None)
    return first < 1 or (last is not None and last < first)
