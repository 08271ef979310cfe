"""Facts of compilers, linters and builds."""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

import pytest

from scrimp.core.facts import Fact, extract
from scrimp.core.facts.fact import ALIKE
from scrimp.core.terminal import as_shown
from tests.compact import cases

NOT_ASSIGNABLE = 'not assignable to type \'"EUR" | "CHF" | "PLN"\'.'


def facts_of(name: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.kind, fact.parts) for fact in of("diagnostics/" + name)]


def of(name: str) -> list[Fact]:
    return extract("diagnostics", as_shown(cases.load(name).text))


def said(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.kind, fact.parts) for fact in extract("diagnostics", text)]


def test_make_gives_each_error_and_warning_of_gcc_once_and_what_ended_each_target() -> None:
    facts = facts_of("make_stopped_failed")
    assert facts[0] == (
        "warning",
        ("shop.h:7:12: warning: ‘rounded’ defined but not used [-Wunused-function]",),
    )
    assert [parts for kind, parts in facts if kind == "error"] == [
        ("checkout.c:12:17: error: ‘const struct order’ has no member named ‘totals’",),
        ("checkout.c:20:20: error: ‘position’ undeclared (first use in this function)",),
        ("checkout.c:21:18: error: assignment of member ‘count’ in read-only object",),
        ("checkout.c:29:5: error: too few arguments to function ‘checkout_sum’",),
    ]
    assert facts[-1] == ("total", ("make: *** [<builtin>: checkout.o] Error 1",))
    assert len(set(facts)) == len(facts)


def test_parallel_workers_and_colour_do_not_change_what_gcc_said() -> None:
    assert sorted(facts_of("make_parallel_colour_failed")) == sorted(facts_of("make_failed"))


def test_the_linker_says_what_is_undefined_and_where() -> None:
    assert facts_of("make_link_failed") == [
        ("error", ("main.c:(.text+0x50): undefined reference to `order_total'",)),
        ("error", ("/usr/bin/ld: main.c:(.text+0x5c): undefined reference to `shop_open'",)),
        ("error", ("collect2: error: ld returned 1 exit status",)),
        ("total", ("make: *** [link.mk:4: shop] Error 1",)),
    ]


def test_each_error_of_rustc_has_its_place_and_the_label_of_its_first_caret() -> None:
    facts = facts_of("cargo_build_failed")
    assert facts[10:13] == [
        (
            "error",
            ("error[E0308]: mismatched types", "src/cart.rs:10:9", "expected `u32`, found `Option<&u32>`"),
        ),
        ("diff", ("= note: expected type `u32`", "found enum `Option<&u32>`")),
        ("error", ("error[E0308]: mismatched types", "src/cart.rs:20:25", "expected `u64`, found `u32`")),
    ]
    assert len([kind for kind, _ in facts if kind == "error"]) == 50
    assert facts[-1] == ("total", ("error: could not compile `parcels` (lib) due to 50 previous errors",))
    assert facts_of("cargo_check_colour_failed") == facts


def test_clippy_gives_each_warning_with_its_place_and_how_many_there_are() -> None:
    facts = facts_of("cargo_clippy_passed")
    assert facts[0] == ("warning", ("warning: unused import: `std::collections::HashMap`", "src/cart.rs:1:5"))
    assert len([kind for kind, _ in facts if kind == "warning"]) == 119
    assert [parts[0][:55] for kind, parts in facts if kind == "total"] == [
        'warning: `parcels` (bin "parcels") generated 119 warnin',
        "Finished `dev` profile [unoptimized + debuginfo] target",
    ]


def test_tsc_says_the_same_plain_and_pretty() -> None:
    plain = [
        parts[0].replace("(", ":").replace(",", ":", 1) for kind, parts in facts_of("tsc_failed") if kind == "error"
    ]
    pretty = [
        parts[0].replace(" - error", ": error") for kind, parts in facts_of("tsc_pretty_failed") if kind == "error"
    ]
    assert len(plain) == len(pretty) == 200
    assert [row.partition("error TS")[2] for row in plain] == [row.partition("error TS")[2] for row in pretty]
    assert ("total", ("Found 200 errors in 20 files.",)) in facts_of("tsc_pretty_failed")
    assert facts_of("tsc_failed")[3:5] == [
        (
            "error",
            ("src/carriers.ts(6,19): error TS2322: Type 'string | null' is " + NOT_ASSIGNABLE,),
        ),
        ("diff", ("Type 'null' is " + NOT_ASSIGNABLE,)),
    ]


def test_tsc_in_german_has_the_same_errors() -> None:
    def places(name: str) -> list[str]:
        return [parts[0].partition(": ")[0] for kind, parts in facts_of(name) if kind == "error"]

    assert places("tsc_german_failed") == places("tsc_failed")


def test_rows_of_eslint_are_facts_and_the_first_of_a_file_carries_its_name() -> None:
    facts = facts_of("eslint_failed")
    assert facts[0] == (
        "warning",
        (
            "/tmp/shop_diagnostics/js/src/carriers.js",
            "3:8   warning  Function 'carriersOf' has a complexity of 7. Maximum allowed is 3  complexity",
        ),
    )
    kinds = [kind for kind, _ in facts]
    assert (kinds.count("error"), kinds.count("warning")) == (210, 38)
    assert facts[-2:] == [
        ("total", ("✖ 248 problems (210 errors, 38 warnings)",)),
        ("total", ("38 errors and 0 warnings potentially fixable with the `--fix` option.",)),
    ]
    assert facts_of("eslint_colour_failed") == facts
    unix = [kind for kind, _ in facts_of("eslint_unix_failed")]
    assert (unix.count("error"), unix.count("warning")) == (210, 38)


def test_python_linters_and_type_checkers_give_every_error_that_they_count() -> None:
    for name, count, total in (
        ("ruff_full_failed", 80, "Found 80 errors."),
        ("ruff_concise_failed", 455, "Found 455 errors."),
        ("ruff_default_failed", 455, "Found 455 errors."),
        ("mypy_failed", 260, "Found 260 errors in 20 files (checked 22 source files)"),
        ("mypy_pretty_failed", 260, "Found 260 errors in 20 files (checked 22 source files)"),
        ("pyright_failed", 540, "540 errors, 0 warnings, 0 informations"),
    ):
        facts = facts_of(name)
        assert len([kind for kind, _ in facts if kind == "error"]) == count, name
        assert ("total", (total,)) in facts


def test_mypys_wrapped_messages_are_whole() -> None:
    assert facts_of("mypy_pretty_failed")[0] == (
        "error",
        (
            "shop/till.py:5: error: Cannot find implementation or library stub for module",
            'named "shop.parcels_15"  [import-not-found]',
        ),
    )


def test_types_that_were_asked_for_are_facts() -> None:
    facts = facts_of("mypy_reveal_passed")
    assert facts[0] == ("warning", ('reveal.py:3: note: Revealed type is "shop.types.Money"',))
    assert facts[-1] == ("total", ("Success: no issues found in 1 source file",))


def test_maven_sums_up_what_is_one_fact() -> None:
    facts = facts_of("mvn_failed")
    place = "/tmp/shop_diagnostics/mvn/src/main/java/shop/Carriers.java"
    assert facts[0] == ("error", (f"[ERROR] {place}:[6,20] package shop.parcels does not exist",))
    assert ("diff", ("symbol:   variable knwon", "location: class shop.Carriers")) in facts
    assert len([kind for kind, _ in facts if kind == "error"]) == 72
    assert facts[-2] == ("total", ("[INFO] BUILD FAILURE",))


def test_javac_gives_what_it_could_not_find_below_each_error() -> None:
    facts = facts_of("javac_failed")
    at = facts.index(("error", ("shop/Carriers.java:19: error: cannot find symbol",)))
    assert facts[at + 1] == ("diff", ("symbol:   variable knwon", "location: class Carriers"))
    assert facts[-2:] == [("total", ("72 errors",)), ("total", ("36 warnings",))]


def test_bundlers_give_the_place_and_the_message_below_it() -> None:
    webpack = facts_of("webpack_failed")
    missing = "Module not found: Error: Can't resolve './missing.css' in '/tmp/shop_diagnostics/web/src'"
    assert webpack[0] == ("error", ("ERROR in ./src/main.ts 10:0-23", missing))
    assert webpack[2] == (
        "error",
        (
            "[tsl] ERROR in /tmp/shop_diagnostics/web/src/cart.ts(2,10)",
            "TS2305: Module '\"./checkout\"' has no exported member 'missing0'.",
        ),
    )
    assert len([kind for kind, _ in webpack if kind == "error"]) == 84
    assert facts_of("esbuild_failed") == [
        ("error", ('✘ [ERROR] Could not resolve "shop-parcels"', "../vite/src/main.ts:1:21")),
        ("error", ('✘ [ERROR] Unexpected "*"', "src/total.ts:2:18")),
        ("total", ("2 errors",)),
    ]


def test_cmake_gives_what_stands_below_its_place() -> None:
    facts = facts_of("cmake_configure_failed")
    assert facts[:2] == [
        (
            "warning",
            (
                "CMake Warning at more0/CMakeLists.txt:1 (message):",
                "carrier 0 is built without labels: libprint was not found",
            ),
        ),
        (
            "error",
            (
                "CMake Error at more0/CMakeLists.txt:5 (set_property):",
                "set_property could not find TARGET carier0.  Perhaps it has not yet been",
            ),
        ),
    ]
    assert ("total", ("-- Configuring incomplete, errors occurred!",)) in facts


def test_go_names_its_files_without_the_word_error() -> None:
    facts = facts_of("go_build_failed")
    assert facts[0] == ("error", ('checkout/checkout.go:5:2: imported and not used: "os"',))
    assert {kind for kind, _ in facts} == {"error"}
    assert len(facts) == 32
    assert len(facts_of("go_vet_failed")) == 8


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("src\\cart.c(12): error C2065: 'n': undeclared identifier", "error"),
        ("C:\\shop\\cart.c:12:5: error: unknown type name 'lin'", "error"),
        ("till.c:10:14: Fehler: »n« nicht deklariert", "error"),
        ("till.c:10:14: Warnung: unbenutzte Variable »n« [-Wunused-variable]", "warning"),
        ("cart.kt:12:5: error: unresolved reference: lane", "error"),
        ("src/cart.ts:12:5 - warning TS6133: 'n' is declared but never read.", "warning"),
        ("cart.py:1:1: E902 FileNotFoundError: cart.py", "error"),
        ("cart.py:1:0: C0114: Missing module docstring (missing-module-docstring)", "warning"),
        ("note: see above", ""),
        ("x.c:3:5: note: declared here", ""),
        ("error = 3", ""),
    ],
)
def test_a_line_is_read_by_its_form(row: str, kind: str) -> None:
    assert said(row + "\n\nbye now\n") == ([(kind, (row,))] if kind else [])


def test_source_that_looks_like_a_diagnostic_is_none() -> None:
    text = (
        "a.c:1:2: error: expected ‘;’\n"
        '    1 | puts("b.c:9:9: error: not a real one\\n")\n'
        "      | ^~~~\n"
        "error[E0308]: mismatched types\n"
        " --> src/a.rs:2:5\n"
        "  |\n"
        '2 | x("error: could not compile `y`")\n'
        "  | ^^^^ expected `u8`\n"
    )
    assert said(text) == [
        ("error", ("a.c:1:2: error: expected ‘;’",)),
        ("error", ("error[E0308]: mismatched types", "src/a.rs:2:5", "expected `u8`")),
    ]


def test_a_total_that_a_program_prints_hides_no_real_one() -> None:
    printed = "".join(f"Found {n} errors.\n" for n in range(200))
    facts = extract("diagnostics", printed + "a.py:1:1: F821 Undefined name `x`\nFound 1 error.\n")
    totals = [fact for fact in facts if fact.kind == "total"]
    assert [fact.priority for fact in totals[-30:]] == [1] * 30
    assert totals[-1].parts == ("Found 1 error.",)
    assert totals[0].priority > 1


def test_of_a_flood_the_first_of_each_kind_must_stay() -> None:
    rows = [f"a.py:{n}:1: F401 `m{n}` imported but unused" for n in range(500)]
    rows.insert(400, "b.py:7:1: F821 Undefined name `x`")
    facts = extract("diagnostics", "\n".join(rows))
    needed = [fact.parts[0] for fact in facts if fact.priority != ALIKE]
    assert needed == [*rows[:5], "b.py:7:1: F821 Undefined name `x`"]
