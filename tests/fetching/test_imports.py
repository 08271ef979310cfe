"""Importing the engine loads none of the libraries that it works with."""

from __future__ import annotations

import os
import subprocess
import sys

HEAVY = [
    "httpx2",
    "httpcore2",
    "hishel",
    "anyio",
    "selectolax",
    "html_to_markdown",
    "trafilatura",
    "lxml",
    "pypdfium2",
    "protego",
    "charset_normalizer",
    "sqlite3",
]


def test_the_engine_loads_its_libraries_when_it_needs_them() -> None:
    program = (
        "import sys\n"
        "from scrimp.fetching import asking, batch, hosts, reaching, rendering, wanted\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
