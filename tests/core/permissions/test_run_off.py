"""Where batch_run must not run: under a sandbox, and beside a hook of somebody else's on Bash."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import bundle_root
from scrimp.core.permissions import layers, run_off

if TYPE_CHECKING:
    from pathlib import Path

OURS = {
    "type": "command",
    "command": "python3",
    "args": ["-I", "-S", f"{bundle_root()}/hooks/main.py", "pre_tool_use"],
}
THEIRS = {"type": "command", "command": "/opt/check.sh"}


def why(tmp_path: Path, said: dict[str, Any], **environ: str) -> str:
    path = tmp_path / "repo/.claude/settings.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(said))
    env = {"HOME": str(tmp_path / "home")} | environ
    return run_off.why(layers.read(env, str(tmp_path / "repo"), []), env).replace(str(tmp_path), "…")


def hooks(matcher: str | None, handler: dict[str, Any], event: str = "PreToolUse") -> dict[str, Any]:
    group = {"hooks": [handler]} if matcher is None else {"matcher": matcher, "hooks": [handler]}
    return {"hooks": {event: [group]}}


def test_a_sandbox_that_is_on_is_named_with_its_file(tmp_path: Path) -> None:
    said = why(tmp_path, {"sandbox": {"enabled": True}})
    assert said == "Bash is sandboxed here (…/repo/.claude/settings.json), and batch_run would not be"
    assert why(tmp_path, {"sandbox": {"enabled": False}}) == ""


@pytest.mark.parametrize("matcher", [None, "", "*", "Bash", "Edit|Bash", "Ba.h", ".*", "^Bash$", "("])
def test_a_foreign_hook_on_bash_is_named_with_its_file(tmp_path: Path, matcher: str | None) -> None:
    said = why(tmp_path, hooks(matcher, THEIRS))
    assert said == "a hook on Bash (…/repo/.claude/settings.json) would not see what batch_run runs"


@pytest.mark.parametrize(
    "said",
    [
        hooks("Edit", THEIRS),
        hooks("Bash", THEIRS, "PostToolUse"),
        hooks("Bash", OURS),
        {"hooks": []},
        {"hooks": {"PreToolUse": 1}},
    ],
    ids=["on another tool", "after it", "our own", "no hooks", "no list"],
)
def test_others_do_not_count(tmp_path: Path, said: dict[str, Any]) -> None:
    assert why(tmp_path, said) == ""


def test_a_hook_that_only_bears_our_name_is_foreign(tmp_path: Path) -> None:
    fake = {**OURS, "args": ["-I", "-S", str(tmp_path / "scrimp/hooks/main.py"), "pre_tool_use"]}
    assert why(tmp_path, hooks("Bash", fake)) != ""


def plugin(tmp_path: Path, hooks_text: str, manifest: dict[str, Any] | None = None) -> None:
    folder = tmp_path / "home/.claude/plugins/cache/guard"
    (folder / ".claude-plugin").mkdir(parents=True)
    (folder / "hooks").mkdir()
    (folder / ".claude-plugin/plugin.json").write_text(json.dumps({"name": "guard", **(manifest or {})}))
    (folder / "hooks/hooks.json").write_text(hooks_text)
    listed = {"version": 2, "plugins": {"guard@here": [{"installPath": str(folder)}]}}
    (tmp_path / "home/.claude/plugins/installed_plugins.json").write_text(json.dumps(listed))


@pytest.mark.parametrize("is_on", [True, False])
def test_the_hooks_of_a_plugin_count_while_it_is_enabled(tmp_path: Path, is_on: bool) -> None:
    plugin(tmp_path, json.dumps(hooks("Bash", THEIRS)))
    said = why(tmp_path, {"enabledPlugins": {"guard@here": is_on}})
    place = "…/home/.claude/plugins/cache/guard/hooks/hooks.json"
    assert said == (f"a hook on Bash ({place}) would not see what batch_run runs" if is_on else "")


def test_those_in_its_manifest_count_too(tmp_path: Path) -> None:
    plugin(tmp_path, "{}", hooks("Bash", THEIRS))
    assert "plugin.json" in why(tmp_path, {"enabledPlugins": {"guard@here": True}})


def test_our_own_plugin_is_no_stranger(tmp_path: Path) -> None:
    (tmp_path / "home/.claude/plugins").mkdir(parents=True)
    listed = {"plugins": {"scrimp@scrimp": [{"installPath": bundle_root()}]}}
    (tmp_path / "home/.claude/plugins/installed_plugins.json").write_text(json.dumps(listed))
    assert why(tmp_path, {"enabledPlugins": {"scrimp@scrimp": True}}) == ""
