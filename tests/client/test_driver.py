"""The driver: the client reaches nothing but the scripted API, and is ended when it does not end by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.client import driver
from tests.client.api import Pace
from tests.client.driver import ClientError, Setup, run_client
from tests.client.script import Script, bash, play

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.client

SCRIPT = Script(play([bash("cat /proc/net/dev", "interfaces"), bash("env", "environment")]))


def test_in_a_namespace_there_is_no_network_but_loopback(client: str, tmp_path: Path) -> None:
    assert client
    if not driver.namespace_command():
        pytest.skip("this machine allows no network namespace")
    run = run_client(str(tmp_path), SCRIPT)
    assert re.findall(r"^ *(\w+):", run.text("interfaces"), re.MULTILINE) == ["lo"]
    assert f"HOME={tmp_path}/home" in run.text("environment").splitlines()


def test_without_a_namespace_the_run_is_the_same(client: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client
    monkeypatch.setattr(driver, "namespace_command", tuple)
    run = run_client(str(tmp_path), SCRIPT)
    assert run.result["result"] == "Done."
    assert len(run.requests) == 2


def test_a_client_that_does_not_end_is_stopped_and_the_test_told(client: str, tmp_path: Path) -> None:
    assert client
    with pytest.raises(ClientError, match="had not ended after 1 s"):
        run_client(str(tmp_path), SCRIPT, Setup(timeout_s=1.0, pace=Pace(first_s=20.0)))


def test_what_the_script_raises_is_raised_in_the_test(client: str, tmp_path: Path) -> None:
    assert client
    with pytest.raises(LookupError, match="no such call"):
        run_client(str(tmp_path), Script(play(lambda request: request.text("no such call"))))
