"""What a single line of any tool's output says: an error, a warning, or the same as its neighbour.

Patterns that many tools share; what single tools print as progress is in noise.py.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import noise
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

_ERROR = pattern(
    r"\b(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|EMERGENCY|EMERG|ALERT)\b(?!=0)"  # a logger's level, in capitals
    r"|(?:^|[\s\]>:])(?:[Ee]rror|fatal(?: error)?|panic)(?:\[\w+\])?:"  # gcc, rustc, git, go: `x.c:3:5: error: …`
    r"|\b[\"']?(?:level|severity|lvl)[\"']?\s*[:=]\s*[\"']?(?:error|fatal|critical|panic|alert|emerg)"  # JSON, logfmt
    r"|^[\w.$]*(?:Error|Exception|Exit|Interrupt)(?::|$)"  # an exception's own line
    r"|^(?:Caused by|Suppressed): "  # Java's chain
    r"|^npm (?:ERR!|error)(?: |$)"
    r"|^(?:make|gmake|ninja)(?:\[\d+\])?: \*\*\*"
    r"|\bFAILED\b|^FAIL\b|\bTraceback \(most recent call last\)"
    r"|: (?:command not found|No such file or directory|Permission denied)$"
    r"|\b(?:Segmentation fault|core dumped|Out of memory|Killed process|panicked at|unrecoverable)\b"
)

_WARNING = pattern(
    r"\bWARN(?:ING)?\b"
    r"|(?:^|[\s\]>:])[Ww]arning(?:\[[\w:-]+\])?:"  # gcc, rustc, ld
    r"|\b[\"']?(?:level|severity|lvl)[\"']?\s*[:=]\s*[\"']?warn"
    r"|\b\w+Warning: "  # Python
    r"|^npm (?:WARN|warn) "
)

_HEX = pattern(r"\b(?=[0-9a-fA-F])(?:0x[0-9a-fA-F]+|(?=[a-f]*\d)[0-9a-f]{6,}|(?=[A-F]*\d)[0-9A-F]{6,})\b")
_NUMBER = pattern(r"\d+")


_ERROR_STEMS = (
    "error",
    "fatal",
    "critical",
    "panic",
    "severe",
    "emerg",
    "alert",
    "exception",
    "exit",
    "interrupt",
    "caused by",
    "suppressed",
    "***",
    "fail",
    "traceback",
    "not found",
    "no such file",
    "denied",
    "segmentation",
    "dumped",
    "memory",
    "killed",
    "unrecoverable",
)
_WARNING_STEMS = ("warn",)
"""One of these stands in every line that the pattern can match; looking for them first is ten times faster."""


def errors(lines: Sequence[str]) -> list[int]:
    """The indices of lines that report a failure, by the words that tools agree on; `0 errors` does not."""
    return _matched(lines, _ERROR_STEMS, _ERROR)


def warnings(lines: Sequence[str]) -> list[int]:
    """The indices of lines that warn."""
    return _matched(lines, _WARNING_STEMS, _WARNING)


def having(lines: Sequence[str], stems: Sequence[str]) -> list[int]:
    """The indices of lines in which one of the stems (lower case) stands in any case; a stem that none has is free."""
    low = [line[: limits.LINE_CHARS].lower() for line in lines]
    whole = "\n".join(low)
    candidates: set[int] = set()
    for stem in stems:
        if stem in whole:
            candidates.update(index for index, line in enumerate(low) if stem in line)
    return sorted(candidates)


def _matched(lines: Sequence[str], stems: Sequence[str], regex: re.Pattern[str]) -> list[int]:
    return [index for index in having(lines, stems) if regex.search(lines[index][: limits.LINE_CHARS])]


def mask(line: str) -> str:
    """The line's template: numbers, times, hexadecimal ids and uuids are blanked, words are not."""
    return _blanked(line[: limits.LINE_CHARS])


def masks(lines: Sequence[str]) -> list[str]:
    """The template of each line, all in one go: neither pattern reaches over a line's end."""
    return _blanked("\n".join([line[: limits.LINE_CHARS] for line in lines])).split("\n")


def _blanked(text: str) -> str:
    return _NUMBER.sub("0", _HEX.sub("0", text))


def runs(lines: Sequence[str], *, strict: bool) -> Iterator[tuple[int, int]]:
    """Stretches [start, end) of at least RUN_LINES lines that say the same or count.

    strict: only what can be told from its ends: equal lines, lines whose numbers step evenly, progress.
    Otherwise: lines of one template.
    """
    tools = noise.groups(lines)
    keys = [tool or masked for tool, masked in zip(tools, masks(lines))]
    start = 0
    while start < len(keys):
        end = start + 1
        while end < len(keys) and keys[end] == keys[start]:
            end += 1
        if end - start >= limits.RUN_LINES and (not strict or tools[start] or _steps_evenly(lines[start:end])):
            yield start, end
        start = end


def _steps_evenly(lines: Sequence[str]) -> bool:
    """Whether each number in these lines of one template stays or moves by the same step."""
    rows = [tuple(map(int, _NUMBER.findall(line[: limits.LINE_CHARS]))) for line in lines]
    steps = _steps(rows[0], rows[1])
    return all(len(a) == len(b) and _steps(a, b) == steps for a, b in zip(rows, rows[1:]))


def _steps(before: Sequence[int], after: Sequence[int]) -> list[int]:
    return [b - a for a, b in zip(before, after)]
