"""Outputs that are not quite what a tool prints: recorded ones torn, shuffled, mixed, dressed up and lied into.

`python -m tests.compact.fuzz` runs the properties of test_properties.py on many more of them than the suite does.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

from scrimp.core.families import NAMES
from tests.compact import cases

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 50_000


def _recorded() -> dict[str, list[cases.Case]]:
    """Of each family the cases that are quickly compacted."""
    found: dict[str, list[cases.Case]] = {name: [] for name in NAMES}
    for case in map(cases.load, cases.names()):
        if len(case.text) <= LARGEST:
            found[case.family].append(case)
    return found


RECORDED = _recorded()


def recorded(family: str) -> list[cases.Case]:
    """Of a family the cases that are quickly compacted; what is missing is said where there are none."""
    found = RECORDED[family]
    assert found, f"tests/compact/{family}/ has no case of up to {LARGEST:,} characters (see tests/compact/README.md)"
    return found


MARKER = "[scrimp 3f9c02d41b7a8e55: 1,786 of 1,907 lines, 138 KB of 145 KB left out; whole: Read /tmp/x]"
GAP = "… 12 lines"
SUMMARIES = (
    "=========================== 12 failed, 3 passed in 0.10s ===========================",
    "Ran 7 tests in 0.003s",
    "Tests:       3 failed, 12 passed, 15 total",
    " Test Files  1 failed | 2 passed (3)",
    "  12 passing (3s)",
    "# tests 12",
    "--- FAIL: TestNothing (0.00s)",
    "FAIL\tshop/none\t0.01s",
    "test result: FAILED. 3 passed; 12 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
    "[ERROR] Tests run: 12, Failures: 3, Errors: 0, Skipped: 0",
    "50% tests passed, 3 tests failed out of 6",
    "Found 3 errors in 1 file (checked 7 source files)",
    "added 3 packages, and audited 12 packages in 1s",
    "Successfully installed nothing-1.0",
    "commit 3f9c02d41b7a8e553f9c02d41b7a8e553f9c02d4",
    "diff --git a/none.py b/none.py",
    "@@ -1,3 +1,4 @@ def none():",
    "On branch none",
)
"""How other tools begin or end, or a tool's own ending that one of its tests prints."""
PRETENDERS = (
    *(MARKER, GAP, *SUMMARIES),
    "=================================== FAILURES ===================================",
    "FAILED x::y - AssertionError: not a real one",
    "Traceback (most recent call last):",
    "panic: not one",
    "…",
    "",
    "\x00\x01",
    "\udcff\udc80 not UTF-8",
    "half a line\r",
    "\x1b[31m",
    "\x1b]8;;http://x\x1b",
    "E   " + "x" * 5_000,
    "2026-01-01 00:00:00 ERROR " + "7" * 4_400,
    "{",
    '"',
    "</none>",
    "|----|",
)


def _coloured(lines: list[str], step: int) -> list[str]:
    return [f"\x1b[1;3{at % 8}m{line}\x1b[0m" if at % step == 0 else line for at, line in enumerate(lines)]


def _crlf(lines: list[str], step: int) -> list[str]:
    return [line + "\r" if at % step == 0 else line for at, line in enumerate(lines)]


def _rewritten(lines: list[str], step: int) -> list[str]:
    return [f"\r{at}%\r\x1b[K{line}" if at % step == 0 else line for at, line in enumerate(lines)]


def _prefixed(lines: list[str], step: int) -> list[str]:
    return [f"web-{at % step}  | {line}" for at, line in enumerate(lines)]


def _stamped(lines: list[str], step: int) -> list[str]:
    return [f"2026-04-19T04:{at // 60 % 60:02d}:{at % 60:02d}.{step:03d}Z {line}" for at, line in enumerate(lines)]


def _chopped(lines: list[str], step: int) -> list[str]:
    """Some lines end in their middle and go on in the next."""
    return [part for at, line in enumerate(lines) for part in ([line] if at % step else _halves(line))]


def _halves(line: str) -> list[str]:
    return [line[: len(line) // 2], line[len(line) // 2 :]]


def _twice(lines: list[str], step: int) -> list[str]:
    return [line for at, line in enumerate(lines) for _ in range(1 + (at % step == 0))]


def _as_they_are(lines: list[str], step: int) -> list[str]:
    del step
    return lines


DRESSES: tuple[Callable[[list[str], int], list[str]], ...] = (
    *(_as_they_are, _as_they_are, _coloured, _crlf, _rewritten),
    *(_prefixed, _stamped, _chopped, _twice),
)


class Mutation(NamedTuple):
    """A recorded case and what is done to its text.

    cuts and order: where it is cut, which blocks follow which. other, every: a case whose lines come between, after so
    many. pretenders: what is put in where. dress, step: what is done to every such line. lost: characters that are
    missing at its start and end.
    """

    case: cases.Case
    cuts: list[int]
    order: list[int]
    other: cases.Case
    every: int
    pretenders: list[tuple[int, str]]
    dress: Callable[[list[str], int], list[str]]
    step: int
    lost: tuple[int, int]

    @property
    def text(self) -> str:
        """The mutated output."""
        moved = self._interleaved(self._shuffled(self.case.text.split("\n")))
        for at, pretender in self.pretenders:
            moved.insert(at % (len(moved) + 1), pretender)
        text = "\n".join(self.dress(moved, self.step))
        return text[self.lost[0] : len(text) - self.lost[1]]

    def _shuffled(self, lines: list[str]) -> list[str]:
        ends = sorted(cut % (len(lines) + 1) for cut in self.cuts)
        blocks = [lines[a:b] for a, b in itertools.pairwise([0, *ends, len(lines)])]
        return [line for at in self.order for line in blocks[at % len(blocks)]]

    def _interleaved(self, lines: list[str]) -> list[str]:
        if not self.every:
            return lines
        mixed: list[str] = []
        between = iter(self.other.text.split("\n"))
        for at, line in enumerate(lines):
            mixed.append(line)
            if at % self.every == 0:
                mixed += itertools.islice(between, 1)
        return mixed


_ANYWHERE = st.integers(0, 2_000)
_EVERY_CASE = [case for cases_of in RECORDED.values() for case in cases_of]
_NO_LOSS = st.just((0, 0))


def of(family: str) -> st.SearchStrategy[Mutation]:
    """Mutations of the family's recorded cases."""
    return st.builds(
        Mutation,
        st.sampled_from(recorded(family)),
        st.lists(_ANYWHERE, max_size=4),
        st.lists(st.integers(0, 5), min_size=1, max_size=6),
        st.sampled_from(_EVERY_CASE),
        st.sampled_from((0, 0, 0, 1, 2, 7)),
        st.lists(st.tuples(_ANYWHERE, st.sampled_from(PRETENDERS)), max_size=3),
        st.sampled_from(DRESSES),
        st.integers(1, 5),
        st.one_of(_NO_LOSS, _NO_LOSS, st.tuples(_ANYWHERE, _ANYWHERE)),
    )
