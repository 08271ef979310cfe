"""Lines that match, whoever searches: ripgrep where it is there, Python's own expressions else."""

from __future__ import annotations

import shutil

import pytest

from scrimp.core import limits
from scrimp.reading import matching
from scrimp.reading.wanted import Wanted
from tests.reading.world import World

TEXT = "alpha\nbeta\ngamma\ndelta\nepsilon\nzeta\nbeta again\n"
WITH_RG = pytest.param("rg", marks=pytest.mark.skipif(not shutil.which("rg"), reason="no ripgrep here"))


@pytest.fixture(params=[WITH_RG, "python"])
def searching(request: pytest.FixtureRequest, world: World) -> World:
    if request.param == "rg":
        return world
    return World(world.folder, path="")


def match(spec: str, pattern: str, context: int = 0, *, ignore_case: bool = False) -> Wanted:
    return Wanted(spec, "match", pattern, context, ignore_case)


def test_matching_lines_stand_under_their_numbers(searching: World) -> None:
    searching.write({"a.txt": TEXT})
    assert searching.answer(match("a.txt", r"^b\w+")) == "## a.txt: 2 lines match\n2\tbeta\n--\n7\tbeta again"


def test_context_lines_stand_around_them(searching: World) -> None:
    searching.write({"a.txt": TEXT})
    assert searching.answer(match("a.txt", "beta", 1)) == (
        "## a.txt: 2 lines match\n1\talpha\n2\tbeta\n3\tgamma\n--\n6\tzeta\n7\tbeta again"
    )


def test_letters_count_unless_it_is_said(searching: World) -> None:
    searching.write({"a.txt": "Beta\nÄRGER\n"})
    assert searching.answer(match("a.txt", "beta"), match("a.txt", "beta|ärger", ignore_case=True)) == (
        "## a.txt: no line matches\n\n## a.txt: 2 lines match\n1\tBeta\n2\tÄRGER"
    )


def test_a_range_limits_the_lines(searching: World) -> None:
    searching.write({"a.txt": TEXT})
    assert searching.answer(match("a.txt:3-", "beta")) == "## a.txt: 1 line matches\n7\tbeta again"


def test_of_a_globs_files_those_that_match_are_shown_and_all_counted(searching: World) -> None:
    searching.write(
        {"s/a.py": "x = 1\n", "s/b.py": "y = 1\n", "s/t/c.py": "x = 2\n", "s/d.png": b"\x89PNG\r\n\x1a\n\0"}
    )
    for spec in ("s/**", "s", "s/"):
        assert searching.answer(match(spec, "x =")) == (
            f"## {spec}: 2 of 4 files match\n\n"
            "## s/a.py: 1 line matches\n1\tx = 1\n\n## s/t/c.py: 1 line matches\n1\tx = 2"
        )


@pytest.mark.parametrize("line", ["a\r", "a", "é\r"])
def test_line_ends_are_not_part_of_a_line(searching: World, line: str) -> None:
    searching.write({"a.txt": f"{line}\nb\n"})
    word = line.rstrip("\r")
    assert searching.answer(match("a.txt", f"{word}$")) == f"## a.txt: 1 line matches\n1\t{word}"


@pytest.mark.parametrize(
    ("name", "body", "shown"),
    [
        ("w.txt", "zwei\nBäume\n".encode("utf-16"), "2\tBäume"),
        ("l.txt", "zwei\nBäume und Sträucher\n".encode("latin-1"), "2\tBäume und Sträucher"),
        ("m.txt", b"\xef\xbb\xbfB\xc3\xa4ume\n", "1\tBäume"),
        ("n.ipynb", b'{"cells": [{"cell_type": "code", "source": "B\xc3\xa4ume"}]}', "2\tBäume"),
    ],
)
def test_what_is_searched_is_the_text(searching: World, name: str, body: bytes, shown: str) -> None:
    searching.write({name: body})
    assert searching.answer(match(name, "Bäume")) == f"## {name}: 1 line matches\n{shown}"


def test_binaries_and_images_are_not_searched(searching: World) -> None:
    searching.write({"a.bin": b"beta\0\1"})
    assert searching.answer(match("a.bin", "beta")) == "## a.bin: binary, 6 bytes, not searched"


def test_a_nul_far_into_a_text_hides_nothing_behind_it(searching: World) -> None:
    searching.write({"a.log": "x" * limits.READ_LOOK_BYTES + "\n\0\nbeta\n"})
    assert searching.answer(match("a.log", "beta")) == "## a.log: 1 line matches\n3\tbeta"


def test_of_a_long_line_what_is_around_the_match_is_shown(searching: World) -> None:
    searching.write({"a.js": "ö" * 90_000 + "NEEDLE" + "z" * 90_000 + "\n"})
    text = searching.answer(match("a.js", "NEEDLE"))
    assert text == (f"## a.js: 1 line matches\n1\t…{'ö' * 500}NEEDLE{'z' * 1_494}… (88,506 more characters)")


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", "[z-a]", "*a", r"\k<x>", "(?P<n>a)(?P<n>b)"])
def test_a_wrong_pattern_is_one_clear_error_for_its_entry_alone(searching: World, pattern: str) -> None:
    searching.write({"a.txt": TEXT, "b.txt": TEXT})
    wrong, right = searching.read(match("*.txt", pattern), match("a.txt", "alpha"))
    assert "is not a regular expression" in wrong.error
    assert right.content() == "alpha"


@pytest.mark.parametrize(
    ("pattern", "line"), [(r"(?<=be)ta\b", "beta"), (r"(\w)\1", "gamma"), ("^(?!a|b).*$", "gamma")]
)
def test_look_around_and_references_work_too(searching: World, pattern: str, line: str) -> None:
    searching.write({"a.txt": TEXT.replace("gamma", "gamma mm")})
    assert line in searching.read(match("a.txt", pattern))[0].content()


def test_a_pattern_that_takes_for_ever_is_ended(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READ_MATCH_S", 0.3)
    slow = World(world.folder, path="")
    slow.write({"a.txt": "a" * 40 + "\n"})
    (item,) = slow.read(match("a.txt", "(a+)+$x"))
    assert item.error == "the pattern takes more than 0.3 s; make it simpler or name fewer files"


def test_ripgrep_takes_no_longer_for_such_a_pattern(world: World) -> None:
    if not shutil.which("rg"):
        pytest.skip("no ripgrep here")
    world.write({"a.txt": "a" * 40 + "\n"})
    assert world.answer(match("a.txt", "(a+)+$x")) == "## a.txt: no line matches"


def test_too_many_matches_are_an_error_and_not_a_flood(searching: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READ_MATCHED_BYTES", 2**20)
    searching.write({"a.txt": "some line of text\n" * 20_000})
    (item,) = searching.read(match("a.txt", "some"))
    assert item.error == "the matches have more than 1 MB; make the pattern narrower or name fewer files"


def test_many_files_are_searched_in_few_processes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write({f"d/{number:03}.txt": f"n{number}\n" for number in range(300)})
    started: list[int] = []
    found = matching.found

    def counting(pattern: matching.Pattern, files: list[object], environ: dict[str, str]) -> object:
        started.append(len(files))
        return found(pattern, files, environ)  # type: ignore[arg-type]

    monkeypatch.setattr(matching, "found", counting)
    items = world.read(match("d/*", "7$"), match("d/001.txt", "7$"))
    assert [item.heading for item in items[:2]] == ["d/*: 30 of 300 files match", "d/007.txt: 1 line matches"]
    assert started == [128, 128, 45]


def test_a_pattern_that_looks_like_an_option_is_a_pattern(searching: World) -> None:
    searching.write({"a.txt": "--files\n"})
    assert searching.answer(match("a.txt", "--files")) == "## a.txt: 1 line matches\n1\t--files"


def test_matches_that_do_not_fit_name_the_line_to_go_on_from(searching: World) -> None:
    searching.write({"a.txt": "".join(f"item number {number}\n" for number in range(1, 201))})
    (item,) = searching.read(match("a.txt", "item"))
    part = item.within(150)
    last = int(part.text.rsplit("\n", 1)[-1].split("\t")[0])
    assert part.left_out == f'{200 - last} of 200 matching lines left out; the same with path "a.txt:{last + 1}-"'
    (rest,) = searching.read(match(f"a.txt:{last + 1}-", "item"))
    assert f"{part.text}\n{rest.within(10**6).text}" == item.within(10**6).text


def test_a_large_file_that_takes_too_long_costs_the_others_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "READ_WHOLE_BYTES", 1_000)
    monkeypatch.setattr(limits, "READ_MATCH_S", 0.3)
    slow = World(world.folder, path="")
    slow.write({"large.txt": "a" * 1_000 + "!\n", "small.txt": "ax\n"})
    large, small = slow.read(match("large.txt", "(a+)+$|x$"), match("small.txt", "(a+)+$|x$"))
    assert large.error.startswith("the pattern takes more than 0.3 s")
    assert small.content() == "ax"


def test_a_file_too_large_to_hold_is_searched_like_any_other(searching: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READ_WHOLE_BYTES", 1_000)
    searching.write({"large.txt": "".join(f"line {number}\n" for number in range(1, 5_001))})
    assert searching.answer(match("large.txt", "^line 4999$", 1)) == (
        "## large.txt: 1 line matches\n4998\tline 4998\n4999\tline 4999\n5000\tline 5000"
    )
