"""The output of one failing Rust test: the panic and its message, own frames of a backtrace, what was printed last."""

from __future__ import annotations

from scrimp.core.compact.fit import CONTEXT, DETAIL, LAST, MUST, NOISE, REST, SILENT, SPARE
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_PANIC = pattern(r"thread '[^']*' (?:\(\d+\) )?panicked at ")
_NOTE = pattern(r"note: (?:run with `RUST_BACKTRACE|Some details are omitted|try setting `RUST)")
_TOLD = pattern(r"Error: \S|note: (?:test did not panic|panic did not contain)|error(?:\[E\d+\])?: |\s*--> \S+:\d+:\d+")
_CALL = pattern(r"\s+\d+: +\S")
_AT = pattern(r"\s+at (\S+:\d+)")
_LIBRARY = pattern(r"/rustc/|.*/\.cargo/registry/|.*/rustlib/|.*/\.rustup/|.*/\.cargo/git/")
_FRAMEWORK = pattern(
    r"running 1 test$|test \S.* \.\.\. |failures:$|test result: |Test executable failed |std(?:out|err):$"
)
_MESSAGE_NEAR = 8
_MESSAGE_FAR = 20
_OWN_NEAR = 6
_PRINTED_NEAR = 4
_PRINTED_FAR = 12


def grade_failure(lines: Sequence[str], worths: list[int], start: int, end: int, *, margin: int = 0) -> None:
    """Give the lines [start, end) their worth; `margin`: how far the runner has indented them."""
    rows = [line[margin:] if line[:margin].isspace() else line for line in lines[start:end]]
    printed: list[int] = []
    at = 0
    while at < len(rows):
        row = rows[at]
        index = start + at
        if not row.strip():
            worths[index] = SILENT
        elif _NOTE.match(row) or _FRAMEWORK.match(row) or (margin and rows[at - 1] == "failures:"):
            worths[index] = NOISE
        elif "panicked at " in row and _PANIC.match(row):
            at = _panic(rows, at, start, worths)
            continue
        elif _TOLD.match(row) or row.startswith(("      panic message: ", " expected substring: ")):
            worths[index] = MUST
        elif row.startswith("stack backtrace:"):
            at = _backtrace(rows, at, start, worths)
            continue
        else:
            printed.append(index)
        at += 1
    for distance, index in enumerate(reversed(printed), 1):
        worths[index] = CONTEXT if distance <= _PRINTED_NEAR else SPARE if distance <= _PRINTED_FAR else LAST


def _panic(rows: Sequence[str], at: int, start: int, worths: list[int]) -> int:
    """The panic and its message, which ends at a blank line or a note; the row after it comes back."""
    worths[start + at] = MUST
    count = 0
    at += 1
    while at < len(rows) and count < _MESSAGE_FAR:
        row = rows[at]
        if row.startswith(("note: ", "stack backtrace:", "thread '")) or (not row.strip() and count):
            break
        count += 1
        worths[start + at] = (MUST if count <= _MESSAGE_NEAR else DETAIL) if row.strip() else SILENT
        at += 1
    return at


def _backtrace(rows: Sequence[str], at: int, start: int, worths: list[int]) -> int:
    """Pairs of a call and its place; those of one's own code, the innermost first."""
    worths[start + at] = NOISE
    own = 0
    at += 1
    while at < len(rows) and (_CALL.match(rows[at]) or _AT.match(rows[at])):
        place = _AT.match(rows[at])
        worths[start + at] = SILENT
        if place and not _LIBRARY.match(place.group(1)):
            own += 1
            worth = DETAIL if own <= _OWN_NEAR else REST
            worths[start + at] = worth
            worths[start + at - 1] = worth
        at += 1
    return at
