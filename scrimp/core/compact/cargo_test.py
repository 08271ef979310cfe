"""`cargo test` and `cargo nextest`: of each failing test its name, panic and message; totals; the compiler's lines.

Tests may print all of libtest's report: a block counts when the list of failures above `test result:` names its test.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit
from scrimp.core.compact.ending import with_an_end
from scrimp.core.compact.fit import DETAIL, EXTRA, KEY, LAST, MUST, NOISE, REST, SILENT, SPARE
from scrimp.core.compact.lines import runs
from scrimp.core.compact.rust_failure import grade_failure
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "cargo_test"
GAPS = fit.NO_GAPS
WHOLE = frozenset({EXTRA})
"""The list of failures repeats the names of the blocks above it."""
NEEDLES = (
    " panicked at ",
    " stdout ----",
    "\ntest result: ",
    "\nfailures:\n",
    "\nerror: ",
    "\nerror[",
    " FAIL [",
    "\nwarning: ",
    "   Summary [",
    "Error: ",
)
shorten = fit.as_it_was

_LOOK = pattern(
    r"(?m)^(?:running \d+ tests?$|test result: (?:ok|FAILED)\. \d+ passed; |test \S.* \.\.\. (?:ok|FAILED|ignored)$"
    r"| *Nextest run ID |     Summary \[ *\d[\d.]*s\] .*\btests? run: )"
)
_RUNNING = pattern(r"running \d+ tests?$")
_RESULT = pattern(r"test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored; ")
_HEADER = pattern(r"---- (\S.*) (?:stdout|stderr) ----$")
_VERDICT = pattern(r"test \S.* \.\.\. ")
_DOTS = pattern(r"[.iFb]+(?: \d+/\d+)?$")
_TARGET = pattern(r"     Running |   Doc-tests ")
_STATUS = pattern(
    r" {0,14}(?:TRY \d+ )?([A-Z][A-Z-]+)(?: \d+/\d+)? +\[[> ]*\d[\d.]*s\] +(?:\([^()]{1,20}\) +)?(\S+ \S.*)$"
)
_SUMMARY = pattern(r" +Summary +\[ *\d[\d.]*s\] ")
_GOOD = frozenset({"PASS", "START", "SLOW", "LEAK"})
_PROGRESS = pattern(r" +(?:Compiling|Checking|Fresh|Downloaded|Downloading|Locking|Updating|Adding|Blocking) ")
_DIAGNOSTIC = pattern(r"(?:warning|error)(?:\[\w+\])?: ")
_FAILED_TARGET = pattern(r"    `-p |  process didn't exit success")


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 a report is known by its look alone
    """Whether `text` (the ends and the middle of the output) has libtest's or nextest's lines."""
    return _LOOK.search(text) is not None


def target(case: Case) -> int:
    """How many characters to cut to."""
    return limits.TEST_RUN_CHARS if case.failed else limits.TEST_RUN_PASSED_CHARS


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line: cargo's own lines, then each run."""
    worths = [REST] * len(lines)
    for start, end in runs(lines, strict=False):
        worths[start + 2 : end - 2] = [NOISE] * max(0, end - start - 4)
    nextest = next((at for at, line in enumerate(lines) if line.startswith((" Nextest run ID ", "    Starting "))), -1)
    if nextest >= 0:
        _cargo(lines, worths, 0, nextest)
        _nextest(lines, worths, nextest, failed=case.failed)
        return with_an_end(lines, worths)
    starts = [at for at, line in enumerate(lines) if line.startswith("running ") and _RUNNING.match(line)]
    _cargo(lines, worths, 0, starts[0] if starts else len(lines))
    ran: list[bool] = []
    results: list[int] = []
    for start, after in zip(starts, [*starts[1:], len(lines)]):
        result = _result(lines, start, after)
        end = result + 1 if result < after else after
        _run(lines, worths, start, result, failed=case.failed)
        _cargo(lines, worths, end if result < after else start, after)
        if result < after:
            found = _RESULT.match(lines[result])
            results.append(result)
            ran.append(bool(found) and any(int(count) for count in found.groups()))
    for result, some in zip(results, ran):
        worths[result] = MUST if some or not any(ran) else LAST
    return with_an_end(lines, worths)


def _result(lines: Sequence[str], start: int, after: int) -> int:
    """The run's total, or `after`; what looks like one above it was printed."""
    for index in range(after - 1, start, -1):
        if lines[index].startswith("test result: ") and _RESULT.match(lines[index]):
            return index
    return after


def _cargo(lines: Sequence[str], worths: list[int], start: int, end: int) -> None:
    """What cargo and the compiler say: each diagnostic's line and place, its source if there is room."""
    below = NOISE
    for index in range(start, end):
        line = lines[index]
        if _DIAGNOSTIC.match(line):
            worths[index] = MUST
            below = DETAIL if line.startswith("error") else SPARE
        elif line.lstrip().startswith("--> "):
            worths[index] = MUST
        elif not line.strip():
            worths[index] = SILENT
        elif _TARGET.match(line):
            worths[index], below = DETAIL, NOISE
        elif _FAILED_TARGET.match(line):
            worths[index] = MUST
        elif _PROGRESS.match(line):
            worths[index], below = NOISE, NOISE
        elif line.startswith("    Finished "):
            worths[index], below = KEY, NOISE
        elif line[0] == " " or line[0].isdigit():
            worths[index] = min(below, SPARE) if below != NOISE else SPARE


def _run(lines: Sequence[str], worths: list[int], start: int, result: int, *, failed: bool) -> None:
    """One run, from `running N tests` to its total."""
    names, listed = _listed(lines, start, result)
    expected = frozenset(names)
    blocks = [
        index
        for index in range(start, listed)
        if (found := _HEADER.match(lines[index])) and (not names or found.group(1) in expected)
    ]
    shown = {lines[index][5:].rpartition(" std")[0] for index in blocks}
    bare = expected - shown if failed else frozenset[str]()
    _progress(lines, worths, start, blocks[0] if blocks else listed, bare)
    for block, after in zip(blocks, [*blocks[1:], listed]):
        worths[block] = MUST if failed else SPARE
        if failed:
            grade_failure(lines, worths, block + 1, after)
    for index in range(listed, result):
        name = lines[index].strip()
        worths[index] = SILENT if not name or name == "failures:" else EXTRA if name in shown else MUST


def _listed(lines: Sequence[str], start: int, result: int) -> tuple[list[str], int]:
    """The failures that are listed just above the total, and where that list begins."""
    names: list[str] = []
    for index in range(result - 1, start, -1):
        line = lines[index]
        if line == "failures:" and names:
            return names, index
        if line.startswith("    "):
            names.append(line[4:])
        elif line:
            break
    return [], result


def _progress(lines: Sequence[str], worths: list[int], start: int, end: int, bare: frozenset[str]) -> None:
    """Verdicts go, but for ignored tests; `bare`: failed tests of which no block tells more: their panics are here."""
    if bare:
        grade_failure(lines, worths, start, end)
    for index in range(start, end):
        line = lines[index]
        if line.startswith("test ") and _VERDICT.match(line):
            name = line[5:].rpartition(" ... ")[0].partition(" - should panic")[0]
            crashed = " ... error: " in line
            worths[index] = MUST if crashed else DETAIL if " ... ignored, " in line else KEY if name in bare else NOISE
        elif _RUNNING.match(line) or _DOTS.match(line) or line in ("failures:", "successes:"):
            worths[index] = NOISE
        elif not line:
            worths[index] = SILENT


def _nextest(lines: Sequence[str], worths: list[int], start: int, *, failed: bool) -> None:
    """Status lines; below one that did not pass the test's output, of several tries the last."""
    summary = next((at for at in range(len(lines) - 1, start, -1) if _SUMMARY.match(lines[at])), len(lines))
    statuses = [at for at in range(start, len(lines)) if "s] " in lines[at] and _STATUS.match(lines[at])]
    blocks: dict[str, tuple[int, int]] = {}
    for status, after in zip(statuses, [*statuses[1:], len(lines)]):
        found = _STATUS.match(lines[status])
        if found is None or found.group(1) in _GOOD:
            worths[status] = NOISE
            continue
        name = found.group(2)
        if after > status + 1 and lines[status + 1].startswith("  std"):
            if name in blocks:
                first, last = blocks[name]
                worths[first:last] = [SPARE] + [NOISE] * (last - first - 1)
            blocks[name] = (status, after)
            worths[status] = MUST
            grade_failure(lines, worths, status + 1, after, margin=4)
        else:
            worths[status] = MUST if name not in blocks else EXTRA if status > summary else LAST
    for index in range(start, len(lines)):
        line = lines[index]
        if line.startswith(("\u2500\u2500\u2500\u2500", "  stdout \u2500", "  stderr \u2500")):
            worths[index] = NOISE
        elif _SUMMARY.match(line) or (index > summary and _DIAGNOSTIC.match(line)):
            worths[index] = MUST
        elif line.startswith((" Nextest run ID ", "    Starting ")):
            worths[index] = LAST if failed else DETAIL
        elif line.startswith("  Cancel"):
            worths[index] = KEY
