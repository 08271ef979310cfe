"""A diagnostic's first row is read twice, by facts and by the compactor, in ways that know nothing of each other."""

from __future__ import annotations

import pytest

from scrimp.core.compact.diagnostic_blocks import blocks_of
from scrimp.core.facts.diagnostic_heads import head_of
from scrimp.core.terminal import as_shown
from tests.compact import cases

RECORDED = [name for name in cases.names() if name.startswith("diagnostics/")]


def by_facts(row: str) -> str:
    head = head_of(row)
    return "" if not head else "note" if head.kind == "note" else "warning" if head.mild else "error"


@pytest.mark.parametrize("name", RECORDED)
def test_both_ways_find_the_same_heads_and_call_them_alike(name: str) -> None:
    rows = [row for row in as_shown(cases.load(name).text).split("\n") if len(row) < 1_000 and by_facts(row)]
    alone = [blocks_of([row]) for row in rows]
    assert [[block.gravity for block in found] for found in alone] == [[by_facts(row)] for row in rows]


@pytest.mark.parametrize("name", RECORDED)
def test_no_head_that_the_compactor_knows_is_overlooked(name: str) -> None:
    rows = [row for row in as_shown(cases.load(name).text).split("\n") if 0 < len(row) < 1_000 and row[0] != " "]
    assert [row for row in rows if blocks_of([row]) and not by_facts(row)] == []


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("cart.c:12:5: error: expected ';'", "error"),
        ("cart.c:12: fatal error: cart.h: No such file or directory", "error"),
        ("C:\\shop\\cart.cpp(12): error C2065: 'limt': undeclared identifier", "error"),
        ("src/cart.ts(12,5): error TS2304: Cannot find name 'limt'.", "error"),
        ("src/cart.ts:12:5 - warning TS6133: 'x' is declared but never read.", "warning"),
        ('shop/cart.py:12: note: Revealed type is "builtins.int"', "note"),
        ("shop/cart.py:12:5: E501 Line too long (99 > 79)", "error"),
        ("shop/cart.py:12:5: C0116: Missing function docstring (missing-function-docstring)", "warning"),
        ("src/cart.js:12:5: Unexpected console statement. [Warning/no-console]", "warning"),
        ("./cart.go:12:5: undefined: limt", "error"),
        ("[ERROR] /tmp/shop/Cart.java:[12,5] cannot find symbol", "error"),
        ("/usr/bin/ld: main.c:(.text+0x1f): undefined reference to `cart'", "error"),
        ("12:30:05: error: clock", ""),
        ("the error: cart.c:12:5", ""),
        ("cart.c:12:5: error = 3;", ""),
        ("http://127.0.0.1:8000/error: none", ""),
        ("", ""),
    ],
)
def test_a_row_is_told_by_its_tools_own_form(row: str, kind: str) -> None:
    assert by_facts(row) == kind
