"""Time grows as the output does, for every family: counted in calls, and measured within one run."""

from __future__ import annotations

import gc
import sys
import time
from typing import TYPE_CHECKING

import pytest

from benchmarks.grown import grown
from scrimp.core import facts, limits, terminal
from scrimp.core.compact import family_of, fit
from scrimp.core.families import NAMES
from tests.compact import mutations

if TYPE_CHECKING:
    from types import FrameType

    from tests.compact import cases

TIMES = 8
"""Copies of a recorded output: enough for what is done once not to matter."""
HARD_CHARS = 12_000
"""The square of this takes a second or more."""
LEAST_S = 0.003
"""What takes less is not measured well."""


def usual(family: str) -> cases.Case:
    """The recorded case of middle size."""
    found = sorted(mutations.recorded(family), key=lambda case: len(case.text))
    return found[len(found) // 2]


def worked_on(family: str, text: str) -> None:
    """All that a family does with a text."""
    module = family_of(family)
    shown = terminal.as_shown(text)
    module.looks_like(shown, "")
    facts.extract(family, shown)
    lines = getattr(module, "lay_out", str)(shown).split("\n")
    module.grade(lines, fit.Case(len(shown), fits=False, failed=True))
    for line in lines:
        module.shorten(line)


def calls(family: str, text: str) -> int:
    count = 0

    def counted(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        worked_on(family, text)
    finally:
        sys.setprofile(None)
    return count


def seconds(family: str, text: str) -> float:
    """Of this process alone, without the collector: it goes over all that other tests have left."""
    gc.disable()
    try:
        start = time.process_time()
        worked_on(family, text)
        return time.process_time() - start
    finally:
        gc.enable()


def grows_evenly(family: str, some: str, four_times: str) -> bool:
    """Whether in one of three tries it took nearer to four times as long than to sixteen times."""
    return any(seconds(family, four_times) <= 10 * max(seconds(family, some), LEAST_S) for _ in range(3))


@pytest.mark.parametrize("family", NAMES)
def test_twice_the_output_takes_about_twice_the_calls(family: str) -> None:
    recorded = usual(family).text
    some, twice = (grown(recorded, times * len(recorded)) for times in (TIMES, 2 * TIMES))
    worked_on(family, some)  # patterns are compiled when they are first used
    assert calls(family, twice) <= 2.3 * calls(family, some) + 2_000


READ_WHOLE = frozenset({"log", "plain", "traceback"})
"""Their facts are found by words, in the whole of any text."""

HARD = (
    *("[", "(", "{", '"', "<a ", " ", "\t", "=", "-", "_ ", "| ", "a", "9 ", "a:", "::", "at ", "error: ", "\\", "' "),
    *("\n", "\n    ", "\n\t", "\n  File ", "\n    at ", "\n+", "\n- ", "\n@@ ", "\n{", "\n[", "\n<", "\n# ", "│"),
    *("\npanic: x", "\nTraceback (most recent call last):", "\nthread 'a' panicked at b:", "\n\tat a.b(C.java:1)"),
    *("\nCaused by: x", "\ngoroutine 1 [running]:", "\nFAIL: a", "\n● a", "\n1) a", "\n---- a stdout ----"),
)
"""What a pattern that looks for an end over and over would take the square of the time for."""


@pytest.mark.parametrize("family", NAMES)
def test_what_a_pattern_might_go_over_again_and_again_takes_four_times_as_long_when_four_times_as_much(
    family: str,
) -> None:
    worked_on(family, "x\n")
    for piece in HARD:
        some, four_times = (piece * (chars // len(piece)) for chars in (HARD_CHARS // 4, HARD_CHARS))
        assert grows_evenly(family, some, four_times), piece


def test_the_facts_of_an_output_of_any_length_are_those_of_a_part_of_bounded_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []
    extract = facts.extract

    def watched(family: str, text: str) -> list[facts.Fact]:
        seen.append(len(text))
        return extract(family, text)

    monkeypatch.setattr(facts, "extract", watched)
    for family in NAMES:
        seen.clear()
        case = usual(family)
        result = case.compacted(grown(case.text, 3 * limits.READ_CHARS))
        assert (result.cut, result.chars_in) == (True, 3 * limits.READ_CHARS)
        assert result.family in READ_WHOLE or (result.facts_more and max(seen) <= 1.2 * limits.READ_CHARS)
