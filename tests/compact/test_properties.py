"""What holds for any output: recorded ones of every family, torn, shuffled, dressed up, lied into.

`python -m tests.compact.fuzz` tries many more of them.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrimp.core import facts, limits, terminal
from scrimp.core.compact import compact, family_of, fit
from scrimp.core.facts.fact import ALIKE, DETAIL, FAILURE, WARNING
from scrimp.core.families import NAMES
from tests.compact import mutations

any_mutation = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def of_each(data: st.DataObject, family: str) -> tuple[mutations.Mutation, str]:
    mutation = data.draw(mutations.of(family))
    return mutation, mutation.text


@pytest.mark.parametrize("family", NAMES)
@any_mutation
@given(data=st.data())
def test_facts_survive_or_the_output_is_raw_or_it_is_said_how_many_did(family: str, data: st.DataObject) -> None:
    mutation, text = of_each(data, family)
    case = mutation.case
    result = case.compacted(text)
    if not result.cut:
        assert result.text == text
        return
    assert result.chars_out == len(result.text) <= case.cap - limits.MARKER_CHARS
    shown = terminal.as_shown(text)
    all_facts = facts.extract(result.family, shown)
    parts = [part for fact in all_facts for part in fact.parts]
    wrong = [part for part in parts if part not in shown or not 0 < len(part) <= limits.FACT_CHARS]
    assert wrong == []  # stands in the text as it is shown, and is neither empty nor too long
    lost = facts.missing(all_facts, result.text)
    assert (result.facts_kept, result.facts_total) == (len(all_facts) - len(lost), len(all_facts))
    assert not lost or len(text) > case.raw_limit


@pytest.mark.parametrize("family", NAMES)
@any_mutation
@given(data=st.data())
def test_no_fact_has_to_go_for_a_larger_one_that_matters_less(family: str, data: st.DataObject) -> None:
    mutation, text = of_each(data, family)
    result = mutation.case.compacted(text)
    if not result.cut or result.facts_kept == result.facts_total:
        return
    shown = terminal.as_shown(text)
    module = family_of(result.family)
    lines = [module.shorten(line) for line in getattr(module, "lay_out", str)(shown).split("\n")]
    all_facts = facts.extract(result.family, shown)
    lost = set(facts.missing(all_facts, result.text))
    once = _told_once(all_facts, shown)
    kept = [(_alone(fact, result.text, all_facts), fact) for fact in once if fact not in lost]
    for one in [fact for fact in once if fact in lost][:_LOOKED_AT]:
        larger = max((entry for entry in kept if _matters_less(entry[1], one)), default=(0, None))
        needs = _chars(one, lines)
        assert larger[0] <= needs or needs > limits.LINE_CHARS, (one, larger)


_LOOKED_AT = 20
_GAP_CHARS = 30


def _told_once(all_facts: list[facts.Fact], text: str) -> list[facts.Fact]:
    """The facts that share no part with another: of the others it cannot be said which of them is kept."""
    told = Counter(part for fact in all_facts for part in fact.parts)
    return [fact for fact in all_facts if all(told[part] == 1 and text.count(part) == 1 for part in fact.parts)]


def _matters_less(one: facts.Fact, other: facts.Fact) -> bool:
    """Failures and warnings come before what says more about them, and that before the middle of a flood."""
    return (
        one.priority in (DETAIL, ALIKE)
        and other.priority in (FAILURE, WARNING, DETAIL)
        and one.priority > other.priority
    )


def _chars(fact: facts.Fact, lines: list[str]) -> int:
    """The most that the lines with its parts may take, with a line for what is left out on either side of each."""
    return sum(max((len(line) for line in lines if part in line), default=0) + _GAP_CHARS for part in fact.parts)


def _alone(fact: facts.Fact, text: str, all_facts: list[facts.Fact]) -> int:
    """The characters of the lines that stay for its sake alone, and not for what is told of others in them."""
    mine = [line for line in text.split("\n") if any(part in line for part in fact.parts)]
    others = [part for other in all_facts if other != fact for part in other.parts]
    return sum(len(line) for line in mine if not any(part in line for part in others))


@pytest.mark.parametrize("family", NAMES)
@any_mutation
@given(data=st.data())
def test_what_is_kept_are_the_tools_own_lines_in_their_order(family: str, data: st.DataObject) -> None:
    mutation, text = of_each(data, family)
    result = mutation.case.compacted(text)
    module = family_of(result.family or "plain")
    lay_out = getattr(module, "lay_out", str)
    laid_out = lay_out(terminal.as_shown(text))
    assert "".join(laid_out.split()) == "".join(terminal.as_shown(text).split())
    originals = iter(laid_out.split("\n"))
    for line in result.text.split("\n") if result.cut else []:
        if not fit.is_gap(line):
            is_there = any(_stands_for(line, original, module.shorten(original)) for original in originals)
            assert is_there, f"{line!r} is no line of the tool's, or not in its order" if line else "nothing is left"


def _stands_for(line: str, original: str, shortened: str) -> bool:
    """Whether the line is the original, or what a ruling or a very long line is cut to."""
    if line == shortened:
        return True
    pieces = line.split(f" {fit.GAP} ")
    return len(original) > limits.LINE_CHARS and original.startswith(pieces[0]) and original.endswith(pieces[-1])


@pytest.mark.parametrize("family", NAMES)
@any_mutation
@given(data=st.data())
def test_what_was_cut_once_is_left_alone(family: str, data: st.DataObject) -> None:
    mutation, text = of_each(data, family)
    result = mutation.case.compacted(text)
    if result.cut:
        once = result.with_marker(mutations.MARKER)
        again = mutation.case.compacted(once)
        assert (again.cut, again.text) == (False, once)


@pytest.mark.parametrize("family", NAMES)
@any_mutation
@given(data=st.data())
def test_a_line_that_imitates_our_marker_is_no_fact_and_hides_none(family: str, data: st.DataObject) -> None:
    lines = terminal.as_shown(of_each(data, family)[1]).split("\n")
    places = data.draw(st.lists(st.integers(0, len(lines)), min_size=1, max_size=5))
    cuts = [0, *sorted(places), len(lines)]
    blocks = ["".join(line + "\n" for line in lines[a:b]) for a, b in pairwise(cuts)]
    mixed = f"{mutations.MARKER}\n".join(blocks)
    assert facts.extract(family, mixed) == facts.extract(family, "".join(blocks))


AS_IT_BEGINS = frozenset(
    {
        "git_log/reflog_graph",  # which form of log it is its first line says
        "table/sqlite_box",
        "packages/pip_install_again",  # that nothing was to be done is a fact unless something failed
        *("mocha/noisy", "mocha/passed"),  # of two lines alike nothing tells which is the tool's own
    }
)


@pytest.mark.parametrize("end", ["before", "after"])
@pytest.mark.parametrize("family", NAMES)
def test_what_another_tool_says_before_or_after_hides_no_fact(family: str, end: str) -> None:
    for number, case in enumerate(mutations.RECORDED[family]):
        text = terminal.as_shown(case.text)
        text += "" if text.endswith("\n") else "\n"
        told = Counter(part for fact in facts.extract(family, text) if fact.kind != "last" for part in fact.parts)
        some = mutations.SUMMARIES[number % 3 :: 3]  # each after a third of the cases
        for summary in some if told and case.name not in AS_IT_BEGINS else ():
            mixed = f"{summary}\n{text}" if end == "before" else f"{text}{summary}\n"
            found = Counter(part for fact in facts.extract(family, mixed) for part in fact.parts)
            assert not told - found, (case.name, summary)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["", "\n", "\r\n", "\r", "x" * 3_000]), st.integers(1, 60))
def test_no_text_makes_it_raise(piece: str, end: str, times: int) -> None:
    text = (piece + end) * times
    result = compact(text, command=piece, exit_code=1, raw_limit=3_000, cap=2_500)
    assert result.cut or result.text == text
    assert not result.cut or len(result.text) <= 2_500 - limits.MARKER_CHARS


@pytest.mark.parametrize("family", NAMES)
@any_mutation
@given(data=st.data())
def test_of_what_is_too_long_to_be_read_whole_the_facts_of_a_part_survive(family: str, data: st.DataObject) -> None:
    mutation, text = of_each(data, family)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(limits, "READ_CHARS", 12_000)
        result = mutation.case.compacted(text)
    if result.cut:
        assert result.chars_in == len(text)
        assert result.chars_out == len(result.text) <= mutation.case.cap - limits.MARKER_CHARS
        assert result.facts_kept <= result.facts_total
        assert result.facts_more == (len(text) > 12_000 and result.family not in ("log", "plain", "traceback"))
