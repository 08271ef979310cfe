"""Facts of searches."""

from __future__ import annotations

from scrimp.core.facts import search
from scrimp.core.terminal import as_shown
from tests.compact import cases


def facts_of(case: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.kind, fact.parts) for fact in search.extract(as_shown(cases.load(f"search/{case}").text))]


def test_what_grep_could_not_read_and_a_binary_file_that_matches_are_facts() -> None:
    assert facts_of("grep_unreadable") == [
        ("error", ("grep: server/private: Permission denied",)),
        ("warning", ("grep: server/stock.db: binary file matches",)),
    ]


def test_ripgreps_counts_and_what_it_could_not_read_are_facts() -> None:
    assert facts_of("rg_heading_context") == [
        ("total", ("143 matches",)),
        ("total", ("143 matched lines",)),
        ("total", ("109 files contained matches",)),
        ("total", ("524 files searched",)),
        ("total", ("41091 bytes printed",)),
        ("total", ("1164269 bytes searched",)),
        ("total", ("0.010456 seconds spent searching",)),
        ("last", ("0.010802 seconds",)),
    ]


def test_of_hits_only_the_place_of_the_last_one_is_a_fact_whatever_they_say() -> None:
    text = 'a/b.py:3:raise Error\na/b.py-4-error: not one\na/b.py:5:12 failed\nc.js:9:console.log("fatal: x")'
    assert [(fact.kind, fact.parts) for fact in search.extract(text)] == [("last", ("c.js:9",))]


def test_a_program_that_runs_after_the_search_is_read_by_its_own_words() -> None:
    facts = search.extract("src/a.py:3:total\nnpm error code ELIFECYCLE\nmake: *** [Makefile:3: all] Error 1")
    assert [fact.parts for fact in facts] == [
        ("npm error code ELIFECYCLE",),
        ("make: *** [Makefile:3: all] Error 1",),
    ]


def test_a_flood_of_messages_keeps_its_ends() -> None:
    rows = [f"grep: /proc/{n}/mem: Permission denied" for n in range(5_000)]
    facts = search.extract("\n".join(rows))
    assert len(facts) == 100
    assert facts[0].parts == (rows[0],)
    assert facts[-1].parts == (rows[-1],)
