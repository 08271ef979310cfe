"""The ways in which scrimp comes into a run: as a plugin, as a plugin beside the settings, and not at all."""

from __future__ import annotations

import os

import pytest

from scrimp.core import bundle_root, cuts
from tests.client.agents import KEPT
from tests.client.driver import Run, Setup, run_client
from tests.client.script import Script, bash, play
from tests.client.wiring import scrimp_env, scrimp_settings

pytestmark = pytest.mark.client

SCRIPT = Script(play([bash("seq 1 20000; exit 3", "failing"), bash("seq 1 200000", "succeeding")]))


def run_with(folder: str, setup: Setup) -> Run:
    """The script's run with scrimp's data inside `folder`."""
    return run_client(folder, SCRIPT, setup._replace(env=scrimp_env(os.path.join(folder, "data"))))


def recorded_cuts(folder: str) -> int:
    """How many cuts the journal knows."""
    with open(os.path.join(folder, "data", cuts.NAME), encoding="utf-8") as journal:
        return len(journal.readlines())


@pytest.mark.parametrize("beside_settings", [False, True], ids=["plugin alone", "plugin beside the settings"])
def test_as_a_plugin_everything_happens_once(client: str, tmp_path: object, *, beside_settings: bool) -> None:
    assert client
    folder = str(tmp_path)
    settings = scrimp_settings() if beside_settings else {}
    run = run_with(folder, Setup(settings=settings, plugin_dir=bundle_root()))
    for name in ("failing", "succeeding"):
        assert len(KEPT[0].findall(run.text(name))) == 1
    assert run.text("failing").startswith("Exit code 3\n1\n2\n")
    assert recorded_cuts(folder) == 2


def test_hooks_that_are_not_there_leave_the_run_as_it_was(client: str, tmp_path: object) -> None:
    assert client
    missing = scrimp_settings()
    for groups in missing["hooks"].values():
        for group in groups:
            group["hooks"] = [{**entry, "command": "/not/there/python3"} for entry in group["hooks"]]
    run = run_with(str(tmp_path), Setup(settings=missing))
    assert "characters truncated" in run.text("failing")
    assert run.text("succeeding").startswith("<persisted-output>")
    assert run.result["result"] == "Done."
