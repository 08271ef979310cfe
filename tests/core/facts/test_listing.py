"""Facts of listings of files."""

from __future__ import annotations

from scrimp.core.facts import listing
from scrimp.core.terminal import as_shown
from tests.compact import cases


def facts_of(case: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.kind, fact.parts) for fact in listing.extract(as_shown(cases.load(f"listing/{case}").text))]


def test_folders_that_find_could_not_open_are_facts_and_the_last_entry() -> None:
    assert facts_of("find_all") == [
        ("error", ("find: ‘./server/private’: Permission denied",)),  # noqa: RUF001 find's own quotes
        ("error", ("find: ‘./web/private’: Permission denied",)),  # noqa: RUF001
        ("last", ("./docs/adr/0022-parcel-coupon.md",)),
    ]


def test_the_sums_of_tree_and_du_are_facts() -> None:
    assert facts_of("tree_all") == [
        ("error", ("│\xa0\xa0 ├── private  [error opening dir]",)),
        ("error", ("├── private  [error opening dir]",)),
        ("total", ("241 directories, 1005 files",)),
    ]
    assert facts_of("du_sorted")[-1] == ("total", ("5456\ttotal",))


def test_a_file_called_like_a_total_does_not_hide_the_real_one() -> None:
    facts = listing.extract(".\n├── a\n└── b\n9 directories, 9 files\n\n1 directory, 2 files\n")
    assert [fact.parts for fact in facts] == [("1 directory, 2 files",)]
