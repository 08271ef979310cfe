"""Facts of CTest, and of GoogleTest and Catch2 by themselves: which tests failed and how, their messages, the totals.

CTest: a line for each test (` 2/116 Test   #3: name ....***Failed  0.01 sec`), with --output-on-failure the test's
output below it, with -V above it behind the test's number, and at the end the list of those that failed. A line for a
test counts when it counts to the same number of tests as the last one; GoogleTest's when its closing list names it.
"""

from __future__ import annotations

from scrimp.core.facts.cpp_tests import CATCH, catch, googletest, told_by
from scrimp.core.facts.fact import DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_RESULT = pattern(r" *\d+/(\d+) Test +#(\d+): (\S.*?) \.\.+(.*)$")
_START = pattern(r"(?:test \d+$| +Start +\d+: )")
_NUMBERED = pattern(r"(\d+): ?(.*)$")
_TOTAL = pattern(r"\d+% tests passed, \d+ tests? failed out of \d+$")
_ENTRY = pattern(r"\t *(\d+) - (\S.*) \(([^()]+)\)")
_GOOD = ("Passed", "***Skipped", "***Not Run (Disabled)")
_MISSING = pattern(r"(?:Could not find executable|Unable to find executable:) \S")
_NOTHING = pattern(r"No tests were found!!!|CMake Error|Cannot find file: |ctest: ")
_SKIPPED_MOST = 20


def extract(text: str) -> list[Fact]:
    """The facts of the run: of CTest's where it is one, else of GoogleTest's and Catch2's."""
    rows = text.split("\n")
    results = [at for at, row in enumerate(rows) if "Test" in row and _RESULT.match(row)]
    totals = [at for at, row in enumerate(rows) if "tests passed" in row and _TOTAL.match(row)]
    framework = [*googletest(rows), *(catch(rows) if any(map(CATCH.match, rows)) else ())]
    if results or (totals and not framework):  # a total without results above may be one that a test prints
        return list(_of_ctest(rows, results, totals))
    return [*_notes(rows), *framework]


def _of_ctest(rows: Sequence[str], results: Sequence[int], totals: Sequence[int]) -> Iterator[Fact]:
    out_of = _group(rows[results[-1]], 1) if results else ""
    results = [at for at in results if _group(rows[at], 1) == out_of]
    totals = [at for at in totals if rows[at].endswith(_out_of(rows, results, out_of))] or totals
    end = totals[-1] if totals else len(rows)
    yield from _notes(rows)
    listed = list(_listed(rows, end, "The following tests FAILED:"))
    verbose = any(": Test command: " in row and _NUMBERED.match(row) for row in rows)
    numbered = _numbered(rows, frozenset(results)) if verbose else {}
    for at in results:
        found = _RESULT.match(rows[at])
        if found is None or found.group(4).strip().startswith(_GOOD) or at > end:
            continue
        name = part_of(found.group(3))
        said = told_by(numbered.get(at, ()) if verbose else _below(rows, at, end))
        for first, parts in enumerate(said):
            yield Fact(FAILURE, "error", parts if first else (name, *parts))
        if not listed and not said:
            yield Fact(FAILURE, "failure", (part_of(rows[at]),))
    if totals:
        yield Fact(TOTAL, "total", (part_of(rows[end]),))
    for row in list(_listed(rows, end, "The following tests did not run:"))[:_SKIPPED_MOST]:
        yield Fact(DETAIL, "skipped", (part_of(row),))
    for row in listed:
        yield Fact(FAILURE, "failure", (part_of(row),))


def _out_of(rows: Sequence[str], results: Sequence[int], out_of: str) -> tuple[str, ...]:
    """How CTest's own total may end: without disabled tests, of a stopped run with those that ran.

    One that a test prints counts to another number.
    """
    disabled = sum("(Disabled)" in rows[at] for at in results)
    return tuple(f" out of {count - disabled}" for count in (int(out_of), len(results))) if out_of else ("",)


def _group(row: str, group: int) -> str:
    found = _RESULT.match(row)
    return str(found.group(group)) if found else ""


def _numbered(rows: Sequence[str], results: frozenset[int]) -> dict[int, list[str]]:
    """Under -V: for each result, by its index, what the test had printed behind its number."""
    printed: dict[str, list[str]] = {}
    found: dict[int, list[str]] = {}
    for at, row in enumerate(rows):
        if at in results:
            found[at] = printed.pop(_group(row, 2), [])
            continue
        numbered = _NUMBERED.match(row) if row[:1].isdigit() else None
        if numbered:
            printed.setdefault(numbered.group(1), []).append(numbered.group(2))
    return found


def _below(rows: Sequence[str], at: int, end: int) -> list[str]:
    """What a test printed under --output-on-failure: the lines below its result."""
    below: list[str] = []
    for index in range(at + 1, end):
        row = rows[index]
        if _START.match(row) or _RESULT.match(row):
            break
        below.append(row)
    return below


def _listed(rows: Sequence[str], end: int, heading: str) -> Iterator[str]:
    """The entries below a heading that stands after the total."""
    inside = False
    for row in rows[end:]:
        if row.startswith("The following tests "):
            inside = row == heading
        elif inside and _ENTRY.match(row):
            yield row
        elif not row.startswith("\t"):
            inside = False


def _notes(rows: Sequence[str]) -> Iterator[Fact]:
    """What CTest itself could not do."""
    seen: set[str] = set()
    for row in rows:
        if _MISSING.match(row):
            path = row.split()[-1]
            if path not in seen:
                seen.add(path)
                yield Fact(FAILURE, "error", (part_of(row),))
        elif _NOTHING.match(row):
            yield Fact(WARNING, "warning", (part_of(row),))
