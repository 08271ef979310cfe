"""Stack traces: what was raised, and where its innermost frame is.

Sources of the formats: Python's traceback module (exception groups included), Java's Throwable.printStackTrace,
V8's Error.stack and .NET's Exception.ToString (lines of `at …`), Rust's panic hook, Go's panic and goroutine dump.
Each reader takes the text and where the block begins and gives its parts and where the block ends.
"""

from __future__ import annotations

from scrimp.core.facts.fact import part_of, row_at
from scrimp.core.lazy import pattern

_FILE = pattern(r'File "[^"\n]+", line \d+')
_AT = pattern(r"\s+at \S")
_AT_REST = pattern(r"\s+\.\.\. \d+ (?:more|common frames omitted)|\s+at |\s+\.\.\. \d+ lines matching")
_PLACE = pattern(r"[^:].*:\d+(?::\d+)?")
_DOTNET_PLACE = pattern(r" in (\S.*:line \d+)$")
_RAISED = pattern(
    r'\s*(?:\[cause\]: |Caused by: |Suppressed: |Uncaught |Unhandled exception\. |Exception in thread "[^"]*" )*'
    r"(?:[\w.$]*(?:Error|Exception|Throwable|Failure)|Error \[\w+\])\b"
)
_LOOK_BACK = 12
_RUST_FRAME = pattern(r"\s+\d+: |\s+at |stack backtrace:|note: ")
_GO_FRAME = pattern(r"\t(\S+:\d+)")
_GO_OWN = pattern(r"/(?:src/)?runtime/|/testing/testing\.go|/usr/(?:local|lib)/go")
_SYNTAX_ROWS = 4


def python(text: str, start: int) -> tuple[tuple[str, ...], int]:
    """From the line with `Traceback (most recent call last):`: the innermost frame's place and the exception's line."""
    row, at = row_at(text, start)
    column = row.find("Traceback (most recent call last)")
    if row[:column].endswith("Exception Group "):
        column -= len("Exception Group ")
    framed = not row[:column].strip(" |+-")
    place = ""
    while at < len(text):
        row, after = row_at(text, at)
        margin, body = row[:column], row[column:]
        if not body.strip() or (framed and margin.strip(" |+")):
            break
        if not body[0].isspace():
            return tuple(filter(None, (place, part_of(body)))), after
        frame = _FILE.match(body.lstrip())
        if frame and len(body) - len(body.lstrip()) <= 4:  # noqa: PLR2004 - source lines stand further in
            place = frame.group()
        at = after
    return (place,) if place else (), at


def syntax_place(text: str, start: int) -> str:
    """For a `SyntaxError:` line at `start`: the `File …` that stands a few lines above it."""
    for row in _rows_above(text, start, _SYNTAX_ROWS):
        if row.startswith("  File "):
            frame = _FILE.match(row.lstrip())
            return frame.group() if frame else ""
    return ""


def at_lines(text: str, start: int) -> tuple[int, tuple[str, ...], int]:
    """From the first of a run of `at …` lines: where the raised line begins (or -1), its parts, and the run's end."""
    place = own = ""
    at = start
    while at < len(text):
        row, after = row_at(text, at)
        if not _AT_REST.match(row):
            break
        found = _at_place(row)
        place = place or found
        if found and not own and not found.startswith("node:"):
            own = found
        at = after
    raised_at, raised = _raised_above(text, start)
    return raised_at, tuple(filter(None, (raised, own or place))), at


def is_at_line(row: str) -> bool:
    """Whether this is a frame as Java, V8 and .NET print it."""
    return bool(_AT.match(row)) and (row.rstrip().endswith(")") or bool(_at_place(row)))


def rust(text: str, start: int) -> tuple[tuple[str, ...], int]:
    """From the line `thread … panicked at PLACE:`: that line and the message below it."""
    row, at = row_at(text, start)
    parts = (part_of(row),)
    if row.rstrip().endswith(":"):
        message, at = row_at(text, at)
        parts += (part_of(message),)
    while at < len(text):
        row, after = row_at(text, at)
        if not _RUST_FRAME.match(row):
            break
        at = after
    return tuple(filter(None, parts)), at


def go(text: str, start: int) -> tuple[tuple[str, ...], int]:
    """From the line `panic: …` or `fatal error: …`: it and the first frame outside Go's own library."""
    row, at = row_at(text, start)
    parts = (part_of(row),)
    in_dump = False
    place = ""
    while at < len(text):
        row, after = row_at(text, at)
        in_dump = in_dump or row.startswith(("goroutine ", "[signal "))
        frame = _GO_FRAME.match(row)
        if frame and not place and not _GO_OWN.search(frame.group(1)):
            place = frame.group(1)
        if row.strip() and not (
            row.startswith(("goroutine ", "\t", "[signal ", "created by ")) or row.rstrip().endswith(")")
        ):
            break
        if not in_dump and row.strip() and not row.startswith("\t"):
            break
        at = after
    return tuple(filter(None, (*parts, place))), at


def _at_place(row: str) -> str:
    """The `file:line` at the end of a frame's line."""
    row = row.rstrip(" {")
    dotnet = _DOTNET_PLACE.search(row)
    if dotnet:
        return dotnet.group(1)
    last = row.rsplit(None, 1)[-1].rsplit("(", 1)[-1].rstrip(")")
    return last if _PLACE.fullmatch(last) else ""


def _raised_above(text: str, start: int) -> tuple[int, str]:
    """Where the line that names what was raised begins, and the line; else the nearest line above with text."""
    nearest = (-1, "")
    at = start
    for row in _rows_above(text, start, _LOOK_BACK):
        at = text.rfind("\n", 0, at - 1) + 1
        if is_at_line(row):
            break
        if _RAISED.match(row):
            return at, part_of(row)
        if row.strip() and nearest[0] < 0:
            nearest = (at, part_of(row))
    return nearest


def _rows_above(text: str, start: int, count: int) -> list[str]:
    """Up to `count` lines that end before `start`, the nearest first."""
    rows: list[str] = []
    end = start - 1
    while end >= 0 and len(rows) < count:
        begin = text.rfind("\n", 0, end) + 1
        rows.append(row_at(text, begin)[0])
        end = begin - 1
    return rows
