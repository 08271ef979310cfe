"""What is shown of many entries alike: the first ones of every group before more of any."""

from __future__ import annotations

from scrimp.core.compact.fit import CONTEXT, DETAIL, NEAR, REST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_DEEPEST = 8
"""Folders deeper than this count as part of the one above them."""
_FEW, _SOME = 3, 6


def by_rank(rank: int) -> int:
    """The worth of a group's entry that is not its first: 1 for the second."""
    if rank < _FEW:
        return NEAR if rank == 1 else DETAIL
    return CONTEXT if rank < _SOME else REST


def firsts(entries: Iterable[tuple[int, str]]) -> list[int]:
    """The indices of the first entry of each group."""
    seen: set[str] = set()
    found: list[int] = []
    for index, group in entries:
        if group not in seen:
            seen.add(group)
            found.append(index)
    return found


def folders_that_fit(entries: Sequence[tuple[int, str]], sizes: Sequence[int], room: int) -> list[int]:
    """The indices of the first entry of each folder, told as deep as there is room for them all.

    entries: a line's index and the path it is about. At least the outermost folders come back.
    """
    found: list[int] = []
    for depth in range(_DEEPEST, 0, -1):
        found = firsts((index, folder(path, depth)) for index, path in entries)
        if sum(sizes[index] for index in found) <= room:
            break
    return found


def folder(path: str, depth: int) -> str:
    """The first `depth` folders that a path is in."""
    return "/".join(path.split("/")[:-1][: depth + 1 if path.startswith(("/", "./")) else depth])
