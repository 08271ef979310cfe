"""What the server loads before it answers: nothing that only some calls need."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from scrimp.core import bundle_root

LATER = [
    "anthropic",
    "charset_normalizer",
    "hishel",
    "html_to_markdown",
    "protego",
    "pypdfium2",
    "selectolax",
    "sqlite3",
    "trafilatura",
    "tree_sitter",
    "scrimp.cli",
    "scrimp.digest",
    "scrimp.core.compact",
    "scrimp.ingest",
    "scrimp.reading.outlines",
    "scrimp.running.runner",
    "scrimp.settings_schema",
]


def test_the_server_starts_without_what_only_some_calls_need() -> None:
    program = (
        "import os, sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from mcp_server import house, server\n"
        "server.make(house.of(os.environ))\n"
        f"print([name for name in {LATER!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(bundle_root())], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_the_server_and_its_engines_know_nothing_of_the_command_line() -> None:
    root = Path(bundle_root())
    engines = ("batch", "reading", "running", "fetching", "digest", "texts", "kept", "limiting", "core")
    folders = [root / "mcp_server", *(root / "scrimp" / name for name in engines)]
    sources = [path for folder in folders for path in folder.rglob("*.py")]
    assert len(sources) > len(folders)
    assert [
        path.name for path in sources if re.search(r"^\s*(from|import) scrimp\.cli\b", path.read_text(), re.MULTILINE)
    ] == []
