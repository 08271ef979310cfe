"""Facts that stand in single lines, and the stack traces between them: logs, compilers, package managers, tools.

The text is searched for a few words first, as a whole, and only the lines that hold one are looked at: 50 MB of
log take about a second.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.facts import traces
from scrimp.core.facts.fact import DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of, row_at
from scrimp.core.facts.levels import level_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_CHUNK = 4 * 1024 * 1024
"""Lower-cased at a time, so that a long text is not in memory twice."""

_TAIL_LINES = 30
"""Totals are looked for in so many last lines, and wherever one of the words below stands."""

LOG_WORDS = (
    "err", "fatal", "crit", "panic", "severe", "emerg", "alert", "exception", "warn", "wrn", "ftl",
    "traceback (most", "\tat ", "    at ", '"level":', "goroutine ",
)  # fmt: skip
"""One of them stands in every line of a log, in lower case, that may be a fact."""
OTHER_WORDS = (
    "fail", "not found", "no such file", "denied", "segmentation", "core dumped", "killed", "undefined ref",
    "cannot ", "conflict", "the user requested ", " depends on ", "not ok", "***", "successfully", "added ",
    "remade", "generated", "exit", "   at ",
)  # fmt: skip

_ERROR_WORD = r"(?:error|fatal(?: error)?|critical|panic|exception|failed|failure|severe|emergency|alert)"
_ERROR = pattern(
    r"(?:"
    r"[^\s:][^:\n]*:\d+(?::\d+)?:? (?:fatal |internal compiler )?error\b"  # gcc, clang, javac, mypy
    r"|\S[^:\n]*\(\d+(?:,\d+)*\) ?: (?:fatal )?error\b"  # MSVC, tsc
    r"|\s{0,4}\S+:\d+:\d+ - error\b"  # tsc --pretty, pyright
    rf"|\s{{0,4}}(?:[\w./@+-]+(?:\[\d+\])?: )?(?i:{_ERROR_WORD})(?:\[\w+\])?: "  # tool: error: …
    rf"|\s{{0,4}}\[(?i:{_ERROR_WORD})\]"
    r"|(?:\S+: line \d+: .*|.*: )(?:command not found|not found|No such file or directory|Permission denied)$"
    r"|\W{0,4}(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|FAIL|FAILED|EMERG|ALERT)\b(?![ =]*[\w.]*\()"
    r"|(?:Error|Fatal|Failed|Automatic merge failed|Segmentation fault|Aborted|Killed|Bus error)\b(?! *=)"
    r"|error (?=[A-Z])|CONFLICT \(|not ok \d|::error\b|##\[error\]|npm (?:ERR!|error)(?= )"
    r"|.*(?:undefined reference to|\(core dumped\))|.*: cannot (?:find|stat|open|access|create|remove) "
    r"|.*command terminated by signal"
    r"|    (?:The user requested |\S+ \S+ depends on )"  # pip, below `The conflict is caused by:`
    r")"
)
_RAISED = pattern(r"(?:Uncaught |Caused by: )?(?:[A-Za-z_$][\w$]*\.)*[A-Z]\w*(?:Error|Exception)(?::(?= )|$| \[)")
_SYNTAX = pattern(r"(?:SyntaxError|IndentationError|TabError):")
_WARNING = pattern(
    r"(?:"
    r"[^\s:][^:\n]*:\d+(?::\d+)?:? (?:[A-Z]\w*Warning|warning)\b"
    r"|\S[^:\n]*\(\d+(?:,\d+)*\) ?: warning\b"
    r"|\s{0,4}\S+:\d+:\d+ - warning\b"
    r"|\s{0,4}(?:[\w./@+-]+(?:\[\d+\])?: )?(?i:warn(?:ing)?)(?:\[\w+\])?: "
    r"|\s{0,4}\[(?i:warn(?:ing)?)\]"
    r"|\W{0,4}(?:WARN|WARNING)\b(?![ =]*[\w.]*\()"
    r"|npm (?:WARN|warn)(?= )|::warning\b|##\[warning\]"
    r")"
)
_TOTAL = pattern(
    r"\s{0,8}(?:"
    r"(?:added|removed|changed|audited) \d+ packages?|up to date|found \d+ vulnerabilities|Successfully \w+ "
    r"|Ran \d+ tests?|OK(?: \(.*\))?$|FAILED(?: \(.*\))$|test result: |(?:Tests|Test Suites|Test Files):? +\d"
    r"|BUILD (?:SUCCESS|FAIL)|Finished |(?i:total|summary)\b.*\d|exit(?:ed)?\b.*(?:code|status) \d"
    r"|.*\bexit(?:ed)?(?: with)? (?:code|status):? \d|[Ff]ound \d+ (?:errors?|problems?|warnings?)"
    r"|\S*make\S*: \*\*\* |.*not remade because of errors"
    r"|.*\b\d+ (?:errors?|warnings?) generated|(?!FAILED ).*\b\d+ (?:failed|passed|failures?|errors?|problems?)\b"
    r")"
)
_NPM_NOTE = pattern(r"npm (?:ERR!|error) (?:A complete log|For a full report|/|[A-Z]:\\|Fix the upstream|$)")
_PLACE_BELOW = pattern(r"\s*--> (\S+:\d+:\d+)")


def extract(text: str, *, log: bool, last: bool = True) -> list[Fact]:
    """The facts of any text. log: lines carry levels. last: the last line with text is a fact too."""
    scan = Scan(text, log=log)
    for start in candidates(text, LOG_WORDS if log else LOG_WORDS + OTHER_WORDS):
        scan.look_at(start)
    if last:
        scan.take_last()
    return [scan.found[start] for start in sorted(scan.found)]


_LEVELLED: dict[str, Callable[[str], Fact | None]] = {
    "error": lambda part: Fact(FAILURE, "error", (part,)),
    "warning": lambda part: Fact(WARNING, "warning", (part,)),
    "other": lambda _: None,
}


class Scan:
    """One pass over a text's candidate lines; `found` maps where a line begins to its fact."""

    __slots__ = ("done", "found", "log", "text")

    def __init__(self, text: str, *, log: bool) -> None:
        self.text = text
        self.log = log
        self.found: dict[int, Fact] = {}
        self.done = 0

    def look_at(self, start: int) -> None:
        """The line that begins at `start`, or the stack trace that does."""
        if start < self.done:
            return
        row, after = row_at(self.text, start)
        if not self._trace(start, row):
            fact = self.line(start, row, after)
            if fact:
                self.found[start] = fact

    def take_last(self) -> None:
        """The last line with text says how it ended, in no tool's own format."""
        start, fact = last_line(self.text)
        if fact and start not in self.found and start >= self.done:
            self.found[start] = fact

    def _trace(self, start: int, row: str) -> bool:
        """Whether a stack trace begins here; then it is read to its end."""
        if row.rstrip().endswith("Traceback (most recent call last):"):
            parts, end = traces.python(self.text, start)
        elif "panicked at " in row:
            parts, end = traces.rust(self.text, start)
        elif row.startswith(("panic: ", "fatal error: ")) and "\ngoroutine " in self.text[start : start + 4000]:
            parts, end = traces.go(self.text, start)
        elif traces.is_at_line(row):
            raised_at, parts, end = traces.at_lines(self.text, start)
            if 0 <= raised_at < self.done:  # the line above ends another trace
                raised_at, parts = -1, parts[1:]
            start = raised_at if raised_at >= 0 else start
            before = self.found.get(start)
            if before and parts and before.parts[0] != parts[0]:
                parts = before.parts
        else:
            return False
        if parts:
            self.found[start] = Fact(FAILURE, "error", parts)
        self.done = max(end, self.done)
        return True

    def line(self, start: int, row: str, after: int) -> Fact | None:
        """What one line says by itself; a logger's level says it best."""
        part = part_of(row)
        level = level_of(row, log=self.log)
        if level:
            return _LEVELLED[level](part)
        if _TOTAL.match(row) and not row.startswith("npm "):
            return Fact(TOTAL, "total", (part,))
        if _ERROR.match(row):
            note = _NPM_NOTE.match(row)
            return Fact(DETAIL, "note", (part,)) if note else Fact(FAILURE, "error", self._with_place(part, after))
        if _RAISED.match(row):
            place = traces.syntax_place(self.text, start) if _SYNTAX.match(row) else ""
            return Fact(FAILURE, "error", (place, part) if place else (part,))
        return Fact(WARNING, "warning", self._with_place(part, after)) if _WARNING.match(row) else None

    def _with_place(self, part: str, after: int) -> tuple[str, ...]:
        """The part, and the place that rustc prints in the line below it."""
        below = _PLACE_BELOW.match(row_at(self.text, after)[0]) if after < len(self.text) else None
        return (part, below.group(1)) if below else (part,)


def end_of(text: str) -> int:
    """Where `text` ends but for white space; it may be long, and `rstrip` would copy it."""
    end = len(text)
    while end and text[end - 1].isspace():
        end -= 1
    return end


def last_line(text: str) -> tuple[int, Fact | None]:
    """Where the last line with text begins, and it as the fact of how it ended, if it says anything."""
    end = end_of(text)
    start = text.rfind("\n", 0, end) + 1
    row, _ = row_at(text, start)
    return start, Fact(TOTAL, "last", (part_of(row),)) if end and any(map(str.isalnum, row)) else None


def candidates(text: str, words: Sequence[str]) -> list[int]:
    """Where the lines begin that hold one of the words, and the last lines, in order."""
    starts: set[int] = set()
    for offset, lowered in _lowered(text):
        for word in words:
            at = lowered.find(word)
            while at >= 0 and len(starts) < limits.FACTS_LOOKED_AT:
                starts.add(offset + lowered.rfind("\n", 0, at) + 1)
                end = lowered.find("\n", at)
                at = lowered.find(word, end) if end >= 0 else -1
    end = end_of(text)
    for _ in range(_TAIL_LINES):
        if end <= 0:
            break
        begin = text.rfind("\n", 0, end) + 1
        starts.add(begin)
        end = begin - 1
    return sorted(starts)


def _lowered(text: str) -> Iterator[tuple[int, str]]:
    """The text in lower case, in pieces of whole lines, each with where it begins; every position stays."""
    start = 0
    while start < len(text):
        end = text.find("\n", min(start + _CHUNK, len(text)))
        end = len(text) if end < 0 else end + 1
        piece = text[start:end]
        lowered = piece.lower()
        if len(lowered) != len(piece):  # the one capital that becomes two characters
            lowered = piece.replace("\u0130", "i").lower()
        yield start, lowered
        start = end
