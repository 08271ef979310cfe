"""Facts of differences: git diff and show, diff -r, svn diff."""

from __future__ import annotations

from scrimp.core.facts import Fact, extract
from scrimp.core.terminal import as_shown
from tests.compact import cases


def facts_of(name: str) -> list[Fact]:
    return extract("diff", as_shown(cases.load(f"diff/{name}").text))


def test_each_file_is_a_fact_with_what_happened_to_it() -> None:
    assert [fact.parts for fact in facts_of("binary")] == [
        ("+++ b/src/shop/basket.py",),
        ("+++ b/src/shop/customer.py",),
        ("+++ b/src/shop/invoice.py",),
        ("+++ b/tests/test_refund.py",),
        ("+++ b/tests/test_shelf.py",),
        ("new file mode 100644", "diff --git a/web/logo.png b/web/logo.png"),
    ]


def test_a_shown_commit_has_its_id_subject_author_date_and_totals() -> None:
    assert [fact.parts for fact in facts_of("show_in_colour")] == [
        ("3bd7a51314349251ce7132f72c589a0e247f583a", "test that a ledger survives a payment"),
        ("Author: Adaeze Obi <adaeze@shop.example>", "Date:   Sat Mar 15 07:22:16 2025 +0100"),
        ("3 files changed, 181 insertions(+), 199 deletions(-)",),
        ("+++ b/package-lock.json",),
        ("+++ b/src/shop/book_customer.py",),
        ("+++ b/web/src/cart.ts",),
    ]


def test_both_ends_of_each_merge_conflict_are_facts() -> None:
    conflicts = [fact.parts[0] for fact in facts_of("merge_conflicts") if fact.kind == "conflict"]
    assert conflicts == ["++<<<<<<< HEAD", "++>>>>>>> topic"] * (len(conflicts) // 2)
    assert len(conflicts) == 252


def test_diffs_own_header_names_both_files_and_what_is_on_one_side_only() -> None:
    assert [fact.parts[0] for fact in facts_of("recursive_brief")][:4] == [
        "Only in new/web: logo.png",
        "Only in old/web/src: cart.ts",
        "diff -r old/web/src/coupon.ts new/web/src/coupon.ts",
        "diff -r old/web/src/invoice.ts new/web/src/invoice.ts",
    ]


def test_a_changed_property_is_a_fact_of_svn() -> None:
    assert [fact.parts[0] for fact in facts_of("svn")][:3] == [
        "Index: src/shop/cart.py",
        "Property changes on: src/shop/cart.py",
        "Index: src/shop/coupon.py",
    ]


def test_a_long_diffstat_has_its_totals() -> None:
    assert [fact.parts for fact in facts_of("stat")] == [("480 files changed, 3924 insertions(+)",)]


def test_a_header_in_the_content_of_a_hunk_is_content() -> None:
    text = (
        "--- a.patch\n+++ b.patch\n@@ -1,4 +1,4 @@\n diff --git a/x b/x\n--- old\n+++ new\n @@ -1 +1 @@\n-- gone\n"
        "++ come\n diff -r q r\n"
    )
    assert [fact.parts for fact in extract("diff", text)] == [("--- a.patch",)]
