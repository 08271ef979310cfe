"""Facts of mocha, node --test and TAP."""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

from scrimp.core.facts import extract
from scrimp.core.terminal import as_shown
from tests.compact import cases

TIMEOUT = (
    'Error: Timeout of 20ms exceeded. For async tests and hooks, ensure "done()" is called; '
    "if returning a Promise, ensure it resolves. (/tmp/shop_mocha/extra/printer.js)"
)
TWICE = (
    "Error: done() called multiple times in test <the till is counted twice> of file /tmp/shop_mocha/extra/printer.js"
)


def facts_of(name: str) -> list[tuple[str, tuple[str, ...]]]:
    case = cases.load(name)
    return [(fact.kind, fact.parts) for fact in extract(case.family, as_shown(case.text))]


def test_hooks_timeouts_and_causes_of_mocha_are_facts_and_a_printed_end_is_none() -> None:
    assert facts_of("mocha/hooks") == [
        ("total", ("2 passing (32ms)",)),
        ("total", ("1 pending",)),
        ("total", ("6 failing",)),
        (
            "failure",
            (
                "1) the printer",
                '"before each" hook for "prints one page":',
                "Error: printer is out of paper",
                "extra/printer.js:7:11",
            ),
        ),
        (
            "failure",
            (
                "2) the till",
                "closes in time:",
                TIMEOUT,
            ),
        ),
        (
            "failure",
            (
                "3) the till",
                "is counted twice:",
                TWICE,
                "extra/printer.js:22:5",
            ),
        ),
        (
            "failure",
            ("4) the till", "prints a report of its own:", "Error: order was refused", "extra/printer.js:27:19"),
        ),
        ("cause", ("Caused by: Error: stock: shelf 7 is empty", "extra/printer.js:28:19")),
        ("failure", ("5) the till", "throws no error:", "Error: the object {")),
        (
            "failure",
            (
                "6) the till",
                '"after all" hook for "is pending":',
                "AssertionError [ERR_ASSERTION]: till was not balanced: 3 cents are missing",
                "extra/printer.js:14:22",
            ),
        ),
        ("diff", ("-3", "+0")),
    ]


def test_a_title_of_mocha_over_several_lines_is_kept_whole() -> None:
    assert facts_of("mocha/failed")[4:6] == [
        (
            "failure",
            (
                "2) a cart",
                "with quantities",
                "is cheaper from the eleventh piece on:",
                "AssertionError [ERR_ASSERTION]: The expression evaluated to a falsy value:",
                "assert.ok(ten.minor > eleven.minor)",
                "test/cart.test.js:17:14",
            ),
        ),
        ("diff", ("-false", "+true")),
    ]


def test_reporters_of_mocha_that_share_their_end_give_the_same_failures() -> None:
    listed = [fact for fact in facts_of("mocha/failed") if fact[0] != "total"]
    assert [fact for fact in facts_of("mocha/dot") if fact[0] != "total"] == listed
    assert len([fact for fact in facts_of("mocha/parallel") if fact[0] == "failure"]) == 22


TAP_EXTRAS = [
    ("error", ("Error: Cannot find module '../src/parcels'", "/tmp/shop_node/extra/parcels.test.js:1:17")),
    (
        "failure",
        ("not ok 1 - /tmp/shop_node/extra/parcels.test.js", "/tmp/shop_node/extra/parcels.test.js:1:1", "test failed"),
    ),
    (
        "failure",
        (
            "not ok 1 - prints one page",
            "/tmp/shop_node/extra/printer.test.js:10:3",
            "printer is out of paper",
            "/tmp/shop_node/extra/printer.test.js:8:11",
        ),
    ),
    (
        "failure",
        (
            "not ok 2 - prints two pages",
            "/tmp/shop_node/extra/printer.test.js:11:3",
            "printer is out of paper",
            "/tmp/shop_node/extra/printer.test.js:8:11",
        ),
    ),
    (
        "failure",
        ("not ok 2 - closes in time", "/tmp/shop_node/extra/printer.test.js:17:3", "test timed out after 20ms"),
    ),
    (
        "failure",
        (
            "not ok 3 - prints a report of its own",
            "/tmp/shop_node/extra/printer.test.js:20:3",
            "order was refused",
            "/tmp/shop_node/extra/printer.test.js:23:11",
        ),
    ),
    (
        "failure",
        (
            "not ok 5 - is \\# hard to \\\\ escape",
            "/tmp/shop_node/extra/printer.test.js:28:3",
            "Expected values to be strictly deep-equal:",
            "/tmp/shop_node/extra/printer.test.js:29:12",
        ),
    ),
    ("diff", ("+   a: 1,", "-   a: 2,", "+     'y'", "-     'z'")),
    (
        "failure",
        (
            "not ok 3 - the till",
            "/tmp/shop_node/extra/printer.test.js:14:1",
            "till was not balanced: 3 cents are missing",
            "/tmp/shop_node/extra/printer.test.js:15:22",
        ),
    ),
    ("diff", ("3 !== 0",)),
    (
        "failure",
        (
            "not ok 2 - one fails",
            "/tmp/shop_node/extra/printer.test.js:39:11",
            "The input did not match the regular expression /^SKU-\\d{4}$/. Input:",
            "SKU-1",
            "/tmp/shop_node/extra/printer.test.js:39:42",
        ),
    ),
    *(("total", (f"# {count}",)) for count in ("tests 12", "suites 2", "pass 3", "fail 7", "cancelled 1")),
    ("total", ("# skipped 0",)),
    ("total", ("# todo 1",)),
]


def test_tap_gives_each_failure_and_neither_suites_nor_what_is_to_do_nor_what_tests_print() -> None:
    assert facts_of("node_tests/tap_extras") == TAP_EXTRAS


def test_spec_gives_the_places_and_the_totals_that_node_printed() -> None:
    facts = facts_of("node_tests/spec_extras")
    assert facts[1] == TAP_EXTRAS[0]
    assert ("failure", ("closes in time", "extra/printer.test.js:17:3", "'test timed out after 20ms'")) in facts
    assert ("cause", ("[cause]: Error: stock: shelf 7 is empty", "/tmp/shop_node/extra/printer.test.js:23:51")) in facts
    assert [parts[0] for kind, parts in facts if kind == "total"] == [
        f"ℹ {count}"
        for count in ("tests 12", "suites 2", "pass 3", "fail 7", "cancelled 1", "skipped 0", "todo 1")
    ]  # fmt: skip
    assert [kind for kind, _ in facts].count("warning") == 1


def test_all_reporters_tell_of_the_same_22_failures() -> None:
    for name in ("spec_failed", "tap_failed", "dot_failed", "mocha_tap"):
        assert [kind for kind, _ in facts_of(f"node_tests/{name}")].count("failure") == 22


def test_tap_without_yaml_has_its_message_below_and_bail_out_is_an_error() -> None:
    text = (
        "1..3\nok 1 - opens\nnot ok 2 - closes\n  Error: stuck\n      at close (src/till.js:4:7)\nBail out! no paper\n"
    )
    assert [(fact.kind, fact.parts) for fact in extract("node_tests", text)] == [
        ("failure", ("not ok 2 - closes", "Error: stuck", "src/till.js:4:7")),
        ("error", ("Bail out! no paper",)),
    ]


def test_a_run_of_spec_that_was_killed_keeps_the_failures_that_its_list_names() -> None:
    text = as_shown(cases.load("node_tests/spec_failed").text)
    names = [fact.parts[0] for fact in extract("node_tests", text[: text.index("ℹ tests")])]
    assert "works in PL" in names
    assert len(names) >= 22
