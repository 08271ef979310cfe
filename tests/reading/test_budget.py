"""What enters of a file that has not room: lines of its own under their own numbers, and the call for the rest."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrimp.batch import shown
from scrimp.core import limits, tokens
from scrimp.reading import fitting, numbered
from scrimp.reading.wanted import Wanted
from tests.reading.world import World

LONG = Path(limits.__file__).with_name("transcript_lines.py").read_text()
SOURCE = LONG.split("\n")
BUDGETS = [0, 5, 40, 80, 150, 300, 700, 1_500, 3_000]
ROW = re.compile(r"(\d+)\t(.*)")


@pytest.fixture
def long(world: World) -> World:
    world.write({"long.py": LONG, "plain.txt": LONG, "data.json": json.dumps(list(range(9_000)))})
    return world


@pytest.mark.parametrize("budget_tokens", BUDGETS)
@pytest.mark.parametrize(
    "wanted", [Wanted("long.py"), Wanted("plain.txt"), Wanted("long.py", "outline"), Wanted("long.py:50-150")]
)
def test_every_line_is_the_files_own_under_its_own_number(long: World, wanted: Wanted, budget_tokens: int) -> None:
    (item,) = long.read(wanted)
    part = item.within(budget_tokens)
    rows = [ROW.fullmatch(row) for row in part.text.split("\n") if row and row != numbered.GAP]
    assert all(row and SOURCE[int(row[1]) - 1] == row[2] for row in rows)
    assert [int(row[1]) for row in rows if row] == sorted({int(row[1]) for row in rows if row})
    assert tokens.estimate(part.text) <= budget_tokens * 1.1
    assert part.left_out or item.tokens <= budget_tokens


def test_a_file_that_nearly_fits_is_shown_from_its_beginning_with_an_outline_of_the_rest(long: World) -> None:
    (item,) = long.read("long.py")
    part = item.within(item.tokens * 3 // 4)
    beginning, _, rest = part.text.partition(f"\n{numbered.GAP}\n")
    shown = beginning.count("\n") + 1
    assert beginning == numbered.text_of(SOURCE[:shown], 1)
    assert shown > len(SOURCE) // 2
    assert all(re.match(r"\d+\t( *(async )?(def|class) |[A-Z_]+|    [\w)])", row) for row in rest.split("\n"))
    left = len(SOURCE) - 1 - shown
    assert (
        part.left_out
        == f'{left:,} of {len(SOURCE) - 1:,} lines left out; batch_read "long.py:{shown + 1}-{len(SOURCE) - 1}"'
    )


def test_a_file_far_too_large_is_outlined(long: World) -> None:
    (item,) = long.read("long.py")
    part = item.within(item.tokens // 4)
    assert all(re.search(r"\b(def|class)\b|^\d+\t[A-Z_]|^\d+\t {4}\w|^\d+\t\)", row) for row in part.text.split("\n"))
    assert part.left_out.endswith('lines left out; batch_read "long.py#NAME" or :FIRST-LAST')


@pytest.mark.parametrize("budget_tokens", [200, 900])
@pytest.mark.parametrize("mode", ["full", "outline"])
def test_following_the_calls_that_are_named_gives_every_line(long: World, budget_tokens: int, mode: str) -> None:
    wanted, seen = Wanted("plain.txt", mode), list[str]()
    while True:
        (item,) = long.read(wanted)
        part = item.within(budget_tokens)
        seen += [row.partition("\t")[2] for row in part.text.split("\n")]
        if not part.left_out:
            break
        wanted = Wanted(json.loads(part.left_out.partition("batch_read ")[2]), mode)
    assert seen == SOURCE[:-1]


def test_of_a_line_that_does_not_fit_its_beginning_is_shown_and_how_to_go_on(long: World) -> None:
    (item,) = long.read("data.json")
    part = item.within(230)
    line = json.dumps(list(range(9_000)))
    assert part.text == f"1\t{line[:200]}"
    assert part.left_out == (
        f"{len(line) - 200:,} of {len(line):,} characters of line 1 left out; "
        "batch_run 'sed -n 1p data.json | cut -c201-2200'"
    )


def test_where_nothing_fits_the_file_is_named_with_its_call_or_where_that_does_not_fit_without(long: World) -> None:
    (item,) = long.read("plain.txt")
    nothing = f"none of {len(SOURCE) - 1:,} lines fits"
    assert item.within(40) == ("", f'{nothing}; batch_read "plain.txt:1-{len(SOURCE) - 1}"')
    assert item.within(10) == ("", nothing)


@pytest.mark.parametrize("mode", ["full", "outline"])
def test_what_is_said_of_many_cut_files_is_within_the_budget_too(long: World, mode: str) -> None:
    long.write({f"{number:03}.py": "\n".join(SOURCE[number : number + 30]) for number in range(200)})
    items = long.read(*(Wanted(f"{number:03}.py", mode) for number in range(200)))
    for budget_tokens in (10_000, 20_000, 40_000):
        assert tokens.estimate(shown.answer(items, budget_tokens)) <= budget_tokens * 1.1


def test_small_files_are_whole_beside_a_large_one(long: World) -> None:
    long.write({"small.txt": "a\nb\n"})
    text = long.answer("long.py", "small.txt", budget_tokens=600)
    assert text.endswith("## small.txt: 2 lines\n1\ta\n2\tb")
    assert tokens.estimate(text) <= 700


def test_a_sampled_size_is_near_the_counted_one() -> None:
    folder = Path(limits.__file__).parent
    texts = [numbered.text_of(path.read_text().split("\n"), 1) for path in sorted(folder.rglob("*.py"))]
    off = sorted(abs(numbered.estimate(text) / tokens.estimate(text) - 1) for text in texts if len(text) > 4_000)
    assert off[len(off) // 2] < 0.03
    assert off[int(len(off) * 0.95)] < 0.12


@given(st.lists(st.text(alphabet="ab \t#é", max_size=30), max_size=40), st.integers(0, 400))
def test_whatever_is_in_a_file_its_parts_are_its_lines(lines: list[str], budget_tokens: int) -> None:
    count = fitting.lines_within(lines, 1, budget_tokens)
    assert 0 <= count <= len(lines)
    assert not count or numbered.estimate(numbered.text_of(lines[:count], 1)) <= budget_tokens
