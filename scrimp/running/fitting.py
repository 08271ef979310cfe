"""What a command printed, and how much of it fits into a budget of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.batch.item import Part
from scrimp.core import compact, facts, limits, outputs, terminal, tokens
from scrimp.core.compact import fit
from scrimp.core.compact.cutting import Cutting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact import Compaction
    from scrimp.core.facts import Fact


class Printed(NamedTuple):
    """What a command printed.

    text: all of it as a terminal would show it, or the compact text where `cut` says that it was cut; full: all of it
    then, if it is short enough to be cut again, and else the facts in it; has_more_facts: not all of it was looked
    through for them. handle, path: of the original; where it could not be kept, `unkept` says why. lines, size_bytes:
    of the original.
    """

    text: str = ""
    full: str = ""
    facts: Sequence[Fact] = ()
    has_more_facts: bool = False
    lines: int = 0
    size_bytes: int = 0
    command: str = ""
    is_failed: bool = False
    cut: Compaction | None = None
    is_binary: bool = False
    handle: str = ""
    path: str = ""
    unkept: str = ""

    def whole(self) -> Part:
        """All that is shown of it without a budget."""
        if self.is_binary:
            return Part("", self._where("binary output"))
        if self.cut is None:
            return Part(self.text)
        return self._part(self.cut)

    def original(self) -> str:
        """All of it, from the disk where it is not too large to be held."""
        if self.is_binary:
            return ""
        if self.cut is None or self.size_bytes > limits.WIDE_STREAM_BYTES:
            return self.text
        try:
            with open(self.path, "rb") as file:
                return readable(file.read())
        except OSError:
            return self.text

    def part_of(self, cut: Compaction) -> Part:
        """A further cut of its text."""
        if self.facts:
            cut.facts_total = max(self.cut.facts_total if self.cut else 0, len(self.facts))
            cut.facts_kept = len(self.facts) - len(facts.missing(self.facts, cut.text))
            cut.facts_more = self.has_more_facts
        return self._part(cut)

    def tail(self, lines: list[str]) -> Part:
        """Its last lines."""
        text = "".join(lines)
        return Part(text, self._left_out(len(lines), text, (0, 0)))

    def _part(self, cut: Compaction) -> Part:
        lines = cut.text.rstrip("\n").count("\n") + 1
        text = cut.with_marker(fit.GAP) if cut.marker_at < lines else cut.text
        kept = cut.facts_kept, cut.facts_total
        return Part(text, self._left_out(cut.lines_out, cut.text, kept, more=cut.facts_more))

    def _left_out(self, lines_out: int, text: str, facts_kept: tuple[int, int], *, more: bool = False) -> str:
        left_bytes = max(0, self.size_bytes - len(outputs.encoded(text)))
        if not self.handle:
            lost = max(0, self.lines - lines_out)
            return f"{lost:,} of {self.lines:,} lines left out; the whole could not be kept: {self.unkept}"
        left = (max(0, self.lines - lines_out), self.lines)
        size = (left_bytes, self.size_bytes)
        return outputs.marker(self.handle, self.path, left, size, facts_kept, more=more)[1:-1]

    def _where(self, what: str) -> str:
        kept = f"{self.handle}, in {self.path}" if self.handle else f"not kept: {self.unkept}"
        return f"{what}, {self.size_bytes:,} bytes; {kept}"


def cut(printed: Printed, budget_tokens: int) -> Part:
    """The best part of it within the budget; of a budget too small for the line that leads back, that line alone."""
    if printed.is_binary:
        return printed.whole()
    room_tokens = budget_tokens - tokens.estimate(printed.tail([]).left_out)
    chars = room_tokens * len(printed.text) // max(1, tokens.estimate(printed.text))
    for _ in range(limits.RUN_CUTS_TRIED):
        if chars < limits.MARKER_USUAL_CHARS:
            break
        part = printed.part_of(_cut_to(printed, chars))
        taken = _tokens(part)
        if taken <= budget_tokens:
            return part
        chars = min(chars * budget_tokens // taken, chars - limits.WORTH_CHARS // limits.RUN_CUTS_TRIED)
    return _last_lines(printed, budget_tokens)


def readable(data: bytes) -> str:
    """Bytes that a command printed as a terminal would show them; what is no UTF-8 by its replacement sign."""
    return terminal.as_shown(data.decode("utf-8", "replace"))


def _cut_to(printed: Printed, chars: int) -> Compaction:
    """Compacted once more; a text that has gaps already keeps them unsaid, the whole is what counts."""
    text = printed.full or printed.text
    family = compact.family_of(printed.cut.family) if printed.cut else compact.choose(text, printed.command)
    return Cutting(
        text,
        text,
        family,
        failed=printed.is_failed,
        raw_limit=0,
        cap=chars + limits.MARKER_CHARS,
        excerpted=printed.cut is not None and not printed.full,
    ).run()


def _last_lines(printed: Printed, budget_tokens: int) -> Part:
    """As many of the last lines as fit: how it ended stands there."""
    lines = printed.text.splitlines(keepends=True)
    first, left = len(lines), budget_tokens
    while first and left > 0:
        first -= 1
        left -= tokens.estimate(lines[first])
    while first < len(lines) and _tokens(printed.tail(lines[first:])) > budget_tokens:
        first += 1  # the lines together are more than each by itself, and the line that leads back comes to them
    return printed.tail(lines[first:])


def _tokens(part: Part) -> int:
    return tokens.estimate(part.text) + tokens.estimate(part.left_out)
