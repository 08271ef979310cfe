"""What GoogleTest, Catch2 and plain programs print about a failure: `file:line`, and the lines that say what was wrong.

GoogleTest: `file:7: Failure` and the lines below it, up to a blank one or the next `[` line. Catch2: `file:7: FAILED:`
and the lines below it. Any other program: lines of `file:line: text`, or the last lines that it printed.
"""

from __future__ import annotations

from scrimp.core.facts.fact import DETAIL, FAILURE, TOTAL, Fact, part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CATCH = pattern(r"(?:test cases|assertions): +\d+ \||All tests passed \(\d+ assertion")

_FAILURE = pattern(r"(?:\S.*:\d+|unknown file): (?:Failure|error: )|\S.*\(\d+\): error: ")
_CATCH_FAILURE = pattern(r"\S.*:\d+: FAILED:$")
_PLACED = pattern(r"(?:\S+: )?[^\s:]+:\d+(?::\d+)?: \S|\S+: .*Assertion `")
_OWN_FRAME = pattern(
    r"\[[ =\-A-Z]{10}\]|Running main\(\)|Note: Google Test|Test command: |Working Directory: |Test timeout computed"
    r"|Environment variables: |Repeating all tests|Could not find exec|Unable to find exec|Looked in the following"
    r"| *\d+ FAILED TESTS?$|Randomness seeded|Filters: "
)
_RUN = "[ RUN      ] "
_FAILED = "[  FAILED  ] "
_LISTED = pattern(r"\[  FAILED  \] \d+ tests?, listed below:$")
_TOTALS = pattern(
    r"\[==========\] \d+ tests? from \d+ test (?:suite|case)s? ran\.|\[  (?:PASSED|FAILED)  \] \d+ tests?[.,]"
    r"|\[  SKIPPED \] \d+ tests?, listed|  YOU HAVE \d+ DISABLED TESTS?"
)
_SKIPPED = "[  SKIPPED ] "
_PARTS_MOST = 8
_FAILURES_MOST = 10
_PLACED_MOST = 5


def told_by(rows: Sequence[str]) -> list[tuple[str, ...]]:
    """For each failure in one test's output its lines; of another program the lines with a place, or its last line."""
    found = [_block(rows, at) for at, row in enumerate(rows) if _FAILURE.match(row) or _CATCH_FAILURE.match(row)]
    if found:
        return found[:_FAILURES_MOST]
    said = [row for row in rows if row.strip() and not _OWN_FRAME.match(row)]
    placed = [(part_of(row),) for row in said if _PLACED.match(row)]
    return placed[:_PLACED_MOST] or [(part_of(row),) for row in said[-1:]]


def _block(rows: Sequence[str], at: int) -> tuple[str, ...]:
    """The failure's line and those below it."""
    parts = [part_of(rows[at])]
    for row in rows[at + 1 : at + 1 + _PARTS_MOST]:
        if not row.strip() or row.startswith("[") or _FAILURE.match(row) or len(parts) == _PARTS_MOST:
            break
        parts.append(part_of(row))
    return tuple(parts)


def googletest(rows: Sequence[str]) -> Iterator[Fact]:
    """The failures of a GoogleTest program by the test they happened in, the crash it ended with, and its totals."""
    listed = [at for at, row in enumerate(rows) if row.startswith("[  FAILED  ]") and _LISTED.match(row)][-1:]
    names = {_name(row) for row in rows[listed[0] + 1 :] if row.startswith(_FAILED)} if listed else set[str]()
    started = -1
    ran = [at for at, row in enumerate(rows) if row.startswith("[==========] ") and _TOTALS.match(row)][-1:]
    end = ran[0] if ran else len(rows)
    for at, row in enumerate(rows[:end]):
        if row.startswith(_RUN) and _name(row):
            started = at
        elif row.startswith(_FAILED) and started >= 0 and _name(row) == _name(rows[started]):
            if not names or _name(row) in names:
                yield from _of_test(rows[started + 1 : at], part_of(_name(row)))
            started = -1
        elif row.startswith(("[       OK ] ", _SKIPPED)) and started >= 0 and _name(row) == _name(rows[started]):
            started = -1
    if started >= 0 and not ran:
        yield from _of_test(rows[started + 1 :], part_of(_name(rows[started])))
    for row in rows[end:] if ran else ():
        if _TOTALS.match(row):
            yield Fact(TOTAL, "total", (part_of(row),))
        elif row.startswith(_SKIPPED):
            yield Fact(DETAIL, "skipped", (part_of(row),))


def _name(row: str) -> str:
    """`Suite.Test` of a line that begins with a mark in brackets."""
    name = row[len(_RUN) :].split(", where ", 1)[0]
    return name.split(" (", 1)[0].rstrip()


def _of_test(rows: Sequence[str], name: str) -> Iterator[Fact]:
    said = told_by(rows)
    for first, parts in enumerate(said):
        yield Fact(FAILURE, "failure", parts if first else (name, *parts))
    if not said:
        yield Fact(FAILURE, "failure", (name,))


def catch(rows: Sequence[str]) -> Iterator[Fact]:
    """The failures of a Catch2 program, the first of each test case with its name, and its totals."""
    case = told = ""
    for at, row in enumerate(rows):
        below = rows[at + 1] if at + 1 < len(rows) else ""
        if row.startswith("-----") and below[:1].strip() and not below.startswith(("-", ".")) and ":" not in below:
            case = part_of(below)
        elif row.endswith(": FAILED:") and _CATCH_FAILURE.match(row):
            yield Fact(FAILURE, "failure", tuple(filter(None, ("" if case == told else case, *_block(rows, at)))))
            told = case
    totals = [row for row in rows if CATCH.match(row)]
    for row in totals[-2:]:
        yield Fact(TOTAL, "total", (part_of(row),))
