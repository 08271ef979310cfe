"""Facts of a mocha run: each failure's title, message and place; totals.

Source: mocha's Base reporter (epilogue and list): `N passing (time)`, `N pending`, `N failing`, then the failures
numbered from 1, each title over several lines of which the last ends with a colon. What a test prints may look like
that: the last totals that agree with the failures below are mocha's.
"""

from __future__ import annotations

from scrimp.core.facts import js_bodies, lines
from scrimp.core.facts.fact import TOTAL, Fact, part_of
from scrimp.core.lazy import pattern

_PASSING = pattern(r"  \d+ passing \(\d+\w+\)$")
_COUNT = pattern(r"  (\d+) (passing|pending|failing)\b")
_NUMBERED = pattern(r"  (\d+)\) (\S.*)$")
_TITLE_ROWS = 12
_CANDIDATES = 12


def extract(text: str) -> list[Fact]:
    """The facts of the run in `text`, and of what went wrong before it."""
    rows = text.split("\n")
    begins = [at for at, row in enumerate(rows) if _PASSING.match(row)][-_CANDIDATES:]
    if not begins:
        return lines.extract(text, log=False)
    totals, heads = _own(rows, begins)
    facts = [Fact(TOTAL, "total", (row,)) for row in totals]
    for head, end in zip(heads, [*heads[1:], len(rows)]):
        body = head + 1
        title = [rows[head]]
        while body < min(end, head + _TITLE_ROWS) and not title[-1].rstrip().endswith(":"):
            title.append(rows[body])
            body += 1
        said = [row for row in rows[body:end] if row.strip() != "+ expected - actual"]
        facts += js_bodies.facts_of(tuple(part_of(row) for row in title if row.strip()), said)
    return facts


def _own(rows: list[str], begins: list[int]) -> tuple[list[str], list[int]]:
    """The totals that agree with the failures below them, and where these begin.

    The last that tell of failures, else the last that tell of none, else the first there are.
    """
    clean: tuple[list[str], list[int]] | None = None
    found: tuple[list[str], list[int]] = [], []
    for begin in reversed(begins):
        totals, failing, after = _totals(rows, begin)
        found = totals, _heads(rows, after)
        if failing and len(found[1]) == failing:
            return found
        apart = not rows[begin - 1].strip() if begin else True
        if clean is None and apart and not failing and not found[1]:
            clean = found
    return clean or found


def _totals(rows: list[str], at: int) -> tuple[list[str], int, int]:
    """The rows of the totals that begin at `at`, how many failures they tell of, and where they end."""
    found: list[str] = []
    failing = 0
    while at < len(rows) and (not rows[at].strip() or _COUNT.match(rows[at])):
        count = _COUNT.match(rows[at])
        if count:
            found.append(rows[at].strip())
            failing = int(count.group(1)) if count.group(2) == "failing" else failing
        at += 1
    return found, failing, at


def _heads(rows: list[str], start: int) -> list[int]:
    """Where failures begin: numbers out of turn belong to a message."""
    found: list[int] = []
    for at in range(start, len(rows)):
        numbered = _NUMBERED.match(rows[at])
        if numbered and numbered.group(1) == str(len(found) + 1):
            found.append(at)
    return found
