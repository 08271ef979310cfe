"""How a run ended, where nothing in it says so: one that was killed, or that another tool's lines end."""

from __future__ import annotations

from scrimp.core.compact.fit import KEY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LAST_LINES = 3


def with_an_end(lines: Sequence[str], worths: list[int]) -> list[int]:
    """The worths; where no line must stay, the last lines with text are worth as much as what happened."""
    if any(worth <= KEY for worth in worths):
        return worths
    left = _LAST_LINES
    for index in range(len(lines) - 1, -1, -1):
        if not left:
            break
        if lines[index].strip():
            worths[index] = KEY
            left -= 1
    return worths
