from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from scrimp import __version__
from scrimp.core import bundle_root
from tests.client.driver import client_program, namespace_command

if TYPE_CHECKING:
    from pathlib import Path

ROOT = bundle_root()


def manifest(*names: str) -> dict[str, Any]:
    with open(os.path.join(ROOT, *names), encoding="utf-8") as file:
        return json.load(file)


def test_the_plugin_has_the_packages_name_and_version() -> None:
    plugin = manifest(".claude-plugin", "plugin.json")
    assert (plugin["name"], plugin["version"]) == ("scrimp", __version__)


def test_the_marketplace_lists_this_very_repository_as_the_plugin() -> None:
    market = manifest(".claude-plugin", "marketplace.json")
    assert market["name"] == "scrimp"
    assert [(plugin["name"], plugin["source"]) for plugin in market["plugins"]] == [("scrimp", "./")]


def test_every_hook_starts_isolated_in_exec_form_on_a_file_and_an_event_of_the_bundle() -> None:
    for event, groups in manifest("hooks", "hooks.json")["hooks"].items():
        module = re.sub(r"(?<!^)(?=[A-Z])", "_", event).lower()
        assert os.path.isfile(os.path.join(ROOT, "hooks", f"{module}.py"))
        for group in groups:
            for handler in group["hooks"]:
                words = [handler["command"], *handler["args"]]
                assert words == ["python3", "-I", "-S", "${CLAUDE_PLUGIN_ROOT}/hooks/main.py", module, "--plugin"]


@pytest.mark.client
@pytest.mark.parametrize("path", [".", ".claude-plugin/plugin.json"])
def test_both_manifests_pass_the_clients_own_strict_validation(path: str, tmp_path: Path) -> None:
    program = client_program(os.environ)
    if not program:
        pytest.skip("Claude Code is not installed: `make client` puts it into the cache folder")
    done = subprocess.run(
        [*namespace_command(), program, "plugin", "validate", "--strict", os.path.join(ROOT, path)],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DISABLE_AUTOUPDATER": "1"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation passed" in done.stdout
