"""A stranger's file harms neither the server nor the other items of its call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.reading.wanted import Wanted
from tests.reading.world import World

if TYPE_CHECKING:
    from pathlib import Path

DEEP = 3_000

NESTED = {
    "deep.py": "".join(" " * at + "if x:\n" for at in range(DEEP)),
    "class.py": "".join(" " * at + f"class A{at}:\n" for at in range(DEEP)),
    "open.py": "(" * 50 * DEEP,
    "deep.rs": "mod a {" * DEEP,
    "deep.cpp": "namespace a {" * DEEP + "template<" * DEEP,
    "deep.js": "describe('a', () => {" * DEEP,
    "deep.json": '{"a":' * DEEP,
    "deep.yaml": "".join(" " * at + "a:\n" for at in range(DEEP)),
    "deep.toml": "[" + ".".join("a" for _ in range(DEEP)) + "]\nx = " + "[" * DEEP,
    "deep.md": "> " * DEEP + "# a\n" + "#" * DEEP,
    "deep.ipynb": '{"cells":' + "[" * 50 * DEEP,
}


@pytest.mark.parametrize("name", NESTED)
def test_what_is_nested_without_end_leaves_the_other_items_intact(tmp_path: Path, name: str) -> None:
    world = World(str(tmp_path))
    world.write({name: NESTED[name], "good.py": "def good():\n    pass\n"})
    outlined = world.answer(Wanted(name, "outline"), "good.py", budget_tokens=2_000)
    whole = world.answer(name, f"{name}#good", "good.py", budget_tokens=400)
    for text in (outlined, whole):
        assert text.endswith("## good.py: 2 lines\n1\tdef good():\n2\t    pass")
        assert "RecursionError" not in text
