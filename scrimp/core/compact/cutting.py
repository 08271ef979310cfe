"""One output on its way from raw to compact: the attempts, each gentler than the one before.

1. the family's own cut; 2. the same with the lines of all facts in it; 3. facts before anything else;
4. raw, where the client would show it whole; else as many whole facts as fit.
"""

from __future__ import annotations

from scrimp.core import facts, limits
from scrimp.core.compact import excerpt, fit, rescue
from scrimp.core.compact.ending import with_an_end
from scrimp.core.compact.result import Compaction, count_lines
from scrimp.core.facts.fact import ALIKE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
        self.failed = failed
        self.target = family.target(self.case) * times_target
        self.room = max(0, cap - limits.MARKER_CHARS - 1)
        self.tail_share = limits.TAIL_SHARE_FAILED if failed else 0.5
        self.read_in_part = excerpted
        self.excerpted = excerpted or len(self.shown) > limits.WHOLE_CHARS
        self.lines_in = count_lines(self.shown)
        self.places: list[tuple[int, int]] = []
        if len(self.shown) > limits.WHOLE_CHARS:
            self.places = excerpt.places(self.shown, family.NEEDLES, limits.WHOLE_CHARS - 2 * limits.EDGE_CHARS)
        self.facts: Sequence[Fact] = facts.extract(family.NAME, shown)
        self.needed = self.facts if self.case.fits else [fact for fact in self.facts if fact.priority < ALIKE]
        self._graded_last: tuple[Sequence[str], Sequence[int]] = ((), ())

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
        return self._worth_it(self._with_those_alike(draft))

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
        """As many whole facts as there is room for, by priority."""
        candidates = self._candidates(self.needed)
        lines = self._lines(candidates)
        carriers = rescue.Carriers(lines, candidates)
        carriers.take_what_fits(self.room, self.family.shorten, self._gap_chars(lines))
        draft = self._filled(self._from_carriers(lines, carriers, "not all facts fit"))
        draft.facts_kept = len(self.facts) - len(facts.missing(self.facts, draft.text))
        return draft

    def _with_those_alike(self, draft: Compaction) -> Compaction:
        """The draft, or one with all facts if these fit under the cap; of a failed command with as many as fit.

        A successful command's text stays at its family's target then: what is missing is dearer to show than to fetch.
        """
        if len(self.needed) == len(self.facts) or self._folds_floods():
            return draft
        if not facts.missing(self.facts, draft.text):
            return draft
        if sum(len(part) for fact in self.facts for part in fact.parts) <= 2 * self.room:
            whole = self._by_family(self.facts)
            if not facts.missing(self.facts, whole.text):
                return whole
        return self._filled(draft) if self.failed else draft

    def _filled(self, draft: Compaction) -> Compaction:
        """The draft's lines, and those of further facts in the room that is left."""
        lines, worths, kept = draft.graded
        carriers = rescue.Carriers(lines, self._candidates(self.needed if self._folds_floods() else self.facts))
        carriers.parts = {index: list(draft.carried.get(index, ())) for index in kept}
        room = self.room - draft.chars_out
        carriers.take_what_fits(room, self.family.shorten, self._gap_chars(lines), kinds_first=False)
        return self._put(lines, worths, sorted(carriers.parts), carriers, draft.why)

    def _folds_floods(self) -> bool:
        return getattr(self.family, "FOLDS_FLOODS", False)

    def _candidates(self, wanted: Sequence[Fact]) -> list[Fact]:
        """Those that could fit at all, in order of appearance: more of them are not looked for."""
        chosen: list[int] = []
        used = 0
        for index in rescue.turns(wanted):
            used += max((len(part) for part in wanted[index].parts), default=0)
            if used > 2 * self.room:
                break
            chosen.append(index)
        return [wanted[index] for index in sorted(chosen)]

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
        """The family's word on lines, asked once for the same lines; the list is the caller's to change.

        Something must be left: of lines that all say nothing the last ones.
        """
        if lines != self._graded_last[0]:
            worths = self.family.grade(lines, self.case)
            if self.excerpted:
                worths = [fit.NOISE if fit.is_gap(line) else worth for line, worth in zip(lines, worths)]
            is_left = any(worth < fit.NOISE for worth in worths)
            self._graded_last = (lines, worths if is_left else with_an_end(lines, worths))
        return list(self._graded_last[1])

    def _draft(
        self, lines: Sequence[str], worths: Sequence[int], carriers: rescue.Carriers, *, target: int, why: str
    ) -> Compaction:
        room = fit.Room(target, self.room, tail_share=self.tail_share, gap_chars=self._gap_chars(lines))
        show = self._shown(lines, carriers)
        sizes = [len(show(i)) if worth < fit.NOISE else 0 for i, worth in enumerate(worths)]
        kept = fit.fit(sizes, worths, room, whole=self.family.WHOLE)
        return self._put(lines, worths, kept, carriers, why)

    def _gaps(self) -> int:
        """Of an excerpt nobody knows how many lines of the output a gap stands for."""
        return min(self.family.GAPS, fit.GAPS) if self.excerpted else self.family.GAPS

    def _gap_chars(self, lines: Sequence[str]) -> int:
        return fit.gap_chars(self._gaps(), len(lines))

    def _shown(self, lines: Sequence[str], carriers: rescue.Carriers) -> Callable[[int], str]:
        def show(index: int) -> str:
            return fit.clip(self.family.shorten(lines[index]), carriers.parts.get(index, ()))

        return show

    def _put(
        self, lines: Sequence[str], worths: Sequence[int], kept: Sequence[int], carriers: rescue.Carriers, why: str
    ) -> Compaction:
        def silent(index: int) -> bool:
            return worths[index] == fit.SILENT or not lines[index].strip()

        show = self._shown(lines, carriers)
        body, marker_at = fit.put_together(kept, len(lines), show, silent, gaps=self._gaps())
        result = Compaction("", family=self.family.NAME, why=why, lines_in=self.lines_in, chars_in=len(self.text))
        result.text = body + "\n" if self.shown.endswith("\n") else body
        result.cut = True
        result.lines_out = len(kept)
        result.chars_out = len(result.text)
        result.facts_total = len(self.facts)
        result.facts_more = self.read_in_part
        result.marker_at = marker_at
        result.graded = lines, worths, kept
        result.carried = carriers.parts
        return result
