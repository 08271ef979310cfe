"""A throwable below a failing test of the JVM: message, causes, and of each its first frames in one's own code."""

from __future__ import annotations

from scrimp.core.compact.fit import DETAIL, KEY, MUST, SILENT, SPARE
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_FRAME = pattern(r"\s+(?:at )?\S[^()]*\([^()]*\)$|\s+\.\.\. \d+ |\s+\[\.\.\.\]$")
_LIBRARY = pattern(
    r"\s+(?:at )?(?:[\w.@-]*/{1,2})?(?:javax?|jdk|sun|com\.sun|org\.junit|junit|org\.opentest4j|org\.hamcrest"
    r"|org\.assertj|org\.mockito|org\.testng|org\.apache\.maven|(?:worker\.)?org\.gradle|kotlinx?|scala|groovy|org\.codehaus\.groovy"
    r"|org\.spockframework|org\.springframework|com\.google\.common|net\.bytebuddy|io\.kotest|org\.scalatest)\."
    r"|\s+\.\.\. \d+ |\s+\[\.\.\.\]$"
)
_CHAINED = pattern(r"\s*(?:Caused by|Suppressed):")
_MESSAGE_NEAR = 2
_MESSAGE_FAR = 10
_OWN_NEAR = 3
_SOURCE = pattern(r"    \w+Source \[")


def grade_thrown(lines: Sequence[str], worths: list[int], start: int, end: int) -> None:
    """Give the lines [start, end) their worth: the first is a throwable's, or its class and the place in short."""
    said = own = 0
    first_frame = -1
    framed = False
    for index in range(start, end):
        line = lines[index]
        if not line.strip() or _SOURCE.match(line):
            worths[index] = SILENT
        elif _CHAINED.match(line):
            said, own, framed, first_frame = 0, 0, False, -1
            worths[index] = MUST
        elif _is_frame(line):
            framed = True
            if _LIBRARY.match(line):
                worths[index] = SILENT if own or first_frame >= 0 else MUST
                first_frame = index if first_frame < 0 else first_frame
                continue
            if not own and first_frame >= 0:
                worths[first_frame] = SILENT
            own += 1
            worths[index] = MUST if own == 1 else DETAIL if own <= _OWN_NEAR else SPARE
        elif not framed:
            said += 1
            worths[index] = MUST if said <= _MESSAGE_NEAR else DETAIL if said <= _MESSAGE_FAR else SPARE
        else:
            worths[index] = KEY


def _is_frame(line: str) -> bool:
    """Whether the line is `at package.Class.method(File.java:7)`, or says that frames are left out."""
    if not line[:1].isspace() or not _FRAME.match(line):
        return False
    called = line.strip().removeprefix("at ").split("(")[0]
    return " " not in called or called.startswith("... ")
