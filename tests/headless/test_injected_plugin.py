"""What a run gives the client as a plugin: the bundle without its hooks, whose server needs no libraries made."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from scrimp.core import bundle_root
from scrimp.headless import injected, server_use

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_the_bundle_with_the_server_on_this_interpreter_and_without_hooks(tmp_path: Path) -> None:
    root = bundle_root()
    path = injected.plugin(str(tmp_path), root, has_server=True)
    assert sorted(os.listdir(path)) == sorted({*os.listdir(root)} - {"hooks"})
    with open(os.path.join(path, ".claude-plugin", "plugin.json"), encoding="utf-8") as file:
        given = json.load(file)
    with open(os.path.join(root, ".claude-plugin", "plugin.json"), encoding="utf-8") as file:
        declared = json.load(file)
    server = {
        "command": sys.executable,
        "args": ["-I", "-S", os.path.join(root, "mcp_server", "bootstrap.py")],
        "alwaysLoad": True,
        "env": {"SCRIMP_SERVER_PYTHON": sys.executable},
    }
    assert given == {**declared, "mcpServers": {"scrimp": server}}


def test_a_run_that_may_not_use_the_server_is_not_given_it(tmp_path: Path) -> None:
    """Its tools would cost on every request, and every call of one be refused."""
    path = injected.plugin(str(tmp_path), bundle_root(), has_server=False)
    with open(os.path.join(path, ".claude-plugin", "plugin.json"), encoding="utf-8") as file:
        assert "mcpServers" not in json.load(file)


@pytest.mark.parametrize(
    ("words", "rules", "is_allowed"),
    [
        (["claude", "-p", "do it"], [], False),
        (["claude", "-p", "do it", "--allowedTools", "Bash"], ["Bash"], False),
        (["claude", "-p", "do it", "--allowedTools", "Bash,mcp__plugin_scrimp_scrimp__batch_read"], [], True),
        (["claude", "-p", "do it", "--dangerously-skip-permissions"], [], True),
        (["claude", "-p", "do it", "--permission-mode", "bypassPermissions"], [], True),
        (["claude", "-p", "do it"], ["mcp__plugin_scrimp_scrimp__batch_read"], True),
        (["claude", "-p", "do it"], ["mcp__scrimp"], True),
        (["claude", "-p", "do it"], ["mcp__other__scrape"], False),
    ],
)
def test_a_run_may_use_the_server_where_its_words_or_the_settings_allow_a_tool_of_it(
    tmp_path: Path, words: list[str], rules: list[str], *, is_allowed: bool
) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude" / "settings.json").write_text(json.dumps({"permissions": {"allow": rules}}))
    environ = {"HOME": str(tmp_path)}
    assert server_use.is_allowed(words, environ, str(tmp_path / "project")) == is_allowed
