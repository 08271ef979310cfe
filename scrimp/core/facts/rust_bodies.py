"""What a failing Rust test printed: the panic's place and message, or the error that it returned.

Formats: Rust's panic hook, of 1.73 and later (`thread 'name' (7) panicked at src/lib.rs:1:2:`, the message below) and
before (`thread 'name' panicked at 'message', src/lib.rs:1:2`); libtest's notes about should_panic; rustdoc's compiler.
"""

from __future__ import annotations

from scrimp.core.facts.fact import part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_PANIC = pattern(r"thread '([^']*)' (?:\(\d+\) )?panicked at (\S.*)$")
_OLD = pattern(r"'(.*)', (\S+:\d+:\d+)$")
_ENDS = ("note: ", "stack backtrace:", "thread '", "---- ")
_VERDICT = pattern(r"test \S.* \.\.\. ")
_RETURNED = pattern(r"Error: \S")
_EXPECTED = pattern(r"note: (?:test did not panic|panic did not contain)")
_COMPILE = pattern(r"error(?:\[E\d+\])?: \S")
_ARROW = pattern(r"\s*--> (\S+:\d+:\d+)")
_FRAME = ("note: ", "test ", "running ", "failures", "  stdout \u2500", "  stderr \u2500")
_MESSAGE_ROWS = 4
_REST_ROWS = 8
_LAST_ROWS = 3


def told_by(body: str, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of a failing test's output the parts that say why and where, and the further lines of the message."""
    rows = body.split("\n")
    panics = [at for at, row in enumerate(rows) if "panicked at " in row and _PANIC.match(row)]
    own = [at for at in panics if (found := _PANIC.match(rows[at])) and found.group(1) == name] or panics
    parts: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    if own:
        parts, rest = _panic(rows, own[-1])
    for at, row in enumerate(rows):
        if _EXPECTED.match(row):
            return (*parts, part_of(row), *_indented(rows, at + 1)), rest
        if _COMPILE.match(row) and not parts:
            arrow = next((found.group(1) for below in rows[at + 1 : at + 3] if (found := _ARROW.match(below))), "")
            return tuple(filter(None, (part_of(row), arrow))), ()
    if parts:
        return parts, rest
    returned = [part_of(row) for row in rows if _RETURNED.match(row)]
    if returned:
        return (returned[-1],), ()
    said = [part_of(row) for row in rows if row.strip() and not row.startswith(_FRAME)]
    return tuple(said[-_LAST_ROWS:]), ()


def panics_by_thread(text: str) -> dict[str, tuple[str, ...]]:
    """For each thread the parts of its last panic."""
    rows = text.split("\n")
    found: dict[str, tuple[str, ...]] = {}
    for at, row in enumerate(rows):
        panic = _PANIC.match(row) if "panicked at " in row else None
        if panic:
            found[panic.group(1)] = _panic(rows, at)[0]
    return found


def _panic(rows: Sequence[str], at: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = _PANIC.match(rows[at])
    where = found.group(2) if found else ""
    old = _OLD.match(where)
    if old:
        return (part_of(old.group(2)), part_of(old.group(1))), ()
    message: list[str] = []
    for row in rows[at + 1 : at + 1 + _MESSAGE_ROWS + _REST_ROWS]:
        if row.startswith(_ENDS) or (not row.strip() and message) or _VERDICT.match(row):
            break
        if row.strip():
            message.append(part_of(row))
    return (part_of(where.rstrip(":")), *message[:_MESSAGE_ROWS]), tuple(message[_MESSAGE_ROWS:])


def _indented(rows: Sequence[str], at: int) -> tuple[str, ...]:
    """The lines from there on that stand further in, two at most."""
    return tuple(part_of(row) for row in rows[at : at + 2] if row.startswith(" ") and row.strip())
