"""Compacting an output: text in, text out, every fact kept.

Pure, linear in the input, and it raises on no text. A family says what each line is worth, `fit` chooses,
and `facts` (which knows no family) says what was lost; then the cut is made again more gently, in the end
not at all, or past what the client would show: as many whole facts as fit, and it is said how many.
Adding a family is one module here and its row in `scrimp.core.families`.
"""

from __future__ import annotations

from scrimp.core import limits, outputs, terminal
from scrimp.core.compact import excerpt
from scrimp.core.compact.cutting import Cutting
from scrimp.core.compact.manner import USUAL, Manner
from scrimp.core.compact.result import Compaction, count_lines
from scrimp.core.families import NAMES, TABLE
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from scrimp.core.compact.fit import Case

    class Family(Protocol):
        """What a family module offers."""

        @property
        def NAME(self) -> str:  # noqa: N802 constants of a module
            """Its name, as in settings and in facts."""
            ...

        @property
        def GAPS(self) -> int:  # noqa: N802
            """How a place with lines left out is shown: `fit.NO_GAPS`, `fit.GAPS` or `fit.COUNTED_GAPS`."""
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

        # FOLDS_FLOODS = True, where facts that differ in numbers alone are not worth the room that is left.
        # lay_out(text) -> str, where there is one: the same text with line breaks and indents where it has none
        # (JSON on one line). Nothing but white space may differ; facts are those of the text as it was printed.


__all__ = ["Compaction", "choose", "compact", "family_of"]

_PLAIN = "plain"
_FILES = frozenset({_PLAIN, "html"})
"""The families whose outputs may be a file that a command is there to show: then all of it is wanted."""
_READ_WHOLE = frozenset({"log", "traceback", _PLAIN})
"""The families whose facts are looked for in the whole of a text of any length: they are found by words."""


def compact(
    text: str,
    *,
    command: str = "",
    exit_code: int | None = None,
    raw_limit: int,
    cap: int,
    manner: Manner = USUAL,
) -> Compaction:
    """`text` (what `command` printed) cut to what the model needs, or as it is.

    raw_limit: characters up to which the client shows a text whole. cap: the most that may be handed over,
    marker included. manner: how gently it is cut.
    """
    if len(text) < limits.SMALL_CHARS:
        return _raw(text, "", "small")
    if len(text) <= raw_limit and outputs.markers(text):
        return _raw(text, "", "cut once already")
    long = len(text) > limits.READ_CHARS
    shown = terminal.as_shown(_sample(text) if long else text)
    family = choose(shown, command)
    why = manner.why_not(family.NAME)
    if why:
        return _raw(text, family.NAME, why)
    if family.NAME in _FILES and len(text) <= raw_limit and _shows_a_file(command):
        return _raw(text, family.NAME, "a file's own text")
    times = manner.times_target(family.NAME, command)
    in_part = long and family.NAME not in _READ_WHOLE
    read = excerpt.of(text, family.NEEDLES, limits.READ_CHARS) if in_part else text
    cutting = Cutting(
        read,
        terminal.as_shown(read) if long else shown,
        family,
        failed=bool(exit_code),
        raw_limit=raw_limit,
        cap=cap,
        excerpted=in_part,
        times_target=times,
    )
    return cutting.run() if read is text else _of_whole(cutting.run(), count_lines(text), len(text))


def choose(shown: str, command: str) -> Family:
    """The family that the output looks like, by its head, middle and tail."""
    sample = _sample(shown)
    beginning, words = f"\n{sample}", _words(command)
    for name, signs, commands in TABLE:
        if _may_be(beginning, words, signs, commands):
            family = family_of(name)
            if family.looks_like(sample, command):
                return family
    return family_of(_PLAIN)


def _sample(text: str) -> str:
    """Head, middle and tail; of a sample itself all."""
    look = limits.LOOK_CHARS
    if len(text) <= 3 * look + 2:
        return text
    middle = len(text) // 2
    return "\n".join((text[:look], text[middle : middle + look], text[-look:]))


def family_of(name: str) -> Family:
    """A family's module, loaded when it is first asked for; KeyError for a name that there is not."""
    if name not in NAMES:
        raise KeyError(name)
    return __import__(f"scrimp.core.compact.{name}", fromlist=["NAME"])


def _may_be(sample: str, words: set[str], signs: Sequence[str], commands: Sequence[str]) -> bool:
    if not signs and not commands:
        return True
    return any(sign in sample for sign in signs) or any(words.issuperset(one.split()) for one in commands)


_WORD = pattern(r"-{0,2}[A-Za-z]+|-\?")


def _words(command: str) -> set[str]:
    """The words of a command, without the figures of their versions; options with their hyphens and without."""
    found = set(_WORD.findall(command))
    return found | {word.lstrip("-") for word in found}


def _shows_a_file(command: str) -> bool:
    from scrimp.core.compact import plain

    return plain.shows_a_file(command)


def _of_whole(result: Compaction, lines: int, chars: int) -> Compaction:
    """The cut of an excerpt as that of the whole output."""
    result.lines_in, result.chars_in = lines, chars
    return result


def _raw(text: str, family: str, why: str) -> Compaction:
    return Compaction(text, family=family, why=why, lines_in=count_lines(text), chars_in=len(text))
