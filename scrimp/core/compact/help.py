"""Manual pages and what `--help` prints: how a program is called, every heading, option and sub-command.

What the client would show whole is what was asked for and stays. Of more the names stay, the first line that
explains each as far as there is room, and examples rather than other prose.
"""

from __future__ import annotations

import re

from scrimp.core import limits
from scrimp.core.compact import fit
from scrimp.core.compact.fit import DETAIL, KEY, MUST, NEAR, REST, SILENT
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "help"
GAPS = fit.NO_GAPS
"""A name without its explanation shows by itself that there is more."""
WHOLE = frozenset[int]()
NEEDLES = (
    "\nNAME",
    "\nSYNOPSIS",
    "\nUsage",
    "\nusage",
    "\nUSAGE",
    "\nOPTIONS",
    "\nOptions",
    "\nCOMMANDS",
    "\nCommands",
)
shorten = fit.as_it_was

_ASKS = pattern(
    r"(?:^|[\s;&|(/])(?:man|info)\s+\S|\s--?help(?:[-=\w]*)\b|\s(?:--usage|-\?)(?:\s|$)|^[^|;&\n]{0,80}\shelp\b"
)
_ASKS_SHORTLY = pattern(r"\s-h(?:\s|$)")
_MANUAL = pattern(r"(\S{1,80}\(\w{1,8}\)) .*\1$")
"""The first line of a manual page names it at both ends."""
_USAGE = pattern(
    r"\s{0,4}(?:[Uu]sage|USAGE|SYNOPSIS|Synopsis|Aufruf|ÜBERSICHT|Verwendung|Syntax|Utilisation|Modo de empleo|Uso"
    r"|Gebruik|Użycie|Использование|使い方|使用法|用法)(?=\s*[:\uff1a]|\s*$| of )"
)
_OPTION = pattern(r"(?:--?[\w?#@%*!]|-$|--(?:$|\s)|-[,.:/+])")
_BESIDE = pattern(r"^([ ]{1,12}-\S*(?: \S+)*?)( {1,40}(?<=  )\S.*)$", re.MULTILINE)
_NOT_OPTION = pattern(r"-{3,}|--? \S+ \S|-\d+(?:\.\d+)?$")
"""A rule, a dash within prose, a number."""
_LISTED = pattern(r"[a-z][\w.:/*-]{0,40}(?:(?:, ?| \| ?)[\w.:-]+| [<\[{(=]\S+| [A-Z][A-Z_]+\b)* {2,}(?=\S)")
"""`checkout   Switch branches`: what a list of sub-commands is made of."""
_TERM = pattern(r"(?!\d+[.)] )[\w<\[{/@=$!?:%.][^\n]{0,100}(?<![.:,\\])$")
"""What a manual page explains in the lines below, further right: no bullet, no step of a list, no sentence."""
_COMPLAINT = pattern(
    r"(?i).*(?:\berror\b|unknown|unrecogni[sz]ed|invalid|missing|unexpected|no such|not found|\brequire|ambiguous"
    r"|unable|cannot|not allowed|failed|fehler|unbekannt)"
)
_EXAMPLES = pattern(r"(?i)\s*(?:examples?|beispiele?|exemples?|ejemplos?)\b")
_NAMED = pattern(r"\s*(?:NAME|BEZEICHNUNG|NOM|NOMBRE|NOME)\s*$")

_BLANK, _TEXT, _HEADING, _ENTRY, _USED = range(5)
"""What a line is: an entry is an option or a sub-command, and `_USED` says how the program is called."""

_HEADING_DEPTH, _HEADING_CHARS = 3, 80
_DEEPER = 10
"""An option begins no further right than this of the one before it; what does is the end of a sentence."""
_USAGE_LINES = 40
_LIST_DEPTH = 4
"""Below a usage, options begin so far in at most; further in, the usage goes on with one."""
_OPENING_LINES = 6
"""Of what a program says it is for, so much: the first paragraph."""
_LAID_OUT_CHARS = 20_000
"""More than this in lines that name an option and explain it leaves no room for all the names."""
_EDGE_LINES = 8
_LEAST, _LEAST_UNASKED = 5, 8
_COVERED, _COVERED_UNASKED = 0.5, 0.7


def looks_like(text: str, command: str) -> bool:
    """Whether `text` (the ends and the middle of the output) is a manual page or mostly a list of options.

    Without a command that asks for help it must say how the program is called, or where its help is.
    """
    lines = [line[: limits.LINE_CHARS].rstrip() for line in text.split("\n")]
    if _MANUAL.match(next((line for line in lines if line), "")):
        return True
    kinds = _kinds(lines)
    entries = [line for line, kind in zip(lines, kinds) if kind == _ENTRY]
    used = _USED in kinds or any("--help" in line for line in entries)
    told = sum(1 for kind in kinds if kind != _BLANK)
    if _ASKS.search(command) or (used and _ASKS_SHORTLY.search(command)):
        return len(entries) >= _LEAST and _explained(lines, kinds) >= _COVERED * told
    options = sum(1 for line in entries if line.lstrip().startswith("-"))
    return used and options >= _LEAST_UNASKED and _explained(lines, kinds) >= _COVERED_UNASKED * told


def _explained(lines: Sequence[str], kinds: Sequence[int]) -> int:
    """How many lines are headings, entries, or indented deeper than the entry above them."""
    count, depth = 0, limits.LINE_CHARS
    for line, kind in zip(lines, kinds):
        if kind == _ENTRY:
            depth = _depth(line)
        elif kind == _HEADING:
            depth = limits.LINE_CHARS
        count += kind in (_ENTRY, _HEADING, _USED) or (kind == _TEXT and _depth(line) > depth)
    return count


def target(case: Case) -> int:
    """How many characters to cut to: all that is there, or the names and what fits beside them."""
    if case.fits:
        return case.chars + limits.MARKER_USUAL_CHARS
    return limits.HELP_FAILED_CHARS if case.failed else limits.HELP_CHARS


def lay_out(text: str) -> str:
    """The text; with so many options that not all fit beside what explains them, each above its explanation."""
    beside = [found for found in map(_BESIDE.match, text.split("\n")) if found]
    if sum(found.end() for found in beside) <= _LAID_OUT_CHARS:
        return text
    return _BESIDE.sub(lambda found: f"{found.group(1)}\n{' ' * len(found.group(1))}{found.group(2)}", text)


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    kinds = _kinds(lines)
    worths = [_worth(kind) for kind in kinds]
    if case.fits:
        return worths
    section, opening = "", _OPENING_LINES
    for index, kind in enumerate(kinds):
        if kind == _HEADING:
            section = lines[index]
        elif kind != _TEXT:
            continue
        elif _is_name(section):
            worths[index] = MUST
        elif index and kinds[index - 1] == _ENTRY and not _is_explained(lines[index - 1]):
            worths[index] = NEAR
        elif opening and _ENTRY not in kinds[max(0, index - 2) : index]:
            worths[index] = KEY
            opening -= 1
        elif _EXAMPLES.match(section):
            worths[index] = DETAIL
    _grade_ends(lines, kinds, worths, failed=case.failed)
    return worths


def _worth(kind: int) -> int:
    if kind == _TEXT:
        return REST
    return SILENT if kind == _BLANK else MUST


def _grade_ends(lines: Sequence[str], kinds: Sequence[int], worths: list[int], *, failed: bool) -> None:
    """What a program says of the call itself stands above its help or below it, at the margin."""
    told = [index for index, kind in enumerate(kinds) if kind != _BLANK]
    for index in dict.fromkeys(told[:_EDGE_LINES] + told[-_EDGE_LINES:]):
        if _depth(lines[index]) <= _HEADING_DEPTH and _COMPLAINT.match(lines[index][: limits.LINE_CHARS]):
            worths[index] = MUST
    for index in told[:1] + told[-1:]:
        worths[index] = MUST if failed else min(worths[index], KEY)


def _is_name(heading: str) -> bool:
    return _NAMED.match(heading) is not None


def _is_explained(line: str) -> bool:
    """Whether what an entry means begins beside it."""
    return "  " in line.strip()


def _kinds(lines: Sequence[str]) -> list[int]:
    """What each line is."""
    depths = [_depth(line) if line.strip() else -1 for line in lines]
    columns = [_column(line, depth) for line, depth in zip(lines, depths)]
    kinds = [_BLANK] * len(lines)
    last, called = -1, _Called()
    for index, line in enumerate(lines):
        depth = depths[index]
        if depth < 0:
            called.blank()
            continue
        bare = line.lstrip()
        if _USAGE.match(line[:_HEADING_CHARS]):
            called.begin(depth, bare)
            kinds[index] = _USED
        elif depth == 0 and called.goes_on_below:
            called.end()
        if kinds[index] == _BLANK:
            kinds[index] = _kind(index, bare, depths, columns, kinds, last, lines)
            if kinds[index] in (_TEXT, _ENTRY) and called.has(depth, kinds[index]):
                kinds[index] = _USED
        is_option = kinds[index] == _ENTRY and bare.startswith("-")
        if is_option or (kinds[index] == _HEADING and depth <= called.depth):
            called.end()
        last = depth if is_option else last
    return kinds


class _Called:
    """How far the lines reach that say how the program is called."""

    __slots__ = ("depth", "goes_on_below", "left")

    def __init__(self) -> None:
        self.depth = self.left = 0
        self.goes_on_below = False

    def begin(self, depth: int, bare: str) -> None:
        """`Usage:` alone is a heading whose section tells; else it is told beside it and in the lines right below."""
        self.depth, self.left = depth, _USAGE_LINES
        self.goes_on_below = bare.rstrip().rstrip(":\uff1a").count(" ") == 0

    def blank(self) -> None:
        if not self.goes_on_below:
            self.left = 0

    def end(self) -> None:
        self.left = 0
        self.goes_on_below = False

    def has(self, depth: int, kind: int) -> bool:
        if self.left <= 0 or (depth <= self.depth + _LIST_DEPTH and kind == _ENTRY):
            return False
        self.left -= 1
        return depth > self.depth


def _kind(  # noqa: PLR0917, PLR0913 one line is told by those around it
    index: int,
    bare: str,
    depths: Sequence[int],
    columns: Sequence[int],
    kinds: Sequence[int],
    last: int,
    lines: Sequence[str],
) -> int:
    depth = depths[index]
    above = depths[index - 1] if index else -1
    below = depths[index + 1] if index + 1 < len(depths) else -1
    if _OPTION.match(bare) and not _NOT_OPTION.match(bare):
        if above < 0 or kinds[index - 1] == _HEADING:
            return _ENTRY
        near = last < 0 or depth <= last + _DEEPER
        return _ENTRY if near and (kinds[index - 1] in (_ENTRY, _USED) or depth < above) else _TEXT
    if depth <= _HEADING_DEPTH and len(bare) <= _HEADING_CHARS and _heads(bare, index, depths, lines):
        return _HEADING
    if columns[index] and _is_aligned(index, depths, columns):
        return _ENTRY
    is_term = above < 0 and below > depth + 2 and depth > _HEADING_DEPTH and _TERM.match(bare)
    return _ENTRY if is_term else _TEXT


def _heads(bare: str, index: int, depths: Sequence[int], lines: Sequence[str]) -> bool:
    """Whether a line stands above a section: it ends with a colon, or it stands alone and what follows is deeper."""
    after = next((at for at in range(index + 1, min(index + 3, len(depths))) if depths[at] >= 0), -1)
    if after < 0 or bare.endswith((".", ",", ";")):
        return False
    deeper = depths[after] > depths[index]
    if bare.rstrip().endswith(":"):
        return deeper or lines[after].lstrip().startswith("-")
    return deeper and after == index + 1 and (index == 0 or depths[index - 1] < 0)


def _column(line: str, depth: int) -> int:
    """Where the explanation of a listed name begins; 0 for a line that is none."""
    found = _LISTED.match(line, depth, limits.LINE_CHARS) if 0 < depth <= _DEEPER else None
    return found.end() if found else 0


def _is_aligned(index: int, depths: Sequence[int], columns: Sequence[int]) -> bool:
    """Whether a neighbour's explanation begins, or this one goes on, in the same column: prose is not aligned so."""
    column = columns[index]
    beside = [at for at in (index - 2, index - 1, index + 1, index + 2) if 0 <= at < len(depths)]
    return any(columns[at] == column or depths[at] == column for at in beside)


def _depth(line: str) -> int:
    """How far a line is indented; a tab counts as the eight columns it usually takes."""
    bare = line.lstrip()
    margin = line[: len(line) - len(bare)]
    return len(margin) + 7 * margin.count("\t")
