"""A call's list becomes an answer: each file's own lines under their own numbers, each error in one line."""

from __future__ import annotations

import os

import pytest

from scrimp.reading.wanted import Wanted
from tests.reading.world import World

SHOP = "class Shop:\n    def open(self):\n        return 1\n\n    def close(self):\n        return 0\n\n\nLIMIT = 3\n"


@pytest.fixture
def shop(world: World) -> World:
    world.write({"src/shop.py": SHOP, "notes.txt": "one\ntwo\nthree\n"})
    return world


def test_a_file_is_whole_with_the_numbers_that_the_native_read_gives(shop: World) -> None:
    assert shop.answer("notes.txt") == "## notes.txt: 3 lines\n1\tone\n2\ttwo\n3\tthree"


def test_ranges_open_ranges_and_single_lines_keep_the_files_numbers(shop: World) -> None:
    assert shop.answer("notes.txt:2-3", "notes.txt:2-", "notes.txt:2", "notes.txt:3-900") == (
        "## notes.txt:2-3 of 3 lines\n2\ttwo\n3\tthree\n\n"
        "## notes.txt:2-3 of 3 lines\n2\ttwo\n3\tthree\n\n"
        "## notes.txt:2 of 3 lines\n2\ttwo\n\n"
        "## notes.txt:3 of 3 lines\n3\tthree"
    )


def test_a_name_in_a_file_is_its_lines(shop: World) -> None:
    assert shop.answer("src/shop.py#Shop.close", "src/shop.py#LIMIT") == (
        "## src/shop.py#Shop.close: lines 5-6 of 9\n5\t    def close(self):\n6\t        return 0\n\n"
        "## src/shop.py#LIMIT: line 9 of 9\n9\tLIMIT = 3"
    )


def test_a_name_with_several_definitions_is_all_of_them(world: World) -> None:
    world.write({"a.py": "def f():\n    return 1\n\nx = 1\n\ndef f():\n    return 2\n"})
    assert world.answer("a.py#f") == (
        "## a.py#f: lines 1-2, 6-7 of 7\n1\tdef f():\n2\t    return 1\n--\n6\tdef f():\n7\t    return 2"
    )


def test_an_outline_of_a_name_is_of_all_its_definitions(world: World) -> None:
    world.write({"a.py": "class A:\n    def f(self): ...\n\nx = 1\n\nclass A:\n    def g(self):\n        return 2\n"})
    assert world.answer(Wanted("a.py#A", "outline")) == (
        "## a.py#A: lines 1-2, 6-8 of 8\n"
        "1\tclass A:\n2\t    def f(self): ...\n6\tclass A:\n7\t    def g(self):\n"
        '[1 of 5 lines left out; batch_read "a.py#NAME" or :FIRST-LAST]'
    )


def test_an_outline_has_the_signatures_and_says_how_to_go_on(shop: World) -> None:
    assert shop.answer(Wanted("src/shop.py", "outline")) == (
        "## src/shop.py: outline of 9 lines\n"
        "1\tclass Shop:\n2\t    def open(self):\n5\t    def close(self):\n9\tLIMIT = 3\n"
        '[5 of 9 lines left out; batch_read "src/shop.py#NAME" or :FIRST-LAST]'
    )


def test_what_has_no_outline_is_shown_and_says_so(shop: World) -> None:
    assert shop.answer(Wanted("notes.txt", "outline")) == (
        "## notes.txt: 3 lines; no outline can be told\n1\tone\n2\ttwo\n3\tthree"
    )


def test_head_and_tail_count_lines(shop: World) -> None:
    assert shop.answer(Wanted("notes.txt", "head", line_count=1), Wanted("notes.txt", "tail", line_count=2)) == (
        "## notes.txt: the first 1 of 3 lines\n1\tone\n\n## notes.txt: the last 2 of 3 lines\n2\ttwo\n3\tthree"
    )


def test_a_glob_is_all_its_files_in_the_order_of_their_names(world: World) -> None:
    world.write({"b.txt": "b\n", "a.txt": "a\n", "c.md": "# c\n"})
    assert world.answer("*.txt") == "## a.txt: 1 line\n1\ta\n\n## b.txt: 1 line\n1\tb"


def test_what_a_glob_finds_again_is_not_read_again_and_what_is_asked_for_twice_is_named(shop: World) -> None:
    assert shop.answer("notes.txt", "*.txt", "notes.txt", "notes.txt:1") == (
        "## notes.txt: 3 lines\n1\tone\n2\ttwo\n3\tthree\n\n## notes.txt: as above\n\n## notes.txt:1 of 3 lines\n1\tone"
    )


def test_one_wrong_entry_leaves_the_others_intact(shop: World) -> None:
    assert shop.answer("notes.txt:1", "note.txt", "src", "notes.txt:9-", "src/shop.py#Shop.clsoe", "*.rs") == (
        "## notes.txt:1 of 3 lines\n1\tone\n\n"
        "## note.txt\n[error: no such file; did you mean notes.txt?]\n\n"
        '## src\n[error: it is a folder with shop.py; batch_read "src/*" or batch_read "src/**" reads what is in it]'
        "\n\n"
        "## notes.txt:9-\n[error: it has 3 lines, none from 9 on]\n\n"
        "## src/shop.py#Shop.clsoe\n[error: nothing in it is named 'Shop.clsoe'; it has close, …]\n\n"
        "## *.rs\n[error: no file matches; what .gitignore leaves out or begins with a dot is found only where the glob"
        " names it]"
    )


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (Wanted(""), "the path is empty"),
        (Wanted("  "), "the path is empty"),
        (Wanted("a\0b"), "the path has a NUL character in it"),
        (Wanted("a", "whole"), "mode is 'whole'; it is one of full, outline, match, head, tail"),
        (Wanted("a", "match"), "mode match needs a pattern"),
        (Wanted("a", "full", "x"), "a pattern goes with mode match, not full"),
        (Wanted("a", "match", "x\ny"), "the pattern has a line break or NUL in it, and lines are searched one by one"),
        (Wanted("a", "match", "x", 51), "context is 51; it is 0 to 50 lines"),
        (Wanted("a", "match", "x", -1), "context is -1; it is 0 to 50 lines"),
        (Wanted("src/shop.py#Shop", "match", "x"), "mode match searches a file or lines of it"),
        (Wanted("a", "head", line_count=0), "line_count is 0; it counts from 1"),
        (Wanted("notes.txt:0"), "lines count from 1"),
        (Wanted("notes.txt:3-2"), "lines count from 1"),
        (Wanted("notes.txt#x"), "no names can be told in it; ask for lines"),
        (Wanted("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"), "the braces come to more than 64 patterns"),
        (Wanted("src/[z-a]*"), "the glob has a range that runs backwards"),
        (Wanted("src/*/"), "it ends in a slash and names folders"),
        (Wanted("nowhere/*.py"), "there is no folder nowhere"),
    ],
)
def test_what_makes_no_sense_is_one_clear_error(shop: World, wanted: Wanted, error: str) -> None:
    (item,) = shop.read(wanted)
    assert item.error.startswith(error)


@pytest.mark.parametrize(
    "name", ["a:10", "a:10-20", "a#b", "a*", "[id].tsx", "{a,b}", "a?b", "~x", "-rf", "a b", "ü", "🙂"]
)
def test_a_file_may_be_called_anything(world: World, name: str) -> None:
    world.write({name: "in it\n"})
    assert world.answer(name) == f"## {name}: 1 line\n1\tin it"


def test_a_folder_named_like_a_pattern_is_searched_and_outlined(world: World) -> None:
    world.write({"app/[id]/page.py": "def page():\n    pass\n", "app/i/other.py": "def page():\n    pass\n"})
    found = "## app/[id]: 1 of 1 files match\n\n## app/[id]/page.py: 1 line matches\n1\tdef page():"
    assert world.answer(Wanted("app/[id]", "match", "page")) == found
    assert world.answer(Wanted("app/[id]/", "outline")).startswith(
        "## app/[id]/page.py: outline of 2 lines\n1\tdef page():"
    )


def test_an_empty_file_says_so(world: World) -> None:
    world.write({"empty.txt": ""})
    assert world.answer("empty.txt", Wanted("empty.txt", "tail")) == "## empty.txt: empty\n\n## empty.txt: empty"


def test_the_users_rules_hold_for_what_is_named_and_for_what_it_leads_to(world: World) -> None:
    denied = World(world.folder, refusal=lambda path: "denied by Read(./secrets/**)" if "secret" in path else "")
    denied.write({"secrets/key": "k\n", "open.txt": "o\n"})
    os.symlink("secrets/key", f"{world.folder}/innocent")
    os.symlink("../open.txt", f"{world.folder}/secrets/link")
    refused = "[error: denied by Read(./secrets/**)]"
    assert denied.answer("secrets/key", "innocent", "secrets/link", "*", "open.txt") == (
        f"## secrets/key\n{refused}\n\n## innocent\n{refused}\n\n## secrets/link\n{refused}\n\n"
        f"## innocent\n{refused}\n\n## open.txt: 1 line\n1\to\n\n## open.txt: as above"
    )


def test_a_question_is_answered_from_the_lines_even_where_only_an_outline_is_shown(shop: World) -> None:
    (item,) = shop.read(Wanted("src/shop.py", "outline"))
    assert item.content() == SHOP.rstrip("\n")
