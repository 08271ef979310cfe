"""Compacting an output: text in, text out, every fact kept.

Pure, linear in the input, and it raises on no text. A family says what each line is worth, `fit` chooses,
and `facts` (which knows no family) says what was lost; then the cut is made again more gently, in the end
not at all, or past what the client would show: as many whole facts as fit, and it is said how many.
Adding a family is one module here and its name in FAMILIES.
"""

from __future__ import annotations

from scrimp.core import limits, terminal
from scrimp.core.compact import log, plain, pytest, traceback
from scrimp.core.compact.cutting import Cutting
from scrimp.core.compact.result import Compaction, count_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Protocol

    from scrimp.core.compact.fit import Case

    class Family(Protocol):
        """What a family module offers."""

        @property
        def NAME(self) -> str:  # noqa: N802 constants of a module
            """Its name, as in settings and in facts."""
            ...

        @property
        def GAPS(self) -> bool:  # noqa: N802
            """Whether a place with lines left out is shown."""
            ...

        @property
        def WHOLE(self) -> frozenset[int]:  # noqa: N802
            """The worths whose lines stay all or not at all."""
            ...

        @property
        def NEEDLES(self) -> tuple[str, ...]:  # noqa: N802
            """What to look for in a text too long to be read line by line."""
            ...

        def looks_like(self, text: str, command: str) -> bool: ...
        def target(self, case: Case) -> int: ...
        def grade(self, lines: Sequence[str], case: Case) -> list[int]: ...
        def shorten(self, line: str) -> str: ...


__all__ = ["FAMILIES", "Compaction", "compact"]

FAMILIES: tuple[Family, ...] = (pytest, log, traceback, plain)
"""Asked in this order; plain takes whatever is left."""


def compact(
    text: str,
    *,
    command: str = "",
    exit_code: int | None = None,
    raw_limit: int,
    cap: int,
    off: Collection[str] = (),
) -> Compaction:
    """`text` (what `command` printed) cut to what the model needs, or as it is.

    raw_limit: characters up to which the client shows a text whole. cap: the most that may be handed over,
    marker included. off: families that are left alone.
    """
    if len(text) < limits.SMALL_CHARS:
        return _raw(text, "", "small")
    shown = terminal.as_shown(text)
    family = choose(shown, command)
    if family.NAME in off:
        return _raw(text, family.NAME, "switched off")
    if family is plain and len(text) <= raw_limit and plain.shows_a_file(command):
        return _raw(text, family.NAME, "a file's own text")
    return Cutting(text, shown, family, failed=bool(exit_code), raw_limit=raw_limit, cap=cap).run()


def choose(shown: str, command: str) -> Family:
    """The family that the output looks like, by its head, middle and tail."""
    look = limits.LOOK_CHARS
    sample = shown
    if len(shown) > 3 * look:
        middle = len(shown) // 2
        sample = "\n".join((shown[:look], shown[middle : middle + look], shown[-look:]))
    return next(family for family in FAMILIES if family.looks_like(sample, command))


def _raw(text: str, family: str, why: str) -> Compaction:
    return Compaction(text, family=family, why=why, lines_in=count_lines(text), chars_in=len(text))
