from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scrimp.cli.stage import scenes

if TYPE_CHECKING:
    from tests.cli.conftest import Machine

CASES = Path(__file__).parents[1] / "compact"
FIXTURES = {
    "pytest": "pytest/failed_29_deep",
    "app_log": "log/service_error_in_middle",
    "npm": "packages/npm_conflict",
    "deploy": "log/deploy_failed",
}


@pytest.mark.parametrize("name", FIXTURES)
def test_what_is_shipped_for_the_demo_is_what_was_recorded(name: str) -> None:
    assert scenes.recording(name) == (CASES / FIXTURES[name] / "input.txt").read_bytes()


def test_every_shipped_recording_is_played() -> None:
    assert {scene.recording for scene in scenes.SCENES if scene.recording} == set(FIXTURES)


def test_the_demo_keeps_every_fact_and_exit_code_and_brings_every_original_back(machine: Machine) -> None:
    output = machine.scrimp("demo", "--json")
    assert (output.code, output.err) == (0, "")
    calls = json.loads(output.out)["calls"]
    assert [(call["command"], call["exit_code"]) for call in calls] == [
        ("pytest -v", 1),
        ("cat app.log", 0),
        ("npm install --loglevel=http", 1),
        ("seq 1 20000", 0),
        ("mcp__ops__deploy_log", 0),
    ]
    for call in calls:
        assert call["with_scrimp"]["facts_kept"] == call["facts_total"] > 0
        assert call["original_restored"] is True
        assert call["with_scrimp"]["size_bytes"] < call["printed"]["size_bytes"]


def test_the_demo_on_a_screen_shows_each_output_before_and_after(machine: Machine) -> None:
    output = machine.scrimp("demo")
    assert output.code == 0
    assert output.out.count("the original: back byte for byte") == len(scenes.SCENES)
    for scene in scenes.SCENES:
        ended = f"→ exit code {scene.exit_code}" if scene.tool == "Bash" else "(a tool of an MCP server)"
        assert f"$ {scene.command}  {ended}\n  printed " in output.out
    assert "does not hold" not in output.out


def test_the_demo_leaves_nothing_behind(machine: Machine) -> None:
    before = sorted(machine.home.rglob("*"))
    machine.scrimp("demo", "--json")
    assert sorted(machine.home.rglob("*")) == before


def test_without_a_shell_the_demo_says_what_it_needs(machine: Machine, tmp_path: Path) -> None:
    output = machine.scrimp("demo", PATH=str(tmp_path))
    assert (output.code, output.err) == (
        1,
        "scrimp: the demo needs bash or zsh on the PATH, as Claude Code does\n",
    )
