"""Of a patch too long to be shown: every file's name, and the hunks that there is room for."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit
from scrimp.core.compact.fit import MUST, NOISE, SILENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact import patch

_TELLS = (
    "new file mode ", "deleted file mode ", "old mode ", "new mode ", "rename from ", "copy from ", "Binary files ",
    "Cannot display", "Added: ", "Modified: ", "Deleted: ",
)  # fmt: skip
"""Lines of a file's head that say more than that it was changed."""


def grade_heads(lines: Sequence[str], files: Sequence[patch.FileDiff], worths: list[int]) -> None:
    """Of each file its name and whether it is new, gone, renamed or binary; the rest of its head says nothing more."""
    for found in files:
        names = _names(lines, found)
        for at in range(found.start, found.head_end):
            worths[at] = MUST if at in names or lines[at].startswith(_TELLS) else SILENT


def _names(lines: Sequence[str], found: patch.FileDiff) -> tuple[int, ...]:
    """The lines that name the file: of git's header, which names it twice, the one that names the new file once."""
    start = found.start
    if not lines[start].startswith("diff --"):
        return (start, start + 1) if lines[start].startswith("--- ") else (start,)
    for sign in ("+++ ", "--- "):
        for at in range(start + 1, found.head_end):
            if lines[at].startswith(sign) and not lines[at].startswith(sign + "/dev/null"):
                return (at,)
    return (start,)


def grade_generated(files: Sequence[patch.FileDiff], worths: list[int]) -> None:
    """Hunks that no person wrote go, unless all that was asked for is such."""
    if any(found.hunks and not found.generated for found in files):
        for found in files:
            if found.generated and found.hunks:
                start, end = found.head_end, found.end
                worths[start:end] = [NOISE] * (end - start)


def hunks_of(files: Sequence[patch.FileDiff]) -> list[patch.Hunk]:
    """The hunks to choose from: those that persons wrote, or all where there is nothing else."""
    return [hunk for found in files if not found.generated for hunk in found.hunks] or [
        hunk for found in files for hunk in found.hunks
    ]


class Room:
    """How many characters may still be chosen, and what a gap takes of them.

    What is chosen is worth MUST: it is counted here, where every gap takes what its line has, and not again by `fit`,
    which takes each at its widest. Only close to the cap it is counted as there.
    """

    __slots__ = ("gap", "left", "whole")

    def __init__(self, case: fit.Case, target: int) -> None:
        cap = (limits.FAILED_CHARS if case.failed else limits.SUCCEEDED_CHARS) - limits.MARKER_CHARS - 1
        self.left = min(target * case.times_target - limits.MARKER_USUAL_CHARS, cap)
        self.gap = fit.gap_chars(fit.COUNTED_GAPS)
        if self.left <= limits.ROOMY_SHARE * cap:
            self.gap = len(f"{fit.GAP} 9,999 lines\n")
        self.whole = self.left = self.left - 2 * self.gap  # at either end

    def cost(self, lines: Sequence[str], indices: Sequence[int]) -> int:
        """What these lines take together, with a line for each gap before and between them."""
        size = sum(min(len(lines[at]), limits.LINE_CHARS) + 1 for at in indices)
        return size + self.gap * sum(a + 1 != b for a, b in zip([-2, *indices], indices))

    def count(self, lines: Sequence[str], worths: Sequence[int]) -> None:
        """Say what is left beside all lines that must stay; less than nothing where they do not fit."""
        used, together = 0, False
        for line, worth in zip(lines, worths):
            if worth == MUST:
                used += min(len(line), limits.LINE_CHARS) + 1 + self.gap * (not together)
                together = True
            elif worth != SILENT:
                together = False
        self.left = self.whole - used

    def choose(self, lines: Sequence[str], indices: Sequence[int], worths: list[int], most: int) -> None:
        """Single lines, in this order, as far as `most` of the room goes."""
        used = 0
        for at in indices:
            alone = not (at and worths[at - 1] == MUST)
            cost = min(len(lines[at]), limits.LINE_CHARS) + 1 + self.gap * alone
            if used + cost > min(most, self.left):
                break
            used += cost
            worths[at] = MUST
        self.left -= used


def grade_hunks(lines: Sequence[str], hunks: Sequence[patch.Hunk], worths: list[int], room: Room) -> None:
    """Whole hunks first: with their context where there is room, else without; conflicts always.

    Where not all fit, those that show most for their size, none of them so long that others have no room.
    """
    lean = [hunk.lean() for hunk in hunks]
    for hunk, indices in zip(hunks, lean):
        _take(hunk, indices, worths)
    room.count(lines, worths)
    costs = [len(lines[indices[0]]) + 1 + room.cost(lines, indices[1:]) for indices in lean]
    if room.left >= 0:
        _widen(lines, hunks, costs, worths, room)
        return
    for hunk in hunks:
        worths[hunk.start : hunk.end] = [NOISE] * (hunk.end - hunk.start)
    room.count(lines, worths)
    most = max(2 * limits.DIFF_PIECE_CHARS, room.left * limits.DIFF_HUNK_SHARE)
    left = sorted(
        range(len(hunks)),
        key=lambda n: (not hunks[n].conflict, costs[n] > most, costs[n] / (1 + len(hunks[n].changed))),
    )
    # Hunks next to each other take less than was thought: what that leaves is for others, in the end for long ones.
    for most_now in (most, most, room.left):
        for number in left:
            if costs[number] <= room.left and (costs[number] <= most_now or hunks[number].conflict):
                room.left -= costs[number]
                _take(hunks[number], lean[number], worths)
        left = [number for number in left if worths[hunks[number].start] != MUST]
        room.count(lines, worths)
    _take_beginnings(lines, [lean[number] for number in sorted(left)], worths, room)


def _take(hunk: patch.Hunk, indices: Sequence[int], worths: list[int]) -> None:
    """The context at a hunk's ends goes without a word: its header says where it is."""
    first, last = indices[min(1, len(indices) - 1)], indices[-1]
    for at in range(hunk.start + 1, hunk.end):
        worths[at] = NOISE if first < at < last else SILENT
    for at in indices:
        worths[at] = MUST


def _widen(
    lines: Sequence[str], hunks: Sequence[patch.Hunk], costs: Sequence[int], worths: list[int], room: Room
) -> None:
    """Where every hunk is shown, their context in turn as far as there is room."""
    for hunk, cost in zip(hunks, costs):
        whole = range(hunk.start, hunk.end)
        more = room.cost(lines, whole) - cost
        if more <= room.left:
            room.left -= max(more, 0)
            for at in whole:
                worths[at] = MUST


def _take_beginnings(lines: Sequence[str], left: Sequence[list[int]], worths: list[int], room: Room) -> None:
    """Of hunks too long for the room, the first lines of each, as far as there is room for such pieces."""
    for number, indices in enumerate(left):
        share = max(limits.DIFF_PIECE_CHARS, room.left // (len(left) - number))
        if share > room.left:
            return
        used, count = room.gap, 0
        for at, before in zip(indices, [-2, *indices]):
            used += min(len(lines[at]), limits.LINE_CHARS) + 1 + room.gap * (before + 1 != at)
            if used > share:
                break
            count += 1
        if count > 1:
            room.left -= room.gap + room.cost(lines, indices[:count])
            for at in indices[:count]:
                worths[at] = MUST
