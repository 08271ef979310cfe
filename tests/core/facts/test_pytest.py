"""Facts of pytest with workers, subtests, and nothing but a collection."""

from __future__ import annotations

from scrimp.core.facts import extract
from scrimp.core.terminal import as_shown
from tests.compact import cases

CRASHED = "worker 'gw1' crashed while running 'more/test_crash.py::test_worker_dies'"


def facts_of(name: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.kind, fact.parts) for fact in extract("pytest", as_shown(cases.load(f"pytest/{name}").text))]


def test_workers_and_colours_do_not_change_what_failed() -> None:
    alone = sorted(parts for kind, parts in facts_of("failed_29_deep") if kind == "failure")
    for name in ("xdist_verbose_failed", "verbose_in_colour_failed"):
        assert sorted(parts for kind, parts in facts_of(name) if kind == "failure") == alone


def test_a_worker_that_died_is_a_failure_that_says_in_which_test() -> None:
    assert facts_of("xdist_worker_crashed")[-2:] == [
        ("failure", ("more/test_crash.py", CRASHED)),
        ("total", ("10 failed, 311 passed in 1.15s",)),
    ]


def test_subtests_are_failures_of_their_own() -> None:
    facts = facts_of("subtests_failed")
    assert facts[0] == (
        "failure",
        (
            "test_every_article_has_a_price [article] (sku='SKU-0007')",
            "more/test_subtests.py:10",
            "AssertionError: sold out",
        ),
    )
    assert [kind for kind, _ in facts].count("failure") == 10
    assert facts[-1] == ("total", ("10 failed, 1 passed, 43 subtests passed in 0.09s",))


def test_a_collection_has_its_count() -> None:
    assert facts_of("collected_in_colour") == [("total", ("900 tests collected in 0.04s",))]
    assert facts_of("collected_quiet") == [("total", ("900 tests collected in 0.06s",))]
