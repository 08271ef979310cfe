"""What a failing test of the JVM threw: message, place in code of one's own, causes; at any indent.

Maven's Surefire and Gradle print Throwable's own format; JUnit's console leaves out the `at` before a frame.
"""

from __future__ import annotations

from collections import namedtuple

from scrimp.core.facts.fact import DETAIL, FAILURE, Fact, part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import NamedTuple

    class Thrown(NamedTuple):
        """One throwable: its first line, the further lines of its message, and its frames."""

        message: str
        rest: list[str]
        frames: list[tuple[str, str]]

else:
    Thrown = namedtuple("Thrown", ("message", "rest", "frames"))

_FRAME = pattern(r"\s+(?:at )?(?:[\w.@-]*/{1,2})?([\w$.<>/-]+)\(([\w$-]+\.(?:java|kt|kts|scala|groovy):\d+)\)$")
_ANY_FRAME = pattern(
    r"\s+at \S|\s+\.\.\. \d+ (?:more|common frames)|\s+\[\.\.\.\]$|\s+[\w.]+/?[\w.$/]+\.[\w$<>]+\([\w .:$-]+\)$"
)
_CHAINED = pattern(r"\s*(?:Caused by|Suppressed):(?: |$)")
EXCEPTION = pattern(r"\s*(?:=> )?[\w$]+(?:\.[\w$]+)+(?::|$| at )")
"""How a throwable's first line begins: its class with its package."""

_LIBRARY = (
    "java.", "javax.", "jdk.", "sun.", "com.sun.", "org.junit.", "junit.", "org.opentest4j.", "org.hamcrest.",
    "org.assertj.", "org.mockito.", "org.testng.", "org.apache.maven.", "org.gradle.", "worker.org.gradle.",
    "kotlin.", "kotlinx.", "scala.", "groovy.", "org.codehaus.groovy.", "org.spockframework.", "org.springframework.",
    "com.google.common.", "net.bytebuddy.", "io.kotest.", "org.scalatest.",
)  # fmt: skip
_REST_ROWS = 8


def thrown(rows: Sequence[str]) -> list[Thrown]:
    """The throwable that begins in the first of `rows`, and those that caused it or were suppressed."""
    found: list[Thrown] = []
    for row in rows:
        if not row.strip():
            continue
        frame = _FRAME.match(row)
        if not found or _CHAINED.match(row):
            found.append(Thrown(part_of(row.strip().removeprefix("=> ")), [], []))
        elif frame:
            found[-1].frames.append((frame.group(1), frame.group(2)))
        elif not _ANY_FRAME.match(row) and not found[-1].frames:
            found[-1].rest.append(part_of(row))
    return found


def facts_of(name: str, rows: Sequence[str]) -> Iterator[Fact]:
    """The failure `name` with message and place, the rest of the message, and each cause with its place."""
    chain = thrown(rows)
    if not chain:
        yield Fact(FAILURE, "failure", (name,))
        return
    first, *causes = chain
    message, rest = _message(first)
    yield Fact(FAILURE, "failure", tuple(filter(None, (name, *message, _place(first)))))
    if rest:
        yield Fact(DETAIL, "diff", tuple(rest[:_REST_ROWS]))
    for cause in causes:
        yield Fact(FAILURE, "cause", tuple(filter(None, (*_message(cause)[0], _place(cause)))))


def _message(one: Thrown) -> tuple[tuple[str, ...], list[str]]:
    """Its first line; where that ends with its colon, the next one too."""
    if one.message.endswith(":") and one.rest:
        return (one.message, one.rest[0]), one.rest[1:]
    return (one.message,), one.rest


def _place(one: Thrown) -> str:
    """Its first frame in code of one's own, else its first."""
    for called, place in one.frames:
        if not called.startswith(_LIBRARY):
            return place
    return one.frames[0][1] if one.frames else ""
