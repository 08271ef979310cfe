"""What compilers, linters and builds are cut to."""

from __future__ import annotations

import pytest

from scrimp.core import facts, limits, terminal
from scrimp.core.compact import choose
from tests.compact import cases
from tests.compact.work import steps

GCC = cases.load("diagnostics/make_stopped_failed").text
RUSTC = cases.load("diagnostics/cargo_build_failed").text


def cut(name: str) -> str:
    return cases.load("diagnostics/" + name).compacted().text


def errors_of(name: str) -> list[facts.Fact]:
    text = terminal.as_shown(cases.load("diagnostics/" + name).text)
    return [fact for fact in facts.extract("diagnostics", text) if fact.kind == "error"]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("cargo_build_failed", 50),
        ("javac_failed", 60),
        ("make_failed", 20),
        ("clang_failed", 20),
        ("cmake_build_failed", 20),
        ("ruff_full_failed", 80),
        ("biome_failed", 20),
        ("gcc_templates_failed", 6),
    ],
)
def test_every_error_of_a_long_output_is_there_with_its_place(name: str, count: int) -> None:
    errors = errors_of(name)
    assert len(errors) == count
    assert facts.missing(errors, cut(name)) == []


@pytest.mark.parametrize("name", ["eslint_failed", "mypy_failed", "ruff_concise_failed", "pylint_failed"])
def test_of_a_flood_each_kind_of_error_is_there(name: str) -> None:
    first = [fact for fact in errors_of(name) if fact.priority == 0]
    lost = facts.missing(first, cut(name))
    assert len(lost) <= 0.15 * len(first)


def test_one_mixed_run_shows_something_of_each_tool_and_what_ended_each() -> None:
    text = cut("make_mixed_failed")
    for shown in (
        "shop/carriers.py:24:26: F821 Undefined name `skuu`",
        "Found 100 errors.",
        'shop/till.py:24: error: Name "skuu" is not defined; did you mean "sku"?  [name-defined]',
        "Found 39 errors in 3 files (checked 3 source files)",
        "src/cart.ts(18,15): error TS2339: Property 'totl' does not exist on type 'Order'.",
        "checkout.c:20:20: error: \u2018position\u2019 undeclared (first use in this function)",
        "make: *** [Makefile:3: lint] Error 1",
        "make: *** [Makefile:9: native] Error 2",
    ):
        assert shown in text


def test_what_a_header_says_in_every_file_is_shown_once() -> None:
    text = cut("make_warnings_passed")
    assert text.count("shop.h:7:12: warning:") == 1
    assert text.count("In file included from") <= 1


def test_a_build_without_a_mistake_is_its_end_and_the_one_warning() -> None:
    text = cut("cmake_build_passed")
    assert "part_077.c:2:12: warning:" in text
    assert "Building C object" not in text
    assert len(text) < 500


def test_the_lines_of_an_error_in_a_template_say_who_asked_for_it() -> None:
    text = cut("gcc_templates_failed")
    assert "stock.cpp:19:14:   required from here" in text
    assert "stock.cpp:25:24:   required from here" in text


def test_the_files_of_a_list_stand_above_their_rows() -> None:
    rows = cut("eslint_failed").split("\n")
    for index, row in enumerate(rows):
        if row.startswith("  ") and ":" in row[:8]:
            above = next(before for before in reversed(rows[:index]) if not before.startswith("  "))
            assert above.endswith(".js")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("error: something\n" * 3 + "and nothing more\n" * 200, "python serve.py"),
        ("2026-04-19 04:41:24 ERROR a.c:1:2: error: x\n" * 200, "cat build.log"),
        ("-- a comment\nSELECT 1;\n" * 200, "cat schema.sql"),
        ("int main() { /* a.c: error: none */ }\n" * 200, "cat make.c"),
    ],
)
def test_what_only_mentions_errors_is_no_build(text: str, command: str) -> None:
    assert choose(text, command).NAME != "diagnostics"


@pytest.mark.parametrize("command", ["npm run lint", "./ci.sh", ""])
def test_a_linter_behind_a_script_is_told_by_its_look(command: str) -> None:
    for name in ("eslint_unix_failed", "tsc_failed", "mypy_failed", "ruff_full_failed", "cargo_build_failed"):
        assert choose(cases.load("diagnostics/" + name).text, command).NAME == "diagnostics"


@pytest.mark.parametrize(
    "piece",
    [
        GCC,
        RUSTC[:2_000],
        "x.c:1:2: error: y\n",
        "  1:2  error  y  rule\n",
        "a/b.js\n  1:2  error  y  rule\n",
        "error: y\n --> a.rs:1:2\n  |\n",
        "a.py:1:0: R0801: Similar lines in 2 files\n==a:[1:2]\n",
        "x.c:1:2: note: y\nIn file included from x.c:1:\n",
        "ERROR in /a.ts\n[tsl] ERROR in /a.ts(1,2)\n      TS1: y\n",
        "   indented\n",
        "import a.b;\n   ^\n",
        "make: *** [x] Error 1\n",
    ],
)
def test_twice_the_text_takes_twice_the_work(piece: str) -> None:
    steps("diagnostics", piece)  # patterns are compiled once
    assert steps("diagnostics", piece * 80) <= 2.2 * steps("diagnostics", piece * 40)


def test_the_target_leaves_room_for_the_marker() -> None:
    for name in ("ruff_full_failed", "biome_failed", "javac_warnings_passed"):
        assert len(cut(name)) + limits.MARKER_USUAL_CHARS <= limits.DIAGNOSTICS_CHARS


def test_a_failed_command_shows_what_is_alike_in_the_room_that_is_left_and_a_successful_one_only_all_of_it() -> None:
    filled, whole = cases.load("diagnostics/eslint_failed").compacted(), cases.load("git_log/oneline_1400").compacted()
    assert limits.FAILED_CHARS - 2 * limits.MARKER_CHARS < filled.chars_out <= limits.FAILED_CHARS - limits.MARKER_CHARS
    assert filled.facts_kept < filled.facts_total
    assert whole.chars_out <= limits.GIT_LOG_CHARS
    assert whole.facts_kept < whole.facts_total
    passed = cases.load("diagnostics/cargo_clippy_passed").compacted()
    assert passed.facts_kept == passed.facts_total
    assert passed.chars_out > limits.DIAGNOSTICS_CHARS


def test_the_padding_before_a_rules_name_goes() -> None:
    assert "  7:18  error    Expected '===' and instead saw '=='  eqeqeq\n" in cut("eslint_failed")


def test_of_a_build_that_shows_nothing_but_its_progress_the_last_lines_are_left() -> None:
    rows = [f"[{number // 10:3}%] Building CXX object src/part_{number}.cc.o" for number in range(900)]
    case = cases.load("diagnostics/cmake_build_passed")
    assert case.compacted("\n".join(rows)).text.split("\n")[:3] == rows[-3:]
