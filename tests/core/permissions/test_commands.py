"""What Bash rules come to, row by row; tests/client/test_permissions asks the client about the same rows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from scrimp.core.permissions import judging
from scrimp.core.permissions.rule import ALLOW, ASK, BASH, DENY, UNSETTLED
from tests.core.permissions import tables

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> judging.Place:
    return tables.project(tmp_path_factory.mktemp("rules"))


@pytest.mark.parametrize("name", tables.NAMES)
def test_every_row_of_the_table_comes_to_its_verdict(place: judging.Place, name: str) -> None:
    table = tables.table(name)
    rules = tables.rules(table.permissions, place.cwd)
    found = [(judging.judge(BASH, command, rules, place).verdict, command) for _, command in table.rows]
    assert found == table.rows


def test_there_are_enough_rows_and_each_stands_once() -> None:
    rows = [(name, command) for name in tables.NAMES for _, command in tables.table(name).rows]
    assert len(rows) == len(set(rows)) > 800


def judge(place: judging.Place, command: str, **permissions: list[str]) -> judging.Judgement:
    return judging.judge(BASH, command, tables.rules(permissions, place.cwd), place)


FORMS = [
    # rule, command, as an allow rule, as a deny rule
    ("Bash(shop:*)", "shop", ALLOW, DENY),
    ("Bash(shop:*)", "shop a", ALLOW, DENY),
    ("Bash(shop:*)", "shopx", UNSETTLED, ALLOW),
    ("Bash(shop *)", "shop", ALLOW, DENY),
    ("Bash(shop *)", "shopx", UNSETTLED, ALLOW),
    ("Bash(shop*)", "shopx", ALLOW, DENY),
    ("Bash(shop a*:*)", "shop ab", UNSETTLED, ALLOW),
    ("Bash(shop a:*)", "shop ab", UNSETTLED, ALLOW),
    ("Bash(shop a:*)", "shop 'a' b", UNSETTLED, DENY),
    ("Bash(shop a)", "shop a", ALLOW, DENY),
    ("Bash(shop a)", "shop  a", UNSETTLED, DENY),
    ("Bash(shop a)", "shop a ", ALLOW, DENY),
    ("Bash(shop a)", "shop a b", UNSETTLED, ALLOW),
    ("Bash(shop 'a b')", "shop 'a b'", ALLOW, DENY),
    ("Bash(shop a b)", "shop 'a b'", UNSETTLED, DENY),
    ("Bash(* a)", "shop a", ALLOW, DENY),
    ("Bash(* a)", "shop b", UNSETTLED, ALLOW),
    ("Bash(shop * x)", "shop run x", ALLOW, DENY),
    ("Bash(shop * x)", "shop x", UNSETTLED, ALLOW),
    ("Bash(shop * x)", "shop run x y", UNSETTLED, ALLOW),
    ("Bash(shop run *:*)", "shop run x", UNSETTLED, ALLOW),
    ("Bash(shop :*)", "shop run", UNSETTLED, ALLOW),
    ("Bash( shop run )", "shop run", UNSETTLED, DENY),
    ("bash(shop run)", "shop run", UNSETTLED, ALLOW),
    ("Bash(SHOP run)", "shop run", UNSETTLED, ALLOW),
    ("Bash()", "shop run", UNSETTLED, DENY),
    ("Bash(*)", "shop run", ALLOW, DENY),
    ("Bash(**)", "shop run", ALLOW, DENY),
    ("Bash (shop run)", "shop run", UNSETTLED, DENY),
    ("Bash(shop run", "shop run", UNSETTLED, ALLOW),
    ("Bash(shop run))", "shop run", UNSETTLED, ALLOW),
    ("Bash(shop run \\(x\\))", "shop run '(x)'", UNSETTLED, DENY),
    ("Bash(shop run ?)", "shop run x", UNSETTLED, ALLOW),
    ("Bash(shop run [x])", "shop run x", UNSETTLED, ALLOW),
    ("Bash(shop a && shop b)", "shop a && shop b", UNSETTLED, DENY),
    ("Bash(shop a, shop b)", "shop a", UNSETTLED, ALLOW),
    ("Bash(timeout 5 shop:*)", "timeout 5 shop x", ALLOW, DENY),
    ("Bash(timeout 5 shop:*)", "timeout 6 shop x", UNSETTLED, ALLOW),
    ("Bash(bash:*)", "bash -c 'shop x'", ALLOW, DENY),
    ("Bash(/opt/shop:*)", "shop x", UNSETTLED, ALLOW),
    ("Bash(git push:*)", "git -C sub push", UNSETTLED, ASK),
    ("Bash(git diff --output=*)", "git diff --output=x", ALLOW, DENY),
    ("Bash(git diff:*)", "git diff --output=x", UNSETTLED, DENY),
    ("*", "shop run", UNSETTLED, DENY),
    ("Bas*", "shop run", UNSETTLED, DENY),
    ("Edit", "shop run", UNSETTLED, ALLOW),
]


@pytest.mark.parametrize(("text", "command", "allowed", "denied"), FORMS)
def test_a_rule_is_read_as_the_client_reads_it(
    place: judging.Place, text: str, command: str, allowed: str, denied: str
) -> None:
    assert judge(place, command, allow=[text]).verdict == allowed
    assert judge(place, command, allow=["Bash"], deny=[text]).verdict == denied


def test_deny_comes_before_ask_and_ask_before_allow(place: judging.Place) -> None:
    rules = {"allow": ["Bash(shop:*)"], "ask": ["Bash(shop b*)"], "deny": ["Bash(shop bad)"]}
    file = f"{place.cwd}/.claude/settings.json"
    assert judge(place, "shop a", **rules) == (ALLOW, "Bash(shop:*)", file)
    assert judge(place, "shop b", **rules) == (ASK, "Bash(shop b*)", file)
    assert judge(place, "shop a; shop bad", **rules) == (DENY, "Bash(shop bad)", file)


def test_a_refusal_names_the_rule_and_its_file() -> None:
    assert judging.refusal(judging.Judgement(DENY, "Bash(rm:*)", "/s.json")) == "denied by Bash(rm:*) in /s.json"
    assert judging.refusal(judging.Judgement(ASK, "Bash(rm:*)", "/s.json")).startswith("not done without asking")
    assert [judging.refusal(judging.Judgement(one)) for one in (ALLOW, UNSETTLED)] == ["", ""]


def test_from_another_folder_of_the_session_what_changes_files_is_not_covered(place: judging.Place) -> None:
    inside = judging.Place(f"{place.cwd}/sub", place.roots, place.home)
    rules = tables.rules({"allow": ["Bash(touch:*)", "Bash(git:*)", "Bash(shop:*)"]}, place.cwd)
    commands = ("touch x", "git status", "git add x", "shop x", "ls")
    verdicts = {command: judging.judge(BASH, command, rules, inside).verdict for command in commands}
    assert verdicts == {
        "touch x": UNSETTLED,
        "git status": UNSETTLED,
        "git add x": UNSETTLED,
        "shop x": ALLOW,
        "ls": ALLOW,
    }


@pytest.mark.parametrize("folder", ["/etc", "..", "sub/../.."])
def test_from_outside_the_folders_of_the_session_nothing_is_covered(place: judging.Place, folder: str) -> None:
    outside = judging.Place(f"{place.cwd}/{folder}" if folder[:1] != "/" else folder, place.roots, place.home)
    rules = tables.rules({"allow": ["Bash"]}, place.cwd)
    assert judging.judge(BASH, "ls", rules, outside).verdict == UNSETTLED


def test_a_link_that_leads_outside_is_not_covered(place: judging.Place, tmp_path: Path) -> None:
    (tmp_path / "far").write_text("x")
    link = f"{place.cwd}/far"
    (tmp_path / "far").chmod(0o600)
    (tables.Path(link)).symlink_to(tmp_path / "far")
    assert judge(place, "cat far").verdict == UNSETTLED
    assert judge(place, "cat far", allow=["Bash(cat:*)"]).verdict == UNSETTLED


def test_variables_set_for_a_command_are_judged_with_it(place: judging.Place) -> None:
    assert judging.as_typed("shop x", []) == "shop x"
    assert judging.as_typed("shop x", [("A", "1 2"), ("B", "it's")]) == "A='1 2' B='it'\\''s' shop x"
    typed = judging.as_typed("shop x", [("PATH", "/tmp/evil")])
    assert judge(place, typed, allow=["Bash(shop:*)"]).verdict == UNSETTLED
    assert judge(place, typed, allow=["Bash"], deny=["Bash(shop:*)"]).verdict == DENY


@pytest.mark.parametrize("value", ["() { rm x; }", "() { rm 'x'; }", "it's $(rm x)", "'; rm x; '"])
def test_a_variable_hides_no_command_from_a_deny_rule(place: judging.Place, value: str) -> None:
    for name in ("BASH_FUNC_shop%%", "ENV", "GIT_PAGER"):
        typed = judging.as_typed("shop x", [(name, value)])
        assert judge(place, typed, allow=["Bash"], deny=["Bash(rm:*)"]).verdict in (ASK, DENY)


def test_the_time_taken_grows_with_the_length_and_not_faster(place: judging.Place) -> None:
    rules = tables.rules({"allow": ["Bash(shop:*)"], "deny": ["Bash(rm -rf:*)", "Bash(* --force*)"]}, place.cwd)

    def taken(times: int) -> float:
        command = "shop a" + " && shop 'b c'" * times
        started = time.process_time()
        judging.judge(BASH, command, rules, place)
        return time.process_time() - started

    taken(10)
    assert taken(1_200) < 60 * max(taken(100), 0.001)
