"""A shell as Claude Code starts it: its output appended to a task file, the trap in front of the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hooks.steps import exit_trap
from scrimp.core import outputs

SESSION = "5f6c9c1e-0d0a-4a52-9f3f-0b7f5d1f9a10"
SHELLS = ("bash", "zsh")


@dataclass
class Ran:
    """What a command left behind: its exit code, what the client would read, and the folders around it."""

    code: int
    shown: bytes
    box: Box

    def marker(self) -> tuple[str, str] | None:
        found = outputs.markers(self.shown.decode("utf-8", "replace"))
        return found[-1] if found else None

    def original(self) -> bytes:
        found = self.marker()
        assert found is not None, self.shown[-400:]
        return Path(found[1]).read_bytes()


@dataclass
class Box:
    """One session's folders in a temporary place, and a way to run commands in it."""

    root: Path
    shell: str = "bash"
    environ: dict[str, str] = field(default_factory=dict[str, str])
    line: str = ""

    def __post_init__(self) -> None:
        for folder in (self.tasks, self.repo, self.root / "home"):
            folder.mkdir(parents=True, exist_ok=True)
        self.line = self.line or self.trap_to(str(self.results))

    def trap_to(self, results: str) -> str:
        """The trap's line with originals kept in `results`."""
        return exit_trap.trap(results, str(self.repo), sys.platform, self.env())

    @property
    def tasks(self) -> Path:
        return self.root / "tmp" / SESSION / "tasks"

    @property
    def results(self) -> Path:
        return self.root / "home" / ".claude" / "projects" / "-repo" / SESSION / "tool-results"

    @property
    def transcript(self) -> Path:
        return self.results.parent.with_suffix(".jsonl")

    @property
    def repo(self) -> Path:
        return self.root / "repo"

    @property
    def data(self) -> Path:
        return self.root / "data"

    def env(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.root / "home"),
            "SCRIMP_HOME": str(self.data),
            "CLAUDE_CODE_SESSION_ID": SESSION,
            "LANG": "C.UTF-8",
        } | self.environ

    def start(self, command: str, task: str, trap: str | None = None) -> subprocess.Popen[bytes]:
        """Start `command` in the client's own wrapper; the trap's line stands where the client puts it."""
        path = self.tasks / f"{task}.output"
        path.write_bytes(b"")
        quoted = "'" + command.replace("'", "'\"'\"'") + "'"
        line = self.line if trap is None else trap
        script = f"true && {line}\n: && eval {quoted} < /dev/null && pwd -P >| {self.root}/cwd"
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            return subprocess.Popen(
                [self.shell, "-c", script],
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                cwd=self.repo,
                env=self.env(),
            )
        finally:
            os.close(descriptor)

    def run(self, command: str, task: str = "b0c8tx3nj", trap: str | None = None) -> Ran:
        code = self.start(command, task, trap).wait(timeout=60)
        return Ran(code, (self.tasks / f"{task}.output").read_bytes(), self)

    def run_plain(self, command: str) -> Ran:
        """The same command without the trap."""
        return self.run(command, "plain", trap=":")


@pytest.fixture(params=SHELLS)
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Box:
    """A session whose shell is bash, and again one whose shell is zsh."""
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return Box(tmp_path, request.param)


@pytest.fixture
def bash_box(tmp_path: Path) -> Box:
    """A session whose shell is bash: for what does not depend on the shell."""
    return Box(tmp_path)
