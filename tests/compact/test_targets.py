"""What a run's own lines are worth beside those that other programs print around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.core import limits
from scrimp.core.compact import compact, fit
from tests.compact import cases

if TYPE_CHECKING:
    from scrimp.core.compact import Compaction

THINGS = (
    *("basket", "invoice", "parcel", "stock", "ledger", "price", "market"),
    *("tax", "refund", "store", "shelf", "coupon", "order", "letter"),
)
ORDINARY_LINES = 400


def ordinary(count: int) -> list[str]:
    """Lines of which none is like its neighbours."""
    picked = [(at, 5 * at + 3, 3 * at + at // 14, at // 5) for at in range(count)]
    return [" ".join(THINGS[index % len(THINGS)] for index in indices) + " done" for indices in picked]


def own(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip() and not fit.is_gap(line)]


def below_others(case: cases.Case) -> Compaction:
    return case.compacted("\n".join([*ordinary(ORDINARY_LINES), case.text]))


@pytest.mark.parametrize("name", ["ctest/output_on_failure", "go_test/failed", "mocha/failed", "vitest/failed"])
def test_what_was_printed_before_a_run_pushes_out_nothing_of_it(name: str) -> None:
    case = cases.load(name)
    assert not set(own(case.compacted().text)) - set(own(below_others(case).text))


@pytest.mark.parametrize(
    ("name", "target_chars"),
    [
        ("junit/maven_failed", limits.TEST_RUN_CHARS),
        ("junit/gradle_full_failed", limits.TEST_RUN_CHARS),
        ("ctest/gtest_failed", limits.TEST_RUN_CHARS),
        ("go_test/failed", limits.TEST_RUN_CHARS),
        ("cargo_test/nextest_failed", limits.TEST_RUN_CHARS),
        ("mocha/failed", limits.JEST_CHARS),
        ("vitest/failed", limits.JEST_CHARS),
    ],
)
def test_what_was_printed_before_a_run_fills_no_more_than_the_target(name: str, target_chars: int) -> None:
    room = target_chars - limits.MARKER_USUAL_CHARS
    assert room - 100 < below_others(cases.load(name)).chars_out <= room


def test_an_output_of_no_family_fills_its_target_from_both_ends() -> None:
    lines = ordinary(2_000)
    result = compact("\n".join(lines), exit_code=1, raw_limit=limits.CLIENT_FAILED_CHARS, cap=limits.FAILED_CHARS)
    kept = own(result.text)
    room = limits.PLAIN_CHARS - limits.MARKER_USUAL_CHARS
    assert (result.family, kept[0], kept[-1]) == ("plain", lines[0], lines[-1])
    assert room - 100 < result.chars_out <= room
