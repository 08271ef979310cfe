import glob
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrimp.core import facts as facts_package
from scrimp.core import limits
from scrimp.core.facts import OF_THEIR_OWN, Fact, extract, missing
from scrimp.core.facts.fact import ALIKE, FAILURE, part_of
from scrimp.core.families import NAMES
from scrimp.core.terminal import as_shown

RECORDED = os.path.join(os.path.dirname(os.path.dirname(__file__)), "compact")
CASES = sorted(os.path.relpath(os.path.dirname(path), RECORDED) for path in glob.glob(RECORDED + "/*/*/input.txt"))

FAILED_29 = [
    (
        "TestCart.test_single_line[SKU-0404]",
        "src/shop/discount.py:8",
        "AttributeError: 'NoneType' object has no attribute 'minor'",
    ),
    ("TestCart.test_empty_cart_is_worth_nothing", "src/shop/cart.py:22", "IndexError: list index out of range"),
    (
        "TestCart.test_reduced_rate_in_sweden",
        "src/shop/tax.py:25",
        "shop.tax.UnknownRegion: no reduced rate for region 'SE'",
    ),
    (
        "test_coupon_lowers_total[TYPO]",
        "src/shop/money.py:29",
        "ValueError: percent out of range: 250 (amount 1212 EUR)",
    ),
    (
        "test_coupon_lowers_total[SUMMER15]",
        "src/shop/coupons.py:10",
        "LookupError: coupon SUMMER15 is not in the book",
    ),
    ("test_place_by_country[PL]", "src/shop/currency.py:7", "KeyError: 'PLN'"),
    ("test_place_by_country[AT]", "src/shop/tax.py:29", "KeyError: 'AT'"),
    (
        "test_coupon_for_staff_in_france",
        "tests/test_checkout.py:27",
        "AssertionError: assert {'goods': 190...l': 2404, ...} == {'goods': 184...l': 2342, ...}",
    ),
    (
        "test_mistyped_coupon_is_refused_politely",
        "src/shop/money.py:29",
        "ValueError: percent out of range: 250 (amount 1286 EUR)",
    ),
    (
        "test_heavy_parcel_is_split",
        "src/shop/shipping.py:15",
        "shop.shipping.ParcelTooHeavy: parcel of 32000 g is over the carrier's 31500 g",
    ),
    ("test_unknown_article", "src/shop/catalogue.py:13", "KeyError: 'SKU-9999'"),
    (
        "test_share_of_minus_one_percent",
        "src/shop/money.py:29",
        "ValueError: percent out of range: -1 (amount 1000 EUR)",
    ),
    ("test_adding_pounds_to_euros", "src/shop/money.py:15", "ValueError: cannot add GBP to EUR: convert first"),
    ("test_convert_to_zloty", "src/shop/currency.py:7", "KeyError: 'PLN'"),
    (
        "test_money_is_ordered",
        "tests/test_money.py:31",
        "TypeError: '<' not supported between instances of 'Money' and 'Money'",
    ),
    ("test_known_prices[SKU-0003-370]", "tests/test_pricing.py:18", "AssertionError: assert 369 == 370"),
    ("test_known_prices[SKU-0005-410]", "tests/test_pricing.py:18", "AssertionError: assert 411 == 410"),
    (
        "test_eleventh_piece_is_cheaper",
        "tests/test_pricing.py:24",
        "AssertionError: quantity discount must not start before the eleventh piece",
    ),
    (
        "test_lines_of_an_invoice",
        "tests/test_pricing.py:29",
        "AssertionError: assert [283, 655, 11...16, 3031, ...] == [283, 656, 11...17, 3031, ...]",
    ),
    (
        "test_currency_of_line",
        "tests/test_pricing.py:33",
        "AssertionError: assert Money(minor=546, code='GBP') == Money(minor=511, code='EUR')",
    ),
    (
        "test_default_currency",
        "src/shop/settings.py:12",
        "shop.settings.BadSetting: setting currency.default is missing (have: ['country', 'currency'])",
    ),
    ("test_free_shipping_adds_up", "tests/helpers.py:6", "AssertionError: order does not add up: 4990 != 5489"),
    ("test_express_costs_twice", "tests/test_shipping.py:17", "assert 998 == ((2 * 499) + 100)"),
    (
        "test_long_message",
        "tests/test_shipping.py:22",
        "AssertionError: assert [[15000, 1500...15000, 15000]] == [[15000, 1500... 15000, 1500]]",
    ),
    (
        "test_note_on_parcel",
        "tests/test_shipping.py:27",
        "AssertionError: assert 'Dear custome...s, the shop\\n' == 'Dear custome...s, the shop\\n'",
    ),
    (
        "TestRates.test_reduced_rate[SE]",
        "src/shop/tax.py:25",
        "shop.tax.UnknownRegion: no reduced rate for region 'SE'",
    ),
    (
        "TestRates.test_reduced_rate[GB]",
        "src/shop/tax.py:25",
        "shop.tax.UnknownRegion: no reduced rate for region 'GB'",
    ),
    (
        "TestRates.test_reduced_rate[CH]",
        "src/shop/tax.py:25",
        "shop.tax.UnknownRegion: no reduced rate for region 'CH'",
    ),
    (
        "TestRates.test_regions_listed",
        "tests/test_tax.py:19",
        "AssertionError: assert {'CH', 'DE', ...', 'PL', 'SE'} == {'CH', 'DE', 'FR', 'GB', 'SE'}",
    ),
]
PRINTING_TESTS = [
    ("failure", ("test_import_counts_rows", "more/test_prints.py:26", "AssertionError: assert 3 == 4")),
    (
        "failure",
        (
            "test_import_logs_rejects",
            "more/test_prints.py:35",
            "RuntimeError: import incomplete: 60 of 150 rows rejected",
        ),
    ),
    ("failure", ("test_import_prices[DE]", "more/test_prints.py:42", "AssertionError: assert 1107 == 1109")),
    ("failure", ("test_import_prices[PL]", "src/shop/currency.py:7", "KeyError: 'PLN'")),
    (
        "failure",
        (
            "test_child_run_is_green",
            "more/test_prints.py:56",
            "Failed: the child run was not green: exit code 1",
        ),
    ),
]


def recorded(case: str) -> str:
    with open(os.path.join(RECORDED, case, "input.txt"), encoding="utf-8", newline="") as file:
        return as_shown(file.read())


def facts_of(case: str, *, details: bool = False) -> list[tuple[str, tuple[str, ...]]]:
    """(kind, parts) of a recorded output's facts, in order."""
    found = extract(case.split("/", maxsplit=1)[0], recorded(case))
    return [(fact.kind, fact.parts) for fact in found if details or fact.priority < 3]


@pytest.mark.parametrize("case", CASES)
def test_every_fact_stands_in_the_text_it_is_taken_from(case: str) -> None:
    text = recorded(case)
    facts = extract(case.split("/", maxsplit=1)[0], text)
    assert facts
    assert missing(facts, text) == []


def bare(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Parts without the type of an assertion, which pytest prints or not according to its verbosity."""
    return tuple(part.removeprefix("AssertionError: ") for part in parts)


@pytest.mark.parametrize("case", ["failed_29_deep", "quiet_failed", "tb_short_failed"])
def test_each_failing_test_has_its_name_file_line_and_message(case: str) -> None:
    facts = extract("pytest", recorded("pytest/" + case))
    failures = [fact.parts for fact in facts if fact.kind == "failure"]
    assert list(map(bare, failures)) == list(map(bare, FAILED_29))
    assert case != "failed_29_deep" or failures == FAILED_29
    assert [fact.parts for fact in facts if fact.kind == "cause"] == [
        ("src/shop/settings.py:10", "KeyError: 'default'")
    ]
    assert [fact.parts[0][:22] for fact in facts if fact.kind == "total"] == ["29 failed, 871 passed "]


def test_without_tracebacks_the_short_summary_names_the_tests() -> None:
    facts = extract("pytest", recorded("pytest/tb_line_failed"))
    failures = [fact.parts for fact in facts if fact.kind == "failure"]
    assert len(failures) == 29
    assert failures[5] == (
        "tests/test_checkout.py::test_place_by_country[PL]",
        "/tmp/shop/src/shop/currency.py:7",
        "KeyError: 'PLN'",
    )


def test_failures_in_pythons_own_format_have_their_innermost_frame() -> None:
    assert facts_of("pytest/tb_native_failed")[5:] == [
        (
            "failure",
            (
                "test_share_of_minus_one_percent",
                'File "/tmp/shop/src/shop/money.py", line 29',
                "ValueError: percent out of range: -1 (amount 1000 EUR)",
            ),
        ),
        (
            "failure",
            (
                "test_adding_pounds_to_euros",
                'File "/tmp/shop/src/shop/money.py", line 15',
                "ValueError: cannot add GBP to EUR: convert first",
            ),
        ),
        ("failure", ("test_convert_to_zloty", 'File "/tmp/shop/src/shop/currency.py", line 7', "KeyError: 'PLN'")),
        (
            "failure",
            (
                "test_money_is_ordered",
                'File "/tmp/shop/tests/test_money.py", line 31',
                "TypeError: '<' not supported between instances of 'Money' and 'Money'",
            ),
        ),
        ("total", ("9 failed, 248 passed in 0.12s",)),
    ]


def test_what_a_test_prints_is_no_fact_even_when_it_is_a_whole_report() -> None:
    assert facts_of("pytest/captured_output") == [*PRINTING_TESTS, ("total", ("5 failed, 1 passed in 0.06s",))]
    assert facts_of("pytest/live_output_failed") == [*PRINTING_TESTS, ("total", ("5 failed, 1 passed in 0.04s",))]


def test_further_lines_of_a_message_are_details() -> None:
    facts = extract("pytest", recorded("pytest/failed_29_deep"))
    at = next(n for n, fact in enumerate(facts) if fact.parts[0] == "test_note_on_parcel")
    assert facts[at + 1] == Fact(
        3,
        "diff",
        ("Dear customer,", "- your order leaves us tomorrow.", "+ your order left us today.", "Yours, the shop"),
    )


def test_errors_of_fixtures_and_strict_xfails_and_warnings_are_facts() -> None:
    missing_file = "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/shop/data/ledger.csv'"
    unbalanced = "RuntimeError: till was not balanced: 3 cents are missing"
    assert facts_of("pytest/setup_teardown_errors") == [
        *(("error", (f"test_ledger_of_month[{n}]", "more/conftest.py:11", missing_file)) for n in range(1, 7)),
        ("error", ("test_sale_is_rung_up", "more/conftest.py:18", unbalanced)),
        ("error", ("test_refund_is_rung_up", "more/conftest.py:18", unbalanced)),
        ("failure", ("test_refund_is_rung_up", "more/test_ledger.py:18", "AssertionError: assert 0 == -1")),
        ("failure", ("test_was_broken_once", "[XPASS(strict)] fixed long ago")),
        ("warning", ("/tmp/shop/more/test_ledger.py:22: DeprecationWarning: shop.parcel is now shop.shipping",)),
        ("total", ("2 failed, 2 passed, 1 skipped, 1 xfailed, 1 warning, 8 errors in 0.06s",)),
    ]


def test_errors_of_collection_have_file_line_and_message() -> None:
    assert facts_of("pytest/collection_error") == [
        (
            "error",
            (
                "broken/test_imports.py",
                "broken/test_imports.py:1",
                "ModuleNotFoundError: No module named 'shop.parcels'",
            ),
        ),
        ("cause", ("src/shop/settings.py:10", "KeyError: 'currency'")),
        (
            "error",
            (
                "broken/test_raises.py",
                "src/shop/settings.py:12",
                "shop.settings.BadSetting: setting currency.default is missing (have: ['country'])",
            ),
        ),
        (
            "error",
            (
                "broken/test_syntax.py",
                'File "/tmp/shop/broken/test_syntax.py", line 1',
                "SyntaxError: invalid syntax",
            ),
        ),
        ("total", ("Interrupted: 3 errors during collection",)),
        ("total", ("3 errors in 0.19s",)),
    ]


def test_wrong_use_of_pytest_is_an_error() -> None:
    assert facts_of("pytest/usage_error") == [
        ("error", ("ERROR: usage: pytest [options] [file_or_dir] [file_or_dir] [...]",)),
        ("error", ("pytest: error: unrecognized arguments: --no-such-option",)),
    ]


def test_runs_one_after_the_other_are_each_read() -> None:
    passed, failed = recorded("pytest/passed_900"), recorded("pytest/maxfail_stopped")
    once = extract("pytest", failed)
    assert extract("pytest", passed + failed + failed) == [Fact(1, "total", ("900 passed in 0.40s",)), *once, *once]
    quiet = recorded("pytest/quiet_failed")
    assert extract("pytest", quiet + quiet) == 2 * extract("pytest", quiet)


def test_a_run_that_was_killed_keeps_the_failures_its_progress_told() -> None:
    text = recorded("pytest/failed_29_deep")
    progress = text[: text.index("\n====", 100)]
    facts = extract("pytest", progress)
    assert len(facts) == 29
    assert facts[0] == Fact(0, "failure", ("tests/test_cart.py::TestCart::test_single_line[SKU-0404]",))
    after = recorded("pytest/maxfail_stopped")
    assert extract("pytest", progress + "\n" + after) == facts + extract("pytest", after)


def test_a_chained_traceback_gives_each_exception_with_its_innermost_frame() -> None:
    assert facts_of("traceback/python_chained") == [
        ("error", ('File "/tmp/shop/src/shop/currency.py", line 7', "KeyError: 'PLN'")),
        (
            "error",
            (
                'File "/tmp/shop/scripts/reprice.py", line 26',
                "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/shop/archive/rates-137.csv'",
            ),
        ),
        (
            "error",
            (
                'File "/tmp/shop/scripts/reprice.py", line 28',
                "RepriceFailed: order 137 has no price: rate 'PLN' is in neither feed nor archive",
            ),
        ),
    ]


def test_a_group_of_exceptions_gives_each_of_them() -> None:
    assert facts_of("traceback/python_group")[1:] == [
        ("error", ('File "/tmp/shop/scripts/group.py", line 15', "ValueError: north: postcode '00-000' is not known")),
        ("error", ('File "/tmp/shop/scripts/group.py", line 15', "CarrierDown: carrier west does not answer")),
    ]


def test_stack_traces_of_other_languages_give_message_and_place() -> None:
    unboxed = (
        'Cannot invoke "java.lang.Integer.intValue()" because the return value of "java.util.Map.get(Object)" is null'
    )
    assert facts_of("traceback/java_caused_by") == [
        (
            "error",
            ('Exception in thread "main" shop.Stock$StockException: order 71 cannot be picked', "Stock.java:31"),
        ),
        ("error", ("Caused by: java.lang.IllegalStateException: shelf has no SKU-0071", "Stock.java:19")),
        (
            "error",
            (
                "Caused by: java.lang.NullPointerException: " + unboxed,
                "Stock.java:12",
            ),
        ),
    ]
    assert facts_of("traceback/node_cause") == [
        ("error", ("QuoteError: no quote for zone west (1 items)", "/tmp/shop/scripts/quote.js:12:11")),
        (
            "error",
            (
                "[cause]: TypeError: Cannot read properties of undefined (reading 'base')",
                "/tmp/shop/scripts/quote.js:6:42",
            ),
        ),
        ("last", ("Node.js v20.20.2",)),
    ]
    assert facts_of("traceback/rust_backtrace") == [
        ("error", ("thread 'main' (7197) panicked at src/main.rs:6:63:", "zone has no lane")),
    ]


def test_a_go_panic_gives_its_first_frame_outside_gos_own_library() -> None:
    text = (
        "parcel 76 leaves\npanic: assignment to entry in nil map\n\ngoroutine 1 [running]:\n"
        "runtime.throw({0x4c2f1a?, 0x0?})\n\t/usr/local/go/src/runtime/panic.go:1101 +0x48\n"
        "main.route(...)\n\t/tmp/shop/main.go:12\nmain.main()\n\t/tmp/shop/main.go:21 +0x1d\nexit status 2\n"
    )
    assert extract("traceback", text) == [
        Fact(0, "error", ("panic: assignment to entry in nil map", "/tmp/shop/main.go:12")),
        Fact(1, "total", ("exit status 2",)),
    ]


def test_a_log_gives_its_errors_with_tracebacks_its_warnings_and_its_last_line() -> None:
    assert facts_of("log/service_error_in_middle") == [
        (
            "error",
            ("2026-04-19 04:41:23,695 ERROR    [shop.payment] charge failed for order 48213, customer 7710",),
        ),
        (
            "error",
            (
                'File "/tmp/shop/scripts/service.py", line 43',
                "TimeoutError: gateway did not answer for order 48213 within 5000 ms",
            ),
        ),
        ("warning", ("2026-04-19 04:57:48,829 WARNING  [shop.db] pool: 19 of 20 connections in use for 30 s",)),
        ("last", ("2026-04-19 05:22:54,597 INFO     [shop.web] GET /articles/SKU-0034 200 8 ms",)),
    ]
    assert [kind for kind, _ in facts_of("log/service_clean")] == ["last"]
    assert [kind for kind, _ in facts_of("log/service_json_lines")] == ["error", "warning", "last"]
    assert [fact.kind for fact in extract("log", recorded("log/broker_many_errors"))].count("error") == 347


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("2026/04/19 04:41:24 [error] 31#31: *1 open() failed", "error"),
        ("[Sun Apr 19 04:41:24 2026] [core:error] [pid 7] AH00037: link not allowed", "error"),
        ("2026-04-19 04:41:24.083 UTC [71] FATAL:  database is starting up", "error"),
        ('time="2026-04-19T04:41:24Z" level=error msg="no route"', "error"),
        ('{"level":50,"time":1776573684083,"msg":"no route"}', "error"),
        ("E0419 04:41:24.083   1 server.go:12] Unhandled Error", "error"),
        ("[04:41:24 ERR] no route to host", "error"),
        ("Apr 19 04:41:24 north app[12]: error: no route", "error"),
        ("web_1  | ERROR no route", "error"),
        ("04:41:24.083 [main] WARN  shop.Web - slow", "warning"),
        ("2026-04-19 04:41:24 INFO  retried after ERROR 503", ""),
        ("2026-04-19 04:41:24 DEBUG 0 errors, 0 warnings", ""),
        ("GET /error.html 200", ""),
    ],
)
def test_a_line_of_a_log_has_the_level_that_its_logger_gave_it(line: str, kind: str) -> None:
    found = [(fact.kind, fact.parts) for fact in extract("log", line + "\nbye\n")]
    assert found == ([(kind, (line,))] if kind else []) + [("last", ("bye",))]


def test_compilers_keep_their_error_lines() -> None:
    errors = [parts for kind, parts in facts_of("plain/make_failed") if kind == "error"]
    assert len(errors) == 48
    assert errors[0] == ("till.c:10:14: error: \u2018struct till\u2019 has no member named \u2018room\u2019",)
    assert [parts[1] for kind, parts in facts_of("plain/cargo_failed") if len(parts) > 1 and kind == "error"] == [
        "src/main.rs:2:5",
        "src/main.rs:7:41",
        "src/main.rs:13:11",
        "src/main.rs:18:34",
        "src/main.rs:8:86",
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("bash: line 1: mkdocs: command not found", "error"),
        ("cat: notes.txt: No such file or directory", "error"),
        ("fatal: not a git repository (or any of the parent directories): .git", "error"),
        ("CONFLICT (content): Merge conflict in src/shop/tax.py", "error"),
        ("src/cart.ts(12,5): error TS2304: Cannot find name 'total'.", "error"),
        ("src/cart.ts:12:5 - error TS2304: Cannot find name 'total'.", "error"),
        ("src/shop/tax.py:12: error: Incompatible return value type  [return-value]", "error"),
        ("/usr/bin/ld: till.c:(.text+0x1d): undefined reference to `till_close'", "error"),
        ("Stock.java:12: error: ';' expected", "error"),
        ("FAIL: test_total (test_cart.TestCart.test_total)", "error"),
        ("Segmentation fault (core dumped)", "error"),
        ("ModuleNotFoundError: No module named 'shop'", "error"),
        ("make[2]: *** [Makefile:7: till.o] Error 1", "total"),
        ("Ran 12 tests in 0.003s", "total"),
        ("FAILED (failures=2, errors=1)", "total"),
        ("up to date, audited 96 packages in 1s", "total"),
        ("npm warn deprecated request@2.88.2: no longer supported", "warning"),
        ("x.py:3: DeprecationWarning: use y", "warning"),
        ("warning: unused variable: `unused`", "warning"),
        ("def fail(error): raise ValueError(error)", ""),
        ("error = None", ""),
        ("errors.py", ""),
    ],
)
def test_a_line_of_a_tool_is_read_by_its_shape(line: str, kind: str) -> None:
    found = [(fact.kind, fact.parts) for fact in extract("plain", line + "\nbye\n")]
    assert found == ([(kind, (line,))] if kind else []) + [("last", ("bye",))]


@pytest.mark.parametrize("case", ["help_text", "man_page", "search_hits", "source_file", "listing_long", "seq_20000"])
def test_prose_code_listings_and_search_hits_hold_no_errors(case: str) -> None:
    assert [kind for kind, _ in facts_of("plain/" + case)] == ["last"]


def test_equal_facts_need_as_many_occurrences() -> None:
    facts = [Fact(0, "failure", (f"test_{n}", "x.py:2", "KeyError: 'a'")) for n in range(3)]
    whole = "".join(f"test_{n}\nx.py:2: KeyError: 'a'\n" for n in range(3))
    assert missing(facts, whole) == []
    assert missing(facts, whole.replace("test_1", "")) == [facts[1]]
    assert missing(facts, whole.replace("x.py:2", "", 1)) == [facts[2]]
    assert missing(facts, "") == facts


def test_what_matters_more_has_the_first_claim_to_an_occurrence() -> None:
    alike, failure = Fact(ALIKE, "error", ("lost",)), Fact(FAILURE, "error", ("lost",))
    assert missing([alike, failure, alike], "lost\n") == [alike, alike]
    assert missing([alike, failure, alike], "lost\nlost\n") == [alike]


def test_a_word_longer_than_a_fact_may_run_on_where_its_beginning_stands() -> None:
    part = part_of("    " + "x" * 3_000)
    assert len(part) == limits.FACT_CHARS
    assert missing([Fact(FAILURE, "error", (part,))], "E   " + "x" * 3_000) == []
    assert missing([Fact(FAILURE, "error", (part,))], "E   " + "x" * 999) != []


def test_two_long_lines_with_the_same_beginning_need_it_twice() -> None:
    head = "word " * 300
    facts = [Fact(FAILURE, "error", (part_of(head + end),)) for end in ("one", "other")]
    assert missing(facts, head + "one") == facts[1:]
    assert missing(facts, f"{head}one\n{head}other") == []


def test_a_part_must_stand_as_a_whole() -> None:
    fact = Fact(0, "failure", ("test_a", "x.py:2"))
    assert missing([fact], "test_ab x.py:2") == [fact]
    assert missing([fact], "test_a x.py:29") == [fact]
    assert missing([fact], "at /src/x.py:2: test_a") == []


def test_of_a_very_long_line_the_beginning_is_the_fact() -> None:
    text = "ERROR " + "word " * 400_000 + "\n" + "x" * 3_000_000 + "\nbye\n"
    (error, last) = extract("log", text)
    assert error.kind == "error"
    assert error.parts[0] == ("ERROR " + "word " * 200)[: len(error.parts[0])]
    assert limits.FACT_CHARS - 10 < len(error.parts[0]) <= limits.FACT_CHARS
    assert last.parts == ("bye",)
    assert missing([error, last], text) == []


def test_a_family_with_a_module_of_facts_is_said_to_have_one() -> None:
    written = {path.stem for path in Path(facts_package.__file__).parent.glob("*.py")}
    assert written & set(NAMES) == OF_THEIR_OWN


def test_of_a_hundred_thousand_errors_the_first_twenty_thousand_and_the_last_lines_are_looked_at() -> None:
    lines = [f"2026-04-19 04:00:00,{n % 1000:03d} ERROR order {n} failed with code {n % 7}" for n in range(100_000)]
    facts = extract("log", "\n".join(lines))
    assert limits.FACTS_LOOKED_AT <= len(facts) <= limits.FACTS_LOOKED_AT + 50
    assert facts[-1].parts == (lines[-1],)
    assert missing(facts, "\n".join(lines[:300])) == facts[300:]


PIECES = st.sampled_from(
    [
        line
        for case in ("pytest/captured_output", "pytest/setup_teardown_errors", "traceback/python_group")
        for line in recorded(case).split("\n")[::7]
    ]
    + recorded("pytest/collection_error").split("\n")
    + recorded("traceback/java_caused_by").split("\n")[-8:]
    + ["Traceback (most recent call last):", '  File "x.py", line 1, in f', "panic: x", "goroutine 1 [running]:"]
    + ["thread 'main' panicked at a.rs:1:2:", "", "E", "_ a _", "= 1 failed in 0.1s =", "ERROR İ \ud800", "::"],
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(["pytest", "traceback", "log", "plain", "other"]), st.lists(PIECES, max_size=40))
def test_any_text_gives_facts_that_stand_in_it(family: str, rows: list[str]) -> None:
    text = "\n".join(rows)
    facts = extract(family, text)
    assert missing(facts, text) == []
    assert all(part and part in text for fact in facts for part in fact.parts)
