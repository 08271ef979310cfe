"""Facts of CTest, GoogleTest and Catch2."""

from __future__ import annotations

from scrimp.core.facts import extract
from scrimp.core.terminal import as_shown
from tests.compact import cases


def facts_of(name: str) -> list[tuple[str, tuple[str, ...]]]:
    return of_text(cases.load(name).text)


def of_text(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.kind, fact.parts) for fact in extract("ctest", as_shown(text))]


def test_each_failing_test_has_what_it_printed_and_how_it_ended() -> None:
    assert facts_of("ctest/verbose_failed") == [
        ("error", ("Could not find executable /tmp/shop_ctest/no_such_program",)),
        (
            "error",
            (
                "Tax.OfPoland",
                "unknown file: Failure",
                'C++ exception with description "no rate for region PL" thrown in the test body.',
            ),
        ),
        (
            "error",
            (
                "Tax.AllAreAbove",
                "/tmp/shop_ctest/shop_tests.cpp:36: Failure",
                "Expected: (rate(region)) > (19), actual: 19 vs 19",
                "Google Test trace:",
                "/tmp/shop_ctest/shop_tests.cpp:35: DE",
            ),
        ),
        (
            "error",
            (
                "Letter.HasTheRightWords",
                "/tmp/shop_ctest/shop_tests.cpp:41: Failure",
                "Expected equality of these values:",
                'std::string("Dear customer,\\nyour order leaves us tomorrow.\\nYours")',
                'Which is: "Dear customer,\\nyour order leaves us tomorrow.\\nYours"',
                '"Dear customer,\\nyour order left us today.\\nYours"',
                "With diff:",
                "@@ -1,3 +1,3 @@",
                "Dear customer,",
            ),
        ),
        (
            "error",
            (
                "Letter.IsWritten",
                "/tmp/shop_ctest/shop_tests.cpp:46: Failure",
                "Expected equality of these values:",
                "lines.size()",
                "Which is: 3",
                "4u",
                "Which is: 4",
                "of the letter",
            ),
        ),
        ("error", ("Printing.Imitates", "never.cpp:1: Failure")),
        ("error", ("/tmp/shop_ctest/shop_tests.cpp:55: Failure", "Failed", "nothing was printed")),
        (
            "error",
            (
                "Few/Pieces.CostWhatTheyShould/10",
                "/tmp/shop_ctest/shop_tests.cpp:24: Failure",
                "Expected equality of these values:",
                "discounted(GetParam(), 250)",
                "Which is: 2250",
                "want",
                "Which is: 2500",
                "the discount starts with the eleventh piece",
            ),
        ),
        (
            "error",
            (
                "catch.parcels",
                "/tmp/shop_ctest/catch_tests.cpp:14: FAILED:",
                "CHECK( 32000 - 31500 == 16000 )",
                "with expansion:",
                "500 (0x1f4) == 16000 (0x3e80)",
                "with message:",
                "both halves weigh the same",
            ),
        ),
        (
            "error",
            (
                "/tmp/shop_ctest/catch_tests.cpp:15: FAILED:",
                "REQUIRE( parts == 3 )",
                "with expansion:",
                "2 == 3",
                "with message:",
                "both halves weigh the same",
            ),
        ),
        (
            "error",
            (
                "/tmp/shop_ctest/catch_tests.cpp:19: FAILED:",
                "due to unexpected exception with message:",
                "no lane for zone west",
            ),
        ),
        ("error", ("till.case_23", "till_tests.cpp:33: drawer 23: expected 161 coins, got 160")),
        ("error", ("till.case_46", "till_tests.cpp:33: drawer 46: expected 322 coins, got 321")),
        ("error", ("till.slow", "waiting for the printer")),
        ("error", ("till.crash", "opening the drawer")),
        ("error", ("till.prints", "12/900 Test #12: never.happened ................***Failed    0.01 sec")),
        ("error", ("till.expects", "all is lost")),
        ("total", ("88% tests passed, 14 tests failed out of 114",)),
        ("skipped", ("6 - Letter.IsSigned (Skipped)",)),
        ("skipped", ("7 - Letter.IsSent (Disabled)",)),
        ("skipped", ("113 - till.skipped (Skipped)",)),
        ("skipped", ("114 - till.disabled (Disabled)",)),
        ("failure", ("2 - Tax.OfPoland (Failed)",)),
        ("failure", ("3 - Tax.AllAreAbove (Failed)",)),
        ("failure", ("4 - Letter.HasTheRightWords (Failed)",)),
        ("failure", ("5 - Letter.IsWritten (Failed)",)),
        ("failure", ("8 - Printing.Imitates (Failed)",)),
        ("failure", ("18 - Few/Pieces.CostWhatTheyShould/10 (Failed)",)),
        ("failure", ("49 - catch.parcels (Failed)",)),
        ("failure", ("72 - till.case_23 (Failed)",)),
        ("failure", ("95 - till.case_46 (Failed)",)),
        ("failure", ("110 - till.slow (Timeout)",)),
        ("failure", ("111 - till.crash (Subprocess aborted)",)),
        ("failure", ("112 - till.missing (Not Run)",)),
        ("failure", ("115 - till.prints (Failed)",)),
        ("failure", ("116 - till.expects (Failed)",)),
    ]


def test_output_below_a_result_tells_the_same_as_output_behind_a_number() -> None:
    def without_last_lines(name: str) -> list[tuple[str, tuple[str, ...]]]:
        return sorted(fact for fact in facts_of(name) if fact[1][0] != "till.prints")

    assert without_last_lines("ctest/output_on_failure") == without_last_lines("ctest/verbose_failed")


def test_without_output_the_list_at_the_end_says_how_each_ended() -> None:
    found = facts_of("ctest/failed")
    assert [kind for kind, _ in found].count("failure") == 14
    assert ("failure", ("110 - till.slow (Timeout)",)) in found
    assert ("failure", ("111 - till.crash (Subprocess aborted)",)) in found


def test_googletest_by_itself_has_failures_and_totals() -> None:
    assert facts_of("ctest/gtest_failed") == [
        (
            "failure",
            (
                "Tax.OfPoland",
                "unknown file: Failure",
                'C++ exception with description "no rate for region PL" thrown in the test body.',
            ),
        ),
        (
            "failure",
            (
                "Tax.AllAreAbove",
                "/tmp/shop_ctest/shop_tests.cpp:36: Failure",
                "Expected: (rate(region)) > (19), actual: 19 vs 19",
                "Google Test trace:",
                "/tmp/shop_ctest/shop_tests.cpp:35: DE",
            ),
        ),
        (
            "failure",
            (
                "Letter.HasTheRightWords",
                "/tmp/shop_ctest/shop_tests.cpp:41: Failure",
                "Expected equality of these values:",
                'std::string("Dear customer,\\nyour order leaves us tomorrow.\\nYours")',
                'Which is: "Dear customer,\\nyour order leaves us tomorrow.\\nYours"',
                '"Dear customer,\\nyour order left us today.\\nYours"',
                "With diff:",
                "@@ -1,3 +1,3 @@",
                "Dear customer,",
            ),
        ),
        (
            "failure",
            (
                "Letter.IsWritten",
                "/tmp/shop_ctest/shop_tests.cpp:46: Failure",
                "Expected equality of these values:",
                "lines.size()",
                "Which is: 3",
                "4u",
                "Which is: 4",
                "of the letter",
            ),
        ),
        ("failure", ("Printing.Imitates", "never.cpp:1: Failure")),
        ("failure", ("/tmp/shop_ctest/shop_tests.cpp:55: Failure", "Failed", "nothing was printed")),
        (
            "failure",
            (
                "Few/Pieces.CostWhatTheyShould/9",
                "/tmp/shop_ctest/shop_tests.cpp:24: Failure",
                "Expected equality of these values:",
                "discounted(GetParam(), 250)",
                "Which is: 2250",
                "want",
                "Which is: 2500",
                "the discount starts with the eleventh piece",
            ),
        ),
        ("total", ("[==========] 47 tests from 4 test suites ran. (0 ms total)",)),
        ("total", ("[  PASSED  ] 40 tests.",)),
        ("total", ("[  SKIPPED ] 1 test, listed below:",)),
        ("skipped", ("[  SKIPPED ] Letter.IsSigned",)),
        ("total", ("[  FAILED  ] 6 tests, listed below:",)),
        ("total", ("YOU HAVE 1 DISABLED TEST",)),
    ]
    assert facts_of("ctest/gtest_colour_failed") == facts_of("ctest/gtest_failed")


def test_catch2_by_itself_has_the_test_case_once() -> None:
    assert facts_of("ctest/catch_failed") == [
        (
            "failure",
            (
                "heavy parcels are split",
                "/tmp/shop_ctest/catch_tests.cpp:14: FAILED:",
                "CHECK( 32000 - 31500 == 16000 )",
                "with expansion:",
                "500 (0x1f4) == 16000 (0x3e80)",
                "with message:",
                "both halves weigh the same",
            ),
        ),
        (
            "failure",
            (
                "/tmp/shop_ctest/catch_tests.cpp:15: FAILED:",
                "REQUIRE( parts == 3 )",
                "with expansion:",
                "2 == 3",
                "with message:",
                "both halves weigh the same",
            ),
        ),
        (
            "failure",
            (
                "unknown zone",
                "/tmp/shop_ctest/catch_tests.cpp:19: FAILED:",
                "due to unexpected exception with message:",
                "no lane for zone west",
            ),
        ),
        ("total", ("test cases: 3 | 1 passed | 2 failed",)),
        ("total", ("assertions: 5 | 2 passed | 3 failed",)),
    ]


def test_what_a_test_prints_is_neither_a_result_nor_a_total() -> None:
    for name in ("output_on_failure", "verbose_failed", "failed"):
        found = facts_of("ctest/" + name)
        assert not any(kind == "total" and "999" in parts[0] for kind, parts in found)
        assert not any(parts[0].startswith(("never", "7 - never")) for _, parts in found)
    assert not any(parts[0].startswith("Never") for _, parts in facts_of("ctest/gtest_failed"))


def test_a_run_that_was_ended_from_outside_keeps_the_failures_told_so_far() -> None:
    text = cases.load("ctest/failed").text
    found = of_text(text[: text.index("% tests passed")])
    assert [kind for kind, _ in found].count("failure") + 1 == 14


def test_a_googletest_program_that_crashed_is_told_by_the_test_that_was_running() -> None:
    text = "[==========] Running 2 tests from 1 test suite.\n[ RUN      ] Till.Opens\n[       OK ] Till.Opens (0 ms)\n"
    crashed = text + "[ RUN      ] Till.Closes\ntill: till.cpp:7: void close(): Assertion `open' failed.\n"
    assert of_text(crashed) == [
        ("failure", ("Till.Closes", "till: till.cpp:7: void close(): Assertion `open' failed."))
    ]


def test_that_there_were_no_tests_is_a_warning() -> None:
    assert facts_of("ctest/nothing_found") == [("warning", ("No tests were found!!!",))]


def test_a_test_whose_name_another_program_has_torn_off_names_nothing() -> None:
    start = "[==========] Running 2 tests from 1 test suite.\n"
    assert of_text(f"{start}[ RUN      ] \nTill.Opens\n[  FAILED  ] \nTill.Opens (0 ms)\n") == []
