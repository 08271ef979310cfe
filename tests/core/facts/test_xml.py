"""Facts of XML: the names of the elements, the counts of a report, what is wrong and where."""

from __future__ import annotations

from scrimp.core import facts
from scrimp.core.facts.fact import DETAIL, FAILURE, TOTAL, Fact
from tests.compact import cases


def test_a_report_of_tests_tells_its_elements_counts_and_failures() -> None:
    counts = ('name="pytest"', 'errors="0"', 'failures="2"', 'skipped="0"', 'tests="700"', 'time="0.825"')
    assert facts.extract("xml", cases.load("xml/torn_failed").text) == [
        Fact(DETAIL, "key", ("<testsuites",)),
        Fact(TOTAL, "total", ('name="pytest tests"',)),
        Fact(DETAIL, "key", ("<testsuite",)),
        Fact(TOTAL, "total", counts),
        Fact(DETAIL, "key", ("<testcase",)),
        _lost("61"),
        Fact(DETAIL, "key", ("<failure",)),
        _lost("140"),
    ]


def _lost(parcel: str) -> Fact:
    message = f'message="AssertionError: parcel {parcel} is lost&#10;assert {parcel} != {parcel}"'
    parts = ('classname="test_parcels"', f'name="test_{parcel}"', message, f"def test_{parcel}():")
    return Fact(FAILURE, "error", parts)
