"""A person's machine in a temporary folder: a home, a repo, and the command line run in process."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from scrimp.cli import doctor, main

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from scrimp.cli.checks import Finding


@dataclass
class Output:
    """What one run of the command line came to."""

    code: int
    out: str
    err: str


@dataclass
class Machine:
    """`home` and `repo` are there and empty; `scrimp(...)` runs in the repo."""

    home: Path
    repo: Path
    environ: Mapping[str, str]
    scrimp: Callable[..., Output]

    @property
    def local(self) -> Path:
        """The settings of this person in this repo."""
        return self.repo / ".claude" / "settings.local.json"

    @property
    def shared(self) -> Path:
        """The settings that a team checks in."""
        return self.repo / ".claude" / "settings.json"

    @property
    def own(self) -> Path:
        """The settings of this person everywhere."""
        return self.home / ".claude" / "settings.json"

    def tree(self) -> dict[str, bytes | None]:
        """Everything in home and repo but git's own and scrimp's data: folders as None, files with their bytes."""
        found: dict[str, bytes | None] = {}
        for root in (self.home, self.repo):
            for path in root.rglob("*"):
                if not {".git", ".local"} & set(path.parts):
                    found[str(path)] = None if path.is_dir() else path.read_bytes()
        return found


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Machine:
    home, repo = tmp_path / "home", tmp_path / "repo"
    home.mkdir()
    repo.mkdir()
    environ = {"HOME": str(home), "PATH": os.environ["PATH"]}
    subprocess.run(["git", "init", "--quiet", str(repo)], check=True, env={**environ, "GIT_CONFIG_GLOBAL": os.devnull})
    monkeypatch.chdir(repo)
    for name in ("GIT_DIR", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)

    def scrimp(*words: str, stdin: bytes = b"", **more: str) -> Output:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capfdbinary.readouterr()
        code = main(words, {**environ, **more})
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Output(code, out.decode("utf-8", "surrogateescape"), err.decode("utf-8"))

    return Machine(home, repo, environ, scrimp)


@pytest.fixture
def quiet_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install ends with doctor's screen; what that tries has its own tests."""

    def nothing(*_: object) -> list[Finding]:
        return []

    monkeypatch.setattr(doctor, "examine", nothing)
