"""A process that searches files with a Python regular expression, and is killed where that takes too long.

Standard library only: it is started with `-I -S`. On standard input `[pattern, ignore_case, context, [path, …],
seconds]` as JSON; on standard output one JSON object a line, in the form of ripgrep's `--json`. Where whoever started
it is killed it ends too: on Linux at once, elsewhere after so many seconds.
"""

from __future__ import annotations

import json
import re
import signal
import sys
from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_CHARS = 64 * 1024 * 1024
"""No more is printed: the asker does not take as much."""

_SET_DEATH_SIGNAL = 1
"""An option of prctl(2)."""

_LINE_BYTES = 16 * 1024 * 1024
"""A longer line is searched in pieces, so that a file without line ends does not fill the memory."""


def main() -> int:
    """Search; 2 and a line on standard error for a pattern that is none."""
    text, ignore_case, context, paths, seconds = json.loads(sys.stdin.buffer.read())
    _end_with_the_asker(seconds)
    try:
        pattern = re.compile(text, re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError, RecursionError) as error:
        sys.stderr.write(f"{text!r} is not a regular expression: {error}")
        return 2
    printed = 0
    for path in paths:
        for line in _searched(pattern, path, context):
            sys.stdout.write(line)
            printed += len(line)
            if printed > _MOST_CHARS:
                return 0
    return 0


def _end_with_the_asker(seconds: float) -> None:
    """Even within an expression that does not end: by signals that act of themselves, no Python runs meanwhile."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - is not everywhere where Linux is not

        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


def _searched(pattern: re.Pattern[str], path: str, context: int) -> Iterator[str]:
    """The lines that match and those around them, each once and in order."""
    before: deque[tuple[int, str]] = deque(maxlen=context)
    last_near = 0
    for number, line in _lines(path):
        found = pattern.search(line)
        if found:
            yield from (_told(path, *one) for one in before)
            before.clear()
            yield _told(path, number, line, found)
            last_near = number + context
        elif number <= last_near:
            yield _told(path, number, line)
        else:
            before.append((number, line))


def _lines(path: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, from 1; of one that is longer than may be held, the pieces."""
    number = 1
    with open(path, "rb") as file:
        while piece := file.readline(_LINE_BYTES):
            yield number, piece.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
            number += piece.endswith(b"\n")


def _told(path: str, number: int, line: str, found: re.Match[str] | None = None) -> str:
    starts = [{"start": len(line[: found.start()].encode())}] if found else []
    data = {"path": {"text": path}, "lines": {"text": line}, "line_number": number, "submatches": starts}
    return json.dumps({"type": "match" if found else "context", "data": data}) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
