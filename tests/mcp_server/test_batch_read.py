"""batch_read through the server: every form of an entry, every mode, one clear error each."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import limits, tokens
from tests.mcp_server.session import Place

if TYPE_CHECKING:
    from pathlib import Path

APP = '''"""An app."""

PORT = 8471


class Shop:
    """Sells."""

    def open(self, at: int) -> None:
        """Open the doors."""
        self.at = at

    def close(self) -> None:
        """Close them."""
        self.at = 0


def main() -> int:
    """Start."""
    Shop().open(PORT)
    return 0
'''
LONG = "".join(f"def number_{one}() -> int:\n    return {one} * {one}\n\n\n" for one in range(400))
NOTES = "# Notes\n\nfirst\n\n## Ports\n\nThe port is 8471.\n"
OUTLINE = """## src/app.py: outline of 21 lines
3	PORT = 8471
6	class Shop:
9	    def open(self, at: int) -> None:
13	    def close(self) -> None:
18	def main() -> int:
[16 of 21 lines left out; batch_read "src/app.py#NAME" or :FIRST-LAST]"""
MATCHES = """## **/*.py: 1 of 2 files match

## src/app.py: 2 lines match
3	PORT = 8471
--
20	    Shop().open(PORT)"""
IN_CONTEXT = """## src/app.py: 2 lines match
2\t
3\tPORT = 8471
4\t
--
19\t    \"""Start.\"""
20\t    Shop().open(PORT)
21\t    return 0"""
HEAD = "## src/long.py: the first 50 of 1,600 lines"
TAIL = "## src/long.py: the last 50 of 1,600 lines"
HIDDEN = "what .gitignore leaves out or begins with a dot is found only where the glob names it"
BAD_PATTERN = "'(' is not a regular expression: missing ), unterminated subpattern at position 0"
BAD_AND_GOOD = """## pipe
[error: it is a pipe]

## circle
[error: it is a link that leads in a circle]

## socket
[error: it is a socket]

## five.bin: binary, 5,368,709,120 bytes, not shown

## a.txt
[error: the pattern takes more than 0.2 s; make it simpler or name fewer files]

## nul\\0
[error: the path has a NUL character in it]

## \n[error: the path is empty]

## src/app.py#nothing
[error: nothing in it is named 'nothing'; it has PORT, Shop, open, close, main]

## notes.md:7 of 7 lines
7\tThe port is 8471."""
TWO_MODES = """## notes.md: 1 line matches
7\tThe port is 8471.

## notes.md: outline of 7 lines
1\t# Notes
5\t## Ports
[5 of 7 lines left out; batch_read "notes.md#NAME" or :FIRST-LAST]"""
FOUND = """notes.md:5-7
## Ports

The port is 8471.
[passages that match the question best; no model is set up to be asked]

## nope
[error: no such file]"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.write("src/app.py", APP)
    place.write("src/long.py", LONG)
    place.write("notes.md", NOTES)
    place.write("ignored/x.py", "PORT = 1\n")
    place.write(".gitignore", "ignored/\n")
    return place


def lines(text: str, first: int = 1, last: int | None = None) -> str:
    """These lines of a text with their numbers."""
    rows = text.removesuffix("\n").split("\n")
    return "\n".join(f"{number}\t{rows[number - 1]}" for number in range(first, (last or len(rows)) + 1))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"items": ["src/app.py"]}, f"## src/app.py: 21 lines\n{lines(APP)}"),
        ({"items": ["src/app.py:3"]}, f"## src/app.py:3 of 21 lines\n{lines(APP, 3, 3)}"),
        ({"items": ["src/app.py:9-11"]}, f"## src/app.py:9-11 of 21 lines\n{lines(APP, 9, 11)}"),
        ({"items": ["src/app.py#Shop.open"]}, f"## src/app.py#Shop.open: lines 9-11 of 21\n{lines(APP, 9, 11)}"),
        ({"items": [{"path": "src/app.py"}]}, f"## src/app.py: 21 lines\n{lines(APP)}"),
        ({"items": ["*.md"]}, f"## notes.md: 7 lines\n{lines(NOTES)}"),
        ({"items": ["src/app.py"], "mode": "outline"}, OUTLINE),
        ({"items": [{"path": "src/app.py", "mode": "outline"}], "mode": "full"}, OUTLINE),
        (
            {"items": ["src/long.py"], "mode": "head"},
            f"{HEAD}\n{lines(LONG, 1, 50)}",
        ),
        (
            {"items": ["src/long.py"], "mode": "tail"},
            f"{TAIL}\n{lines(LONG, 1551, 1600)}",
        ),
        ({"items": ["**/*.py"], "mode": "match", "pattern": "PORT"}, MATCHES),
        ({"items": ["**/*.py"], "pattern": "PORT"}, MATCHES),
        ({"items": [{"path": "src/app.py", "pattern": "port", "ignore_case": True, "context": 1}]}, IN_CONTEXT),
        (
            {"items": ["notes.md", {"path": "notes.md", "mode": "outline"}], "pattern": "port"},
            TWO_MODES,
        ),
    ],
)
def test_every_form_of_an_entry_comes_with_the_files_own_line_numbers(
    place: Place, arguments: dict[str, Any], expected: str
) -> None:
    found = place.call("batch_read", arguments)
    assert found == (expected, False)


@pytest.mark.parametrize(
    ("item", "error"),
    [
        ("none.py", "no such file"),
        ("src", 'it is a folder with app.py, long.py; batch_read "src/*" or batch_read "src/**" reads what is in it'),
        ("/dev/null", "/dev/null is outside the folders that this session may read: {project}"),
        ("../outside.txt", "{folder}/outside.txt is outside the folders that this session may read: {project}"),
        ("src/app.py:30", "it has 21 lines, none from 30 on"),
        (
            "*.zip",
            f"no file matches; {HIDDEN}",
        ),
        ({"path": "src/app.py", "mode": "match"}, "mode match needs a pattern"),
        (
            {"path": "src/app.py", "pattern": "("},
            "'(' is not a regular expression: missing ), unterminated subpattern at position 0",
        ),
        ({"path": "src/app.py", "context": 51}, "context is 51; it is 0 to 50 lines"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_the_others_come_all_the_same(place: Place, item: Any, error: str) -> None:
    (place.folder / "outside.txt").write_text("theirs")
    found = place.call("batch_read", {"items": [item, "notes.md:7"]})
    name = item if isinstance(item, str) else item["path"]
    said = error.format(project=place.project, folder=place.folder)
    assert found == (f"## {name}\n[error: {said}]\n\n## notes.md:7 of 7 lines\n7\tThe port is 8471.", False)


def test_of_many_bad_entries_each_is_one_line_and_the_good_one_comes_whole(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "READ_MATCH_S", 0.2)
    place.write("a.txt", "a" * 40)
    os.mkfifo(place.project / "pipe")
    (place.project / "circle").symlink_to("circle")
    monkeypatch.chdir(place.project)  # a socket's name may not be long
    with socket.socket(socket.AF_UNIX) as listening, open(place.project / "five.bin", "wb") as five:
        listening.bind("socket")
        five.truncate(5 << 30)
    endless = {"path": "a.txt", "pattern": r"(a+)+(?=b)\1c"}
    items = ["pipe", "circle", "socket", "five.bin", endless, "nul\0", {"path": ""}, "src/app.py#nothing", "notes.md:7"]
    assert place.call("batch_read", {"items": items}) == (BAD_AND_GOOD, False)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "items: field required"),
        ({"items": []}, "items: list should have at least 1 item after validation, not 0"),
        ({"items": ["a"] * 201}, "items: list should have at most 200 items after validation, not 201"),
        ({"items": "notes.md"}, "items: expected a list, not text"),
        ({"items": '["notes.md"]'}, "items: expected a list, not text"),
        ({"items": ["a", 5]}, "items.1: expected text or an object"),
        ({"items": [{"file": "a"}]}, "items.0.path: field required; items.0.file: extra inputs are not permitted"),
        ({"items": ["a"], "mode": "x"}, "mode: input should be 'full', 'outline', 'match', 'head' or 'tail'"),
        (
            {"items": [{"path": "a", "context": "few"}]},
            "items.0.context: input should be a valid integer, unable to parse string as an integer",
        ),
    ],
)
def test_a_call_that_makes_no_sense_is_refused_in_one_line(place: Place, arguments: dict[str, Any], error: str) -> None:
    assert place.call("batch_read", arguments) == (error, True)


@pytest.mark.parametrize("max_tokens", [600, 1_000, 4_000])
def test_the_budget_holds_for_the_whole_answer_and_what_is_left_out_is_named(place: Place, max_tokens: int) -> None:
    for number in range(20):
        place.write(f"small/{number:02}.txt", f"{number}\n")
    text = place.call("batch_read", {"items": ["src/long.py", "small/*"], "max_tokens": max_tokens}).text
    assert tokens.estimate(text) <= max_tokens
    assert text.count("\n## ") == 20


def test_a_cut_goes_on_with_the_call_that_it_names(place: Place) -> None:
    first = place.call("batch_read", {"items": ["src/long.py"], "max_tokens": 300}).text
    body, _, left_out = first.rpartition("\n")
    last = int(body.rpartition("\n")[2].partition("\t")[0])
    assert body == f"## src/long.py: 1,600 lines\n{lines(LONG, 1, last)}"
    spec = f"src/long.py:{last + 1}-1600"
    assert left_out == f'[{1600 - last:,} of 1,600 lines left out; batch_read "{spec}"]'
    rest = place.call("batch_read", {"items": [spec], "max_tokens": 100_000}).text
    assert rest == f"## {spec} of 1,600 lines\n{lines(LONG, last + 1, 1600)}"


def test_a_question_is_answered_by_the_passages_with_their_lines_and_errors_stay(place: Place) -> None:
    arguments = {"items": ["notes.md", "nope", "notes.md:1-3"], "ask": "which port is it?"}
    assert place.call("batch_read", arguments) == (FOUND, False)


def test_of_matches_a_question_is_answered_with_their_own_lines(place: Place) -> None:
    found = place.call("batch_read", {"items": ["notes.md"], "pattern": "port", "ask": "which port is it?"})
    assert found.text.startswith("notes.md:7-7\nThe port is 8471.\n")
