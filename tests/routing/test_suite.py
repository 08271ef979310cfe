"""What a suite's file may say, what is said of one that is wrong, and when an answer holds."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import limits
from scrimp.core.errors import UsageError
from scrimp.routing import checking, suite, trial
from scrimp.routing.outcomes import Cell
from scrimp.routing.suite import Check

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from scrimp.digest.models import Used

WRONG = """
name = "a suite"
efforts = ["lowest"]
surprise = 1

[[briefs]]
name = "one"
prompt = "Do"
checks = [{ answer_is = "1", answer_matches = "2" }, { answer_matches = "(" }, { file = "../x", is = "y" }, {}]

[[briefs]]
name = "two"
prompt = ""
checks = []
"""


def test_every_place_that_is_wrong_is_named_with_what_was_expected(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(WRONG)
    with pytest.raises(UsageError) as raised:
        suite.read(str(path))
    first, *lines = str(raised.value).split("\n")
    assert first == f"{path} is no suite:"
    kinds = "answer_is, answer_matches, answer_json, command, file"
    assert lines == [
        "  name: String should match pattern '^[\\w.-]{1,60}$'",
        "  efforts[0]: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'",
        f"  briefs[0].checks[0]: expected one of {kinds}, got answer_is and answer_matches",
        "  briefs[0].checks[1].answer_matches: no regular expression: missing ), unterminated subpattern at position 0",
        "  briefs[0].checks[2].file: expected a path inside the suite's folder",
        f"  briefs[0].checks[3]: expected one of {kinds}, got none",
        "  briefs[1].prompt: String should have at least 1 character",
        "  briefs[1].checks: List should have at least 1 item after validation, not 0",
        "  surprise: Extra inputs are not permitted",
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.toml", "name = ", "Invalid value"),
        ("a.json", "[1", "Expecting ',' delimiter"),
        ("a.txt", "", "a suite's file ends in .toml or .json"),
    ],
)
def test_a_file_that_is_none_is_said_so(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=said):
        suite.read(str(tmp_path / name))


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_a_run_leaves_in_a_file_s_place_is_no_file_and_is_not_waited_for(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "out")

    async def execute(argv: Sequence[str], folder: str) -> int | None:
        raise AssertionError((argv, folder))

    check = Check.model_validate({"file": "out", "is": "x"})
    assert asyncio.run(checking.failures([check], "", str(tmp_path), execute)) == ["out is no file"]


def test_a_folder_that_cannot_be_copied_is_said_by_the_first_file_in_the_way(tmp_path: Path) -> None:
    shop, path = tmp_path / "shop", tmp_path / "s.toml"
    shop.mkdir()
    os.mkfifo(shop / "pipe")
    path.write_text(
        'name = "s"\nfolder = "shop"\n[[briefs]]\nname = "x"\nprompt = "x"\nchecks = [{ answer_is = "1" }]\n'
    )
    read = suite.read(str(path))
    world = trial.World("claude", {}, suite.folder_of(read, str(path)), nothing_kept)
    with pytest.raises(UsageError, match=r"shop/pipe cannot be copied for a run: .* is a named pipe$"):
        asyncio.run(trial.run(read, read.briefs[0], Cell("haiku", ""), 1, world))


def test_a_folder_of_more_than_a_run_should_copy_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop" / ".git").mkdir(parents=True)
    (tmp_path / "shop" / ".git" / "pack").write_bytes(b"x" * 2_000_000)
    (tmp_path / "s.toml").write_text(
        'name = "s"\nfolder = "shop"\n[[briefs]]\nname = "x"\nprompt = "x"\nchecks = [{ answer_is = "1" }]\n'
    )
    read = suite.read(str(tmp_path / "s.toml"))
    (tmp_path / "shop" / "data").write_bytes(b"x" * 1_000_001)
    monkeypatch.setattr(limits, "ROUTES_FOLDER_BYTES", 1_000_000)
    world = trial.World("claude", {}, str(tmp_path / "shop"), nothing_kept)
    with pytest.raises(UsageError, match=r"/shop: more than 1 MB, which every run would get a copy of$"):
        asyncio.run(trial.run(read, read.briefs[0], Cell("haiku", ""), 1, world))


@pytest.mark.parametrize("where", ["answer", "file"])
def test_an_expression_that_does_not_end_is_a_failure_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(limits, "ROUTES_PATTERN_S", 0.3)
    text, endless = "a" * 40 + "!", "^(a+)+$"
    (tmp_path / "out").write_text(text)
    check = {"answer_matches": endless} if where == "answer" else {"file": "out", "matches": endless}

    async def execute(argv: Sequence[str], folder: str) -> int | None:
        raise AssertionError((argv, folder))

    (said,) = asyncio.run(checking.failures([Check.model_validate(check)], text, str(tmp_path), execute))
    assert (
        said == f"{endless!r} was looked for in {'the answer' if where == 'answer' else 'out'} for 0.3 s without an end"
    )


def nothing_kept(used: Sequence[Used]) -> trial.Kept:
    raise AssertionError(used)


def test_an_unknown_suite_names_those_that_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"no suite of that name comes with scrimp \(scrimp\)"):
        suite.path_of("other")


@pytest.mark.parametrize(
    ("check", "answer", "holds"),
    [
        ({"answer_is": "8471"}, " 8471\n", True),
        ({"answer_is": "8471"}, "It is 8471", False),
        ({"answer_matches": r"\b8471\b"}, "It is 8471.", True),
        ({"answer_json": {"field": "port", "equals": 1}}, '```json\n{"port": 1}\n```', True),
        ({"answer_json": {"field": "a.1.b", "equals": None}}, '{"a": [0, {"b": null}]}', True),
        ({"answer_json": {"field": "port", "equals": None}}, "{}", False),
        ({"answer_json": {"field": "port", "equals": 1}}, "port 1", False),
        ({"answer_json": {"field": "port", "equals": 1}}, '{"port": true}', False),
        ({"answer_json": {"field": "port", "equals": True}}, '{"port": true}', True),
        ({"answer_json": {"field": f"a.{'9' * 5_000}", "equals": 1}}, '{"a": [1]}', False),
        ({"file": "out.txt", "is": "done\n"}, "", True),
        ({"file": "out.txt", "matches": "^done$"}, "", True),
        ({"file": "out.txt", "is": "done"}, "", False),
        ({"file": "none.txt", "matches": ""}, "", False),
        ({"file": "link", "matches": ""}, "", False),
        ({"command": ["true"]}, "", True),
        ({"command": ["false"], "exit_code": 1}, "", True),
        ({"command": ["false"]}, "", False),
    ],
)
def test_a_check_holds_or_does_not(tmp_path: Path, check: dict[str, Any], answer: str, holds: bool) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "out.txt").write_text("done\n")
    (tmp_path / "secret").write_text("secret")
    (copy / "link").symlink_to(tmp_path / "secret")

    async def execute(argv: Sequence[str], folder: str) -> int | None:
        assert folder == str(copy)
        return {"true": 0, "false": 1}[argv[0]]

    failures = asyncio.run(checking.failures([Check.model_validate(check)], answer, str(copy), execute))
    assert (not failures) is holds
