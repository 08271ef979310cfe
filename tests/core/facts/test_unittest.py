"""Facts of unittest runs: what failed where, which totals are unittest's own."""

from __future__ import annotations

from scrimp.core.facts import extract
from scrimp.core.terminal import as_shown
from tests.compact import cases

TESTS = "/tmp/shop_unittest/tests"


def facts_of(name: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.kind, fact.parts) for fact in extract("unittest", as_shown(cases.load(f"unittest/{name}").text))]


def printed(name: str, line: int, message: str) -> tuple[str, tuple[str, ...]]:
    return (
        "failure",
        (f"{name} (tests.test_prints.TestImport.{name})", f'File "{TESTS}/test_prints.py", line {line}', message),
    )


PRINTING = [
    printed("test_counts_rows", 10, "AssertionError: 60 != 61"),
    printed("test_imitates_a_report", 18, "AssertionError: the import is not finished"),
]


def test_each_failure_has_its_name_innermost_frame_and_message_and_the_comparison() -> None:
    facts = facts_of("failed")
    assert facts[1] == (
        "failure",
        (
            "test_empty_cart_is_worth_nothing (tests.test_cart.TestCart.test_empty_cart_is_worth_nothing)",
            'File "/tmp/shop_unittest/src/shop/cart.py", line 22',
            "IndexError: list index out of range",
        ),
    )
    assert (
        "diff",
        ("- your order left us today.", "+ your order leaves us tomorrow."),
    ) in facts
    assert ("cause", ('File "/tmp/shop_unittest/src/shop/settings.py", line 10', "KeyError: 'default'")) in facts
    assert [kind for kind, _ in facts].count("failure") == 9 + 14 + 1


def test_subtests_are_failures_with_what_tells_them_apart() -> None:
    names = [parts[0] for kind, parts in facts_of("failed") if kind == "failure"]
    test = "test_every_article_has_a_price (tests.test_cart.TestCart.test_every_article_has_a_price)"
    assert [name for name in names if name.startswith("test_every")] == [
        f"{test} (sku='SKU-0007')",
        f"{test} (sku='SKU-0019')",
        f"{test} (sku='SKU-0033')",
    ]


def test_a_fixture_of_a_class_and_an_unexpected_success_are_failures() -> None:
    facts = facts_of("failed")
    no_file = "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/shop_unittest/data/ledger.csv'"
    fixture = ("setUpClass (tests.test_money.TestTill)", f'File "{TESTS}/test_money.py", line 38', no_file)
    assert ("failure", fixture) in facts
    assert ("failure", ("test_was_broken_once (tests.test_cart.TestCart.test_was_broken_once)",)) in facts


def test_colours_and_the_slowest_tests_change_nothing() -> None:
    facts = facts_of("failed_in_colour")
    assert sorted(kind for kind, _ in facts) == ["cause", *["failure"] * 14, "total"]
    assert facts[-1][1] == (
        "Ran 349 tests in 0.021s",
        "FAILED (failures=4, errors=9, skipped=1, expected failures=1, unexpected successes=1)",
    )


def test_a_printed_report_makes_no_failure_and_does_not_hide_the_own_totals() -> None:
    own = ("total", ("Ran 3 tests in 0.001s", "FAILED (failures=2)"))
    for name in ("buffered", "printed_reports", "printed_in_place"):
        facts = facts_of(name)
        assert [fact for fact in facts if fact[0] == "failure"] == PRINTING
        assert own in facts
        assert ("total", ("Ran 7 tests in 0.100s", "FAILED (failures=7)")) not in facts


def test_a_run_that_was_killed_keeps_the_failures_that_its_list_names() -> None:
    text = as_shown(cases.load("unittest/failed_verbose").text)
    facts = extract("unittest", text[: text.index("=" * 70)])
    assert facts[0].parts == ("test_every_article_has_a_price (tests.test_cart.TestCart.test_every_article_has_a_price) (sku='SKU-0007')",)  # fmt: skip  # noqa: E501
    assert {fact.kind for fact in facts} == {"failure", "warning"}


def test_a_failure_raised_in_a_librarys_code_is_placed_where_that_was_called() -> None:
    name = "test_money_is_ordered (tests.test_money.TestMoney.test_money_is_ordered)"
    message = "TypeError: '<' not supported between instances of 'Money' and 'Money'"
    assert ("failure", (name, f'File "{TESTS}/test_money.py", line 18', message)) in facts_of("failed")


def test_django_prints_the_same() -> None:
    alone, parallel = facts_of("django_failed"), facts_of("django_parallel")
    lines = [("test_unknown", 16), ("test_all", 19), ("test_page", 26), ("test_queries", 22), ("test_total", 13)]
    assert [parts[:2] for kind, parts in alone if kind == "failure"] == [
        (f"{name} (orders.tests.OrderTests.{name})", f'File "/tmp/shop_django/orders/tests.py", line {line}')
        for name, line in lines
    ]
    assert sorted(parts for kind, parts in parallel if kind == "failure") == sorted(
        parts for kind, parts in alone if kind == "failure"
    )


def test_two_runs_one_after_the_other_are_each_read() -> None:
    text = as_shown(cases.load("unittest/failfast").text)
    once = extract("unittest", text)
    assert [fact.kind for fact in once] == ["failure", "total"]
    assert extract("unittest", text + text) == once + once


def test_a_module_that_does_not_load_is_a_failure_with_its_own_error() -> None:
    assert [parts for _, parts in facts_of("broken_imports")[1:3]] == [
        (
            "broken.test_imports (unittest.loader._FailedTest.broken.test_imports)",
            'File "/tmp/shop_unittest/broken/test_imports.py", line 3',
            "ModuleNotFoundError: No module named 'shop.parcels'",
        ),
        (
            "broken.test_syntax (unittest.loader._FailedTest.broken.test_syntax)",
            'File "/tmp/shop_unittest/broken/test_syntax.py", line 3',
            "SyntaxError: expected ':'",
        ),
    ]
