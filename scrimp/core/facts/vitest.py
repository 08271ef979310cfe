"""Facts of a vitest run: each failure's names, message and place; unhandled errors; totals.

Source: vitest's BaseReporter, DefaultReporter and printError. Failures stand below the rulings `Failed Suites` and
`Failed Tests`, each after ` FAIL  ` and its name (several names share a body when the error is the same), and end with
a ruling `[n/m]`. Unhandled errors have a ruling of their own. The totals are right-aligned.
"""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

from scrimp.core.facts import js_bodies, lines
from scrimp.core.facts.fact import FAILURE, TOTAL, Fact, part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_FAIL = " FAIL  "
_RULING = "⎯⎯"
_UNHANDLED = ("Unhandled ", "Uncaught ", "Startup Error")
_TOTAL = pattern(r" *(?:Test Files|Tests|Errors|Type Errors)  (?:\d+ |no tests)")
_END = pattern(r" *(?:Test Files|Tests|Errors|Snapshots|Start at|Duration)  ?\S")
_CROSSED = pattern(r" {1,5}× (\S.*?)(?: \d+m?s)?$")
_FIRST = (" RUN  v", " DEV  v")
_NOTES = ("ERROR: Coverage", "No test files found")


def extract(text: str) -> list[Fact]:
    """The facts of the runs in `text`, and of what other programs printed before and after them."""
    rows = text.split("\n")
    first = next((at for at, row in enumerate(rows) if row.startswith(_FIRST)), 0)
    last = max((at for at, row in enumerate(rows) if row.startswith("   Duration  ")), default=len(rows) - 1)
    return (
        _around(rows[:first])
        + list(_of_run(rows[first : last + 1]))
        + [Fact(FAILURE, "error", (part_of(row),)) for row in rows[last + 1 :] if row.startswith(_NOTES)]
        + _around([row for row in rows[last + 1 :] if not row.startswith(_NOTES)])
    )


def _around(rows: list[str]) -> list[Fact]:
    text = "\n".join(rows)
    return [] if not text or text.isspace() else lines.extract(text, log=False, last=False)


def _of_run(rows: list[str]) -> Iterator[Fact]:
    reported = False
    crossed: list[Fact] = []
    at = 0
    while at < len(rows):
        row = rows[at]
        ruling = row.strip("⎯ ") if row.startswith(_RULING) else ""
        if row.startswith(_FAIL):
            reported = True
            names, at = _names(rows, at)
            end = _end_of(rows, at)
            yield from js_bodies.facts_of(names, rows[at:end])
            at = end
            continue
        if ruling.startswith(_UNHANDLED) and ruling != "Unhandled Errors":
            end = _end_of(rows, at + 1)
            yield from js_bodies.facts_of((ruling,), rows[at + 1 : end], "error")
            at = end
            continue
        if _TOTAL.match(row):
            yield Fact(TOTAL, "total", (part_of(row),))
        elif row.startswith(_NOTES):
            yield Fact(FAILURE, "error", (part_of(row),))
        elif failed := _CROSSED.match(row):
            crossed.append(Fact(FAILURE, "failure", (part_of(failed.group(1)),)))
        at += 1
    if not reported:  # stopped before its report
        yield from crossed


def _names(rows: list[str], at: int) -> tuple[tuple[str, ...], int]:
    """The names that share the next body, and where that begins."""
    names: list[str] = []
    while at < len(rows) and rows[at].startswith(_FAIL):
        names.append(part_of(rows[at][len(_FAIL) :]))
        at += 1
    return tuple(names), at


def _end_of(rows: list[str], at: int) -> int:
    while at < len(rows) and not rows[at].startswith((_RULING, _FAIL)) and not _END.match(rows[at]):
        at += 1
    return at
