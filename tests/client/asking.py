"""A program: asks one question about one source through the client named by its argument; prints text and usage."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import anyio

from scrimp.digest.asking import World, answer
from scrimp.digest.claude_code import ClaudeCode
from scrimp.digest.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.digest.models import Used

PORT = Source("src/app.py", "import os\n\nPORT = 8471\n")
NOW_S = 1_795_348_800


def main() -> None:
    """Ask in the folder in which we were started."""
    used: list[Used] = []

    def record(more: Sequence[Used]) -> int:
        used.extend(more)
        return 0

    def refuse(_pico: int) -> str:
        return ""

    model = ClaudeCode(sys.argv[1], "haiku", os.environ, os.getcwd())
    world = World(model, 0.05, NOW_S, refuse, record)
    text = anyio.run(answer, "Which port?", [PORT], 1000, world)
    print(json.dumps({"text": text, "used": [(one.model, *one.usage) for one in used]}))  # noqa: T201 - a program


if __name__ == "__main__":
    main()
