"""The item of a command that has run: how it ended in its heading, and below it what it printed, as far as it fits."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits, tokens
from scrimp.running import fitting
from scrimp.running.keeping import messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.batch.item import Part
    from scrimp.running.commands import Command
    from scrimp.running.fitting import Printed
    from scrimp.running.keeping.messages import Ended

_SIGNALLED = 128


class Outcome(NamedTuple):
    """A command, how it ended, and what it printed."""

    command: Command
    ended: Ended
    printed: Printed
    timeout_s: float
    output_bytes: int

    @property
    def heading(self) -> str:
        """The command, `exit 2, 3.1 s, 3f9c02d41b7a8e55`; the handle where it printed so much that it may be wanted."""
        printed = self.printed
        about = [self._how(), f"{self.ended.seconds:.1f} s"]
        if not printed.size_bytes:
            about.append("no output")
        elif printed.handle and printed.size_bytes > limits.SMALL_CHARS:
            about.append(printed.handle)
        if self.ended.left:
            about.append(f"left running and ended: {_named(self.ended.left)}")
        if self.ended.stuck:
            about.append(f"could not be ended: {_named(self.ended.stuck)}")
        return f"{self.command.name}: {', '.join(about)}"

    @property
    def error(self) -> str:
        """A command that has run has none: one that was ended has printed something all the same."""
        return ""

    @property
    def is_failed(self) -> bool:
        """Whether it ended otherwise than by itself with exit code 0."""
        return self.ended.how != messages.EXITED or bool(self.ended.code)

    @property
    def tokens(self) -> int:
        """What its compact output would take, estimated."""
        part = self.printed.whole()
        return tokens.estimate(part.text) + tokens.estimate(part.left_out)

    def within(self, budget_tokens: int) -> Part:
        """Its output, compacted further where that does not fit: whole facts by priority, in the end the last lines."""
        return self.printed.whole() if self.tokens <= budget_tokens else fitting.cut(self.printed, budget_tokens)

    def content(self) -> str:
        """All that it printed, and of more than can be held the compact text."""
        return self.printed.original()

    def _how(self) -> str:
        how, code = self.ended.how, self.ended.code
        if how == messages.TIMED_OUT:
            stopped = " (a signal had stopped it)" if self.ended.was_stopped else ""
            return f"ended when its {self.timeout_s:g} s were over{stopped}"
        if how == messages.TOO_MUCH:
            return f"ended when it had printed {self.output_bytes:,} bytes"
        if how == messages.UNWRITTEN:
            return f"ended since its output could not be written: {self.ended.detail}"
        if how == messages.CANCELLED:
            return "ended from outside, with all that it had started"
        if how == messages.LOST:
            return "how it ended is not known: the process that kept it was killed, and it with that"
        return f"exit {code}{_signal_of(code)}"


def _signal_of(code: int) -> str:
    try:
        return f" ({signal.Signals(code - _SIGNALLED).name})" if code > _SIGNALLED else ""
    except ValueError:
        return ""


def _named(processes: Sequence[str]) -> str:
    named = "; ".join(processes[: limits.RUN_LEFT_NAMED])
    more = len(processes) - limits.RUN_LEFT_NAMED
    return f"{named}; and {more} more" if more > 0 else named
