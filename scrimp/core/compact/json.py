"""JSON: what the client shows whole stays whole; of more the shape, the first records, and the odd ones.

Pretty, on one line, a record a line, with other lines before and after. JSON lines with levels and times are logs.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import blobs, fit, json_layout, tree
from scrimp.core.compact.fit import KEY, NOISE
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "json"
GAPS = fit.COUNTED_GAPS
WHOLE = frozenset[int]()
NEEDLES = ('"error', '"Error', '"failed"', '"FAILED"', '"message":', '"severity":', '"status":')
shorten = blobs.shorten

_OPENS = pattern(r'(?:\{\s*(?:"|\}|$)|\[\s*(?:["\[{\]]|-?\d+[,.\]\s]|true\b|false\b|null\b|$))')
_LINE = pattern(
    r"\s*(?:"
    r"[\[{\]}][\[{\]}, ]*$"
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*" ?(?::|,?\s*$)'
    r"|(?:-?\d[\d.eE+-]*|true|false|null),?\s*$"
    r'|[\[{]\s*(?:["\[{\]}]|-?\d|true|false|null).*[\]}],?\s*$'
    r"|[\]}], *[\[{]$"
    r")"
)
_LOGGED = pattern(r'"(?:level|lvl|severity|levelname|ts|time|timestamp|@timestamp|asctime)"\s*:')
_NAMED = pattern(r'\s*"([^"\\\n]*)"\s*:')
_MEMBER = pattern(r'"([^"\\\n]{0,80})"\s*:\s*("[^"\\\n]*(?:\\.[^"\\\n]*)*"?|[^\s,\]}\[{"]+)')
_SHARE = 0.8
_LONG = 500
_FIRST_LINES = 60


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 JSON is known by its look alone
    """Whether nearly all of `text` (the ends and the middle of the output) is JSON, and not a log's."""
    told = [line for line in text.split("\n") if line.strip()]
    if not any(_OPENS.match(line) for line in told[:_FIRST_LINES]):
        return False
    if len(text) > _LONG * len(told):
        return told[-1].rstrip().endswith(("}", "]")) and not _is_log(told)
    hits = sum(1 for line in told if _LINE.match(line[: limits.LINE_CHARS]) or _long_record(line))
    return hits >= _SHARE * len(told) and not _is_log(told)


def _long_record(line: str) -> bool:
    return len(line) > limits.LINE_CHARS and _OPENS.match(line) is not None


def _is_log(told: Sequence[str]) -> bool:
    records = [line for line in told if line.startswith(("{", " {")) and len(line) > 2]  # noqa: PLR2004 more than `{,`
    logged = sum(1 for line in records if _LOGGED.search(line[: limits.LINE_CHARS]))
    return len(records) > max(2, len(told) // 2) and logged > len(records) // 2


def target(case: Case) -> int:
    """How many characters to cut to."""
    return case.whole_or(limits.DATA_CHARS)


def lay_out(text: str) -> str:
    """The text with its longer documents broken into lines, a short record on each."""
    return json_layout.lay_out(text)


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    worths = [KEY] * len(lines) if case.fits else tree.grade(lines, _READING)
    for index in blobs.between(lines):
        worths[index] = NOISE
    return worths


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _closes(line: str) -> bool:
    return line.lstrip().startswith(("}", "]"))


def _name(line: str) -> str:
    found = _NAMED.match(line[: limits.LINE_CHARS])
    if found:
        return found.group(1)
    return "" if _LINE.match(line[: limits.LINE_CHARS]) else line[: limits.LINE_CHARS]


def _members(line: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = _MEMBER.findall(line[: limits.LINE_CHARS])
    return found


_READING = tree.Reading(_depth, _closes, _name, _members)
