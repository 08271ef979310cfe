"""A list of commands is no way around what an agent may not do to its own budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hooks.dispatch import State
from hooks.steps import batch_guards
from tests.hooks import recorded
from tests.hooks.test_guards import Place

if TYPE_CHECKING:
    from pathlib import Path


def denied(place: Place, commands: Any, tool: str = "batch_run") -> str:
    name = f"mcp__plugin_scrimp_scrimp__{tool}"
    event = recorded.event("tool_bash", tool_name=name, tool_input={"commands": commands}, cwd=str(place.repo))
    answer = batch_guards.step(event, State(place.environ, event))
    found = (answer or {}).get("deny", "")
    return found.partition("this would change ")[2].partition(". Go on within")[0]


@pytest.mark.parametrize(
    ("commands", "what"),
    [
        (["ls", "scrimp budget raise 50"], "the budget"),
        ([{"command": "scrimp budget clear --yes", "cwd": "/tmp"}], "the budget"),
        ([{"command": "rm scrimp.local.json", "cwd": ".claude"}], "scrimp's settings"),
        ([{"command": "claude -p more", "env": {"SCRIMP_HOME": "/tmp/x"}}], "the environment that scrimp reads"),
        (["rm -rf ~/.local/share/scrimp"], "scrimp's data"),
    ],
)
def test_a_call_with_a_command_that_would_change_the_budget_is_denied(tmp_path: Path, commands: Any, what: str) -> None:
    assert denied(Place(tmp_path), commands) == what


def test_without_a_limit_and_for_what_only_looks_nothing_is_said(tmp_path: Path) -> None:
    assert denied(Place(tmp_path / "unlimited", limit="{}"), ["scrimp budget raise 50"]) == ""
    place = Place(tmp_path / "limited")
    assert denied(place, ["scrimp budget", "cat .claude/scrimp.json", {"command": "make", "cwd": "sub"}]) == ""
    assert denied(place, ["scrimp budget raise 50"], tool="batch_read") == ""


@pytest.mark.parametrize("commands", [None, 5, "ls", [None], [{"command": 5}], [{"cwd": 5, "env": 5}]])
def test_commands_of_no_known_shape_are_left_to_the_rules(tmp_path: Path, commands: Any) -> None:
    assert denied(Place(tmp_path), commands) == ""
