"""What a compaction hands back."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Compaction:
    """One output, cut or not, and what is known about the cut.

    text: what the model should see, without the marker; the input itself when nothing was cut. Sizes are in
    characters. `lines_out` counts the tool's own lines. `facts_kept` is less than `facts_total` only where
    not all of them fit under the cap; both are 0 where nothing was looked for. `facts_more`: the output was too long
    to be read whole, there may be more. `why` says in a few words why
    it is raw, or which attempt cut it. `graded`: the lines, what each is worth (`fit.WORTHS`) and which of them stayed;
    `carried`: by line, the parts of facts for whose sake it stayed.
    """

    __slots__ = (
        "carried",
        "chars_in",
        "chars_out",
        "cut",
        "facts_kept",
        "facts_more",
        "facts_total",
        "family",
        "graded",
        "lines_in",
        "lines_out",
        "marker_at",
        "text",
        "why",
    )

    def __init__(self, text: str, *, family: str, why: str, lines_in: int, chars_in: int) -> None:
        """Not cut; `compact` fills in the rest for a cut."""
        self.text = text
        self.cut = False
        self.family = family
        self.why = why
        self.lines_in = lines_in
        self.lines_out = lines_in
        self.chars_in = chars_in
        self.chars_out = chars_in
        self.facts_total = 0
        self.facts_kept = 0
        self.facts_more = False
        self.marker_at = 0
        self.graded: tuple[Sequence[str], Sequence[int], Sequence[int]] = ((), (), ())
        self.carried: Mapping[int, Sequence[str]] = {}

    def with_marker(self, marker: str) -> str:
        """The text with the marker line at the place of the cut, or at the end when there are several."""
        lines = self.text.split("\n")
        lines.insert(self.marker_at, marker)
        return "\n".join(lines)


def count_lines(text: str) -> int:
    """Lines of `text`; a last one without a line break counts."""
    return text.count("\n") + (not text.endswith("\n") and bool(text))
