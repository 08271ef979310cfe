"""Which lines stay, given what each is worth and how much room there is.

A family gives every line a worth; this module turns worths and room into the lines that stay. It knows
nothing about any tool.
"""

from __future__ import annotations

from scrimp.core import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MUST = 0
"""Stays even above the target, up to the cap: the names, messages and places that facts are made of, totals."""
KEY = 1
"""What else tells what happened or how it ended; first to fill the target."""
NEAR = 2
"""Close to an error, or an error like others that are shown."""
DETAIL = 3
"""More of what is there: the further lines of a message, the own frames of a trace."""
CONTEXT = 4
"""The lines around."""
REST = 5
"""Ordinary: filled from both ends of the text inwards."""
EXTRA = 6
"""Said elsewhere already; worth showing only whole."""
SPARE = 7
"""Captured output, timings: if there is room to spare."""
LAST = 8
"""Repeats."""
NOISE = 9
"""Never stays once anything is cut."""
SILENT = 10
"""Never stays either, and nobody needs to be told: carets, library frames, blank lines."""

WORTHS = ("must", "key", "near", "detail", "context", "rest", "extra", "spare", "repeat", "noise", "silent")
"""What the levels are called, from MUST down."""

GAP = "…"
"""A line of its own where lines are left out, in outputs whose lines do not tell."""

NO_GAPS, GAPS, COUNTED_GAPS = 0, 1, 2
"""Whether a family shows such lines, and whether each says how many lines it stands for."""

_MANY_LINES = 10_000_000


def as_it_was(line: str) -> str:
    """The `shorten` of a family that shows its lines as they were."""
    return line


class Case:
    """What a family is told about the output besides its lines."""

    __slots__ = ("chars", "failed", "fits", "times_target")

    def __init__(self, chars: int, *, fits: bool, failed: bool, times_target: int = 1) -> None:
        """fits: the client would show the whole output; failed: the command ended with an exit code but 0.

        times_target: how many times a family's target is kept, for a family that fills its room itself.
        """
        self.chars = chars
        self.times_target = times_target
        self.fits = fits
        self.failed = failed

    def whole_or(self, chars: int) -> int:
        """A target: `chars`, or all but what says nothing where the client would show the whole."""
        return self.chars + limits.MARKER_USUAL_CHARS if self.fits else chars


class Room:
    """How much may stay, in characters: `target` for what is worth it, `cap` for what must."""

    __slots__ = ("cap", "gap_chars", "tail_share", "target")

    def __init__(self, target: int, cap: int, *, tail_share: float = 0.5, gap_chars: int = 0) -> None:
        """`gap_chars`: what each place with lines left out costs; 0 when gaps are not shown."""
        self.target = min(target, cap)
        self.cap = cap
        self.tail_share = tail_share
        self.gap_chars = gap_chars


def fit(
    sizes: Sequence[int],
    worths: Sequence[int],
    room: Room,
    *,
    whole: frozenset[int] = frozenset(),
) -> list[int]:
    """The indices of the lines that stay, ascending.

    Levels are taken from MUST downwards. MUST fills up to the cap, the others up to the target. A level
    in `whole` stays as a whole or not at all; any other is filled from its two ends inwards, and the
    first one that does not fit whole ends it.
    """
    levels: dict[int, list[int]] = {}
    for index, worth in enumerate(worths):
        if worth < NOISE:
            levels.setdefault(worth, []).append(index)
    filling = _Filling(sizes, worths, room)
    for worth in sorted(levels):
        filling.limit = room.cap if worth == MUST else room.target
        if worth in whole:
            filling.take_whole(levels[worth])
        elif not filling.take_ends(levels[worth]):
            break
    return sorted(filling.kept)


class _Filling:
    __slots__ = ("above", "below", "kept", "limit", "room", "sizes", "used")

    def __init__(self, sizes: Sequence[int], worths: Sequence[int], room: Room) -> None:
        self.sizes = sizes
        self.room = room
        self.above = _nearest(range(len(worths)), worths)
        self.below = _nearest(range(len(worths) - 1, -1, -1), worths)
        self.kept: set[int] = set()
        self.used = room.gap_chars
        self.limit = 0

    def cost(self, index: int) -> int:
        """With the gap that a line brings when neither neighbour is there: an upper bound."""
        alone = self.above[index] not in self.kept and self.below[index] not in self.kept
        return self.sizes[index] + 1 + (self.room.gap_chars if alone else 0)

    def take(self, index: int) -> bool:
        cost = self.cost(index)
        if self.used + cost > self.limit:
            return False
        self.kept.add(index)
        self.used += cost
        return True

    def take_whole(self, indices: Sequence[int]) -> None:
        if self.used + sum(self.sizes[i] + 1 + self.room.gap_chars for i in indices) <= self.limit:
            for index in indices:
                self.take(index)

    def take_ends(self, indices: Sequence[int]) -> bool:
        """From both ends inwards; False when not all fitted."""
        low, high = 0, len(indices) - 1
        head = tail = 0
        share = self.room.tail_share
        while low <= high:
            from_tail = tail * (1 - share) <= head * share
            index = indices[high] if from_tail else indices[low]
            if not self.take(index):
                return False
            if from_tail:
                high -= 1
                tail += self.sizes[index] + 1
            else:
                low += 1
                head += self.sizes[index] + 1
        return True


def _nearest(order: range, worths: Sequence[int]) -> list[int]:
    """For each line the one before it in `order` that may stay or be missed; a hole of silent lines is none."""
    found = [-1] * len(worths)
    before = -1
    for index in order:
        found[index] = before
        if worths[index] != SILENT:
            before = index
    return found


def clip(line: str, facts: Sequence[str] = ()) -> str:
    """A line of at most about LINE_CHARS: its two ends, and the surroundings of facts in between."""
    if len(line) <= limits.LINE_CHARS:
        return line
    half = limits.LINE_CHARS // 2
    spans = [(0, half), (len(line) - half, len(line))]
    around = limits.CLIP_CONTEXT_CHARS
    for fact in facts:
        at = line.find(fact)
        if at >= 0:
            spans.append((max(0, at - around), min(len(line), at + len(fact) + around)))
    return f" {GAP} ".join(line[a:b] for a, b in merged(spans))


def merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that touch or overlap joined."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def gap_chars(style: int, lines: int = _MANY_LINES) -> int:
    """What a gap's line may take in an output of so many lines, its line break included."""
    return (0, len(GAP) + 1, len(_gap(lines, COUNTED_GAPS)) + 1)[style]


def is_gap(line: str) -> bool:
    """Whether a line says only that others are left out."""
    return line == GAP or (line.startswith(f"{GAP} ") and line.endswith((" line", " lines")))


def put_together(
    kept: Sequence[int], count: int, show: Callable[[int], str], silent: Callable[[int], bool], *, gaps: int
) -> tuple[str, int]:
    """The text of the kept lines of `count`, and the line index in it where a marker belongs.

    With one hole that is its place. With several the marker goes to the end, and by `gaps` each hole is shown by a
    line of its own. A hole of silent lines alone is none.
    """
    holes = holes_in(kept, count, silent)
    if len(holes) == 1:
        return "\n".join(map(show, kept)), holes[0]
    before = frozenset(holes) if gaps else frozenset[int]()
    out: list[str] = []
    for position, index in enumerate([*kept, count]):
        if position in before:
            first = kept[position - 1] + 1 if position else 0
            out.append(_gap(index - first, gaps))
        if index < count:
            out.append(show(index))
    return "\n".join(out), len(out)


def _gap(count: int, style: int) -> str:
    return GAP if style == GAPS else f"{GAP} {count:,} line{'s' * (count != 1)}"


def holes_in(kept: Sequence[int], count: int, silent: Callable[[int], bool]) -> list[int]:
    """The positions in `kept` before which lines are left out; len(kept) when the end is."""
    holes: list[int] = []
    expected = 0
    for position, index in enumerate([*kept, count]):
        if not all(silent(i) for i in range(expected, index)):
            holes.append(position)
        expected = index + 1
    return holes
