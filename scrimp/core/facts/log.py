"""Facts of logs: errors with their stack traces, warnings, a web server's 5xx, and how it ended.

A line's level says what it is; one without a level, as syslog and Go print, is told by its words. A trace torn by the
lines of other programs or threads is put together again. Of more than LOG_ALIKE errors alike (but for numbers and ids)
all but the first and last ones are called so: the flood is to be seen, not each of its drops.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from scrimp.core import limits, log_lines
from scrimp.core.facts import lines, traces
from scrimp.core.facts.fact import ALIKE, FAILURE, WARNING, Fact, part_of, row_at
from scrimp.core.facts.levels import level_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = (
    "refused",
    "timed out",
    "unable to",
    "could not",
    "cannot ",
    "fail",
    "denied",
    "killed",
    "segfault",
    '" 5',
    "exited",
    "(rc=",
)
"""Besides the words of any log: where lines carry no level, and a web server's status."""

_TIME = pattern(
    r"\W{0,2}(?:\d{4}[-/]\d\d[-/]\d\d[T ]|\d\d/\w{3}/\d{4}:)?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)?\W{1,3}"
)
_SAYS_SO = pattern(
    r"(?i)(?<!\b0 )(?<!\bno )(?<![/\w.-])"
    r"(?:error|failed|failure|fatal|panic|exception|cannot|could not|unable to|refused|timed out|denied"
    r"|segfault|out of memory|killed process)(?![\w/-])(?! ?[=:] ?(?:0|none|null|false)\b)"
)
_SERVED = pattern(r'.{0,300}?" (?P<class>\d)\d\d (?:\d|-)')
"""A web server's line: the request in quotes, the status."""
_EXIT = pattern(r"(?:\bstopped \(rc=|\bexited(?: with)? (?:code|status)[ =:]+)[1-9]")
"""What honcho, concurrently and Compose say of a program that failed."""
_HEAD = 240
_MASK = pattern(r"\b[0-9a-fA-F]*\d\w*|\d+")
_ABOVE = 12


def extract(text: str) -> list[Fact]:
    """The facts of a log, in order of appearance."""
    scan = _Scan(text)
    for start in lines.candidates(text, lines.LOG_WORDS + _WORDS):
        scan.look_at(start)
    found = _floods_marked([scan.found[start] for start in sorted(scan.found)])
    start, last = lines.last_line(text)
    return [*found, last] if last and start not in scan.found and start not in scan.taken else found


def level_in(row: str) -> str:
    """`error`, `warning`, `other`, or empty for a line that says nothing of the kind."""
    level = level_of(row, log=True)
    if level:
        return level
    _, at = log_lines.source_of(row)
    level = level_of(row[at:], log=True) if at else ""
    if level or _EXIT.search(row[: 2 * _HEAD]):
        return level or "error"
    served = _SERVED.match(row) if '" ' in row else None
    if served:
        return "warning" if served["class"] == "5" else "other"
    time = _TIME.match(row, at)
    if not at and not time:
        return ""
    begin = time.end() if time else at
    return "error" if _SAYS_SO.search(row, begin, begin + _HEAD) else ""


def _floods_marked(found: list[Fact]) -> list[Fact]:
    """The same facts; of more than LOG_ALIKE alike those between the first and the last ones are called ALIKE."""
    places: dict[tuple[str, str], list[int]] = {}
    for index, fact in enumerate(found):
        places.setdefault((fact.kind, _MASK.sub("0", "\n".join(fact.parts))), []).append(index)
    between: set[int] = set()
    for indices in places.values():
        if len(indices) > limits.LOG_ALIKE:
            between.update(indices[limits.LOG_FLOOD_EDGE : -limits.LOG_FLOOD_EDGE])
    return [Fact(ALIKE, fact.kind, fact.parts) if index in between else fact for index, fact in enumerate(found)]


class _Scan:
    """One pass over the candidate lines; `found` maps where a line begins to its fact."""

    __slots__ = ("found", "taken", "text", "without")

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: dict[int, Fact] = {}
        self.taken: set[int] = set()
        self.without: set[int] = set()
        """Where lines begin that look like frames and lead to no trace: thousands in a row must not each be read on."""

    def look_at(self, start: int) -> None:
        """The line that begins at `start`, or the stack trace that does."""
        if start in self.taken:
            return
        row, after = row_at(self.text, start)
        begins = start not in self.without and log_lines.begins_trace(row[log_lines.source_of(row)[1] :])
        if begins and self._trace(start):
            return
        level = level_in(row)
        if level == "error":
            self.found[start] = Fact(FAILURE, "error", (part_of(row),))
        elif level == "warning":
            self.found[start] = Fact(WARNING, "warning", (part_of(row),))
        elif not level:
            fact = lines.Scan(self.text, log=True).line(start, row, after)
            if fact:
                self.found[start] = fact

    def _trace(self, start: int) -> bool:
        """Whether a stack trace begins here; then its lines are taken."""
        starts, rows = self._above(start)
        head = len(rows)
        below: list[int] = []
        own = log_lines.trace(self._rows(start, below), _Taken(self.taken, below), 0)
        rows += [body for _, body in own]
        starts += [below[number] for number, _ in own]
        block = "\n".join([*rows, ""])
        begins = [0, *accumulate(len(row) + 1 for row in rows)]
        raised_at, parts, end = _read(block, begins[head], rows[head])
        if not parts:
            self.without.update(starts[head + index] for index in range(log_lines.frames(rows[head:])))
            return False
        at = bisect_right(begins, raised_at) - 1 if raised_at >= 0 else head
        if starts[at] in self.taken:
            at, parts = head, parts[1:]
        self.taken.update(starts[index] for index in range(at, len(rows)) if begins[index] < end)
        before = self.found.get(starts[at])
        if before and before.parts[0] != parts[0]:
            parts = (before.parts[0], *parts[1:])
        if parts:
            self.found[starts[at]] = Fact(FAILURE, "error", parts)
        return True

    def _rows(self, start: int, starts: list[int]) -> Iterator[str]:
        while start < len(self.text):
            starts.append(start)
            row, start = row_at(self.text, start)
            yield row

    def _above(self, start: int) -> tuple[list[int], list[str]]:
        """The lines of the same source above a frame, where it stands what was raised."""
        row, _ = row_at(self.text, start)
        source, at = log_lines.source_of(row)
        starts: list[int] = []
        rows: list[str] = []
        if not traces.is_at_line(row[at:]):
            return starts, rows
        for _ in range(2 * _ABOVE):
            if not start or len(rows) == _ABOVE:
                break
            start = self.text.rfind("\n", 0, start - 1) + 1
            row, _ = row_at(self.text, start)
            name, at = log_lines.source_of(row)
            if name == source:
                starts.insert(0, start)
                rows.insert(0, row[at:])
        return starts, rows


class _Taken:
    """Which of the rows from a place on belong to other traces, by their number from there."""

    __slots__ = ("_starts", "_taken")

    def __init__(self, taken: set[int], starts: list[int]) -> None:
        self._taken = taken
        self._starts = starts

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self._starts[number] in self._taken


def _read(block: str, start: int, head: str) -> tuple[int, tuple[str, ...], int]:
    """Where the raised line begins (or -1), a trace's parts, and where it ends."""
    if head.rstrip().endswith("Traceback (most recent call last):"):
        return (-1, *traces.python(block, start))
    if "panicked at " in head:
        return (-1, *traces.rust(block, start))
    if head.startswith(("panic: ", "fatal error: ")):
        return (-1, *traces.go(block, start)) if "\ngoroutine " in block[start : start + 4000] else (-1, (), start)
    return traces.at_lines(block, start) if traces.is_at_line(head) else (-1, (), start)
