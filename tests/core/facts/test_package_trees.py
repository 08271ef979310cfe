"""Trees of packages are read twice, by facts and by the compactor, in two ways that know nothing of each other."""

from __future__ import annotations

import pytest

from scrimp.core import package_rows
from scrimp.core.facts import extract, package_trees
from scrimp.core.terminal import as_shown
from tests.compact import cases

RECORDED = [name for name in cases.names() if name.startswith("packages/")]


@pytest.mark.parametrize("name", RECORDED)
def test_both_ways_read_each_row_alike(name: str) -> None:
    for line in as_shown(cases.load(name).text).split("\n"):
        by_compactor, by_facts = package_rows.row_of(line), package_trees.row_of(line)
        assert (by_facts and tuple(by_facts)) == (by_compactor and tuple(by_compactor)), line


def test_what_npms_errors_call_missing_is_said_once() -> None:
    tree = "shop@1.0.0 /tmp/shop\n├─┬ jest@27.5.1\n│ └── UNMET DEPENDENCY @babel/types@^7.0.0\n"
    error = "npm error missing: @babel/types@^7.0.0, required by jest@27.5.1\n"
    alone = [fact.parts for fact in extract("packages", tree) if fact.kind == "problem"]
    with_error = [fact.parts for fact in extract("packages", tree + error) if fact.kind in ("problem", "error")]
    assert alone == [("UNMET DEPENDENCY @babel/types@^7.0.0",)]
    assert with_error == [(error.rstrip("\n"),)]
