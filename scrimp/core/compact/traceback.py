"""Stack traces: the exceptions, their messages and chain, and the frames of one's own code.

`scan` is shared: logs and pytest's native style hold the same traces.
"""

from __future__ import annotations

import re

from scrimp.core import limits
from scrimp.core.compact import fit, plain
from scrimp.core.compact.fit import CONTEXT, DETAIL, EXTRA, GAP, KEY, MUST, NEAR, NOISE, SILENT, SPARE
from scrimp.core.lazy import pattern
from scrimp.core.log_lines import START as LOG_START

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "traceback"
GAPS = fit.GAPS
WHOLE = frozenset[int]()
NEEDLES = (
    "Traceback (most recent call last)",
    "\npanic: ",
    "panicked at ",
    "\nCaused by: ",
    "Exception in thread",
    "\n    at ",
    "\n\tat ",
    "Error: ",
    "goroutine ",
)
shorten = fit.as_it_was

_LIBRARY = pattern(
    r"site-packages/|dist-packages/|/lib/python\d|<frozen |node_modules/|node:|\(native\)|<anonymous>\)?$"
    r"|/rustc/|/\.cargo/registry/|/usr/local/go/|/go/pkg/mod/|/usr/lib/go"
    r"|\bat (?:java|javax|jdk|sun|kotlin|scala|com\.sun|org\.junit|org\.gradle|org\.apache|org\.springframework)[./]"
    r"|\bat System\.|\bat Microsoft\."
)
"""Frames in code that nobody at this desk will change."""

_PYTHON_HEAD = pattern(r"(.*?)(?:Exception Group )?Traceback \(most recent call last\):\s*$")
_PYTHON_FRAME = pattern(r'\s*File "[^"]*", line \d+')
_CARETS = pattern(r"[\s|]*[\^~]+\s*$")
_GROUP_RULE = pattern(r"\s*\+[-+ ]*-{4,}")
_CHAIN = pattern(r"\s*[| ]*(?:During handling of the above exception|The above exception was the direct cause)")
_AT = pattern(r"\s+at \S")
_AT_MORE = pattern(r"\s+\.\.\. \d+ (?:more|lines matching)")
_CAUSE = pattern(r"\s*(?:Caused by|Suppressed): |\s*\[cause\]: |\s*\[errors\]: ")
_RUST_HEAD = pattern(r"thread '[^']*' (?:\(\d+\) )?panicked at ")
_RUST_FRAME = pattern(r"\s+\d+: \S")
_RUST_PLACE = pattern(r"\s+at \S+:\d+")
_GO_HEAD = pattern(r"panic: |fatal error: |\[signal ")
_GO_PLACE = pattern(r"\t\S+\.\w+:\d+")
_GO_ROUTINE = pattern(r"goroutine \d+ \[")
_ANY_HEAD = pattern(
    r"Traceback \(most recent call last\):|^[ \t]+at [^\n]{0,300}?:\d+|panicked at |^goroutine \d+ \[|^panic: ",
    re.MULTILINE,
)

_FRAMES_NEAR = 4
_FRAMES_FAR = 12
_MESSAGE_LINES = 6


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 a trace is known by its look alone
    """Whether a stack trace is in `text` (the ends and the middle of the output)."""
    return _ANY_HEAD.search(text) is not None


def target(case: Case) -> int:
    """How many characters to cut to; a command that succeeded printed more than the trace it survived."""
    return plain.target(case) if _survived(case) else limits.TRACEBACK_CHARS


def _survived(case: Case) -> bool:
    return case.fits and not case.failed


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line: traces by `scan`, what is around them as plain output."""
    worths = plain.grade_ordinary(lines, strict=_survived(case))
    for index, worth in scan(lines).items():
        worths[index] = worth
    return worths


def scan(lines: Sequence[str]) -> dict[int, int]:
    """The worth of every line that belongs to a stack trace, by its index."""
    found: dict[int, int] = {}
    index = 0
    while index < len(lines):
        line = lines[index]
        if "Traceback (most recent call last)" in line and _PYTHON_HEAD.match(line):
            index = _python(lines, index, found)
        elif _AT.match(line) and not _RUST_PLACE.match(line):
            index = _at(lines, index, found)
        elif _RUST_HEAD.search(line):
            index = _rust(lines, index, found)
        elif _GO_HEAD.match(line):
            index = _go(lines, index, found)
        else:
            index += 1
    return found


def _python(lines: Sequence[str], head: int, found: dict[int, int]) -> int:
    """From the Traceback line to the end of the message; innermost frame last."""
    matched = _PYTHON_HEAD.match(lines[head])
    prefix = (matched.group(1) if matched else "").replace("+", "|")
    found[head] = MUST
    if head > 0 and _CHAIN.match(lines[max(0, head - 2)]):
        found[head - 2] = MUST
    end = head + 1
    while end < len(lines) and lines[end].startswith(prefix + "  "):
        end += 1
    _grade_frames(lines, _python_frames(lines, head + 1, end), found, innermost_last=True)
    return _message(lines, end, prefix, found)


def _python_frames(lines: Sequence[str], start: int, end: int) -> list[list[int]]:
    frames: list[list[int]] = []
    for index in range(start, end):
        if _PYTHON_FRAME.match(lines[index].lstrip("| ")) or not frames:
            frames.append([index])
        else:
            frames[-1].append(index)
    return frames


def _message(lines: Sequence[str], start: int, prefix: str, found: dict[int, int]) -> int:
    """The exception's own line, and further lines of its message."""
    stop = min(len(lines), start + 1 + _MESSAGE_LINES)
    index = start
    while index < stop and lines[index].startswith(prefix) and lines[index] is not GAP:
        text = lines[index][len(prefix) :]
        if index > start and (not text.strip() or LOG_START.match(text) or _GROUP_RULE.match(lines[index])):
            break
        if index > start and "Traceback (most recent call last)" in text:
            break
        found[index] = MUST if index == start else NEAR
        index += 1
    if index < len(lines) and _GROUP_RULE.match(lines[index]):
        found[index] = KEY
    return max(index, start)


def _grade_frames(
    lines: Sequence[str], frames: list[list[int]], found: dict[int, int], *, innermost_last: bool
) -> None:
    """Own frames by their distance from the innermost; library frames go, except an innermost one."""
    seen: set[str] = set()
    own = 0
    for distance, frame in enumerate(reversed(frames) if innermost_last else frames):
        text = "\n".join(lines[i] for i in frame)
        library = _LIBRARY.search(text) is not None
        repeated = text in seen
        seen.add(text)
        if distance == 0 or (own == 0 and not library):
            worth, source = MUST, KEY
        elif library:
            worth, source = SILENT, SILENT
        elif repeated:
            worth, source = SPARE, NOISE
        else:
            worth, source = (
                (KEY, CONTEXT) if own < _FRAMES_NEAR else (DETAIL, EXTRA) if own < _FRAMES_FAR else (EXTRA, SPARE)
            )
        own += not library
        for position, index in enumerate(frame):
            found[index] = SILENT if position and _CARETS.match(lines[index]) else source if position else worth


def _at(lines: Sequence[str], first: int, found: dict[int, int]) -> int:
    """JavaScript, Java and C#: `at …` lines below the message, innermost first."""
    _above(lines, first, found)
    frames: list[list[int]] = []
    index = first
    while index < len(lines) and (_AT.match(lines[index]) or _AT_MORE.match(lines[index])):
        if _AT_MORE.match(lines[index]):
            found[index] = DETAIL
        else:
            frames.append([index])
        index += 1
    _grade_frames(lines, frames, found, innermost_last=False)
    depth = len(lines[first]) - len(lines[first].lstrip())
    while index < len(lines) and lines[index].strip() and not _AT.match(lines[index]) and _belongs(lines[index], depth):
        found[index] = MUST if _CAUSE.match(lines[index]) else KEY
        index += 1
    return index


def _belongs(line: str, depth: int) -> bool:
    """Whether a line below the frames is still the trace's: a property, a cause, a closing brace."""
    indent = len(line) - len(line.lstrip())
    return bool(_CAUSE.match(line)) or line.strip() in ("}", "},") or 0 < indent <= depth


def _above(lines: Sequence[str], first: int, found: dict[int, int]) -> None:
    """The message above the frames, and node's banner: place, source line, carets, blank."""
    index = first - 1
    while index >= 0 and index >= first - _MESSAGE_LINES and lines[index].strip() and index not in found:
        found[index] = MUST if index == first - 1 or re.match(r"[\w.$ ]*(?:Error|Exception)\b", lines[index]) else NEAR
        if found[index] == MUST and re.match(r"\S.*?(?:Error|Exception)\b", lines[index]):
            break
        index -= 1
    banner = index - 4
    if banner >= 0 and not lines[index - 1].strip() and re.match(r"\S+:\d+$", lines[banner]):
        found[banner], found[banner + 1], found[banner + 2] = MUST, KEY, SILENT


def _rust(lines: Sequence[str], head: int, found: dict[int, int]) -> int:
    """`thread … panicked at PLACE:`, the message, and with RUST_BACKTRACE the frames, innermost first."""
    found[head] = MUST
    index = head + 1
    while index < len(lines) and index <= head + _MESSAGE_LINES and lines[index].strip():
        if lines[index].startswith(("stack backtrace:", "note: ")):
            break
        found[index] = MUST if index == head + 1 else NEAR
        index += 1
    if index < len(lines) and lines[index].startswith("stack backtrace:"):
        found[index] = DETAIL
        index += 1
    frames: list[list[int]] = []
    while index < len(lines) and (_RUST_FRAME.match(lines[index]) or _RUST_PLACE.match(lines[index])):
        if _RUST_PLACE.match(lines[index]) and frames:
            frames[-1].append(index)
        else:
            frames.append([index])
        index += 1
    own = [frame for frame in frames if len(frame) > 1 and not _LIBRARY.search(lines[frame[1]])]
    for frame in frames:
        for at in frame:
            found[at] = SILENT
    _grade_pairs(lines, own, found)
    return index


def _go(lines: Sequence[str], head: int, found: dict[int, int]) -> int:
    """`panic: …`, then goroutines: a function line and a place line per frame, innermost first."""
    index = head
    while index < len(lines) and lines[index].strip() and not _GO_ROUTINE.match(lines[index]):
        found[index] = MUST if index == head or _GO_HEAD.match(lines[index]) else NEAR
        index += 1
        if index > head + _MESSAGE_LINES:
            return index
    routine = 0
    while index < len(lines):
        if not lines[index].strip():
            index += 1
            continue
        if not _GO_ROUTINE.match(lines[index]):
            break
        found[index] = KEY if routine == 0 else SPARE
        index = _go_frames(lines, index + 1, found, first=routine == 0)
        routine += 1
    return index


def _go_frames(lines: Sequence[str], start: int, found: dict[int, int], *, first: bool) -> int:
    index = start
    frames: list[list[int]] = []
    while index < len(lines) and lines[index].strip() and not _GO_ROUTINE.match(lines[index]):
        if _GO_PLACE.match(lines[index]) and frames:
            frames[-1].append(index)
        elif index + 1 < len(lines) and _GO_PLACE.match(lines[index + 1]):
            frames.append([index])
        else:
            break
        index += 1
    for frame in frames:
        for at in frame:
            found[at] = SILENT
    if first:
        _grade_pairs(lines, [f for f in frames if len(f) > 1 and not _LIBRARY.search(lines[f[1]])], found)
    return index


def _grade_pairs(lines: Sequence[str], own: list[list[int]], found: dict[int, int]) -> None:
    """Frames of a function line and a place line: both or neither."""
    seen: set[str] = set()
    for distance, frame in enumerate(own):
        text = "\n".join(lines[i].split(": ", 1)[-1] for i in frame)
        worth = MUST if distance == 0 else SPARE if text in seen else KEY if distance < _FRAMES_NEAR else DETAIL
        seen.add(text)
        for at in frame:
            found[at] = worth
