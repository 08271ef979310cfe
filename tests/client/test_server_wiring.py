"""The ways in which the server and the skills come into a run: installed, as a plugin, by `scrimp run`."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.cli.wiring import whole
from scrimp.core import bundle_root
from scrimp.headless import injected
from tests.client import driver
from tests.client.driver import Run, Setup, run_client
from tests.client.script import Call, Script, play

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.client

INSTALLED, PLUGIN = "mcp__scrimp__", "mcp__plugin_scrimp_scrimp__"
TOOLS = ["batch_fetch", "batch_read", "batch_run", "budget", "recall"]
FILES = {"a.txt": "the one line\n"}


def tools(run: Run, prefix: str) -> list[list[str]]:
    """Ours among the tools of each request."""
    names = [[tool["name"] for tool in request.body["tools"]] for request in run.requests]
    return [sorted(name.removeprefix(prefix) for name in one if name.startswith(prefix)) for one in names]


def environ(folder: Path) -> dict[str, str]:
    return {"SCRIMP_HOME": str(folder / "data")}


def installed(folder: Path, scope: str) -> None:
    """A repo in which a person has installed scrimp and said yes."""
    (folder / "home").mkdir(exist_ok=True)
    (folder / "project").mkdir()
    subprocess.run(["git", "init", "--quiet", str(folder / "project")], check=True)
    theirs = {"HOME": str(folder / "home"), "PATH": os.environ["PATH"], **environ(folder)}
    whole.carry_out(whole.install(scope, theirs, str(folder / "project"), None), theirs)


def calls(prefix: str) -> list[Call]:
    return [
        Call(f"{prefix}batch_read", {"items": ["a.txt"]}, "read"),
        Call(f"{prefix}budget", {}, "budget"),
        Call(f"{prefix}batch_run", {"commands": ["touch made"]}, "run"),
    ]


@pytest.mark.parametrize("scope", ["local", "user"])
def test_after_install_the_tools_are_there_from_the_first_request_and_the_offered_rules_hold(
    client: str, tmp_path: Path, scope: str
) -> None:
    """Under `-p` nobody is asked: what no rule allows is refused."""
    assert client
    installed(tmp_path, scope)
    script = Script(play(calls(INSTALLED), "Done."))
    run = run_client(str(tmp_path), script, Setup(files=FILES, permission_args=(), env=environ(tmp_path)))
    assert tools(run, INSTALLED) == [TOOLS, TOOLS]
    assert "the one line" in run.text("read")
    assert [run.results[name].is_error for name in ("read", "budget", "run")] == [False, False, True]
    assert not (tmp_path / "project" / "made").exists()


def test_installed_and_as_a_plugin_the_tools_are_there_once(client: str, tmp_path: Path) -> None:
    assert client
    installed(tmp_path, "local")
    script = Script(play(calls(INSTALLED)[:1], "Done."))
    setup = Setup(files=FILES, permission_args=(), env=environ(tmp_path), plugin_dir=bundle_root())
    run = run_client(str(tmp_path), script, setup)
    assert (tools(run, INSTALLED)[0], tools(run, PLUGIN)[0]) == (TOOLS, [])


def test_what_scrimp_run_gives_has_the_tools_in_the_first_request(client: str, tmp_path: Path) -> None:
    assert client
    (tmp_path / "run").mkdir()
    setup = Setup(
        files=FILES,
        plugin_dir=injected.plugin(str(tmp_path / "run"), bundle_root(), has_server=True),
        permission_args=("--allowedTools", f"{PLUGIN}batch_read"),
        env={**environ(tmp_path), "SCRIMP_SERVER_PYTHON": ""},
    )
    run = run_client(str(tmp_path), Script(play(calls(PLUGIN)[:1], "Done.")), setup)
    assert tools(run, PLUGIN) == [TOOLS, TOOLS]
    assert "the one line" in run.text("read")


def skills() -> dict[str, str]:
    """Each skill's text."""
    folder = os.path.join(bundle_root(), ".claude", "skills")
    found: dict[str, str] = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name, "SKILL.md"), encoding="utf-8") as file:
            found[name] = file.read()
    return found


@pytest.mark.parametrize("way", ["installed", "plugin"])
def test_the_skills_cost_nothing_until_a_person_calls_one(
    client: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    assert client
    if way == "installed":
        installed(tmp_path, "local")
    files = {**FILES, ".claude/skills/standing/SKILL.md": "---\nname: standing\ndescription: of another\n---\n\nDo.\n"}
    plugin_dir = bundle_root() if way == "plugin" else ""
    setup = Setup(files=files, permission_args=(), env=environ(tmp_path), plugin_dir=plugin_dir)
    prefix = "scrimp:" if way == "plugin" else ""
    script = Script(play("Done."))
    standing = json.dumps(run_client(str(tmp_path), script, setup).requests[0].body)
    assert "- standing: of another" in standing  # so one stands there that a model may call
    for name, text in skills().items():
        description = text.partition("description: ")[2].partition("\n")[0]
        assert description not in standing
        assert f"{prefix}{name}\\n" not in standing
        assert f"- {prefix}{name}" not in standing
    monkeypatch.setattr(driver, "PROMPT", f"/{prefix}batch-read a.txt {driver.PROMPT}")
    called = sent(run_client(str(tmp_path), script, setup))
    assert "Call the tool `batch_read` of the MCP server scrimp ONCE" in called
    assert f"a.txt {'MAIN-TASK do it'}" in called


def sent(run: Run) -> str:
    """What the model was sent of the conversation."""
    messages: list[Any] = run.requests[-1].messages
    return json.dumps(messages)
