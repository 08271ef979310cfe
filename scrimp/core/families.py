"""The families of outputs, and by what each is thought of before its module is loaded.

A row: the name, which is also the module's in `compact` (and in `facts`, where it has facts of its own); signs, of
which one must stand in the output's head, middle or tail; words of commands, of which one (or all of one entry) will
do instead. A row without both is always thought of. The module's own `looks_like` decides. Asked in this order: the
more special first.
"""

from __future__ import annotations

_SEARCHERS = ("grep", "egrep", "fgrep", "zgrep", "rg", "ripgrep", "ag", "ack")

TABLE: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "help",
        ("sage:", "SAGE:", "USAGE", "SYNOPSIS", "Usage of ", "--help"),
        ("man", "help", "-h", "-?", "--usage"),
    ),
    # What git shows may hold any other tool's output; it is known by how it begins.
    ("git_log", ("\nAuthor: ", " Author: "), ("git log", "git reflog", "git shortlog", "git whatchanged")),
    ("git_status", (" branch ", "## ", "CONFLICT (", "Fast-forward", "# branch."), ("git",)),
    ("git_blame", (), ("git blame", "git annotate")),
    ("diff", ("diff -", "\n@@ -", "Index: ", "\n+++ ", "Only in ", "\n> "), ("diff", "git show")),
    (
        "pytest",
        (" passed", " failed", " error", " skipped", " deselected", " collected", "no tests ", "test session starts"),
        (),
    ),
    ("unittest", ("\nRan ", "\nFAIL: ", "\nERROR: "), ()),
    ("vitest", (" Test Files  ", " RUN  v", " DEV  v", "⎯["), ()),
    ("jest", ("Test Suites: ", "PASS ", "FAIL "), ()),
    ("mocha", (" passing (",), ()),
    (
        "node_tests",
        ("TAP version 1", "\u2139 tests ", "# tests ", "✖ failing tests:", "Failed tests:", "\nok 1 ", " ok 1 "),
        (),
    ),
    (
        "go_test",
        ("--- FAIL: ", "--- PASS: ", "--- SKIP: ", "=== RUN ", "ok  \t", "FAIL\t", "\t[no test files]", '"Action":"'),
        (),
    ),
    ("cargo_test", ("\ntest result: ", "\nrunning ", "Nextest run ID ", "   Summary ["), ()),
    (
        "junit",
        ("Tests run: ", " <<< ", " T E S T S", " tests completed", " FAILED\n", " PASSED\n", "tests found"),
        (),
    ),
    (
        "ctest",
        ("Test project ", " tests passed, ", "   Passed ", "[==========] ", "[ RUN ", "\ntest cases: ", "All tests p"),
        (),
    ),
    (
        "packages",
        ("npm ", "── ", "Collecting ", "Requirement already ", " packages in ", "Reading package lists", "ERR_PNPM"),
        ("npm", "pnpm", "yarn", "pip", "pipx", "uv", "poetry", "apt", "aptitude", "dpkg", "cargo"),
    ),
    ("search", (), _SEARCHERS),
    ("listing", (), ("find", "fd", "fdfind", "ls", "tree", "du", "locate", *_SEARCHERS)),
    (
        "diagnostics",
        ("error", "warning", "ERROR", "[Error/", "Found ", "make: ", "ninja: ", "-- Configuring", " built in "),
        (
            *(
                "make",
                "ninja",
                "cmake",
                "tsc",
                "eslint",
                "ruff",
                "mypy",
                "pyright",
                "flake",
                "pylint",
                "cargo",
                "javac",
            ),
            *("mvn", "gradle", "webpack", "vite", "biome"),
        ),
    ),
    ("html", ("<html", "<HTML", "<!DOCTYPE html", "<!doctype html", "<!DOCTYPE HTML"), ()),
    ("json", ('":', '" :', "[\n", '["', "[["), ()),
    ("xml", ("</", "/>"), ()),
    ("yaml", (":\n", ":\r"), ()),
    ("table", (",", "\t", "|", "│", ";"), ("docker", "podman", "kubectl", "helm", "ps")),
    ("log", (), ()),
    ("traceback", (), ()),
    ("plain", (), ()),
)

NAMES = tuple(name for name, _, _ in TABLE)
