"""Two records of one request: the same whichever comes first, and never more than the larger of each count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrimp.core import transcript
from scrimp.core.transcript import Leg, Request, ToolUse
from scrimp.core.usage import NOTHING, Usage, largest, prompt_tokens, total, writes
from tests.core.transcripts import TRAPS, read_tree, requests_of

BASE = requests_of(*read_tree(TRAPS / "recorded" / "projects"))["msg_1795359588419117164"]
AT = ("2026-11-20T09:00:01.000Z", "2026-11-20T09:00:02.000Z", "")

usages = st.builds(Usage, *[st.integers(0, 9)] * len(Usage._fields))


def request(usage: Usage, origin: str, *, stop: str = "end_turn", at: str = AT[0], prompt: str = "") -> Request:
    flags = frozenset({"lower_bound"} if not stop else ())
    leg = Leg("executor", "claude-opus-5-5", usage)
    use = ToolUse(origin, "Bash", 1, at, "")
    return BASE._replace(
        usage=usage,
        legs=(leg,),
        origin=origin,
        stop_reason=stop,
        flags=flags,
        at=at,
        prompt_id=prompt,
        tool_uses=(use,),
    )


requests = st.builds(
    request,
    usages,
    st.sampled_from(["0 a", "1 a", "1 b", "2 a", "3 a"]),
    stop=st.sampled_from(["", "end_turn"]),
    at=st.sampled_from(AT),
    prompt=st.sampled_from(["", "p"]),
)


@given(requests, requests)
def test_which_comes_first_makes_no_difference(a: Request, b: Request) -> None:
    ab, ba = transcript.merge(a, b), transcript.merge(b, a)
    if a.origin != b.origin:
        assert ab == ba
    assert ab.usage == ba.usage


@given(requests)
def test_a_record_that_comes_twice_stays_as_it_is(a: Request) -> None:
    assert transcript.merge(a, a) == a._replace(flags=transcript.merge(a, a).flags)
    assert ("lower_bound" in transcript.merge(a, a).flags) == (not a.stop_reason)


@given(usages, usages)
def test_no_count_is_larger_than_the_larger_one_or_lost(a: Usage, b: Usage) -> None:
    merged = largest(a, b)
    assert largest(b, a) == merged
    assert writes(merged) == max(writes(a), writes(b))
    for name in ("input", "output", "cache_read", "searches"):
        assert getattr(merged, name) == max(getattr(a, name), getattr(b, name))
    assert (merged.write_5m, merged.write_1h) in [(a.write_5m, a.write_1h), (b.write_5m, b.write_1h)]
    assert merged.write_unsplit >= 0


@given(requests, requests)
def test_what_is_priced_is_what_was_used(a: Request, b: Request) -> None:
    merged = transcript.merge(a, b)
    assert total([leg.usage for leg in merged.legs]) == merged.usage


@pytest.mark.parametrize("order", [1, -1])
def test_a_final_record_with_legs_wins_over_an_early_one_without(order: int) -> None:
    early = request(Usage(10, 1, 0, 0, 0, 0, 0), "1 a", stop="")
    legs = (Leg("executor", "m", Usage(4, 20, 0, 0, 0, 0, 0)), Leg("executor", "m", Usage(6, 30, 0, 0, 0, 0, 0)))
    extra = Leg("advisor", "n", Usage(900, 90, 0, 0, 0, 0, 0))
    final = request(Usage(10, 50, 0, 0, 0, 0, 0), "1 a")._replace(legs=(*legs, extra))
    merged = transcript.merge(*[early, final][::order])
    assert (merged.legs, merged.flags) == ((*legs, extra), frozenset())


def test_legs_that_no_longer_sum_up_give_way_to_one() -> None:
    legs = (Leg("executor", "m", Usage(4, 20, 0, 0, 0, 0, 0)), Leg("executor", "m", Usage(6, 30, 0, 0, 0, 0, 0)))
    extra = Leg("compaction", "m", Usage(900, 90, 0, 0, 0, 0, 0))
    a = request(Usage(10, 50, 0, 0, 0, 0, 0), "0 a")._replace(legs=(*legs, extra))
    merged = transcript.merge(a, request(Usage(10, 70, 0, 0, 0, 0, 0), "1 a"))
    assert merged.legs == (Leg("executor", "claude-opus-5-5", Usage(10, 70, 0, 0, 0, 0, 0)), extra)
    assert merged.flags == {"legs_ignored"}


def test_the_owner_keeps_its_place_and_lacks_nothing_the_other_knows() -> None:
    own = request(NOTHING, "0 a")._replace(session_id="s1", git_branch="", prompt_id="")
    copy = request(NOTHING, "2 a", prompt="p")._replace(session_id="s2", git_branch="main", cwd="/elsewhere")
    merged = transcript.merge(copy, own)
    assert (merged.session_id, merged.cwd, merged.origin) == ("s1", BASE.cwd, "0 a")
    assert (merged.git_branch, merged.prompt_id) == ("main", "p")
    assert [use.id for use in merged.tool_uses] == ["0 a", "2 a"]


def test_the_prompts_length_is_all_that_was_sent() -> None:
    assert prompt_tokens(Usage(1, 20, 300, 4_000, 50_000, 600_000, 7)) == 654_301
