"""Stack traces in logs: put together from between the lines of others, and of many alike the first and the last."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import traceback
from scrimp.core.compact.fit import KEY, MUST, SPARE
from scrimp.core.compact.lines import mask
from scrimp.core.log_lines import begins_trace, frames, source_of, trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ABOVE = 8
"""What was raised stands so many lines above the frames at most."""
_WHOLE_KINDS = 5
"""Of so many kinds the first trace stays with all its near frames, above the target too."""


def scan(lines: Sequence[str], repeated: int) -> tuple[dict[int, int], list[int]]:
    """The worth of every line that belongs to a stack trace, by its index, and where the traces begin that stay.

    repeated: what the lines are worth that a flood repeats.
    """
    found: dict[int, int] = {}
    heads: list[int] = []
    alike: dict[tuple[str, ...], list[dict[int, int]]] = {}
    looked_at: set[int] = set()
    for index, line in enumerate(lines):
        if index in looked_at or not ("at " in line or "panic: " in line or "Traceback" in line or "fatal" in line):
            continue
        if begins_trace(line[source_of(line)[1] :]):
            worths = _one(lines, index, looked_at)
            musts = sorted(at for at, worth in worths.items() if worth == MUST)
            alike.setdefault(tuple(mask(lines[at][source_of(lines[at])[1] :]) for at in musts), []).append(worths)
    for kind, traces in enumerate(alike.values()):
        if kind < _WHOLE_KINDS:
            traces[0].update((at, MUST) for at, worth in traces[0].items() if worth == KEY)
        _first_and_last(lines, traces, repeated)
        for worths in traces:
            found.update(worths)
        heads += [min(worths) for worths in traces if MUST in worths.values()]
    return found, heads


def _one(lines: Sequence[str], head: int, looked_at: set[int]) -> dict[int, int]:
    """The worths of the lines of the trace that begins at `head`."""
    own = trace(_from(lines, head), looked_at, head)
    framed = own[0][1].lstrip().startswith("at ")
    rows = [*_above(lines, head, looked_at), *own] if framed else own
    worths = traceback.scan([body for _, body in rows])
    passed = 1 if worths else max(1, frames(body for _, body in own))  # thousands in a row are not each read on
    looked_at.update(number for number, _ in own[:passed])
    looked_at.update(rows[at][0] for at in worths)
    return {rows[at][0]: worth for at, worth in worths.items()}


def _from(lines: Sequence[str], first: int) -> Iterator[str]:
    for index in range(first, len(lines)):
        yield lines[index]


def _above(lines: Sequence[str], head: int, looked_at: set[int]) -> list[tuple[int, str]]:
    """The lines of the same source above, nearest last, that are in no other trace."""
    source = source_of(lines[head])[0]
    rows: list[tuple[int, str]] = []
    for index in range(head - 1, max(-1, head - 1 - 2 * _ABOVE), -1):
        if len(rows) == _ABOVE or index in looked_at:
            break
        name, at = source_of(lines[index])
        if name == source:
            rows.insert(0, (index, lines[index][at:]))
    return rows


def _first_and_last(lines: Sequence[str], traces: Sequence[dict[int, int]], repeated: int) -> None:
    """Of traces alike those between keep what tells them apart; of a flood nothing."""
    flood = len(traces) > limits.LOG_ALIKE
    for position, worths in enumerate(traces[1:-1], 1):
        between = flood and limits.LOG_FLOOD_EDGE <= position < len(traces) - limits.LOG_FLOOD_EDGE
        for index, worth in worths.items():
            stays = worth == MUST and not between and "Traceback (most recent" not in lines[index]
            worths[index] = MUST if stays else max(worth, repeated, SPARE)
