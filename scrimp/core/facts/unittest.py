"""Facts of a unittest run: each failure's name, place and message; totals; Python's warnings.

Source: unittest.runner.TextTestResult and TextTestRunner (3.9 to 3.13), Django's DiscoverRunner. A failure is a rule of
70 `=`, `FAIL: ` or `ERROR: ` with the test's name, its first line of documentation, a rule of 70 `-`, a traceback, and
with -b what was printed. `Ran N tests` is followed by a blank line and the verdict. Buffered standard output may come
out after the totals: of several totals those are unittest's whose counts agree with the failures above.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from scrimp.core.facts import lines, traces
from scrimp.core.facts.fact import DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = pattern(
    r"^={70}\n(?:FAIL|ERROR): (.*)\n(?:(?!-{70}$).*\n){0,5}-{70}\n"
    r"(?=(?:(?!={70}$).*\n){0,3}?[ +|]*(?:Exception Group )?Traceback \(most)",
    re.MULTILINE,
)
_UNEXPECTED = pattern(r"^UNEXPECTED SUCCESS: (.*)$", re.MULTILINE)
_TOTALS = pattern(r"^(Ran \d+ tests? in [\d.]+s)\n\n?((?:OK|FAILED|NO TESTS RAN)(?: \(.*\))?)$", re.MULTILINE)
_FAILED = pattern(r"(?<!expected )\b(?:failures|errors|unexpected successes)=(\d+)")
_TRACEBACK = pattern(r"^[ +|]*(?:Exception Group )?Traceback \(most recent call last\):$", re.MULTILINE)
_CAPTURED = pattern(r"^Std(?:out|err):$", re.MULTILINE)
_WARNED = pattern(r"^(\S.*\.py:\d+: \w+Warning: .*)$", re.MULTILINE)
_VERDICT = pattern(r"^ {0,2}(\w+ \([\w.<>]+\)(?: [\[(].*)?) \.\.\. (?:FAIL|ERROR|unexpected success)$", re.MULTILINE)
_FRAME = pattern(r"^ {2,4}(File \"[^\"\n]+\", line \d+)", re.MULTILINE)
_FOREIGN = ("/unittest/", "site-packages", "dist-packages", "/lib/python", "<frozen ")
_COMPARED_LINES = 12


def extract(text: str) -> list[Fact]:
    """The facts of the runs in `text`."""
    blocks = list(_BLOCK.finditer(text))
    unexpected = list(_UNEXPECTED.finditer(text))
    totals = _own(list(_TOTALS.finditer(text)), sorted(found.start() for found in (*blocks, *unexpected)))
    ends = [total.start() for total in totals]
    facts: list[tuple[int, Fact]] = []
    for block, after in zip(blocks, [*(found.start() for found in blocks[1:]), len(text)]):
        at = bisect_left(ends, block.start())
        end = min(after, ends[at]) if at < len(ends) else after
        facts += [(block.start(), fact) for fact in _of_block(text, block, end)]
    facts += [(found.start(), Fact(FAILURE, "failure", (part_of(found.group(1)),))) for found in unexpected]
    facts += [(total.start(), Fact(TOTAL, "total", (total.group(1), total.group(2)))) for total in totals]
    facts += [(found.start(), Fact(WARNING, "warning", (part_of(found.group()),))) for found in _WARNED.finditer(text)]
    if not totals and not blocks:  # stopped before its report
        facts += [(found.start(), Fact(FAILURE, "failure", (found.group(1),))) for found in _VERDICT.finditer(text)]
    if totals:
        facts += [(len(text), fact) for fact in _after(text[totals[-1].end() :])]
    return [fact for _, fact in sorted(facts, key=lambda entry: entry[0])]


def _after(text: str) -> list[Fact]:
    """What follows the last totals: other programs, or what tests printed, of which nothing but stack traces counts."""
    return [fact for fact in lines.extract(text, log=False, last=False) if len(fact.parts) > 1]


def _own(totals: list[re.Match[str]], failures: list[int]) -> list[re.Match[str]]:
    """The totals whose counts agree with the failures above them; if none does, the last."""
    own: list[re.Match[str]] = []
    at = done = 0
    for total in totals:
        while at < len(failures) and failures[at] < total.start():
            at += 1
        if at - done == sum(map(int, _FAILED.findall(total.group(2)))):
            own.append(total)
            done = at
    return own or totals[-1:]


def _placed(parts: tuple[str, ...], trace: str) -> tuple[str, ...]:
    """The parts of a trace, placed at its innermost frame outside of Python's and installed packages' code."""
    if len(parts) > 1 and _foreign(parts[0]):
        own = [frame.group(1) for frame in _FRAME.finditer(trace) if not _foreign(frame.group(1))]
        return (*(own[-1:] or parts[:1]), *parts[1:])
    return parts


def _foreign(frame: str) -> bool:
    return any(part in frame for part in _FOREIGN)


def _of_block(text: str, block: re.Match[str], end: int) -> Iterator[Fact]:
    """One failure; the exceptions that led to it are causes, the lines of a comparison details."""
    captured = _CAPTURED.search(text, block.end(), end)
    stop = captured.start() if captured else end
    raised: list[tuple[str, ...]] = []
    at = block.end()
    while True:
        found = _TRACEBACK.search(text, at, stop)
        if not found:
            break
        parts, at = traces.python(text, found.start())
        raised.append(_placed(parts, text[found.start() : at]))
    for parts in raised[:-1]:
        yield Fact(FAILURE, "cause", parts)
    message = raised[-1] if raised else (part_of(text[block.end() : stop].split("\n", 1)[0]),)
    yield Fact(FAILURE, "failure", (part_of(block.group(1)), *message))
    rows = [row for row in text[at:stop].split("\n") if row.startswith(("- ", "+ ")) and row[2:].strip()]
    if rows:
        yield Fact(DETAIL, "diff", tuple(part_of(row) for row in rows[:_COMPARED_LINES]))
