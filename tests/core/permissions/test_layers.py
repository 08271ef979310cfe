"""Which settings files count, and which of their rules."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core.permissions import judging, layers
from scrimp.core.permissions.rule import ALLOW, ASK, BASH, DENY, UNSETTLED

if TYPE_CHECKING:
    from pathlib import Path


class World:
    """A machine with a home, a repo and a folder that an administrator writes."""

    def __init__(self, root: Path) -> None:
        self.home, self.repo, self.managed = root / "home", root / "repo", root / "etc"
        for folder in (self.home / ".claude", self.repo / ".git", self.repo / ".claude", self.managed):
            folder.mkdir(parents=True)
        self.environ = {"HOME": str(self.home)}

    def write(self, path: Path, **permissions: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"permissions": permissions}))

    def trust(self) -> None:
        known = {"projects": {os.path.realpath(self.repo): {"hasTrustDialogAccepted": True}}}
        (self.home / ".claude.json").write_text(json.dumps(known))

    def rules(self, folder: Path | None = None) -> layers.Rules:
        name = str(folder or self.repo)
        return layers.rules(layers.read(self.environ, name, [str(self.managed)]), self.environ, name)

    def verdict(self, command: str = "shop x") -> str:
        place = judging.Place(str(self.repo), self.rules().roots, str(self.home))
        return judging.judge(BASH, command, self.rules(), place).verdict


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_without_any_file_there_are_no_rules(world: World) -> None:
    assert world.rules() == layers.Rules([], [], [], [os.path.realpath(world.repo)])


def test_a_deny_rule_holds_from_whichever_file(world: World) -> None:
    files = [
        world.home / ".claude/settings.json",
        world.repo / ".claude/settings.json",
        world.repo / ".claude/settings.local.json",
        world.managed / "managed-settings.json",
        world.managed / "managed-settings.d/10-more.json",
        world.home / ".claude/remote-settings.json",
    ]
    for path in files:
        world.write(path, deny=["Bash(shop:*)"])
        assert [(one.text, one.file) for one in world.rules().deny] == [("Bash(shop:*)", str(path))]
        assert world.verdict() == DENY
        path.unlink()
    assert world.verdict() == UNSETTLED


def test_the_clients_folder_may_be_elsewhere(world: World, tmp_path: Path) -> None:
    world.write(tmp_path / "config/settings.json", deny=["Bash(shop:*)"])
    world.environ["CLAUDE_CONFIG_DIR"] = str(tmp_path / "config")
    assert world.verdict() == DENY


def test_what_a_repo_allows_counts_only_once_its_folder_is_trusted(world: World) -> None:
    world.write(world.repo / ".claude/settings.json", allow=["Bash(shop:*)"], additionalDirectories=["/shared"])
    assert (world.verdict(), len(world.rules().roots)) == (UNSETTLED, 1)
    world.trust()
    assert (world.verdict(), world.rules().roots[1:]) == (ALLOW, ["/shared"])


def test_what_the_user_allows_counts_everywhere(world: World) -> None:
    world.write(world.home / ".claude/settings.json", allow=["Bash(shop:*)"])
    assert world.verdict() == ALLOW


def test_the_rules_of_the_top_folder_hold_below_it(world: World) -> None:
    (world.repo / "sub").mkdir()
    world.write(world.repo / ".claude/settings.json", deny=["Bash(shop:*)"])
    assert [one.text for one in world.rules(world.repo / "sub").deny] == ["Bash(shop:*)"]


def test_an_organisation_may_let_only_its_own_rules_allow(world: World) -> None:
    world.write(world.home / ".claude/settings.json", allow=["Bash(shop:*)"], deny=["Bash(rm:*)"])
    said = {"allowManagedPermissionRulesOnly": True, "permissions": {"allow": ["Bash(make:*)"]}}
    (world.managed / "managed-settings.json").write_text(json.dumps(said))
    assert [world.verdict(command) for command in ("shop x", "make x", "rm x")] == [UNSETTLED, ALLOW, DENY]


@pytest.mark.parametrize("text", ['{"permissions": {"allow": ["Bash"],}}', "[]", "\0", '{"a": ' * 2_000])
def test_a_file_that_cannot_be_read_asks_for_everything(world: World, text: str) -> None:
    world.write(world.home / ".claude/settings.json", allow=["Bash"])
    (world.repo / ".claude/settings.json").write_text(text)
    assert world.verdict() == ASK


def test_an_empty_file_says_nothing(world: World) -> None:
    world.write(world.home / ".claude/settings.json", allow=["Bash"])
    (world.repo / ".claude/settings.json").write_text("")
    assert world.verdict() == ALLOW


def test_values_of_other_kinds_are_passed_over(world: World) -> None:
    world.write(
        world.home / ".claude/settings.json", deny=[1, None, {}, "", "Bash(rm", "("], allow="Bash", ask={"a": 1}
    )
    assert world.rules()[:3] == ([], [], [])


def test_additional_folders_may_be_named_from_home_and_from_the_repo(world: World) -> None:
    world.write(world.home / ".claude/settings.json", additionalDirectories=["~/notes", "../other", "~", 3])
    base, home = os.path.realpath(world.repo), os.path.realpath(world.home)
    assert world.rules().roots == [base, f"{home}/notes", f"{os.path.dirname(base)}/other", home]
