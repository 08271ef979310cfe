"""What holds for go test, cargo, Maven, Gradle and CTest besides what is written down for their cases."""

# ruff: noqa: E501 - what the tools print
from __future__ import annotations

import pytest

from scrimp.core import limits
from scrimp.core.compact import family_of
from tests.compact import cases
from tests.compact.work import steps

EVENT = '{"Time":"2026-04-19T04:41:23Z","Action":"output","Package":"shop","Test":"TestA","Output":"%s\\n"}\n'
PIECES = {
    "go_test": [
        "=== RUN   TestA\n    a_test.go:7: no\n        more\n--- FAIL: TestA (0.00s)\n",
        "--- FAIL: TestA (0.00s)\n    --- FAIL: TestA/b/c (0.00s)\n        a_test.go:7: no\n            more\n",
        "    a_test.go:7: never ends\n",
        "panic: no\n\ngoroutine 1 [running]:\nshop.f()\n\t/tmp/shop/a.go:7 +0x1\n",
        "panic: printed\n",
        "WARNING: DATA RACE\nRead at 0x0 by goroutine 1:\n  shop.f()\n      /tmp/shop/a.go:7 +0x1\n",
        "# shop\na.go:1:2: no\n\thave x\n",
        EVENT % "=== RUN   TestA" + EVENT % "    a_test.go:7: no" + EVENT % "--- FAIL: TestA (0.00s)",
    ],
    "cargo_test": [
        (
            "running 1 test\ntest a ... FAILED\n\nfailures:\n\n---- a stdout ----\nthread 'a' panicked at a.rs:1:2:\nno\n\n\n"
            "failures:\n    a\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n"
        ),
        "running 1 test\n",
        "---- a stdout ----\nthread 'a' panicked at a.rs:1:2:\n",
        "thread 'a' panicked at 'no', a.rs:1:2\nstack backtrace:\n   0: f\n             at ./a.rs:1:2\n",
        "    Starting 2 tests across 1 binary\n        FAIL [   0.013s] (1/2) shop a\n  stdout \u2500\u2500\u2500\n    no\n",
        "failures:\n    a\n",
    ],
    "junit": [
        "[ERROR] shop.A.b -- Time elapsed: 0.1 s <<< FAILURE!\njava.lang.Error: no\n\tat shop.A.b(A.java:7)\n\n",
        "[ERROR] shop.A.b -- Time elapsed: 0.1 s <<< FAILURE!\njava.lang.Error: no\n",
        "[INFO] Results:\n[ERROR] Failures: \n[ERROR]   A.b:7 no\n",
        "A > b FAILED\n    java.lang.Error: no\n        at shop.A.b(A.java:7)\n\n        Caused by:\n        java.lang.Error: so\n",
        "A > b STANDARD_OUT\n    said\n\n",
        "  JUnit Jupiter:A:b()\n    => java.lang.Error: no\n       shop.A.b(A.java:7)\n",
        "BUILD FAILED in 1s\n9 tests completed, 9 failed\n* What went wrong:\nno\n",
    ],
    "ctest": [
        "        Start  1: a\n 1/9 Test  #1: a ....***Failed  0.01 sec\na.cpp:7: no\n",
        " 1/9 Test  #1: a ....***Failed  0.01 sec\n",
        "1: Test command: /tmp/a\n1: said\n 1/9 Test  #1: a ....***Failed  0.01 sec\n",
        "[ RUN      ] A.b\na.cpp:7: Failure\nno\n[  FAILED  ] A.b (0 ms)\n",
        "[ RUN      ] A.b\n",
        "88% tests passed, 1 tests failed out of 9\nThe following tests FAILED:\n\t  1 - a (Failed)\n",
        "-------\na\n-------\na.cpp:7: FAILED:\n  CHECK( no )\n\ntest cases: 1 | 1 failed\n",
    ],
}


@pytest.mark.parametrize(("family", "piece"), [(family, piece) for family in PIECES for piece in PIECES[family]])
def test_twice_the_text_takes_twice_the_work(family: str, piece: str) -> None:
    steps(family, piece)  # patterns are compiled once
    assert steps(family, piece * 240) <= 2.2 * steps(family, piece * 120)


@pytest.mark.parametrize(
    "name",
    [
        "go_test/verbose_failed",
        "go_test/json_failed",
        "cargo_test/failed",
        "cargo_test/nextest_failed",
        "junit/maven_failed",
        "ctest/verbose_failed",
    ],
)
def test_every_failure_of_a_big_run_is_told_in_6_kb(name: str) -> None:
    case = cases.load(name)
    result = case.compacted()
    assert len(case.text) > 15_000
    assert result.facts_kept == result.facts_total >= 17
    assert len(result.text) + limits.MARKER_USUAL_CHARS <= limits.TEST_RUN_CHARS


@pytest.mark.parametrize(
    "name",
    [
        "go_test/verbose_passed",
        "go_test/json_passed",
        "cargo_test/nextest_passed",
        "junit/gradle_passed",
        "ctest/passed",
        "ctest/gtest_passed",
    ],
)
def test_of_tests_that_passed_the_totals_are_told(name: str) -> None:
    case = cases.load(name)
    result = case.compacted()
    assert result.cut
    assert len(result.text) < 1_000
    assert result.facts_kept == result.facts_total > 0


def test_with_v_a_message_stands_below_the_name_of_its_test() -> None:
    shown = cases.load("go_test/verbose_failed").compacted().text
    assert '=== RUN   TestRateByCountry/DK\n    tax_test.go:13: Rate("DK"): unexpected error' in shown
    assert "=== CONT  TestTaxOf/AT/1300\n    tax_test.go:32: Of(1300" in shown
    assert "--- PASS: " not in shown


def test_lines_of_json_are_still_json_without_the_time_to_the_nanosecond() -> None:
    shown = cases.load("go_test/json_failed").compacted().text
    assert '{"Package":"example.org/shop/tax","Test":"TestTaxOf","Output":"--- FAIL: TestTaxOf (0.01s)\\n"}\n' in shown
    assert '"Time"' not in shown


def test_a_field_that_a_test_printed_is_none_of_the_events() -> None:
    printed = '{"Action":"output","Package":"shop","Output":"{\\"Test\\":\\"TestX\\",\\"OutputType\\":\\"frame\\"}\\n"}'
    family = family_of("go_test")
    assert family.shorten(printed) == printed.replace('"Action":"output",', "")


def test_of_a_panic_the_frames_of_ones_own_code_are_shown() -> None:
    shown = cases.load("go_test/panic_in_subtest").compacted().text
    assert (
        "panic: assignment to entry in nil map [recovered, repanicked]\n"
        "example.org/shop/shipping.Route(...)\n\t/tmp/shop_go_test/shipping/shipping.go:14\n"
    ) in shown
    assert "testing.tRunner" not in shown


def test_of_several_tries_of_a_test_the_last_is_shown() -> None:
    shown = cases.load("cargo_test/nextest_retries_failed").compacted().text
    assert shown.count("index out of bounds: the len is 4 but the index is 7") == 1
    assert "TRY 2 FAIL [   0.017s] ( 2/46) till errors::panics_for_another_reason\n" in shown


def test_of_a_throwable_each_cause_has_its_own_frame_and_no_library_has_one() -> None:
    shown = cases.load("junit/maven_failed").compacted().text
    assert "Caused by: shop.Tax$UnknownRegion: no rate for region 'PL'\n\tat shop.Tax.rate(Tax.java:13)\n" in shown
    assert "org.junit.jupiter.api.Assertions" not in shown
    assert "java.base/" not in shown


def test_what_surefire_sums_up_at_the_end_is_shown_once() -> None:
    shown = cases.load("junit/maven_failed").compacted().text
    assert shown.count("the discount starts with the eleventh piece") == 1


@pytest.mark.parametrize("family", ["go_test", "cargo_test", "junit", "ctest"])
def test_of_a_run_that_was_stopped_while_all_went_well_the_last_lines_are_shown(family: str) -> None:
    well = {
        "go_test": "=== RUN   TestA%d\n--- PASS: TestA%d (0.00s)\n",
        "cargo_test": "running %d tests\ntest a%d ... ok\n",
        "junit": "A%d > b%d PASSED\n",
        "ctest": " 1/9 Test  #%d: a%d ....   Passed  0.01 sec\n",
    }
    text = "".join(well[family] % (n, n) for n in range(700))
    result = cases.Case(f"{family}/stopped", "make check", 143, text).compacted()
    assert result.family == family
    assert result.text.strip()
    assert "699" in result.text
