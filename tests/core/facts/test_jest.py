"""Facts of jest and vitest runs."""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

from scrimp.core.facts import extract
from scrimp.core.terminal import as_shown
from tests.compact import cases

NO_MATCH = (
    "AssertionError: expected Error: stock: reservation refused to match object { message: 'stock: shelf 8 is empty' }"
)
NO_VALUE = "TypeError: Cannot read properties of undefined (reading 'valueOf')"


def facts_of(name: str) -> list[tuple[str, tuple[str, ...]]]:
    case = cases.load(name)
    return [(fact.kind, fact.parts) for fact in extract(case.family, as_shown(case.text))]


def test_each_failure_of_jest_has_its_name_message_place_and_comparison() -> None:
    equality = "expect(received).toEqual(expected) // deep equality"
    assert facts_of("jest/failed")[:8] == [
        ("failure", ("placing an order › works in PL", NO_VALUE, "src/currency.js:8:16")),
        ("failure", ("placing an order › works in AT", NO_VALUE, "src/currency.js:8:16")),
        ("failure", ("placing an order › gives staff in France their price", equality, "test/checkout.test.js:19:19")),
        ("diff", ('-   "goods": 1843,', '+   "goods": 1905,', '-   "total": 2342,', '+   "total": 2404,')),
        (
            "failure",
            (
                "placing an order › refuses a mistyped coupon politely",
                "RangeError: percent out of range: 250 (amount 1286 EUR)",
                "src/money.js:26:11",
            ),
        ),
        (
            "failure",
            (
                "placing an order › prints a receipt",
                "expect(received).toBe(expected) // Object.is equality",
                "test/checkout.test.js:28:37",
            ),
        ),
        ("diff", ("- Thank you very much.", "+ Thank you.")),
        (
            "failure",
            ("placing an order › says why stock was refused", "stock: reservation refused", "src/checkout.js:8:35"),
        ),
    ]


def test_what_was_expected_and_received_are_facts() -> None:
    facts = facts_of("jest/failed")
    assert ("diff", ("Expected: > 22911", "Received:   21924")) in facts
    assert ("diff", ("Expected pattern: /needs two lines/", 'Received message: "an order needs a line"')) in facts


def test_colour_and_verbosity_do_not_change_what_failed() -> None:
    plain = [fact for fact in facts_of("jest/failed") if fact[0] == "failure"]
    verbose = [fact for fact in facts_of("jest/failed_verbose") if fact[0] == "failure"]
    coloured = [fact for fact in facts_of("jest/failed_in_colour") if fact[0] == "failure"]
    assert sorted(verbose) == sorted(plain)
    assert set(coloured) <= set(plain)
    assert len(coloured) == 11


def test_suites_that_did_not_run_are_errors_under_their_file() -> None:
    assert [fact for fact in facts_of("jest/snapshots_hooks_and_broken_suites") if fact[0] in ("error", "warning")] == [
        (
            "error",
            (
                "extra/typo.test.js",
                'SyntaxError: /tmp/shop_jest/extra/typo.test.js: Unexpected token, expected "," (4:52)',
            ),
        ),
        (
            "error",
            (
                "extra/parcels.test.js",
                "Cannot find module '../src/parcels' from 'extra/parcels.test.js'",
                "extra/parcels.test.js:1:17",
            ),
        ),
        ("warning", ("Jest did not exit one second after the test run has completed.",)),
    ]


def test_what_tests_print_through_the_console_is_no_fact() -> None:
    assert facts_of("jest/failed_with_console") == [
        (
            "failure",
            (
                "the import › logs rejects",
                "expect(received).toBe(expected) // Object.is equality",
                "test/noisy.test.js:19:16",
            ),
        ),
        ("diff", ("Expected: 0", "Received: 60")),
        ("total", ("Test Suites: 1 failed, 1 total",)),
        ("total", ("Tests:       1 failed, 8 passed, 9 total",)),
    ]


def test_failures_that_are_summed_up_at_the_end_count_once() -> None:
    facts = facts_of("jest/many_suites")
    assert len([fact for fact in facts if fact[0] == "failure"]) == 61
    assert facts[-1] == ("total", ("Tests:       61 failed, 59 passed, 120 total",))
    text = as_shown(cases.load("jest/many_suites").text)
    only_summary = text[text.index("Summary of all failing tests") :]
    assert [(fact.kind, fact.parts) for fact in extract("jest", only_summary)] == facts


def test_unmet_thresholds_of_coverage_are_errors() -> None:
    assert [fact for fact in facts_of("jest/coverage_below_threshold") if fact[0] == "error"] == [
        ("error", ('Jest: Coverage for branches (43.33%) does not meet "global" threshold (90%)',)),
        ("error", ('Jest: Coverage for lines (82.05%) does not meet "global" threshold (99%)',)),
    ]


def test_each_failure_of_vitest_has_its_names_message_place_and_comparison() -> None:
    assert facts_of("vitest/extras")[3:] == [
        (
            "failure",
            (
                "extra/receipt.test.js > receipts > match their snapshot in DE",
                "Error: Snapshot `receipts > match their snapshot in DE 1` mismatched",
                "extra/receipt.test.js:7:83",
            ),
        ),
        ("diff", ("- shipping  549", "+ shipping  499")),
        (
            "failure",
            (
                "extra/receipt.test.js > receipts > match their snapshot in GB",
                "Error: Snapshot `receipts > match their snapshot in GB 1` mismatched",
                "extra/receipt.test.js:7:83",
            ),
        ),
        ("diff", ("- shipping  549", "+ shipping  499")),
        (
            "failure",
            (
                "extra/receipt.test.js > receipts > arrive in time",
                "Error: Test timed out in 50ms.",
                "extra/receipt.test.js:10:5",
            ),
        ),
        (
            "failure",
            (
                "extra/receipt.test.js > receipts > says why stock was refused",
                NO_MATCH,
                "extra/receipt.test.js:15:5",
            ),
        ),
        (
            "diff",
            (
                "- {",
                '-   "message": "stock: shelf 8 is empty",',
                "+ Error {",
                '+   "message": "stock: reservation refused",',
                '+   "cause": Error {',
                '+     "message": "stock: shelf 7 is empty",',
                "+   },",
            ),
        ),
        (
            "failure",
            (
                "extra/receipt.test.js > receipts > calls the printer",
                "AssertionError: expected \"spy\" to be called with arguments: [ 'page 1', { copies: 1 } ]",
                "extra/receipt.test.js:20:19",
            ),
        ),
        ("diff", ('-     "copies": 1,', '+     "copies": 2,')),
        (
            "failure",
            (
                "extra/receipt.test.js > the printer > prints one page",
                "extra/receipt.test.js > the printer > prints two pages",
                "Error: printer is out of paper",
                "extra/receipt.test.js:29:11",
            ),
        ),
        ("error", ("Unhandled Rejection", "Error: printer cable is loose", "extra/receipt.test.js:23:20")),
        ("total", ("Test Files  3 failed (3)",)),
        ("total", ("Tests  7 failed | 2 passed | 1 todo (10)",)),
        ("total", ("Errors  1 error",)),
    ]


def test_vitest_2_and_3_say_the_same_of_the_same_failures() -> None:
    def failures(name: str) -> list[tuple[str, ...]]:
        return sorted(parts for kind, parts in facts_of(name) if kind == "failure")

    assert failures("vitest/vitest2_failed") == failures("vitest/failed") == failures("vitest/failed_verbose")
    assert set(failures("vitest/failed_in_colour")) < set(failures("vitest/failed"))


def test_a_run_of_vitest_that_was_killed_keeps_the_failures_that_its_list_names() -> None:
    text = as_shown(cases.load("vitest/failed_verbose").text)
    facts = extract("vitest", text[: text.index("⎯")])
    assert len(facts) == 22
    assert facts[0].parts == ("test/checkout.test.js > placing an order > works in PL",)
