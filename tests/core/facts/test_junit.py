"""Facts of tests on the JVM."""

# ruff: noqa: E501 - what the tools print
from __future__ import annotations

from scrimp.core.facts import extract
from scrimp.core.terminal import as_shown
from tests.compact import cases


def facts_of(name: str) -> list[tuple[str, tuple[str, ...]]]:
    return of_text(cases.load(name).text)


def of_text(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.kind, fact.parts) for fact in extract("junit", as_shown(text))]


def failures(name: str) -> list[tuple[str, ...]]:
    return [parts for kind, parts in facts_of(name) if kind in ("failure", "cause")]


def test_each_failure_of_maven_has_its_name_message_place_and_causes() -> None:
    assert facts_of("junit/maven_failed") == [
        (
            "failure",
            (
                "shop.PricingTest.letterHasTheRightWords",
                "org.opentest4j.AssertionFailedError:",
                "expected: <Dear customer,",
                "PricingTest.java:36",
            ),
        ),
        (
            "diff",
            (
                "your order leaves us tomorrow.",
                "Yours, the shop> but was: <Dear customer,",
                "your order left us today.",
                "Yours, the shop>",
            ),
        ),
        (
            "failure",
            (
                "shop.PricingTest.totalOfAnOrderFromPoland",
                "java.lang.IllegalStateException: order 12 has no total",
                "Pricing.java:28",
            ),
        ),
        ("cause", ("Caused by: shop.Tax$UnknownRegion: no rate for region 'PL'", "Tax.java:13")),
        (
            "failure",
            (
                "shop.PricingTest.tenPiecesHaveNoDiscount",
                "org.opentest4j.AssertionFailedError: the discount starts with the eleventh piece ==> expected: <2500> but was: <2250>",
                "PricingTest.java:19",
            ),
        ),
        (
            "failure",
            (
                "shop.PricingTest.invoiceOfThreeLines",
                "org.opentest4j.AssertionFailedError: iterable contents differ at index [1], expected: <Line[sku=SKU-0202, pieces=2, total=550]> but was: <Line[sku=SKU-0202, pieces=2, total=500]>",
                "PricingTest.java:24",
            ),
        ),
        (
            "failure",
            (
                "shop.PricingTest.isQuick",
                "org.opentest4j.AssertionFailedError: execution timed out after 50 ms",
                "PricingTest.java:42",
            ),
        ),
        (
            "cause",
            (
                "Caused by: org.junit.jupiter.api.AssertTimeoutPreemptively$ExecutionTimeoutException: Execution timed out in thread junit-timeout-thread-1",
                "PricingTest.java:42",
            ),
        ),
        (
            "failure",
            (
                "shop.PrintingTest.printsAnImitation",
                "org.opentest4j.AssertionFailedError: nothing was printed",
                "PrintingTest.java:15",
            ),
        ),
        (
            "failure",
            (
                "shop.TaxTest.unknownRegionIsRefused",
                "org.opentest4j.AssertionFailedError: Unexpected exception type thrown, expected: <java.lang.IllegalArgumentException> but was: <shop.Tax.UnknownRegion>",
                "TaxTest.java:18",
            ),
        ),
        ("cause", ("Caused by: shop.Tax$UnknownRegion: no rate for region 'XX'", "Tax.java:13")),
        (
            "failure",
            ("shop.TaxTest.rateIsKnown(String)[5]", "shop.Tax$UnknownRegion: no rate for region 'PL'", "Tax.java:13"),
        ),
        (
            "failure",
            ("shop.TaxTest.rateIsKnown(String)[6]", "shop.Tax$UnknownRegion: no rate for region 'DK'", "Tax.java:13"),
        ),
        (
            "failure",
            (
                "shop.TaxTest$Reduced.isLower",
                "org.opentest4j.MultipleFailuresError:",
                "reduced rates (2 failures)",
                "TaxTest.java:29",
            ),
        ),
        (
            "diff",
            (
                "org.opentest4j.AssertionFailedError: expected: <7> but was: <19>",
                "org.opentest4j.AssertionFailedError: books in Sweden ==> expected: <6> but was: <25>",
            ),
        ),
        ("cause", ("Suppressed: org.opentest4j.AssertionFailedError: expected: <7> but was: <19>", "TaxTest.java:30")),
        (
            "cause",
            (
                "Suppressed: org.opentest4j.AssertionFailedError: books in Sweden ==> expected: <6> but was: <25>",
                "TaxTest.java:31",
            ),
        ),
        (
            "failure",
            ("shop.LedgerTest", "java.lang.IllegalStateException: ledger.csv is not there", "LedgerTest.java:10"),
        ),
        ("total", ("Tests run: 273, Failures: 7, Errors: 4, Skipped: 1",)),
        (
            "failure",
            (
                "shop.web.PageTest.titleOfTheStartPage",
                'java.lang.NullPointerException: Cannot invoke "String.length()" because the return value of "shop.web.Page.title(String)" is null',
                "PageTest.java:10",
            ),
        ),
        ("total", ("Tests run: 2, Failures: 0, Errors: 1, Skipped: 0",)),
        ("total", ("[INFO] Shop core .......................................... FAILURE [  3.015 s]",)),
        ("total", ("[INFO] Shop web ........................................... FAILURE [  1.083 s]",)),
        ("total", ("[INFO] BUILD FAILURE",)),
        (
            "error",
            (
                "Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin:3.5.2:test (default-test) on project shop-core: There are test failures.",
            ),
        ),
        (
            "error",
            (
                "Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin:3.5.2:test (default-test) on project shop-web:",
            ),
        ),
    ]


def test_colour_quiet_and_the_plain_report_change_no_failure() -> None:
    assert failures("junit/maven_colour_failed") == failures("junit/maven_failed")
    assert failures("junit/maven_quiet_failed") == failures("junit/maven_failed")[:-1]
    names = [parts[0] for parts in failures("junit/maven_failed") if parts[0].startswith("shop.")]
    assert [parts[0] for parts in failures("junit/maven_verify_at_end") if parts[0].startswith("shop.")] == names


def test_gradle_tells_the_place_in_short_and_the_trace_in_full() -> None:
    assert facts_of("junit/gradle_failed") == [
        (
            "failure",
            ("shop.PricingTest > totalOfAnOrderFromPoland", "java.lang.IllegalStateException at PricingTest.java:21"),
        ),
        ("cause", ("Caused by: shop.Tax$UnknownRegion at PricingTest.java:21",)),
        ("failure", ("shop.PricingTest > invoiceOfTwoLines", "java.lang.AssertionError at PricingTest.java:16")),
        ("failure", ("shop.PricingTest > tenPiecesHaveNoDiscount", "java.lang.AssertionError at PricingTest.java:11")),
        ("failure", ("shop.PricingTest > printsAnImitation", "java.lang.AssertionError at PricingTest.java:39")),
        ("failure", ("shop.RatesTest > isAbove[PL-4]", "shop.Tax$UnknownRegion at RatesTest.java:30")),
        ("failure", ("shop.RatesTest > isAbove[PL-9]", "shop.Tax$UnknownRegion at RatesTest.java:30")),
        ("failure", ("shop.RatesTest > isAbove[PL-14]", "shop.Tax$UnknownRegion at RatesTest.java:30")),
        ("failure", ("shop.RatesTest > isAbove[PL-19]", "shop.Tax$UnknownRegion at RatesTest.java:30")),
        ("total", ("126 tests completed, 8 failed, 1 skipped",)),
        ("error", (":test FAILED",)),
        (
            "error",
            (
                "Execution failed for task ':test'.",
                "> There were failing tests. See the report at: file:///tmp/shop_gradle/build/reports/tests/test/index.html",
            ),
        ),
        ("total", ("BUILD FAILED in 14s",)),
    ]
    assert facts_of("junit/gradle_full_failed")[:4] == [
        ("skipped", ("shop.PricingTest > norway SKIPPED",)),
        (
            "failure",
            (
                "shop.PricingTest > totalOfAnOrderFromPoland",
                "java.lang.IllegalStateException: order 12 has no total",
                "Pricing.java:33",
            ),
        ),
        ("cause", ("Caused by:", "shop.Tax$UnknownRegion: no rate for region 'PL'", "Tax.java:13")),
        (
            "failure",
            (
                "shop.PricingTest > invoiceOfTwoLines",
                "java.lang.AssertionError: expected:<[SKU-01011250, SKU-02022550]> but was:<[SKU-01011250, SKU-02022500]>",
                "PricingTest.java:16",
            ),
        ),
    ]


def test_junits_own_console_has_frames_without_at() -> None:
    assert facts_of("junit/console_tree_failed")[3:7] == [
        (
            "diff",
            (
                "your order leaves us tomorrow.",
                "Yours, the shop> but was: <Dear customer,",
                "your order left us today.",
                "Yours, the shop>",
            ),
        ),
        (
            "failure",
            (
                "JUnit Jupiter:PricingTest:totalOfAnOrderFromPoland()",
                "java.lang.IllegalStateException: order 12 has no total",
                "Pricing.java:28",
            ),
        ),
        ("cause", ("Caused by: shop.Tax$UnknownRegion: no rate for region 'PL'", "Tax.java:13")),
        (
            "failure",
            (
                "JUnit Jupiter:PricingTest:tenPiecesHaveNoDiscount()",
                "org.opentest4j.AssertionFailedError: the discount starts with the eleventh piece ==> expected: <2500> but was: <2250>",
                "PricingTest.java:19",
            ),
        ),
    ]


def test_what_a_test_prints_is_no_failure_and_no_total() -> None:
    for name in ("maven_failed", "maven_quiet_failed", "gradle_full_failed", "console_tree_failed"):
        found = facts_of("junit/" + name)
        assert not any("Never" in part for _, parts in found for part in parts)
        assert ("total", ("[INFO] BUILD SUCCESS",)) not in found
        assert not any(parts[0].endswith("9 failed") or "run: 1," in parts[0] for _, parts in found)


def test_surefire_before_version_3_has_the_class_in_brackets() -> None:
    text = (
        "-------------------------------------------------------\n T E S T S\n"
        "Running shop.TaxTest\n"
        "Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.05 sec <<< FAILURE! - in shop.TaxTest\n"
        "ofPoland(shop.TaxTest)  Time elapsed: 0.01 sec  <<< FAILURE!\n"
        "java.lang.AssertionError: expected:<23> but was:<19>\n"
        "\tat org.junit.Assert.fail(Assert.java:89)\n\tat shop.TaxTest.ofPoland(TaxTest.java:14)\n\n\n"
        "Results :\n\nFailed tests: \n  TaxTest.ofPoland:14 expected:<23> but was:<19>\n\n"
        "Tests run: 2, Failures: 1, Errors: 0, Skipped: 0\n"
    )
    assert of_text(text) == [
        (
            "failure",
            ("ofPoland(shop.TaxTest)", "java.lang.AssertionError: expected:<23> but was:<19>", "TaxTest.java:14"),
        ),
        ("total", ("Tests run: 2, Failures: 1, Errors: 0, Skipped: 0",)),
    ]


def test_gradle_of_today_has_its_tasks_marked_and_its_methods_in_brackets() -> None:
    text = (
        "> Task :compileJava UP-TO-DATE\n> Task :test FAILED\n\nTaxTest > ofPoland() FAILED\n"
        "    org.opentest4j.AssertionFailedError at TaxTest.java:14\n\n2 tests completed, 1 failed\n\n"
        "FAILURE: Build failed with an exception.\n\n* What went wrong:\nExecution failed for task ':test'.\n"
        "> There were failing tests.\n\n* Try:\n> Run with --scan to get full insights.\n\nBUILD FAILED in 2s\n"
    )
    assert of_text(text) == [
        ("error", ("> Task :test FAILED",)),
        ("failure", ("TaxTest > ofPoland()", "org.opentest4j.AssertionFailedError at TaxTest.java:14")),
        ("total", ("2 tests completed, 1 failed",)),
        ("error", ("Execution failed for task ':test'.", "> There were failing tests.")),
        ("total", ("BUILD FAILED in 2s",)),
    ]


def test_failures_that_only_the_results_name_are_told_from_there() -> None:
    text = (
        "[INFO] Results:\n[INFO] \n[ERROR] Failures: \n[ERROR]   TaxTest.ofPoland:14 expected: <23> but was: <19>\n"
        "[INFO] \n[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0\n"
    )
    assert of_text(text)[0] == ("failure", ("TaxTest.ofPoland:14 expected: <23> but was: <19>",))


def test_what_maven_could_not_do_is_an_error_and_its_advice_is_none() -> None:
    text = (
        "[ERROR] Failed to execute goal on project shop: Could not resolve dependencies\n[ERROR] \n"
        "[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.\n"
        "[ERROR] [Help 1] http://cwiki.apache.org/confluence/display/MAVEN/X\n[WARNING] The POM is old\n"
    )
    assert of_text(text) == [
        ("error", ("Failed to execute goal on project shop: Could not resolve dependencies",)),
        ("warning", ("The POM is old",)),
    ]
