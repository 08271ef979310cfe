from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from scrimp import __version__
from scrimp.core import bundle_root
from scrimp.core.routes import surroundings
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


def test_the_plugin_brings_every_agent_of_the_bundle() -> None:
    """An agent is its file and its path in plugin.json; without the second only `scrimp install` would give it."""
    files = [f"./.claude/agents/{name}.md" for name in surroundings.shipped_agents()]
    assert sorted(manifest(".claude-plugin", "plugin.json")["agents"]) == files


def test_the_marketplace_lists_this_very_repository_as_the_plugin() -> None:
    market = manifest(".claude-plugin", "marketplace.json")
    assert market["name"] == "scrimp"
    assert [(plugin["name"], plugin["source"]) for plugin in market["plugins"]] == [("scrimp", "./")]


@pytest.mark.parametrize("name", ["hooks.json", "when_limited.json"])
def test_every_hook_starts_isolated_in_exec_form_on_a_file_and_an_event_of_the_bundle(name: str) -> None:
    for event, groups in manifest("hooks", name)["hooks"].items():
        for group in groups:
            for handler in group["hooks"]:
                module = re.sub(r"(?<!^)(?=[A-Z])", "_", event).lower()
                if group.get("matcher") == "Write|Edit|NotebookEdit":
                    module = "pre_write"  # an entry of its own: it stands without a limit too
                if group.get("matcher") == "^Agent$":
                    module = "pre_agent"  # the same
                if "batch_(" in group.get("matcher", ""):
                    module = "pre_batch"  # the same
                if "after_pause" in handler["args"]:
                    module = "after_pause"  # the same
                script = ["main.py", module] if event != "PostToolBatch" else ["gate.py"]
                file = f"{module}.py" if event != "PostToolBatch" else "gate.py"
                assert os.path.isfile(os.path.join(ROOT, "hooks", file))
                words = [handler["command"], *handler["args"]]
                path = "${CLAUDE_PLUGIN_ROOT}/hooks/" + script[0]
                assert words == ["python3", "-I", "-S", path, *script[1:], "--plugin"]


def test_only_what_is_written_for_a_limit_fails_closed_and_that_alone() -> None:
    closed = {
        name: [
            event
            for event, groups in manifest("hooks", name)["hooks"].items()
            for group in groups
            for handler in group["hooks"]
            if handler.get("onFailure") == "block"
        ]
        for name in ("hooks.json", "when_limited.json")
    }
    assert closed == {"hooks.json": [], "when_limited.json": ["UserPromptSubmit", "PostToolBatch"]}


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
