"""What an outline shows of each language, and what a name in a file means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scrimp.core import limits
from scrimp.reading.documents import split
from scrimp.reading.outlines import symbols_of
from scrimp.reading.outlines.symbols import named
from scrimp.reading.wanted import Wanted
from tests.reading.world import World

SOURCES = Path(__file__).parent / "sources"
"""`NAME.txt` is what a file called NAME has in it, `NAME.outline` what `outlined` makes of it."""

NAMES = sorted(path.stem for path in SOURCES.glob("*.txt"))


def source(name: str) -> list[str]:
    return split((SOURCES / f"{name}.txt").read_text())


def outlined(name: str) -> str:
    """A line for each symbol: its lines, its name, its signature."""
    lines = source(name)
    return "".join(
        f"{one.first}-{one.last} {' > '.join(one.names)}{' (minor)' if one.is_minor else ''}\n"
        + "".join(f"    {lines[number - 1].strip()}\n" for number in range(one.shown_first, one.shown_last + 1))
        for one in symbols_of(name, lines)
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_language_has_its_definitions_with_their_lines(name: str) -> None:
    assert outlined(name) == (SOURCES / f"{name}.outline").read_text()


def test_there_is_a_source_for_every_kind_that_the_outlines_know() -> None:
    endings = {os.path.splitext(name)[1] for name in NAMES}
    code = ".py .js .ts .tsx .go .rs .java .c .cpp .cs .rb .php .sh .kt .swift .scala .lua"
    assert endings == {*code.split(), ".md", ".json", ".toml", ".yaml"}


@pytest.mark.parametrize(
    ("file", "name", "lines"),
    [
        ("shop.py", "Shop.title", [(17, 22)]),
        ("shop.py", "title", [(17, 22)]),
        ("shop.py", "Shop.Till.open", [(33, 33)]),
        ("shop.py", "sell()", [(24, 30)]),
        ("shop.py", "home", [(38, 39), (43, 44)]),
        ("shop.py", "op", []),
        ("shop.py", "hop.title", []),
        ("Shop.java", "Shop#sell", [(15, 19)]),
        ("shop.cpp", "Item::name", [(10, 10)]),
        ("shop.cpp", "shop::deep::Item::~Item", [(9, 9), (33, 34)]),
        ("shop.go", "Shop.Sell", [(25, 31)]),
        ("shop.rs", "Shop::new", [(36, 39)]),
        ("shop.rs", "Shop", [(24, 31), (33, 33), (35, 40)]),
        ("shop.lua", "Shop:sell", [(11, 14)]),
        ("shop.php", "Shop::sell", [(26, 29)]),
        ("shop.js", "describe", []),
        ("shop.js", "shop.sells", [(43, 45)]),
        ("guide.md", "Set up", [(7, 20)]),
        ("guide.md", "set-up", [(7, 20)]),
        ("guide.md", "Guide.Set up.With pip", [(9, 14)]),
        ("package.json", "scripts.test", [(6, 6)]),
        ("package.json", "dependencies", [(8, 10)]),
        ("build.toml", "tool.lint.select", [(9, 12)]),
        ("flow.yaml", "jobs.build.steps", [(8, 15)]),
    ],
)
def test_a_name_means_what_it_would_in_the_language(file: str, name: str, lines: list[tuple[int, int]]) -> None:
    symbols = symbols_of(file, source(file))
    assert [(one.first, one.last) for one in named(symbols, name)] == lines


def test_a_file_with_errors_in_it_gives_what_can_be_told() -> None:
    lines = [
        "def good():",
        "    return 1",
        "",
        "def broken(:",
        "",
        "class Fine:",
        "    def method(self):",
        "        pass",
    ]
    names = [".".join(one.names) for one in symbols_of("x.py", lines)]
    assert names[0] == "good"
    assert "Fine.method" in names


@pytest.mark.parametrize(
    "text", ["(" * 50_000, "{" * 50_000, "a<" * 50_000, "def f(:\n" * 20_000, "class A:\n" * 3_000]
)
@pytest.mark.parametrize("ending", [".py", ".cpp", ".ts", ".rb"])
def test_what_is_no_program_ends_soon_and_breaks_nothing(
    ending: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "READ_OUTLINE_S", 0.05)
    lines = split(text)
    assert all(1 <= one.first <= one.last <= len(lines) for one in symbols_of(f"x{ending}", lines))


def test_deep_nesting_ends_at_a_depth() -> None:
    lines = ["    " * depth + f"class C{depth}:" for depth in range(200)] + ["    " * 200 + "x = 1"]
    assert max(one.depth for one in symbols_of("x.py", lines)) <= limits.READ_OUTLINE_DEPTH


@pytest.mark.parametrize(
    ("first", "name"),
    [("#!/bin/sh", "run"), ("#!/usr/bin/env python3", "run"), ("#!/usr/bin/env node", "run"), ("plain", "")],
)
def test_a_script_without_an_ending_is_told_by_its_first_line(first: str, name: str) -> None:
    body = {"#!/bin/sh": "run() {\n:\n}", "#!/usr/bin/env python3": "def run():\n    pass"}.get(
        first, "function run() {}"
    )
    assert [one.names[-1] for one in symbols_of("script", [first, *body.split("\n")])] == ([name] if name else [])


def test_a_header_is_read_as_what_it_has_in_it() -> None:
    assert [one.names for one in symbols_of("a.h", ["class A {", "  int b();", "};"])] == [("A",), ("A", "b")]
    assert [one.names for one in symbols_of("a.h", ["int b(int class_of);"])] == [("b",)]


def test_an_outline_takes_a_small_part_of_a_long_file(world: World) -> None:
    path = limits.__file__.replace("limits.py", "transcript_lines.py")
    world.write({"long.py": Path(path).read_text() * 10})
    (whole, outline) = world.read("long.py", Wanted("long.py", "outline"))
    assert outline.tokens < whole.tokens / 4
