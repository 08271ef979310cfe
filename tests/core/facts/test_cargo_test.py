"""Facts of `cargo test` and `cargo nextest`."""

# ruff: noqa: E501 - what the tools print
from __future__ import annotations

from scrimp.core.facts import extract
from scrimp.core.terminal import as_shown
from tests.compact import cases


def facts_of(name: str) -> list[tuple[str, tuple[str, ...]]]:
    return of_text(cases.load(name).text)


def of_text(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.kind, fact.parts) for fact in extract("cargo_test", as_shown(text))]


def failures(name: str) -> list[tuple[str, ...]]:
    return [parts for kind, parts in facts_of(name) if kind == "failure"]


def test_each_failure_has_its_name_place_and_message_and_the_totals_follow() -> None:
    assert facts_of("cargo_test/failed") == [
        ("warning", ("warning: function `unused_helper` is never used", "parcel/src/lib.rs:22:4")),
        ("warning", ("warning: `parcel` (lib) generated 1 warning",)),
        ("warning", ("warning: unused import: `super::*`", "till/src/lib.rs:1054:9")),
        (
            "warning",
            (
                "warning: `till` (lib test) generated 1 warning (run `cargo fix --lib -p till --tests` to apply 1 suggestion)",
            ),
        ),
        ("warning", ("warning: `parcel` (lib test) generated 1 warning (1 duplicate)",)),
        ("total", ("Finished `test` profile [unoptimized + debuginfo] target(s) in 0.01s",)),
        ("skipped", ("tests::weighed_at_the_carrier", "ignored, needs the carrier's scales")),
        (
            "failure",
            (
                "tests::heavy_parcel_is_split_evenly",
                "parcel/src/lib.rs:35:9",
                "assertion `left == right` failed: both halves weigh the same",
                "left: [31500, 500]",
                "right: [16000, 16000]",
            ),
        ),
        (
            "total",
            ("test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",),
        ),
        ("error", ("error: test failed, to rerun pass `-p parcel --lib`",)),
        ("failure", ("coupon_tests::coupon_case_100", "till/src/lib.rs:19:21", "coupon is not in the book")),
        ("failure", ("discount_tests::discount_case_051", "till/src/lib.rs:686:9", "order 51: got 138")),
        (
            "failure",
            (
                "errors::invoice_has_the_right_lines",
                "till/src/lib.rs:1371:9",
                "assertion `left == right` failed: invoice 4711",
                "of the second customer",
                'left: [Line { sku: "SKU-0101", pieces: 3, total: 30 }, Line { sku: "SKU-0202", pieces: 10, total: 90 }]',
                'right: [Line { sku: "SKU-0101", pieces: 3, total: 30 }, Line { sku: "SKU-0202", pieces: 10, total: 100 }]',
            ),
        ),
        (
            "failure",
            (
                "errors::panics_for_another_reason",
                "till/src/lib.rs:19:21",
                "coupon is not in the book",
                "note: panic did not contain expected string",
                'panic message: "coupon is not in the book"',
                'expected substring: "out of range"',
            ),
        ),
        ("failure", ("errors::result_of_an_unknown_region", 'Error: "no rate for region \\"DK\\""')),
        (
            "failure",
            (
                "errors::prints_an_imitation",
                "till/src/lib.rs:1387:24",
                "index out of bounds: the len is 4 but the index is 7",
            ),
        ),
        (
            "failure",
            (
                "errors::spring_coupon_should_not_be_known",
                "note: test did not panic as expected at till/src/lib.rs:1357:8",
            ),
        ),
        (
            "failure",
            (
                "price_tests::price_case_061",
                "till/src/lib.rs:284:9",
                "assertion `left == right` failed: the discount starts with the eleventh piece",
                "left: 900",
                "right: 1000",
            ),
        ),
        (
            "failure",
            (
                "price_tests::price_case_139",
                "till/src/lib.rs:349:9",
                "assertion `left == right` failed: the discount starts with the eleventh piece",
                "left: 900",
                "right: 1000",
            ),
        ),
        (
            "failure",
            (
                "price_tests::price_case_217",
                "till/src/lib.rs:414:9",
                "assertion `left == right` failed: the discount starts with the eleventh piece",
                "left: 900",
                "right: 1000",
            ),
        ),
        (
            "failure",
            (
                "stock_tests::stock_case_077",
                "till/src/lib.rs:1144:9",
                "assertion `left != right` failed",
                "left: 77",
                "right: 77",
            ),
        ),
        (
            "failure",
            (
                "stock_tests::stock_case_083",
                "till/src/lib.rs:1151:9",
                "assertion `left != right` failed",
                "left: 83",
                "right: 83",
            ),
        ),
        (
            "failure",
            (
                "tax_tests::tax_case_026",
                "till/src/lib.rs:460:28",
                'called `Result::unwrap()` on an `Err` value: "no rate for region \\"PL\\""',
            ),
        ),
        (
            "failure",
            (
                "tax_tests::tax_case_056",
                "till/src/lib.rs:485:28",
                'called `Result::unwrap()` on an `Err` value: "no rate for region \\"PL\\""',
            ),
        ),
        (
            "total",
            ("test result: FAILED. 232 passed; 14 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.05s",),
        ),
        ("error", ("error: test failed, to rerun pass `-p till --lib`",)),
        (
            "failure",
            (
                "order_from_poland",
                "till/tests/checkout.rs:11:28",
                'called `Result::unwrap()` on an `Err` value: "no rate for region \\"PL\\""',
            ),
        ),
        (
            "failure",
            (
                "order_of_ten",
                "till/tests/checkout.rs:28:5",
                "assertion `left == right` failed",
                "left: 45",
                "right: 50",
            ),
        ),
        (
            "total",
            ("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",),
        ),
        ("error", ("error: test failed, to rerun pass `-p till --test checkout`",)),
        (
            "failure",
            (
                "parcel/src/lib.rs - split (line 9)",
                "parcel/src/lib.rs:5:1",
                "assertion `left == right` failed",
                "left: 3",
                "right: 2",
            ),
        ),
        (
            "total",
            ("test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.14s",),
        ),
        ("error", ("error: doctest failed, to rerun pass `-p parcel --doc`",)),
        ("total", ("test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.13s",)),
        ("error", ("error: 4 targets failed:",)),
        ("total", ("`-p parcel --lib`",)),
        ("total", ("`-p till --lib`",)),
        ("total", ("`-p till --test checkout`",)),
        ("total", ("`-p parcel --doc`",)),
    ]


def test_colour_and_quiet_change_nothing() -> None:
    assert sorted(failures("cargo_test/colour_failed")) == sorted(failures("cargo_test/failed"))
    assert sorted(failures("cargo_test/quiet_failed")) == sorted(failures("cargo_test/failed"))


def test_without_captured_output_a_panic_is_known_by_its_thread() -> None:
    assert failures("cargo_test/nocapture_failed")[1:4] == [
        (
            "till/src/lib.rs:1387:24",
            "index out of bounds: the len is 4 but the index is 7",
            "errors::prints_an_imitation",
        ),
        ("errors::result_of_an_unknown_region",),
        (
            "till/src/lib.rs:1144:9",
            "assertion `left != right` failed",
            "left: 77",
            "right: 77",
            "stock_tests::stock_case_077",
        ),
    ]


def test_nextest_names_the_binary_too_and_of_several_tries_the_last_is_told() -> None:
    assert facts_of("cargo_test/nextest_retries_failed")[6:] == [
        (
            "failure",
            (
                "till errors::invoice_has_the_right_lines",
                "till/src/lib.rs:1371:9",
                "assertion `left == right` failed: invoice 4711",
                "of the second customer",
                'left: [Line { sku: "SKU-0101", pieces: 3, total: 30 }, Line { sku: "SKU-0202", pieces: 10, total: 90 }]',
                'right: [Line { sku: "SKU-0101", pieces: 3, total: 30 }, Line { sku: "SKU-0202", pieces: 10, total: 100 }]',
            ),
        ),
        (
            "failure",
            (
                "till errors::panics_for_another_reason",
                "till/src/lib.rs:19:21",
                "coupon is not in the book",
                "note: panic did not contain expected string",
                'panic message: "coupon is not in the book"',
                'expected substring: "out of range"',
            ),
        ),
        (
            "failure",
            (
                "till errors::prints_an_imitation",
                "till/src/lib.rs:1387:24",
                "index out of bounds: the len is 4 but the index is 7",
            ),
        ),
        ("failure", ("till errors::result_of_an_unknown_region", 'Error: "no rate for region \\"DK\\""')),
        (
            "failure",
            (
                "till errors::spring_coupon_should_not_be_known",
                "note: test did not panic as expected at till/src/lib.rs:1357:8",
            ),
        ),
        (
            "failure",
            (
                "till stock_tests::stock_case_077",
                "till/src/lib.rs:1144:9",
                "assertion `left != right` failed",
                "left: 77",
                "right: 77",
            ),
        ),
        (
            "failure",
            (
                "till stock_tests::stock_case_083",
                "till/src/lib.rs:1151:9",
                "assertion `left != right` failed",
                "left: 83",
                "right: 83",
            ),
        ),
        ("total", ("Summary [   0.378s] 46 tests run: 39 passed, 7 failed, 206 skipped",)),
        ("total", ("error: test run failed",)),
    ]
    assert len(failures("cargo_test/nextest_failed")) == 17


def test_that_a_run_was_stopped_is_told() -> None:
    closing = [parts[0] for kind, parts in facts_of("cargo_test/nextest_stopped") if kind == "total"]
    assert closing[1:] == [
        "Summary [   0.021s] 3/251 tests run: 2 passed, 1 failed, 1 skipped",
        (
            "warning: 248/251 tests were not run due to test failure (run with --no-fail-fast to run all tests, or run with"
            " --max-fail)"
        ),
        "error: test run failed",
    ]


def test_totals_of_targets_without_tests_are_facts_only_where_there_are_no_others() -> None:
    totals = [parts[0] for _, parts in facts_of("cargo_test/passed") if parts[0].startswith("test result:")]
    assert [total.split(";")[0] for total in totals] == [
        "test result: ok. 1 passed",
        "test result: ok. 89 passed",
        "test result: ok. 1 passed",
        "test result: ok. 1 passed",
    ]
    nothing = [parts[0] for _, parts in facts_of("cargo_test/filtered_none") if parts[0].startswith("test result:")]
    assert len(nothing) > 1
    assert {total.split("; ")[0] for total in nothing} == {"test result: ok. 0 passed"}


def test_what_a_test_prints_is_neither_a_block_nor_a_total() -> None:
    found = failures("cargo_test/failed")
    (imitating,) = [parts for parts in found if parts[0] == "errors::prints_an_imitation"]
    assert imitating[1:] == ("till/src/lib.rs:1387:24", "index out of bounds: the len is 4 but the index is 7")
    assert not any("0 passed; 9 failed" in parts[0] for _, parts in facts_of("cargo_test/failed"))


def test_a_panic_of_an_older_rust_has_its_message_before_its_place() -> None:
    text = (
        "running 1 test\ntest a ... FAILED\n\nfailures:\n\n---- a stdout ----\n"
        "thread 'a' panicked at 'no lane, sorry', src/lib.rs:3:5\n\n\nfailures:\n    a\n\n"
        "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n"
    )
    assert of_text(text)[0] == ("failure", ("a", "src/lib.rs:3:5", "no lane, sorry"))


def test_a_test_program_that_crashed_is_told_by_the_test_and_the_signal() -> None:
    found = facts_of("cargo_test/aborted")
    assert ("failure", ("test crashing::aborts ... error: test failed, to rerun pass `-p parcel --lib`",)) in found
    assert any(kind == "cause" and "signal: 6, SIGABRT" in parts[0] for kind, parts in found)
    assert [parts[1:] for _, parts in facts_of("cargo_test/nextest_aborted") if "aborts" in parts[0]] == [
        ("reading the scales at 0x0", "(test aborted with signal 6: SIGABRT)"),
    ]
