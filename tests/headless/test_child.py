"""What becomes of the client when something breaks around it: it is never left behind."""

from __future__ import annotations

import os
import sys

import pytest

from scrimp.core.errors import LedgerError
from scrimp.headless import child
from scrimp.headless.stream import Stream

ENDLESS = [sys.executable, "-c", "import time; time.sleep(600)"]
TERMINATED = 128 + 15


def nothing(_: int) -> None:
    """No look."""


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (child.Ended("no gate is there"), "no gate is there"),
        (
            LedgerError("the ledger cannot be used"),
            "nobody could go on watching it (LedgerError: the ledger cannot be used), so the run was ended",
        ),
        (
            FileNotFoundError("moved away"),
            "nobody could go on watching it (FileNotFoundError: moved away), so the run was ended",
        ),
    ],
)
def test_whatever_goes_wrong_while_it_is_watched_ends_the_client_and_says_why(raised: Exception, reason: str) -> None:
    pids: list[int] = []

    def look(pid: int) -> None:
        pids.append(pid)
        raise raised

    assert child.run(ENDLESS, os.environ, Stream(), look) == (TERMINATED, reason)
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


def test_what_interrupts_us_ends_the_client_too(capfd: pytest.CaptureFixture[str]) -> None:
    pids: list[int] = []

    def look(pid: int) -> None:
        pids.append(pid)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        child.run(ENDLESS, os.environ, Stream(), look)
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("words", [["/nowhere/claude"], ["/etc"], ["claude\0"]])
def test_only_what_could_not_be_started_was_not_started(words: list[str]) -> None:
    with pytest.raises(child.NotStarted):
        child.run(words, os.environ, Stream(), nothing)
