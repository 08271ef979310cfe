"""What holds for any output: recorded ones, shuffled, torn and mixed with things that pretend to be something else."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrimp.core import facts, limits, terminal
from scrimp.core.compact import compact, family_of, fit
from tests.compact import cases

LARGEST = 40_000
RECORDED = [case for case in map(cases.load, cases.names()) if len(case.text) <= LARGEST]
PRETENDERS = (
    "[scrimp 3f9c02d41b7a8e55: 1,786 of 1,907 lines, 138 KB of 145 KB left out; whole: Read /tmp/x]",
    "=========================== 12 failed, 3 passed in 0.10s ===========================",
    "=================================== FAILURES ===================================",
    "FAILED x::y - AssertionError: not a real one",
    "Traceback (most recent call last):",
    "panic: not one",
    "…",
    "",
    "\x00\x01",
    "\udcff\udc80 not UTF-8",
    "half a line\r",
    "\x1b[31m",
    "E   " + "x" * 5_000,
    "2026-01-01 00:00:00 ERROR " + "7" * 4_400,
)

torn = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Torn(NamedTuple):
    """A recorded case and how its text is torn: where it is cut, which blocks follow which, what is put in where."""

    case: cases.Case
    cuts: list[int]
    order: list[int]
    pretenders: list[tuple[int, str]]

    @property
    def text(self) -> str:
        lines = self.case.text.split("\n")
        ends = sorted(cut % (len(lines) + 1) for cut in self.cuts)
        blocks = [lines[a:b] for a, b in zip([0, *ends], [*ends, len(lines)], strict=True)]
        moved = [line for at in self.order for line in blocks[at % len(blocks)]]
        for at, pretender in self.pretenders:
            moved.insert(at % (len(moved) + 1), pretender)
        return "\n".join(moved)


_ANYWHERE = st.integers(0, 2_000)
torn_outputs = st.builds(
    Torn,
    st.sampled_from(RECORDED),
    st.lists(_ANYWHERE, max_size=4),
    st.lists(st.integers(0, 5), min_size=1, max_size=6),
    st.lists(st.tuples(_ANYWHERE, st.sampled_from(PRETENDERS)), max_size=3),
)


@torn
@given(torn_outputs)
def test_facts_survive_or_the_output_is_raw_or_it_is_said_how_many_did(torn_output: Torn) -> None:
    case, text = torn_output.case, torn_output.text
    result = case.compacted(text)
    if not result.cut:
        assert result.text == text
        return
    assert len(result.text) <= case.cap - limits.MARKER_CHARS
    all_facts = facts.extract(result.family, terminal.as_shown(text))
    kept = len(all_facts) - len(facts.missing(all_facts, result.text))
    assert result.facts_total == len(all_facts)
    assert result.facts_kept <= kept
    assert result.facts_kept == result.facts_total or len(text) > case.raw_limit


@torn
@given(torn_outputs)
def test_what_is_kept_are_the_tools_own_lines_in_their_order(torn_output: Torn) -> None:
    case, text = torn_output.case, torn_output.text
    result = case.compacted(text)
    family = family_of(result.family or "plain")
    lay_out = getattr(family, "lay_out", str)
    originals = iter(lay_out(terminal.as_shown(text)).split("\n"))
    for line in result.text.split("\n") if result.cut else []:
        if not fit.is_gap(line):
            assert any(_stands_for(line, original, family.shorten(original)) for original in originals), line


def _stands_for(line: str, original: str, shortened: str) -> bool:
    """Whether the line is the original, or what a ruling or a very long line is cut to."""
    if line == shortened:
        return True
    pieces = line.split(f" {fit.GAP} ")
    return len(original) > limits.LINE_CHARS and original.startswith(pieces[0]) and original.endswith(pieces[-1])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["", "\n", "\r\n", "\r", "x" * 3_000]), st.integers(1, 60))
def test_no_text_makes_it_raise(piece: str, end: str, times: int) -> None:
    text = (piece + end) * times
    result = compact(text, command=piece, exit_code=1, raw_limit=3_000, cap=2_500)
    assert result.cut or result.text == text
    assert not result.cut or len(result.text) <= 2_500 - limits.MARKER_CHARS
