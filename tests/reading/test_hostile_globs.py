"""A glob is the model's and a tree is a stranger's: neither makes the other take long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.reading.world import World

if TYPE_CHECKING:
    from pathlib import Path

DEEP = "/".join(["a"] * 100)

GLOBS = {
    "/".join(["**"] * 30) + "/none": [],
    "**/a/" * 12 + "none": [],
    "**/*/" * 12 + "none": [],
    "**/a/" * 3 + "*.txt": [f"{DEEP}/x.txt"],
    "**/**/**": [f"{DEEP}/x.txt", "b/c/d/y.txt"],
    "b/**/d/**": ["b/c/d/y.txt"],
    "b/**/c/**/d/**/y.txt": ["b/c/d/y.txt"],
    "**/c/*/y.txt": ["b/c/d/y.txt"],
    "**/c/y.txt": [],
    "**/.h/*.txt": ["b/.h/z.txt"],
    "**/*.txt": [f"{DEEP}/x.txt", "b/c/d/y.txt"],
}


@pytest.mark.parametrize("glob", GLOBS)
def test_many_stars_over_a_deep_tree_are_answered_at_once(tmp_path: Path, glob: str) -> None:
    world = World(str(tmp_path))
    world.write({f"{DEEP}/x.txt": "x", "b/c/d/y.txt": "y", "b/.h/z.txt": "z"})
    found = [item.heading.partition(": ")[0] for item in world.read(glob) if not item.error]
    assert found == GLOBS[glob]
