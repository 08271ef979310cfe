"""The three layers of settings, as hooks read them."""

import json
import os
from pathlib import Path

import pytest

from scrimp.core import compact, limits, settings


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / ".claude").mkdir(parents=True)
    (tmp_path / "repo" / ".claude").mkdir(parents=True)
    return tmp_path / "home"


def load(home: Path) -> settings.Settings:
    return settings.load({"HOME": str(home)}, str(home.parent / "repo"))


def write(path: Path, layer: object) -> None:
    path.write_text(json.dumps(layer), encoding="utf-8")


def test_without_files_the_defaults_hold_and_nothing_is_wrong(home: Path) -> None:
    found = load(home)
    assert (found.enabled, found.min_chars, found.off, found.problems) == (True, limits.SMALL_CHARS, frozenset(), [])


def test_a_repo_can_only_make_scrimp_cut_less(home: Path) -> None:
    write(home / ".claude/scrimp.json", {"compact": {"enabled": False, "minChars": 8_000, "off": ["log"]}})
    write(
        home.parent / "repo/.claude/scrimp.json", {"compact": {"enabled": True, "minChars": 3_000, "off": ["pytest"]}}
    )
    found = load(home)
    assert (found.enabled, found.min_chars, found.off) == (False, 8_000, frozenset({"log", "pytest"}))


def test_the_local_layer_counts_as_the_repo(home: Path) -> None:
    write(home.parent / "repo/.claude/scrimp.local.json", {"compact": {"enabled": False}})
    assert load(home).enabled is False


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ({"compact": {"minChars": "2 KB"}}, ["compact.minChars", "'2 KB'", "a whole number from 2000"]),
        ({"compact": {"minChars": 5}}, ["compact.minChars", "5", "a whole number from 2000"]),
        ({"compact": {"minChars": True}}, ["compact.minChars", "True"]),
        ({"compact": {"enabled": "no"}}, ["compact.enabled", "'no'", "true or false"]),
        ({"compact": {"off": "log"}}, ["compact.off", "a list of family names"]),
        ({"compact": [1]}, ["compact is [1]", "an object"]),
        ({"compact": {"speed": 1}}, ["unknown key compact.speed"]),
        ({"compact": {"off": ["pytst"]}}, ["compact.off", "families among pytest, log, traceback, plain"]),
        ({"colour": 1}, ["unknown key colour"]),
        ({"compact.minChars": 5_000}, ["unknown key compact.minChars", '{"compact": {"minChars": …}}']),
        ([], ["expected an object"]),
    ],
)
def test_a_bad_value_is_said_with_key_file_and_what_was_expected(home: Path, layer: object, words: list[str]) -> None:
    path = home / ".claude/scrimp.json"
    write(path, layer)
    found = load(home)
    assert (found.enabled, found.min_chars, found.off - {"pytst"}) == (True, limits.SMALL_CHARS, frozenset())
    assert len(found.problems) == 1
    assert str(path) in found.problems[0]
    assert [word for word in words if word not in found.problems[0]] == []


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_file_that_is_not_json_is_said_and_the_defaults_hold(home: Path, content: bytes) -> None:
    (home / ".claude/scrimp.json").write_bytes(content)
    found = load(home)
    assert found.enabled is True
    assert len(found.problems) == 1


@pytest.mark.parametrize("trap", ["device", "pipe", "folder", "huge"])
def test_what_a_repo_put_in_the_place_of_settings_is_neither_waited_for_nor_read_to_its_end(
    home: Path, trap: str
) -> None:
    path = home.parent / "repo/.claude/scrimp.json"
    if trap == "device":
        path.symlink_to("/dev/zero")
    elif trap == "pipe":
        os.mkfifo(path)
    elif trap == "folder":
        path.mkdir()
    else:
        path.write_bytes(b" " * (limits.SMALL_FILE_BYTES + 1))
    found = load(home)
    assert found.enabled is True
    assert len(found.problems) == 1


def test_the_repos_settings_count_wherever_in_it_a_session_starts(home: Path) -> None:
    repo = home.parent / "repo"
    (repo / ".git").mkdir()
    (repo / "sub" / ".claude").mkdir(parents=True)
    write(repo / ".claude/scrimp.json", {"compact": {"enabled": False}})
    write(repo / "sub/.claude/scrimp.json", {"compact": {"off": ["log"]}})
    found = settings.load({"HOME": str(home)}, str(repo / "sub"))
    assert (found.enabled, found.off) == (False, {"log"})


def test_the_families_that_settings_may_name_are_those_there_are() -> None:
    assert [family.NAME for family in compact.FAMILIES] == list(settings.FAMILIES)


def test_a_byte_order_mark_is_no_error(home: Path) -> None:
    (home / ".claude/scrimp.json").write_bytes(b'\xef\xbb\xbf{"compact": {"off": ["log"]}}')
    assert load(home).off == {"log"}


def test_the_data_folder_follows_the_environment() -> None:
    assert settings.data_dir({"HOME": "/home/a"}) == "/home/a/.local/share/scrimp"
    assert settings.data_dir({"HOME": "/home/a", "XDG_DATA_HOME": "/data"}) == "/data/scrimp"
    assert settings.data_dir({"HOME": "/home/a", "XDG_DATA_HOME": "/data", "SCRIMP_HOME": "/own"}) == "/own"


def test_claude_codes_own_folder_can_be_elsewhere(home: Path, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    write(tmp_path / "config/scrimp.json", {"compact": {"enabled": False}})
    environ = {"HOME": str(home), "CLAUDE_CONFIG_DIR": str(tmp_path / "config")}
    assert settings.load(environ, str(tmp_path / "repo")).enabled is False
