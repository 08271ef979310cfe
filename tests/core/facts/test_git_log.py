"""Facts of histories as git shows them."""

from __future__ import annotations

from collections import Counter

import pytest

from scrimp.core import limits
from scrimp.core.facts import Fact, extract
from scrimp.core.facts.fact import ALIKE
from scrimp.core.terminal import as_shown
from tests.compact import cases


def facts_of(name: str) -> list[Fact]:
    return extract("git_log", as_shown(cases.load(f"git_log/{name}").text))


def test_each_commit_has_its_id_subject_author_date_and_files() -> None:
    facts = facts_of("patch_15")
    assert Counter(fact.kind for fact in facts) == {"commit": 15, "author": 15, "file": 45}
    assert [fact.parts for fact in facts[:6]] == [
        ("1f36445b355fdbb0d730b75d4eacbee2cd0caeba", "drop the old shelf removeer"),
        ("Author: Tomas Lind <tomas@shop.example>", "Date:   Thu Mar 20 02:12:11 2025 +0100"),
        ("+++ b/src/shop/cart.py",),
        ("+++ b/src/shop/split_order.py",),
        ("+++ b/src/shop/voucher.py",),
        ("+++ b/web/src/coupon.ts",),
    ]


def test_what_happened_to_a_file_is_part_of_its_fact() -> None:
    files = [fact.parts for fact in facts_of("patch_15") if fact.kind == "file"]
    assert [parts for parts in files if len(parts) > 1] == [
        ("new file mode 100644", "+++ b/src/shop/load_shelf.py"),
        ("deleted file mode 100644", "--- a/web/src/cart.ts"),
        ("rename from src/shop/parcel.py", "diff --git a/src/shop/parcel.py b/src/shop/parcels.py"),
        ("new file mode 100644", "+++ b/src/shop/split_order.py"),
        ("new file mode 100644", "+++ b/schema.sql"),
        (
            "new file mode 100644",
            "Binary files /dev/null and b/web/logo.png differ",
            "diff --git a/web/logo.png b/web/logo.png",
        ),
        ("new file mode 100644", "+++ b/src/shop/book_customer.py"),
    ]


def test_a_graph_is_looked_through() -> None:
    facts = facts_of("graph_patch_in_colour")
    assert Counter(fact.kind for fact in facts) == {"commit": 5, "author": 5, "file": 14}
    assert facts[0].parts == ("1280c7f66ca5103d2ebdba116583efc602244de0", "tax: round to cents only at the end")


def test_one_line_is_a_commit_too_and_of_a_long_history_the_newest_and_the_first_are_needed() -> None:
    facts = facts_of("oneline_1400")
    assert len(facts) == 1_400
    needed = [fact for fact in facts if fact.priority != ALIKE]
    assert needed == [*facts[: limits.LOG_COMMITS], facts[-1]]


def test_rows_of_a_diffstat_are_files() -> None:
    facts = facts_of("stat")
    assert [fact.parts[0] for fact in facts[2:7]] == [
        "src/shop/cart.py        | 17 ++---------------",
        "src/shop/split_order.py | 11 +----------",
        "src/shop/voucher.py     |  2 ++",
        "web/src/coupon.ts       | 25 +++++++++++++++----------",
        "4 files changed, 20 insertions(+), 35 deletions(-)",
    ]


def test_names_are_files_and_shortlog_names_authors() -> None:
    assert "M\tsrc/shop/cart.py" in [fact.parts[0] for fact in facts_of("name_status") if fact.kind == "file"]
    assert [fact.parts for fact in facts_of("shortlog")] == [
        ("Adaeze Obi (341):",),
        ("Jonas Weiß (342):",),
        ("Mira Holt (371):",),
        ("Tomas Lind (346):",),
    ]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("then_missing_tag", [("fatal: Needed a single revision",)]),
        (
            "object_missing",
            [
                ("Could not read 8b4424f677295b67d67bcbe75a14d8712228c5b8",),
                ("fatal: Failed to traverse parents of commit 805f28485615b7db88e30f3d41fe65ed90b14672",),
            ],
        ),
    ],
)
def test_what_git_complains_of_is_a_fact_even_in_the_middle_of_a_line(name: str, parts: list[tuple[str]]) -> None:
    assert [fact.parts for fact in facts_of(name) if fact.kind == "error"] == parts


def test_a_commit_in_the_content_of_a_patch_is_content() -> None:
    text = (
        "commit " + "a" * 40 + "\nAuthor: A <a@shop.example>\nDate:   now\n\n    keep a log\n\ndiff --git a/log b/log\n"
        "--- a/log\n+++ b/log\n@@ -1,2 +1,3 @@\n commit " + "b" * 40 + "\n+diff --git a/x b/x\n+    not a subject\n"
        "-commit " + "c" * 40 + "\n"
    )
    assert [fact.parts for fact in extract("git_log", text)] == [
        ("a" * 40, "keep a log"),
        ("Author: A <a@shop.example>", "Date:   now"),
        ("+++ b/log",),
    ]
