"""What the model is sent of each kind of command, plain and with scrimp, in the real client: `make bench-client`.

The commands are those of tests/client/test_compaction.py, which asserts on them; this prints their sizes side by side.
"""

from __future__ import annotations

import os
import sys
import tempfile

from scrimp.core import tokens
from tests.client import projects
from tests.client.agents import KEPT
from tests.client.driver import Run, Setup, client_program, run_client
from tests.client.test_compaction import agents
from tests.client.wiring import scrimp_env, scrimp_settings

SHOWN = (
    "failing",
    "passing",
    "log",
    "seq",
    "failing seq",
    "sub failing",
    "pipe",
    "substitution",
    "denied",
    "small",
    "exec",
    "function",
    "group",
    "background",
    "late background",
    "moved",
    "moved and ended",
    "killed",
)


def run(folder: str, *, with_scrimp: bool) -> Run:
    """One run of all the commands."""
    wired = scrimp_settings() if with_scrimp else {}
    files = {**projects.shop(), "service.log": projects.log_with_one_error().text}
    settings = {**wired, "permissions": {"deny": ["Bash(touch b*)"]}}
    return run_client(folder, agents(), Setup(settings=settings, files=files, env=scrimp_env(f"{folder}/data")))


def ending(run: Run, name: str) -> str:
    """How the call ended, as the model was told."""
    text = run.text(name)
    return text.split("\n", 1)[0] if text.startswith("Exit code") else "error" if run.results[name].is_error else "ok"


def main() -> int:
    """Print the table; 1 where there is no client."""
    if not client_program(os.environ):
        print("Claude Code is not installed: run `make client`", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        plain = run(os.path.join(folder, "plain"), with_scrimp=False)
        cut = run(os.path.join(folder, "scrimp"), with_scrimp=True)
    print(f"{'command':<16} {'ends, plain':<14} {'ends, scrimp':<14} {'characters':>17} {'tokens':>13}  marker")
    for name in SHOWN:
        before, after = plain.text(name), cut.text(name)
        sizes = f"{len(before):>7,} → {len(after):>6,}"
        counts = f"{tokens.estimate(before):>5,} → {tokens.estimate(after):>5,}"
        marked = "yes" if KEPT[0].search(after) else ""
        print(
            f"{name:<16} {ending(plain, name):<14} {ending(cut, name):<14} {sizes:>17} {counts:>13}  {marked}".rstrip()
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
