"""The clock that the simulated cache lives by: real time, plus what a script has let pass."""

from __future__ import annotations

import time


class Clock:
    """Seconds since the clock was made; `advance` lets a pause pass without waiting for it."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._skipped_s = 0.0

    def now(self) -> float:
        """Seconds since the clock was made, skipped ones included."""
        return time.monotonic() - self._start + self._skipped_s

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once, as a person's coffee break does between two prompts."""
        self._skipped_s += seconds
