"""The server learns from our hook whose call it carries out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import bundle_root, callers
from scrimp.core.callers import Caller
from tests.hooks import recorded
from tests.hooks.test_import_budget import HOOKS, foreign, loaded

if TYPE_CHECKING:
    from pathlib import Path

CALL = "toolu_018EKZGtNQhMqmrgkxGbxWUS"


def sent(tmp_path: Path, tool: str, given: Any, **more: Any) -> subprocess.CompletedProcess[bytes]:
    """What the hook prints for a call of one of our tools, seen as the client starts it."""
    said = {"tool_name": f"mcp__scrimp__{tool}", "tool_input": given, "tool_use_id": CALL, "cwd": str(tmp_path)}
    event = recorded.raw("tool_bash_in_subagent", **said, **more)
    words = [sys.executable, "-I", "-S", "-X", "importtime", str(HOOKS / "main.py"), "pre_batch"]
    environ = {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path / "data"), "CLAUDE_PROJECT_DIR": str(tmp_path)}
    return subprocess.run(words, input=event, capture_output=True, check=True, env=environ)


@pytest.mark.parametrize(("tool", "given"), [("batch_read", {"items": ["a.py"]}), ("budget", {})])
def test_a_call_is_noted_with_its_thread_and_can_be_taken_once(
    tmp_path: Path, tool: str, given: dict[str, Any]
) -> None:
    ran = sent(tmp_path, tool, given)
    assert ran.stdout == b""
    assert foreign(loaded(ran.stderr.decode())) == set()
    event = recorded.event("tool_bash_in_subagent")
    data = str(tmp_path / "data")
    assert callers.take(data, CALL) == Caller(
        event["session_id"],
        event["prompt_id"],
        event["agent_id"],
        event["transcript_path"],
        str(tmp_path),
        event["permission_mode"],
        turn="0",
        is_judged=True,
    )
    assert callers.take(data, CALL) is None


def test_a_call_that_is_denied_leaves_no_note(tmp_path: Path) -> None:
    ran = sent(tmp_path, "batch_run", {"commands": ["ls"]}, permission_mode="plan")
    assert json.loads(ran.stdout)["hookSpecificOutput"]["permissionDecision"] == "deny"
    assert callers.take(str(tmp_path / "data"), CALL) is None


@pytest.mark.parametrize("call_id", ["", "../../etc/passwd", "a/b", "x" * 1_000, "toolu_\n"])
def test_an_id_that_is_no_id_leaves_nothing(tmp_path: Path, call_id: str) -> None:
    callers.note(str(tmp_path), {"tool_use_id": call_id, "session_id": "s"})
    assert os.listdir(tmp_path) == []
    assert callers.take(str(tmp_path), call_id) is None


def test_our_own_tools_have_one_entry_before_and_none_after_a_call() -> None:
    """What they answer is within its budget already, and a recall is never cut."""
    with open(os.path.join(bundle_root(), "hooks", "hooks.json"), encoding="utf-8") as file:
        hooks = json.load(file)["hooks"]
    tools = ("batch_read", "batch_run", "batch_fetch", "budget", "recall")
    found = {
        f"{prefix}{tool}": [
            group["hooks"][0]["args"][3]
            for event in ("PreToolUse", "PostToolUse")
            for group in hooks[event]
            if re.search(group["matcher"], f"{prefix}{tool}")
        ]
        for prefix in ("mcp__scrimp__", "mcp__plugin_scrimp_scrimp__")
        for tool in tools
    }
    assert found == {name: [] if name.endswith("recall") else ["pre_batch"] for name in found}
    others = ("mcp__github__list", "mcp__scrimpy__read", "mcp__plugin_other_scrimp__read")
    for name in others:
        matching = [group["hooks"][0] for group in hooks["PostToolUse"] if re.search(group["matcher"], name)]
        assert [handler["args"][3] for handler in matching] == ["post_tool_use"]
