"""Facts of git blame."""

from __future__ import annotations

from scrimp.core.facts import Fact, extract
from tests.compact import cases


def facts_of(name: str) -> list[Fact]:
    return extract("git_blame", cases.load(f"git_blame/{name}").text)


def test_each_commit_is_a_fact_where_it_first_appears() -> None:
    assert [fact.parts for fact in facts_of("file")] == [
        ("d35110cc (Tomas Lind 2025-03-15 15:00:47 +0100   1)",),
        ("1f36445b (Tomas Lind 2025-03-20 02:12:11 +0100  52)",),
    ]
    assert len(facts_of("of_many_commits")) == 17


def test_porcelain_gives_author_and_subject() -> None:
    facts = facts_of("line_porcelain")
    assert facts[0].parts == (
        "ce800558987b9b72a634c01cda5203e7e1453fe4",
        "author Adaeze Obi",
        "summary a shop that sells",
    )
    assert len(facts) == 14


def test_what_git_complains_of_is_a_fact() -> None:
    assert facts_of("then_missing_file")[-1].parts == ("fatal: no such path 'src/shop/warehouse.py' in HEAD",)


def test_code_that_looks_like_a_blame_within_a_line_is_code() -> None:
    text = "aaaaaaaa (A B 2025-03-15 15:00:47 +0100 1) bbbbbbbb (C D 2025-03-15 15:00:47 +0100 2)\n"
    assert [fact.parts for fact in extract("git_blame", text)] == [("aaaaaaaa (A B 2025-03-15 15:00:47 +0100 1)",)]
