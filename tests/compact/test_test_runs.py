"""What holds for the compactors of test runners besides what is written down for their cases."""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

import pytest

from scrimp.core import limits
from tests.compact import cases
from tests.compact.work import steps

RULE, LINE = "=" * 70, "-" * 70
TOTALS = f"{LINE}\nRan 1 test in 1s\n\nFAILED (failures=1)\n"
PIECES = {
    "unittest": [
        f"{RULE}\nFAIL: a (b.C.a)\n{LINE}\nTraceback (most recent call last):\nE: x\n\nStdout:\nx\n",
        f"{RULE}\nFAIL: a\n{LINE}\nTraceback (most recent call last):\nE\n{TOTALS}",
        f"{RULE}\nUNEXPECTED SUCCESS: a\n",
        "Ran 1 test in 0.1s\n\nFAILED (failures=9)\n",
        "a (b.C.a) ... printed\nok\n",
    ],
    "jest": [
        "FAIL a.test.js\n  ● a › b\n\n    no\n\n      at f (a.js:1:2)\n",
        "Summary of all failing tests\nFAIL a.test.js\n  ● a › b\n",
        "  console.log\n    said\n\n      at f (a.js:1:2)\n\n",
    ],
    "vitest": [
        " FAIL  a.test.js > b\nError: no\n ❯ a.js:1:2\n      1| a\n       | ^\n⎯⎯[1/1]⎯\n",
        " × a.test.js > b 1ms\n   → no\n",
        "stdout | a.test.js > b\nsaid\n\n",
    ],
    "mocha": [
        "  1 passing (1s)\n  2 failing\n\n  1) a\n       b:\n     Error: no\n      at f (a.js:1:2)\n",
        "  1 passing (1s)\n",
        "    ✔ a\n    1) b\n",
    ],
    "node_tests": [
        "not ok 1 - a\n  ---\n  error: 'no'\n  stack: |-\n    f (/a.js:1:2)\n  ...\n# said\n",
        "# said\n# Subtest: a\nnot ok 1 - a\n  ---\n  error: 'test failed'\n  ...\n",
        "✖ a (1ms)\n  Error: no\n      at f (/a.js:1:2)\n✖ failing tests:\n",
        "said\n✖ a (1ms)\n  'test failed'\n",
        "ℹ tests 1\nℹ fail 1\n",
    ],
}


@pytest.mark.parametrize(("family", "piece"), [(family, piece) for family in PIECES for piece in PIECES[family]])
def test_twice_the_text_takes_twice_the_work(family: str, piece: str) -> None:
    steps(family, piece)  # patterns are compiled once
    assert steps(family, piece * 240) <= 2.2 * steps(family, piece * 120)


@pytest.mark.parametrize(
    "name",
    ["jest/failed", "vitest/failed", "mocha/failed", "node_tests/spec_failed", "node_tests/tap_failed"],
)
def test_22_failures_of_304_tests_take_6_kb_with_name_place_and_message(name: str) -> None:
    case = cases.load(name)
    result = case.compacted()
    assert result.facts_kept == result.facts_total > 22
    assert len(result.text) + limits.MARKER_USUAL_CHARS <= 1.05 * limits.JEST_CHARS


@pytest.mark.parametrize("name", ["jest/passed_verbose", "vitest/passed_verbose", "node_tests/tap_passed"])
def test_of_tests_that_passed_the_totals_are_told(name: str) -> None:
    result = cases.load(name).compacted()
    assert len(result.text) < 400
    assert "226" in result.text


def test_a_file_that_did_not_load_is_told_with_its_error_though_node_prints_that_elsewhere() -> None:
    for name in ("spec_extras", "tap_extras"):
        shown = cases.load(f"node_tests/{name}").compacted().text
        assert "Error: Cannot find module '../src/parcels'" in shown
        assert "/tmp/shop_node/extra/parcels.test.js:1:17" in shown


def test_totals_that_a_test_prints_last_do_not_hide_those_of_unittest() -> None:
    shown = cases.load("unittest/printed_reports").compacted().text
    assert "Ran 3 tests in 0.001s\nFAILED (failures=2)\n" in shown


def test_what_jest_sums_up_at_the_end_is_shown_once() -> None:
    shown = cases.load("jest/many_suites").compacted().text
    assert shown.count("  ● zone 7 › carries 5 parcels\n") == 1
    assert "Summary of all failing tests" not in shown


def test_failed_subtests_have_their_headers_though_no_line_of_the_summary_begins_with_them() -> None:
    shown = cases.load("pytest/subtests_failed").compacted().text
    assert "__ test_every_article_has_a_price [article] (sku='SKU-0033') __\n" in shown
    assert "SUBPASSED" not in shown


def test_the_tests_that_workers_are_about_to_start_are_progress() -> None:
    assert cases.load("pytest/xdist_verbose_passed").compacted().text == "== 137 passed in 0.50s ==\n"


def test_of_a_collection_each_test_is_listed_with_its_first_parameters() -> None:
    shown = cases.load("pytest/collected_quiet").compacted().text
    assert shown.count("tests/test_tax.py::test_tax_is_added[") == 2
    assert "tests/test_tax.py::TestRates::test_regions_listed\n" in shown
    assert "900 tests collected in 0.06s" in shown


def test_of_a_run_that_was_stopped_while_all_went_well_the_last_tests_are_shown() -> None:
    text = "".join(f"ok {n} a cart prices line {n} in Germany\n" for n in range(1, 100))
    assert cases.load("node_tests/mocha_tap").compacted(text).text.endswith("ok 99 a cart prices line 99 in Germany\n")
