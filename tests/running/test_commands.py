"""Where a command runs, how long, in which shell and with which environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from scrimp.running import commands, environment
from scrimp.running.commands import Command, Place

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("asked_s", "environ", "expected_s"),
    [
        (None, {}, 120),
        (5, {}, 5),
        (0.5, {}, 0.5),
        (10_000, {}, 600),
        (None, {"BASH_DEFAULT_TIMEOUT_MS": "300000"}, 300),
        (10_000, {"BASH_MAX_TIMEOUT_MS": "1800000"}, 1_800),
        (None, {"BASH_DEFAULT_TIMEOUT_MS": "900000"}, 900),
        (700, {"BASH_DEFAULT_TIMEOUT_MS": "900000"}, 700),
        (None, {"BASH_DEFAULT_TIMEOUT_MS": "soon", "BASH_MAX_TIMEOUT_MS": "-1"}, 120),
        (10_000, {"BASH_DEFAULT_TIMEOUT_MS": "0", "BASH_MAX_TIMEOUT_MS": "²"}, 600),
    ],
)
def test_the_time_is_what_is_asked_for_within_what_the_user_allows_bash(
    asked_s: float | None, environ: dict[str, str], expected_s: float
) -> None:
    assert commands.timeout_s(Command("true", timeout_s=asked_s), environ) == expected_s


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("", "project"),
        (".", "project"),
        ("sub", "project/sub"),
        ("sub/", "project/sub"),
        ("sub/../sub", "project/sub"),
        ("link", "project/sub"),
        ("~", "home"),
        ("~/inside", "home/inside"),
        ("{base}/home", "home"),
        ("..", None),
        ("../project-evil", None),
        ("out", None),
        ("{base}", None),
        ("/", None),
        ("~root", None),
        ("sub/gone", None),
        ("x" * 5_000, None),
    ],
)
def test_a_folder_is_taken_when_it_is_really_inside(tmp_path: Path, named: str, expected: str | None) -> None:
    for name in ("project/sub", "project-evil", "home/inside"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "project" / "link").symlink_to("sub")
    (tmp_path / "project" / "out").symlink_to(tmp_path / "project-evil")
    project, home = str(tmp_path / "project"), str(tmp_path / "home")
    place = Place(project, (project, home), {"HOME": home})
    command = Command("true", named.format(base=tmp_path))
    if expected is None:
        with pytest.raises(ValueError, match=r"outside the folders|no folder"):
            commands.folder_of(command, place)
    else:
        assert commands.folder_of(command, place) == str(tmp_path / expected)


def test_the_environment_is_the_clients_with_what_it_sets_and_what_was_asked_for() -> None:
    found = environment.environment({"HOME": "/home/a", "TERM": "xterm", "PWD": "/"}, {"TERM": "dumb"}, "/home/a/p")
    assert found == {
        "HOME": "/home/a",
        "TERM": "dumb",
        "PWD": "/home/a/p",
        "CLAUDECODE": "1",
        "GIT_EDITOR": "true",
        "COREPACK_ENABLE_AUTO_PIN": "0",
    }


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"SHELL": "{own}/zsh"}, "{own}/zsh"),
        ({"SHELL": "{own}/fish"}, "{path}/bash"),
        ({"SHELL": "{own}/gone/bash"}, "{path}/bash"),
        ({"SHELL": "{own}/zsh", "CLAUDE_CODE_SHELL": "{path}/bash"}, "{path}/bash"),
        ({}, "{path}/bash"),
        ({"PATH": "/nowhere"}, "/bin/sh"),
    ],
)
def test_the_shell_is_the_users_own_where_bash_commands_work_in_it(
    tmp_path: Path, environ: dict[str, str], expected: str
) -> None:
    places = {"own": tmp_path / "own", "path": tmp_path / "path"}
    for name in ("own/zsh", "own/fish", "path/bash"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch(0o700)
    given = {key: value.format(**places) for key, value in environ.items()}
    assert environment.shell({"PATH": str(places["path"]), **given}) == expected.format(**places)


def test_a_shell_is_always_there() -> None:
    assert os.access(environment.shell(os.environ), os.X_OK)
