"""Which files Read rules name: every row as client 2.1.330 was seen to have it, or stricter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.core.permissions import files, judging, rule
from scrimp.core.permissions.rule import ALLOW, ASK, DENY, READ, UNSETTLED
from tests.core.permissions import tables

if TYPE_CHECKING:
    from pathlib import Path

PATHS = (
    *("secrets/a", "x/secrets/a", ".env", "x/.env", "deep/er/k.key", "sub/n.txt", "build/o", "lib/build/o", "Case.txt"),
    *("a b.txt", "[x].txt", "a.txt"),
)
"""Below the session's folder, each in a pattern's way or out of it."""

NAMED = {
    "./secrets/**": {"secrets/a", "x/secrets/a"},
    "secrets/**": {"secrets/a", "x/secrets/a"},
    "/secrets/**": {"secrets/a"},
    "**/secrets/**": {"secrets/a", "x/secrets/a"},
    "secrets": {"secrets/a", "x/secrets/a"},
    "secrets/": {"secrets/a", "x/secrets/a"},
    "./secrets": {"secrets/a", "x/secrets/a"},
    "*.key": {"deep/er/k.key"},
    ".env": {".env", "x/.env"},
    "./.env": {".env", "x/.env"},
    "**/.env": {".env", "x/.env"},
    "/build": {"build/o"},
    "build/": {"build/o", "lib/build/o"},
    "deep/*": {"deep/er/k.key"},
    "deep/**": {"deep/er/k.key"},
    "deep/**/k.key": {"deep/er/k.key"},
    "**": set(PATHS),
    "*": set(PATHS),
    "": set(PATHS),
    "[x].txt": set[str](),
    "[a-c].txt": {"a.txt"},
    "[!b].txt": {"sub/n.txt", "a.txt"},
    "\\[x\\].txt": {"[x].txt"},
    "?.txt": {"sub/n.txt", "a.txt"},
    "case.txt": {"Case.txt"},
    "a b.txt": {"a b.txt"},
    "!a.txt": set[str](),
    "sub/../.env": set[str](),
    "./*.txt": {"sub/n.txt", "Case.txt", "a b.txt", "[x].txt", "a.txt"},
    "~/**": set[str](),
    "//work/repo/sub/*": {"sub/n.txt"},
    "//work/*": set(PATHS),
    "//home/**": set[str](),
    "./": set[str](),
}


@pytest.mark.parametrize("pattern", NAMED)
def test_a_pattern_names_what_the_client_takes_it_to_name(pattern: str) -> None:
    one = rule.Rule(READ, pattern, f"Read({pattern})", "/work/repo/.claude/settings.json", "/work/repo")
    found = {path for path in PATHS if files.matches(one, f"/work/repo/{path}", ["/work/repo"], "/home/me")}
    assert found == NAMED[pattern]


OTHERS = [
    ("~/.ssh/**", "/home/me/.ssh/id", True),
    ("~/.ssh/**", "/home/you/.ssh/id", False),
    ("~", "/home/me/x", True),
    ("//etc/**", "/etc/passwd", True),
    ("//etc/**", "/etcetera/passwd", False),
    ("//etc", "/etc/passwd", True),
    ("//", "/etc/passwd", False),
    ("passwd", "/etc/passwd", False),
    ("*.pem", "/shared/more/k.pem", True),
    ("/x/**", "/home/me/.claude/x/a", True),
    ("/x/**", "/home/me/x/a", True),
    ("/x/**", "/work/repo/x/a", False),
    ("*a*a*a*a*a*a*a*a*a*a*b", "/work/repo/" + "a" * 200, False),
    ("**/a/**/a/**/a/**/a/**/b", "/work/repo" + "/a" * 200, False),
]


@pytest.mark.parametrize(("pattern", "path", "is_named"), OTHERS)
def test_outside_the_session_a_pattern_starts_from_the_root_home_or_its_file(
    pattern: str, path: str, is_named: bool
) -> None:
    one = rule.Rule(READ, pattern, f"Read({pattern})", "/home/me/.claude/settings.json", "/home/me/.claude")
    assert files.matches(one, path, ["/work/repo", "/shared/more"], "/home/me") is is_named


def judge(place: judging.Place, path: str, **permissions: list[str]) -> str:
    return judging.judge(READ, path, tables.rules(permissions, place.cwd), place).verdict


@pytest.fixture
def place(tmp_path: Path) -> judging.Place:
    return tables.project(tmp_path)


def test_inside_the_folders_of_the_session_no_rule_is_needed(place: judging.Place) -> None:
    assert [judge(place, path) for path in ("a.txt", "sub/b.txt", f"{place.cwd}/a.txt", ".", "none")] == [ALLOW] * 5
    assert [judge(place, path) for path in ("../x", "/etc/passwd", "sub/../../x", f"{place.cwd}-evil")] == [
        UNSETTLED
    ] * 4


def test_outside_them_an_absolute_rule_or_one_for_all_of_read_lets_in(place: judging.Place) -> None:
    for allowed in ("Read(//etc/**)", "Read", "Read(*)"):
        assert judge(place, "/etc/passwd", allow=[allowed]) == ALLOW
    for allowed in ("Read(/etc/**)", "Read(etc/**)", "Read(**)x", "Read(//usr/**)", "Edit(//etc/**)", "Re*"):
        assert judge(place, "/etc/passwd", allow=[allowed]) == UNSETTLED


def test_a_denied_file_is_denied_by_whatever_name(place: judging.Place) -> None:
    for path in (".env", "./.env", "sub/../.env", f"{place.cwd}/.env", ".ENV", "link"):
        assert judge(place, path, deny=["Read(./.env)"]) == DENY
    assert judge(place, "a.txt", deny=["Read(./.env)"]) == ALLOW


def test_deny_comes_before_ask_and_ask_before_what_lies_inside(place: judging.Place) -> None:
    assert judge(place, "sub/b.txt", ask=["Read(./sub/**)"]) == ASK
    assert judge(place, "sub/b.txt", ask=["Read(./sub/**)"], deny=["Read"]) == DENY


def test_a_link_is_followed_before_it_is_judged(place: judging.Place, tmp_path: Path) -> None:
    (tmp_path / "far").write_text("x")
    (tables.Path(place.cwd) / "out").symlink_to(tmp_path / "far")
    assert judge(place, "out") == UNSETTLED
    assert judge(place, "out", allow=[f"Read(/{tmp_path}/**)"]) == ALLOW
    assert judge(place, "out", deny=[f"Read(/{tmp_path}/far)"]) == DENY
