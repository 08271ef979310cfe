"""What JavaScript test runners print below a failure's name, as facts: message, place, cause, comparison.

Sources of the formats: V8's Error.stack (`at f (file:line:column)`), vitest's frames (`❯ f file:line:column`), the code
frames of Babel and vitest (a number, a bar), node's util.inspect of an error (frames, then properties in braces).
"""

# ruff: noqa: RUF001, RUF002 - the tools' own marks
from __future__ import annotations

from scrimp.core.facts.fact import DETAIL, FAILURE, Fact, part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NUMBERED = pattern(r"\s{0,12}>?\s{0,4}\d{0,6}\s{0,2}\|(?: |$)")
_PLACED = pattern(r"\S.*:\d+:\d+$")
_FOREIGN = ("node_modules", "node:", "<anonymous>", "internal/")
_CAUSES = ("Caused by: ", "[cause]: ")
_COMPARISON = pattern(
    r"[-+](?!\s*(?:Expected|Received|expected|actual|Snapshot)\b)\s*\S|(?:Expected|Received)\b[^:]*: *\S"
)
LEGENDS = ("- Expected", "+ Received", "+ expected", "- actual", "+ actual", "- expected", "- Snapshot")
"""How a diff begins: which sign means what."""

_COMPARED_LINES = 12
"""Of a long diff its first lines are facts: they tell what kind of difference it is."""


class Raised:
    """One error of a body: its message's lines, where it was raised, and whether it led to another."""

    __slots__ = ("cause", "place", "said")

    def __init__(self, *, cause: bool) -> None:
        self.cause = cause
        self.place = ""
        self.said: list[str] = []


def facts_of(name: tuple[str, ...], rows: Iterable[str], kind: str = "failure") -> Iterator[Fact]:
    """The facts of one failure: itself, its causes, and how what came differs from what was expected."""
    for raised in raised_in(rows):
        message, rest = _message(raised.said)
        parts = tuple(filter(None, (*(() if raised.cause else name), *message, raised.place)))
        if parts:
            yield Fact(FAILURE, "cause" if raised.cause else kind, parts)
        compared = tuple(part_of(row) for row in rest if _COMPARISON.match(row.strip()))[:_COMPARED_LINES]
        if compared:
            yield Fact(DETAIL, "diff", compared)


def raised_in(rows: Iterable[str]) -> list[Raised]:
    """The error itself and what caused it, in the order in which they are printed."""
    found = [Raised(cause=False)]
    open_ = True
    for row in rows:
        line = row.strip()
        cause = next((word for word in _CAUSES if line.startswith(word)), "")
        if cause or line == "Cause:":
            found.append(Raised(cause=True))
            open_ = True
            if cause:
                found[-1].said.append(line)
            continue
        place = frame_place(line)
        if place is not None:
            open_ = False
            if place and not found[-1].place and not any(word in place for word in _FOREIGN):
                found[-1].place = place
        elif open_ and line and not _NUMBERED.match(row):
            found[-1].said.append(line)
        elif _NUMBERED.match(row):
            open_ = False
    return found


def frame_place(line: str) -> str | None:
    """The `file:line:column` of a stack's line; empty for one without; None for a line that is none."""
    if line.startswith("at "):
        inner = line[3:].rstrip(" {")
        inner = inner[inner.rfind("(") + 1 : -1] if inner.endswith(")") else inner.replace("async ", "", 1)
        if _PLACED.match(inner):
            return inner
        return "" if any(word in line for word in _FOREIGN) else None
    if line.startswith("❯ "):
        last = line.rsplit(" ", 1)[-1]
        return last if _PLACED.match(last) else ""
    return None


def _message(said: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """The message's first line, with the next where it ends in a colon; and the lines after."""
    if not said:
        return (), []
    says_more = said[0].endswith(":") and len(said) > 1 and not said[1].startswith(LEGENDS)
    count = 2 if says_more else 1
    return tuple(map(part_of, said[:count])), said[count:]
