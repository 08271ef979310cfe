"""The server answers before it loads what only some files need."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("tree_sitter", "pypdfium2", "charset_normalizer", "ignore", "pydantic", "mcp", "httpx2", "asyncio")


def test_loading_the_reader_loads_no_parser() -> None:
    code = f"import sys, scrimp.reading.batch; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
