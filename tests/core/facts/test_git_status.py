"""Facts of git status, commit and merge."""

from __future__ import annotations

from collections import Counter

from scrimp.core.facts import Fact, extract
from scrimp.core.terminal import as_shown
from tests.compact import cases


def facts_of(name: str) -> list[Fact]:
    return extract("git_status", as_shown(cases.load(f"git_status/{name}").text))


def test_the_branch_and_each_changed_file_are_facts_and_untracked_ones_are_not() -> None:
    facts = facts_of("many_untracked")
    assert Counter(fact.kind for fact in facts) == {"branch": 1, "change": 42}
    assert facts[0].parts == ("On branch main",)
    assert [fact.parts[0] for fact in facts[-21:-17]] == [
        "modified:   src/shop/price_19.py",
        "deleted:    src/shop/refund_2.py",
        "renamed:    src/shop/refund_1.py -> src/shop/refund_one.py",
        "modified:   src/shop/parcel_0.py",
    ]


def test_the_short_formats_say_the_same() -> None:
    short = facts_of("short_in_colour")
    assert short[0].parts == ("## main",)
    assert Counter(fact.kind for fact in short) == {"branch": 1, "change": 42}
    assert Counter(fact.kind for fact in facts_of("porcelain")) == {"branch": 2, "change": 42}
    assert Counter(fact.kind for fact in facts_of("german")) == {"change": 42}


def test_every_conflict_is_a_fact() -> None:
    merge = facts_of("merge_conflicts")
    assert merge[0].parts == ("CONFLICT (content): Merge conflict in src/shop/carrier_0.py",)
    assert merge[-1].parts == ("Automatic merge failed; fix conflicts and then commit the result.",)
    assert Counter(fact.kind for fact in merge) == {"conflict": 127, "branch": 1}
    assert Counter(fact.kind for fact in facts_of("unmerged"))["conflict"] == 127


def test_a_merge_has_its_commits_and_totals_and_a_refusal_its_reason() -> None:
    assert [fact.parts[0] for fact in facts_of("fast_forward")] == [
        "Updating 5b8a311..6b9ddf0",
        "480 files changed, 3924 insertions(+)",
    ]
    assert [fact.parts[0] for fact in facts_of("would_be_overwritten")] == [
        "error: Your local changes to the following files would be overwritten by merge:"
    ]
