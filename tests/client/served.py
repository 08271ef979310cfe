"""Sessions of the real client with scrimp's server: installed for a repo, or as a plugin."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from scrimp.cli.wiring import whole
from scrimp.core import bundle_root
from tests.client.driver import Run, Setup, run_client
from tests.client.script import Call, Script

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.client.script import Agent, Body

TOOLS = ("batch_fetch", "batch_read", "batch_run", "budget", "recall")


class Way(NamedTuple):
    """How scrimp came in; `prefix`: what the client puts before the names of its tools."""

    name: str
    prefix: str

    def call(self, tool: str, given: Body, name: str) -> Call:
        """One call of a tool of ours."""
        return Call(self.prefix + tool, given, name)

    def allowed(self, *tools: str) -> list[str]:
        """Rules that allow these tools, all where none is named."""
        return [self.prefix + tool for tool in tools or TOOLS]


INSTALLED = Way("installed", "mcp__scrimp__")
PLUGIN = Way("plugin", "mcp__plugin_scrimp_scrimp__")


def environ(folder: Path) -> dict[str, str]:
    """What keeps scrimp's data in the test's folder."""
    return {"SCRIMP_HOME": str(folder / "data")}


def session(folder: Path, way: Way, agent: Agent, setup: Setup | None = None) -> Run:
    """One run of the client in a repo with scrimp, under no permissions but those of its settings."""
    return run_client(str(folder), Script(agent), wired(folder, way, setup or Setup()))


def wired(folder: Path, way: Way, setup: Setup) -> Setup:
    """The set-up with scrimp in it."""
    if way == INSTALLED:
        install(folder)
    else:
        repo(folder)
    own = [one for one in setup.permission_args if one not in Setup().permission_args]
    plugin_dir = bundle_root() if way == PLUGIN else ""
    return setup._replace(plugin_dir=plugin_dir, permission_args=own, env={**environ(folder), **setup.env})


def install(folder: Path) -> None:
    """What `scrimp install` writes for an empty repo."""
    repo(folder)
    theirs = {"HOME": str(folder / "home"), "PATH": os.environ["PATH"], **environ(folder)}
    whole.carry_out(whole.install("local", theirs, str(folder / "project"), None), theirs)


def repo(folder: Path) -> None:
    """An empty repo, and a home beside it."""
    (folder / "home").mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "--quiet", str(folder / "project")], check=True)


def permissions(allow: Sequence[str], deny: Sequence[str] = ()) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """The project's own settings with these rules."""
    return {"permissions": {"allow": [*allow], "deny": [*deny]}}
