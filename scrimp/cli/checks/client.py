"""Whether Claude Code is there, and whether it is a version that scrimp was tried with."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from scrimp.cli.checks import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

TRIED = (2, 1, 330)
_TIMEOUT_S = 20
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def examine(environ: Mapping[str, str]) -> list[Finding]:
    """The client on the PATH."""
    path = shutil.which("claude", path=environ.get("PATH"))
    if path is None:
        return [Finding("note", "client", "claude is not on the PATH")]
    words = _asked(path, environ)
    found = _VERSION.search(words)
    if found is None:
        return [Finding("note", "client", f"{path} --version does not name a version: {words[:80]!r}")]
    if tuple(int(number) for number in found.groups()) < TRIED:
        tried = ".".join(str(number) for number in TRIED)
        return [
            Finding(
                "note", "client", f"Claude Code {found[0]} at {path}: older than {tried}, with which scrimp was tried"
            )
        ]
    return [Finding("ok", "client", f"Claude Code {found[0]} at {path}")]


def _asked(path: str, environ: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            [path, "--version"],
            capture_output=True,
            text=True,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return done.stdout.strip() or done.stderr.strip()
