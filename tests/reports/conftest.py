"""The command line as a person runs it on a ledger of their own, with a clock in UTC."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.cli import main
from tests.reports.ledger_rows import Book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Command:
    """`book` is the person's ledger; `projects`, empty, is where transcripts would be."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.home = folder / "home"
        self.projects = self.home / ".claude" / "projects"
        self.projects.mkdir(parents=True)
        (folder / "data").mkdir()
        self.book = Book(folder / "data")
        self.environ = {"HOME": str(self.home), "SCRIMP_HOME": str(folder / "data"), "ANTHROPIC_API_KEY": "key"}
        self.code = 0
        self.errors = ""
        self._capfd = capfd

    def __call__(self, *words: str, **environ: str) -> str:
        """What `scrimp words` prints; `code` and `errors` are those of this run."""
        self._capfd.readouterr()
        self.code = main(words, {**self.environ, **environ})
        sys.stdout.flush()
        out, self.errors = self._capfd.readouterr()
        return out

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """The rows of a report as JSON."""
        return json.loads(self(*words, "--json"))


@pytest.fixture
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def scrimp(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    in_utc: None,  # noqa: ARG001 - a fixture that the whole run is under
) -> Command:
    monkeypatch.chdir(tmp_path)
    return Command(tmp_path, capfd)
