"""One output on its way from raw to compact: the attempts, each gentler than the one before.

1. the family's own cut; 2. the same with the lines of all facts in it; 3. facts before anything else;
4. raw, where the client would show it whole; else as many whole facts as fit.
"""

from __future__ import annotations

from scrimp.core import facts, limits
from scrimp.core.compact import excerpt, fit, rescue
from scrimp.core.compact.result import Compaction, count_lines
from scrimp.core.facts.fact import ALIKE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact import Family
    from scrimp.core.facts import Fact


class Cutting:
    """An output, what is known about it, and the attempts at cutting it."""

    def __init__(  # noqa: PLR0913 one object for what every attempt needs
        self,
        text: str,
        shown: str,
        family: Family,
        *,
        failed: bool,
        raw_limit: int,
        cap: int,
        excerpted: bool = False,
        times_target: int = 1,
    ) -> None:
        """text: as it came; shown: as a terminal would show it, where facts come from; excerpted: its gaps are ours.

        times_target: how many times the family's target is kept.
        """
        self.text = text
        lay_out = getattr(family, "lay_out", None)
        self.shown: str = shown if excerpted or lay_out is None else lay_out(shown)
        self.family = family
        self.case = fit.Case(len(self.shown), fits=len(text) <= raw_limit, failed=failed, times_target=times_target)
        self.target = family.target(self.case) * times_target
        self.room = max(0, cap - limits.MARKER_CHARS - 1)
        self.tail_share = limits.TAIL_SHARE_FAILED if failed else 0.5
        self.excerpted = excerpted or len(self.shown) > limits.WHOLE_CHARS
        self.lines_in = count_lines(self.shown)
        self.places: list[tuple[int, int]] = []
        if len(self.shown) > limits.WHOLE_CHARS:
            self.places = excerpt.places(self.shown, family.NEEDLES, limits.WHOLE_CHARS - 2 * limits.EDGE_CHARS)
        self.facts: Sequence[Fact] = facts.extract(family.NAME, shown)
        self.needed = self.facts if self.case.fits else [fact for fact in self.facts if fact.priority < ALIKE]

    def run(self) -> Compaction:
        """The first attempt that loses no fact, or the best that can be done."""
        draft = self._by_family(())
        lost = facts.missing(self.needed, draft.text)
        if lost and self._could_fit():
            draft = self._by_family(self.needed)
            lost = facts.missing(self.needed, draft.text)
        if lost and self._could_fit():
            draft = self._facts_first()
            lost = facts.missing(self.needed, draft.text)
        if lost and self.case.fits:
            return self.raw("a fact would be lost")
        if lost:
            return self._what_fits()
        return self._worth_it(draft)

    def raw(self, why: str) -> Compaction:
        """The output as it came."""
        result = Compaction(
            self.text, family=self.family.NAME, why=why, lines_in=self.lines_in, chars_in=len(self.text)
        )
        result.facts_total = result.facts_kept = len(self.facts)
        return result

    def _worth_it(self, draft: Compaction) -> Compaction:
        saved = draft.chars_in - draft.chars_out - limits.MARKER_USUAL_CHARS
        if self.case.fits and saved < max(limits.WORTH_CHARS, limits.WORTH_SHARE * draft.chars_in):
            return self.raw("a cut would not be worth it")
        draft.facts_kept = self._kept_in(draft)
        return draft

    def _kept_in(self, draft: Compaction) -> int:
        """How many facts a draft has that has all that it needs."""
        if len(self.needed) == len(self.facts):
            return len(self.facts)
        return len(self.facts) - len(facts.missing(self.facts, draft.text))

    def _could_fit(self) -> bool:
        """Parts may overlap (a place within a message), so twice the room is not yet hopeless."""
        return sum(len(part) for fact in self.needed for part in fact.parts) <= 2 * self.room

    def _by_family(self, forced: Sequence[Fact]) -> Compaction:
        lines = self._lines(forced)
        carriers = rescue.Carriers(lines, forced)
        carriers.take_all()
        worths = self._graded(lines)
        for index in carriers.parts:
            worths[index] = fit.MUST
        why = "facts kept in a gentler cut" if forced else "cut"
        return self._draft(lines, worths, carriers, target=self.target - limits.MARKER_USUAL_CHARS, why=why)

    def _facts_first(self) -> Compaction:
        """Nothing but facts is certain of its place."""
        lines = self._lines(self.needed)
        carriers = rescue.Carriers(lines, self.needed)
        carriers.take_all()
        return self._from_carriers(lines, carriers, "facts first")

    def _what_fits(self) -> Compaction:
        """As many whole facts as there is room for, by priority, and what the family holds most important."""
        candidates = self._candidates()
        lines = self._lines(candidates)
        carriers = rescue.Carriers(lines, candidates)
        carriers.take_what_fits(int(self.room * (1 - limits.AROUND_SHARE)), self.family.shorten)
        draft = self._from_carriers(lines, carriers, "not all facts fit")
        draft.facts_kept = len(self.facts) - len(facts.missing(self.facts, draft.text))
        return draft

    def _candidates(self) -> list[Fact]:
        """The facts that could fit at all, in order of appearance: more of them are not looked for."""
        chosen: list[int] = []
        used = 0
        for index in rescue.turns(self.needed):
            used += max((len(part) for part in self.needed[index].parts), default=0)
            if used > 2 * self.room:
                break
            chosen.append(index)
        return [self.needed[index] for index in sorted(chosen)]

    def _from_carriers(self, lines: Sequence[str], carriers: rescue.Carriers, why: str) -> Compaction:
        """The carriers' lines, and of the others those that the family would not miss."""
        worths = [fit.KEY if worth <= fit.KEY else max(worth, fit.NOISE) for worth in self._graded(lines)]
        for index in carriers.parts:
            worths[index] = fit.MUST
        return self._draft(lines, worths, carriers, target=self.room, why=why)

    def _lines(self, wanted: Sequence[Fact]) -> list[str]:
        spans = rescue.spans(self.shown, wanted) if len(self.shown) > limits.WHOLE_CHARS else []
        return excerpt.lines_of(self.shown, self.places + spans)

    def _graded(self, lines: Sequence[str]) -> list[int]:
        worths = self.family.grade(lines, self.case)
        if self.excerpted:
            return [fit.NOISE if fit.is_gap(line) else worth for line, worth in zip(lines, worths)]
        return worths

    def _draft(
        self, lines: Sequence[str], worths: Sequence[int], carriers: rescue.Carriers, *, target: int, why: str
    ) -> Compaction:
        def show(index: int) -> str:
            return fit.clip(self.family.shorten(lines[index]), carriers.parts.get(index, ()))

        def silent(index: int) -> bool:
            return worths[index] == fit.SILENT or not lines[index].strip()

        # Of an excerpt nobody knows how many lines of the output a gap stands for.
        gaps = min(self.family.GAPS, fit.GAPS) if self.excerpted else self.family.GAPS
        room = fit.Room(target, self.room, tail_share=self.tail_share, gap_chars=fit.gap_chars(gaps))
        sizes = [len(show(i)) if worth < fit.NOISE else 0 for i, worth in enumerate(worths)]
        kept = fit.fit(sizes, worths, room, whole=self.family.WHOLE)
        body, marker_at = fit.put_together(kept, len(lines), show, silent, gaps=gaps)
        result = Compaction("", family=self.family.NAME, why=why, lines_in=self.lines_in, chars_in=len(self.text))
        result.text = body + "\n" if self.shown.endswith("\n") else body
        result.cut = True
        result.lines_out = len(kept)
        result.chars_out = len(result.text)
        result.facts_total = len(self.facts)
        result.marker_at = marker_at
        result.graded = lines, worths, kept
        return result
