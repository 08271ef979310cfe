"""Facts of `go test`."""

# ruff: noqa: E501 - what the tools print
from __future__ import annotations

from scrimp.core.facts import extract
from scrimp.core.terminal import as_shown
from tests.compact import cases


def facts_of(name: str) -> list[tuple[str, tuple[str, ...]]]:
    return of_text(cases.load(name).text)


def of_text(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.kind, fact.parts) for fact in extract("go_test", as_shown(text))]


def test_a_failing_test_has_its_name_and_messages_which_with_v_stand_above_its_verdict() -> None:
    assert facts_of("go_test/verbose_failed") == [
        (
            "failure",
            ("checkout_test.go:29: order in pounds: cannot add EUR to GBP: convert first", "TestPlaceInPounds"),
        ),
        ("failure", ('checkout_test.go:39: region: got "XX", want "YY"', "TestPlaceNowhere")),
        ("total", ("FAIL\texample.org/shop/checkout\t0.011s",)),
        ("total", ("ok  \texample.org/shop/money\t0.010s",)),
        ("total", ("ok  \texample.org/shop/payments\t0.013s",)),
        (
            "failure",
            (
                "pricing_test.go:33: Discounted(10, 250) = 2250; want 2500 (the discount starts with the eleventh piece)",
                "TestDiscounted/10_pieces",
            ),
        ),
        ("failure", ("pricing_test.go:44: invoice(12) mismatch (-want +got):", "TestLinesOfAnInvoice")),
        ("diff", ('- \t\t\t"gift wrapped",', "- \t\tTotal:  2500,", "+ \t\tTotal:  2250,")),
        ("skipped", ("TestVoucherIsNotYetSupported", "pricing_test.go:49: vouchers come with release 3")),
        ("total", ("FAIL\texample.org/shop/pricing\t0.007s",)),
        ("said", ("shipping_test.go:25:",)),
        (
            "diff",
            (
                "Error:      \tNot equal:",
                'expected: shipping.Parcel{Grams:16000, Region:"DE"}',
                'actual  : shipping.Parcel{Grams:31500, Region:"DE"}',
                "(shipping.Parcel) {",
                "- Grams: (int) 16000,",
                "+ Grams: (int) 31500,",
                'Region: (string) (len=2) "DE"',
                "Messages:   \tboth halves weigh the same",
            ),
        ),
        ("failure", ("shipping_test.go:26:", "TestHeavyParcelIsSplitEvenly")),
        (
            "diff",
            (
                "Error:      \tNot equal:",
                'expected: shipping.Parcel{Grams:16000, Region:"DE"}',
                'actual  : shipping.Parcel{Grams:500, Region:"DE"}',
                "(shipping.Parcel) {",
                "- Grams: (int) 16000,",
                "+ Grams: (int) 500,",
                'Region: (string) (len=2) "DE"',
            ),
        ),
        ("failure", ("shipping_test.go:31:", "TestPriceListOfCarrier")),
        ("diff", ("Error:      \tReceived unexpected error:", "open testdata/carrier.csv: no such file or directory")),
        ("total", ("FAIL\texample.org/shop/shipping\t0.014s",)),
        ("failure", ('tax_test.go:13: Rate("DK"): unexpected error: no rate for region "DK"', "TestRateByCountry/DK")),
        ("failure", ('tax_test.go:13: Rate("NO"): unexpected error: no rate for region "NO"', "TestRateByCountry/NO")),
        ("failure", ('tax_test.go:32: Of(2100, "AT") = 420, <nil>', "TestTaxOf/AT/2100")),
        ("diff", ("want 421, <nil>",)),
        ("failure", ('tax_test.go:32: Of(1300, "AT") = 260, <nil>', "TestTaxOf/AT/1300")),
        ("diff", ("want 261, <nil>",)),
        ("total", ("FAIL\texample.org/shop/tax\t0.009s",)),
    ]


def test_without_v_the_messages_stand_below() -> None:
    assert facts_of("go_test/panic_in_subtest") == [
        (
            "failure",
            ("TestPlaceInPounds", "checkout_test.go:29: order in pounds: cannot add EUR to GBP: convert first"),
        ),
        ("failure", ("TestPlaceNowhere", 'checkout_test.go:39: region: got "XX", want "YY"')),
        ("total", ("FAIL\texample.org/shop/checkout\t0.006s",)),
        ("total", ("ok  \texample.org/shop/money\t0.011s",)),
        ("total", ("ok  \texample.org/shop/payments\t0.021s",)),
        (
            "failure",
            (
                "TestDiscounted/10_pieces",
                "pricing_test.go:33: Discounted(10, 250) = 2250; want 2500 (the discount starts with the eleventh piece)",
            ),
        ),
        ("failure", ("TestLinesOfAnInvoice", "pricing_test.go:44: invoice(12) mismatch (-want +got):")),
        ("diff", ('-\xa0\t\t\t"gift wrapped",', "-\xa0\t\tTotal:  2500,", "+\xa0\t\tTotal:  2250,")),
        ("total", ("FAIL\texample.org/shop/pricing\t0.019s",)),
        ("failure", ("TestRoute/to_PL",)),
        (
            "error",
            (
                "panic: assignment to entry in nil map [recovered, repanicked]",
                "/tmp/shop_go_test/shipping/shipping.go:14",
            ),
        ),
        ("total", ("FAIL\texample.org/shop/shipping\t0.016s",)),
        ("failure", ("TestRateByCountry/DK", 'tax_test.go:13: Rate("DK"): unexpected error: no rate for region "DK"')),
        ("failure", ("TestRateByCountry/NO", 'tax_test.go:13: Rate("NO"): unexpected error: no rate for region "NO"')),
        ("failure", ("TestTaxOf/AT/2100", 'tax_test.go:32: Of(2100, "AT") = 420, <nil>')),
        ("diff", ("want 421, <nil>",)),
        ("failure", ("TestTaxOf/AT/1300", 'tax_test.go:32: Of(1300, "AT") = 260, <nil>')),
        ("diff", ("want 261, <nil>",)),
        ("total", ("FAIL\texample.org/shop/tax\t0.011s",)),
    ]


def test_with_json_the_parts_are_as_the_lines_have_them() -> None:
    assert facts_of("go_test/json_failed")[:7] == [
        (
            "failure",
            ('tax_test.go:13: Rate(\\"DK\\"): unexpected error: no rate for region \\"DK\\"', "TestRateByCountry/DK"),
        ),
        (
            "failure",
            ('tax_test.go:13: Rate(\\"NO\\"): unexpected error: no rate for region \\"NO\\"', "TestRateByCountry/NO"),
        ),
        ("failure", ('tax_test.go:32: Of(2100, \\"AT\\") = 420, \\u003cnil\\u003e', "TestTaxOf/AT/2100")),
        ("diff", ("\\twant 421, \\u003cnil\\u003e",)),
        ("failure", ('tax_test.go:32: Of(1300, \\"AT\\") = 260, \\u003cnil\\u003e', "TestTaxOf/AT/1300")),
        ("diff", ("\\twant 261, \\u003cnil\\u003e",)),
        ("total", ("FAIL\\texample.org/shop/tax\\t0.027s",)),
    ]


def test_what_does_not_compile_is_an_error_with_its_place_in_text_and_in_json() -> None:
    errors = ["payments/payments_test.go:12:38: unknown field Currency in struct literal of type money.Money"]
    errors += ["payments/payments_test.go:16:6: declared and not used: unused"]
    errors += ["payments/payments_test.go:17:2: undefined: Refund"]
    for name in ("build_failed", "json_build_failed"):
        found = facts_of("go_test/" + name)
        assert [parts[0] for kind, parts in found if kind == "error" and "payments" in parts[0]] == errors
        assert any(kind == "total" and "example.org/shop/payments [build failed]" in parts[0] for kind, parts in found)


def test_a_data_race_has_the_places_in_ones_own_code() -> None:
    assert facts_of("go_test/race_detected") == [
        ("error", ("WARNING: DATA RACE", "/tmp/shop_go_test/store/store.go:7")),
        ("error", ("WARNING: DATA RACE", "/tmp/shop_go_test/store/store.go:7", "/tmp/shop_go_test/store/store.go:7")),
        ("failure", ("testing.go:1867: race detected during execution of test", "TestPutFromManySides")),
        ("total", ("FAIL\texample.org/shop/store\t0.020s",)),
    ]


def test_a_timeout_has_the_tests_that_were_running_and_where() -> None:
    assert facts_of("go_test/timed_out") == [
        (
            "error",
            ("panic: test timed out after 1s", "TestWaitsForDelivery (1s)", "/tmp/shop_go_test/store/slow_test.go:24"),
        ),
        ("total", ("FAIL\texample.org/shop/store\t1.012s",)),
        ("total", ("ok  \texample.org/shop/money\t0.007s",)),
    ]


def test_a_fuzzing_failure_has_the_input_and_how_to_run_it_again() -> None:
    assert facts_of("go_test/fuzz_failed") == [
        (
            "failure",
            (
                "FuzzPercent",
                "testing.go:2078: panic: percent out of range: -25 (amount 44 EUR)",
                "/tmp/shop_go_test/money/money.go:19",
            ),
        ),
        ("note", ("Failing input written to testdata/fuzz/FuzzPercent/2c0cb15c60af94c7",)),
        ("note", ("go test -run=FuzzPercent/2c0cb15c60af94c7",)),
        ("total", ("FAIL\texample.org/shop/money\t0.041s",)),
    ]


def test_benchmarks_are_what_was_asked_for() -> None:
    assert facts_of("go_test/bench_passed") == [
        ("benchmark", ("BenchmarkString-2    \t    2000\t       444.6 ns/op",)),
        (
            "benchmark",
            ("BenchmarkPercent/p=1-2         \t    2000\t        19.64 ns/op\t       0 B/op\t       0 allocs/op",),
        ),
        (
            "benchmark",
            ("BenchmarkPercent/p=10-2        \t    2000\t         3.190 ns/op\t       0 B/op\t       0 allocs/op",),
        ),
        (
            "benchmark",
            ("BenchmarkPercent/p=50-2        \t    2000\t         3.175 ns/op\t       0 B/op\t       0 allocs/op",),
        ),
        ("total", ("ok  \texample.org/shop/money\t0.049s",)),
    ]


def test_what_a_test_prints_is_no_failure_of_a_test_that_never_ran() -> None:
    for name in ("printed_imitation", "printed_imitation_json"):
        found = facts_of("go_test/" + name)
        assert [parts[-1] for kind, parts in found if kind == "failure"] == ["TestTotalsOfTheReport"]
        assert not any("panic: not really" in part for _, parts in found for part in parts)


def test_of_many_messages_the_last_twenty_are_facts() -> None:
    found = facts_of("go_test/printed_imitation")
    assert [kind for kind, _ in found].count("said") == 19
    assert ("failure", ("reports_test.go:28: the rows add up to 9,870, not 9,871", "TestTotalsOfTheReport")) in found


def test_each_run_of_a_test_keeps_its_own_messages() -> None:
    once = "=== RUN   TestA\n    a_test.go:7: run {}\n--- FAIL: TestA (0.00s)\n"
    assert of_text(once.format(1) + once.format(2)) == [
        ("failure", ("a_test.go:7: run 1", "TestA")),
        ("failure", ("a_test.go:7: run 2", "TestA")),
    ]


def test_of_more_than_forty_packages_that_passed_none_is_a_fact() -> None:
    text = "".join(f"ok  \texample.org/shop/part{n}\t0.1s\n" for n in range(41))
    assert of_text(text + "FAIL\texample.org/shop/till\t0.1s\n") == [("total", ("FAIL\texample.org/shop/till\t0.1s",))]


def test_a_panic_that_was_only_printed_is_none() -> None:
    assert of_text("panic: not one\nok  \texample.org/shop\t0.1s\n") == [("total", ("ok  \texample.org/shop\t0.1s",))]


def test_lines_that_are_not_quite_events_are_survived() -> None:
    torn = cases.load("go_test/json_build_failed").text[:3000]
    assert len(of_text(torn + '\n{"Action":"output","Output":"\\u00\n{"Action":"output"}\n{"Action":')) >= 3
