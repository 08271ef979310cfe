"""Of a text too long to be read line by line: its ends, and the places where errors are.

Finding is left to str.find, which runs at a gigabyte a second; memory stays bounded by limits.WHOLE_CHARS.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact.fit import GAP, merged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def lines_of(text: str, spans: Iterable[tuple[int, int]]) -> list[str]:
    """The lines of `text`; of a long one those of its ends and of the spans, with GAP between parts."""
    if len(text) <= limits.WHOLE_CHARS:
        return _split(text)
    size = len(text)
    wanted = [(0, limits.EDGE_CHARS), (size - limits.EDGE_CHARS, size), *spans]
    return joined([text[a:b] for a, b in merged([whole_lines(text, a, b) for a, b in wanted])])


def of(text: str, needles: Sequence[str], room: int) -> str:
    """Of a long `text` about `room` characters: its head and tail, and between them the places of the needles."""
    edge = room // 4
    head, tail = whole_lines(text, 0, edge)[1], whole_lines(text, len(text) - edge, len(text))[0]
    between = [whole_lines(text, a, b) for a, b in places(text, needles, room // 2, (head, tail))]
    spans = merged([(0, head), *between, (tail, len(text))])
    return f"\n{GAP}\n".join([text[a:b].rstrip("\n") for a, b in spans]) + "\n"


def joined(parts: Iterable[str]) -> list[str]:
    """The lines of all parts, GAP between two."""
    lines: list[str] = []
    for part in parts:
        if lines:
            lines.append(GAP)
        lines.extend(_split(part))
    return lines


def _split(text: str) -> list[str]:
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def whole_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened to whole lines, its last line break included; no further than WIDEN_CHARS on a long line."""
    least = max(0, start - limits.WIDEN_CHARS)
    most = min(len(text), end + limits.WIDEN_CHARS)
    first = text.rfind("\n", least, start)
    last = text.find("\n", max(end - 1, 0), most)
    return least if first < 0 else first + 1, most if last < 0 else last + 1


def places(
    text: str, needles: Sequence[str], room: int, within: tuple[int, int] | None = None
) -> list[tuple[int, int]]:
    """Spans around the needles, about `room` characters; each needle has a share, for its first and last hits.

    within: where the needles are looked for; everywhere unless told.
    """
    share = room // (2 * max(1, len(needles)))
    spans: list[tuple[int, int]] = []
    for needle in needles:
        spans += _hits(text, needle, share, within or (0, len(text)))
    return merged(spans)


def _hits(text: str, needle: str, room: int, within: tuple[int, int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    left = room
    start, end = within
    at = text.find(needle, start, end)
    while at >= 0:
        spans.append(_around(text, at, needle))
        left -= spans[-1][1] - spans[-1][0]
        if left < 0:
            return spans + _last_hits(text, needle, room, (spans[-1][1], end))
        at = text.find(needle, spans[-1][1], end)
    return spans


def _last_hits(text: str, needle: str, room: int, within: tuple[int, int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    since, end = within
    at = text.rfind(needle, since, end)
    while at >= 0 and room > 0:
        spans.append(_around(text, at, needle))
        room -= spans[-1][1] - spans[-1][0]
        at = text.rfind(needle, since, max(since, spans[-1][0]))
    return spans


def _around(text: str, at: int, needle: str) -> tuple[int, int]:
    start = max(0, at - limits.NEAR_BEFORE_CHARS)
    return start, min(len(text), at + len(needle) + limits.NEAR_AFTER_CHARS)
