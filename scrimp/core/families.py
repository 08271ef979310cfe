"""The families of outputs, and by what each is thought of before its module is loaded.

A row: the name, which is also the module's in `compact` (and in `facts`, where it has facts of its own); signs, of
which one must stand in the output's head, middle or tail; a pattern of commands that will do instead. A row without
both is always thought of. The module's own `looks_like` decides. Asked in this order: the more special first.
"""

from __future__ import annotations

TABLE: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "help",
        ("sage:", "SAGE:", "USAGE", "SYNOPSIS", "Usage of ", "--help"),
        r"\bman\s|\bhelp\b|\s--?help|\s-[h?](?:\s|$)|\s--usage\b",
    ),
    # What git shows may hold any other tool's output; it is known by how it begins.
    ("git_log", ("\nAuthor: ", " Author: "), r"\bgit\b[^|;&\n]{0,200}\b(?:(?:ref|short)?log|whatchanged)\b"),
    ("git_status", (" branch ", "## ", "CONFLICT (", "Fast-forward", "# branch."), r"\bgit\b"),
    ("git_blame", (), r"\bgit\b[^|;&\n]{0,200}\b(?:blame|annotate)\b"),
    ("diff", ("diff -", "\n@@ -", "Index: ", "\n+++ ", "Only in ", "\n> "), r"\bdiff\b|\bgit\b[^|;&\n]{0,200}\bshow\b"),
    (
        "pytest",
        (" passed", " failed", " error", " skipped", " deselected", " collected", "no tests ", "test session starts"),
        "",
    ),
    ("unittest", ("\nRan ", "\nFAIL: ", "\nERROR: "), ""),
    ("vitest", (" Test Files  ", " RUN  v", " DEV  v", "⎯["), ""),
    ("jest", ("Test Suites: ", "PASS ", "FAIL "), ""),
    ("mocha", (" passing (",), ""),
    ("node_tests", ("TAP version 1", "\u2139 tests ", "# tests ", "✖ failing tests:", "Failed tests:", "ok 1 "), ""),
    (
        "go_test",
        ("--- FAIL: ", "--- PASS: ", "--- SKIP: ", "=== RUN ", "ok  \t", "FAIL\t", "\t[no test files]", '"Action":"'),
        "",
    ),
    ("cargo_test", ("\ntest result: ", "\nrunning ", "Nextest run ID ", "   Summary ["), ""),
    (
        "junit",
        ("Tests run: ", " <<< ", " T E S T S", " tests completed", " FAILED\n", " PASSED\n", "tests found"),
        "",
    ),
    (
        "ctest",
        ("Test project ", " tests passed, ", "   Passed ", "[==========] ", "[ RUN ", "\ntest cases: ", "All tests p"),
        "",
    ),
    (
        "packages",
        ("npm ", "── ", "Collecting ", "Requirement already ", " packages in ", "Reading package lists", "ERR_PNPM"),
        r"\b(?:npm|pnpm|yarn|pip[\d.]*|pipx|uv|poetry|apt|apt-get|apt-cache|aptitude|dpkg|cargo)\b",
    ),
    ("search", (), r"\b(?:[efz]?grep|rg|ripgrep|ag|ack)\b"),
    ("listing", (), r"\b(?:find|fd|fdfind|ls|tree|du|locate|[efz]?grep|rg|ag|ack|ls-files|ls-tree)\b"),
    (
        "diagnostics",
        ("error", "warning", "ERROR", "[Error/", "Found ", "make: ", "ninja: ", "-- Configuring", " built in "),
        r"\b(?:make|ninja|cmake|tsc|eslint|ruff|mypy|pyright|flake8|pylint|cargo|javac|mvn|gradle|webpack|vite|biome)\b",
    ),
    ("html", ("<html", "<HTML", "<!DOCTYPE html", "<!doctype html", "<!DOCTYPE HTML"), ""),
    ("json", ('":', '" :', "[\n", '["', "[["), ""),
    ("xml", ("</", "/>"), ""),
    ("yaml", (":\n", ":\r"), ""),
    ("table", (",", "\t", "|", "│", ";"), r"\b(?:docker|podman|kubectl|helm|ps)\b"),
    ("log", (), ""),
    ("traceback", (), ""),
    ("plain", (), ""),
)

NAMES = tuple(name for name, _, _ in TABLE)
