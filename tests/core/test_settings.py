"""The three layers of settings, as hooks read them."""

import json
import os
from pathlib import Path

import pytest

from scrimp.core import limits, settings
from scrimp.core.families import NAMES


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


def test_of_limits_in_dollars_the_lowest_of_the_layers_holds(home: Path) -> None:
    assert (load(home).session_pico, load(home).day_pico) == (None, None)
    write(home / ".claude/scrimp.json", {"budget": {"sessionUsd": 5, "dayUsd": 0.1}})
    write(home.parent / "repo/.claude/scrimp.json", {"budget": {"sessionUsd": 2.5, "dayUsd": 20}})
    write(home.parent / "repo/.claude/scrimp.local.json", {"budget": {"sessionUsd": 3}})
    assert (load(home).session_pico, load(home).day_pico) == (25 * 10**11, 10**11)


def test_a_bad_limit_is_read_in_the_strictest_way(home: Path) -> None:
    write(home / ".claude/scrimp.json", {"budget": {"sessionUsd": 5}})
    write(home.parent / "repo/.claude/scrimp.json", {"budget": {"sessionUsd": "none", "dayUsd": 7}})
    found = load(home)
    assert (found.session_pico, found.day_pico, len(found.problems)) == (0, 7 * 10**12, 1)


def test_who_pays_the_user_says_and_no_repo(home: Path) -> None:
    assert load(home).plan == settings.own({"HOME": str(home)}).plan == ""
    write(home.parent / "repo/.claude/scrimp.json", {"plan": "subscription"})
    found = load(home)
    assert found.plan == ""
    assert [problem.partition("/scrimp.json: ")[2] for problem in found.problems] == [
        "plan is 'subscription', expected it only in your own file: a repo does not say who pays; it is ignored"
    ]
    write(home / ".claude/scrimp.json", {"plan": "subscription"})
    assert load(home).plan == settings.own({"HOME": str(home)}).plan == "subscription"


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
        ({"compact": {"off": ["pytst"]}}, ["compact.off", f"families among {', '.join(NAMES)}"]),
        ({"colour": 1}, ["unknown key colour"]),
        ({"compact.minChars": 5_000}, ["unknown key compact.minChars", '{"compact": {"minChars": …}}']),
        ({"budget": [1]}, ["budget is [1]", "an object"]),
        ({"budget": {"yearUsd": 1}}, ["unknown key budget.yearUsd"]),
        ({"budget": {"sessionUsd": 0}}, ["budget.sessionUsd is 0", "a number of dollars above 0"]),
        ({"budget": {"sessionUsd": -1}}, ["budget.sessionUsd is -1", "a number of dollars above 0"]),
        ({"budget": {"dayUsd": "5"}}, ["budget.dayUsd is '5'", "a number of dollars above 0"]),
        ({"budget": {"dayUsd": True}}, ["budget.dayUsd is True"]),
        ({"budget": {"dayUsd": 1e7}}, ["budget.dayUsd is 10000000.0", "up to 1,000,000"]),
        ({"plan": "max"}, ["plan is 'max'", "expected api or subscription"]),
        ({"plan": ["api"]}, ["plan is ['api']", "expected api or subscription"]),
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


def test_a_repo_does_not_say_where_scrimps_data_lies_nor_replaces_a_budget_that_was_handed_down(home: Path) -> None:
    """The client hands the `env` of a project's settings on to hooks."""
    repo = home.parent / "repo"
    environ = {"HOME": str(home), "SCRIMP_HOME": "/evil", "SCRIMP_BUDGET": '{"sessionUsd": 900}', "PATH": "/bin"}
    assert settings.trusted(environ, str(repo)) == environ
    write(repo / ".claude/settings.json", {"env": {"SCRIMP_HOME": "/evil", "SCRIMP_BUDGET": "{}"}})
    found = settings.trusted(environ, str(repo))
    assert settings.data_dir(found) == str(home / ".local/share/scrimp")
    assert settings.load(found, str(repo)).budget.lowest("sessionUsd") == 0
    assert settings.trusted({"HOME": "/h"}, str(repo)) == {"HOME": "/h"}


@pytest.mark.parametrize(
    ("data", "is_closed"),
    [
        ('{"budget": {"sessionUsd": 1}'.encode("utf-16"), True),
        (b"{budget: {sessionUsd: 1}}", True),
        (b"{'Budget': {'sessionUsd': 1}}", True),
        (b'[{"budget": {"sessionUsd": 1}}]', True),
        (b'{"compact": {', False),
        (b"", False),
        (b" " * 2_000_000, True),
    ],
)
def test_a_file_that_was_meant_to_set_limits_and_cannot_be_read_lets_nothing_pass(
    home: Path, data: bytes, is_closed: bool
) -> None:
    (home / ".claude/scrimp.json").write_bytes(data)
    found = load(home)
    assert (found.is_limited, found.budget.lowest("sessionUsd") == 0) == (is_closed, is_closed)
    assert len(found.problems) == 1


def test_a_folder_in_the_place_of_ones_own_settings_lets_nothing_pass(home: Path) -> None:
    (home / ".claude/scrimp.json").mkdir()
    assert load(home).budget.lowest("sessionUsd") == 0


@pytest.mark.parametrize("key", ["sessionUSD", "session_usd", "session-Usd"])
@pytest.mark.parametrize("section", ["budget", "Budget"])
def test_a_slip_of_the_pen_in_a_key_costs_no_limit(home: Path, key: str, section: str) -> None:
    write(home / ".claude/scrimp.json", {section: {key: 2}})
    found = load(home)
    assert found.session_pico == 2 * 10**12
    assert any(key in problem for problem in found.problems)
