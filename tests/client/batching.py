"""Conversations of the real client that read one thing at a time: what a word on it costs, and what it saves.

Three reads come one by one. Then the agent goes on so (`ignores`), or asks for all the others at once (`follows`).
The files say nothing of each other. The hooks are the gate's alone, wired as settings wire it.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from scrimp.cli.wiring import entries
from scrimp.core import bundle_root
from tests.client import driver
from tests.client.driver import Setup
from tests.client.script import Script, play, read
from tests.client.wiring import scrimp_env

if TYPE_CHECKING:
    from pathlib import Path

    from tests.client.driver import Run

ALONE, REST = 3, 6
_ALLOWED = ("--allowedTools", "Read")
_WORDS = ("amber", "birch", "cedar", "delta", "ember", "flint", "grove", "heron", "inlet")
_LINES = 60

SENTENCE = "none of the last 3 reads needed another's result"


def converse(folder: Path, *, follows: bool, batching: str = "auto", memory: str = "") -> Run:
    """Read nine files; memory: the project's CLAUDE.md."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"{word}.txt": f"{word} has {place}\n" * _LINES for place, word in enumerate(_WORDS)}
    own = folder / "home" / ".claude"
    own.mkdir(parents=True)
    (own / "scrimp.json").write_text(json.dumps({"batching": batching}))
    setup = Setup(
        settings={"hooks": {"PostToolBatch": entries.for_budget(bundle_root(), sys.executable)["PostToolBatch"]}},
        files={**files, **({"CLAUDE.md": memory} if memory else {})},
        permission_args=_ALLOWED,
        env=scrimp_env(str(folder / "data")),
    )
    calls = [read(f"{word}.txt", word) for word in _WORDS]
    steps: list[Any] = [[one] for one in calls[:ALONE]]
    steps += [calls[ALONE:]] if follows else [[one] for one in calls[ALONE:]]
    return driver.run_client(str(folder), Script(play(*steps, "Done.")), setup)


def notices(run: Run) -> list[int]:
    """The requests, by number, in which the notice stands for the first time."""
    found: list[int] = []
    seen = 0
    for place, request in enumerate(run.requests):
        count = json.dumps(request.messages).count(SENTENCE)
        found += [place] * (count - seen)
        seen = count
    return found
