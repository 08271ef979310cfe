"""A session on a stage: folders, environment and shells as the client has them, in a temporary folder.

The hooks and the EXIT trap are the real ones, as processes of their own; only the client is played. The forms are
those of Claude Code 2.1.330: the task file `<temp>/<session>/tasks/<task>.output`, opened to append as fds 1 and 2 of
`<shell> -c '<snapshot> && <lines of CLAUDE_ENV_FILE> && eval COMMAND < /dev/null && pwd -P >| …'`.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, NamedTuple, Self

from scrimp.cli.wiring import settings_file
from scrimp.core import bundle_root, log, outputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

SESSION_ID = "5c21a0de-0000-4000-8000-5c21a0de5c21"
_TIMEOUT_S = 60
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT")
_WRAPPER = "true || true && {lines}\n: && eval {command} < /dev/null && pwd -P >| {cwd_file}"


class Ran(NamedTuple):
    """One process: exit code, what it printed, milliseconds."""

    code: int
    stdout: bytes
    stderr: bytes
    ms: float


class Shown(NamedTuple):
    """One Bash call: exit code, what the command printed, what the client read back."""

    code: int
    output: bytes
    task: str


class Session:
    """Use as a context manager; everything is gone afterwards. Starts hooks and shells one at a time."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="scrimp-stage-")
        self.root = os.path.realpath(self._temporary.name)
        self.project = self._folder("project")
        self.programs = self._folder("bin")
        self.data = self._folder("data")
        self._session_folder = self._folder("temp", "-project", SESSION_ID)
        self._tasks = self._folder("temp", "-project", SESSION_ID, "tasks")
        self.transcript = os.path.join(self._folder("home", ".claude", "projects", "-project"), f"{SESSION_ID}.jsonl")
        self._environ = self._as_the_client_sets_it(environ)
        self._count = 0

    def __enter__(self) -> Self:
        """The stage is set as soon as it is made."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Everything on the stage is gone."""
        self._temporary.cleanup()

    def event(self, name: str, **more: object) -> bytes:
        """One event as the client puts it on a hook's standard input."""
        common = {"session_id": SESSION_ID, "transcript_path": self.transcript, "cwd": self.project}
        return json.dumps({**common, "hook_event_name": name, **more}).encode()

    def hook(self, words: Sequence[str], event: bytes) -> Ran:
        """Start one hook handler on `event`; OSError when its program is not there."""
        started = time.perf_counter()
        done = subprocess.run(
            words,
            input=event,
            capture_output=True,
            env=self._environ,
            timeout=_TIMEOUT_S,
            check=False,
            cwd=self.project,
        )
        return Ran(done.returncode, done.stdout, done.stderr, (time.perf_counter() - started) * 1000)

    def bash(self, command: str, shell: str = "bash") -> Shown:
        """Run `command` as the Bash tool does and give back what its task file holds at the end."""
        self._count += 1
        task = f"b{self._count:08d}"
        path = os.path.join(self._tasks, f"{task}.output")
        with open(path, "ab") as file:
            done = subprocess.run(
                [shell, "-c", self._script(command)],
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=self._environ,
                cwd=self.project,
                timeout=_TIMEOUT_S,
                check=False,
            )
        with open(path, "rb") as file:
            return Shown(done.returncode, file.read(), task)

    def kept(self) -> dict[str, bytes]:
        """The originals that the hooks have kept, by file name."""
        folder = outputs.results_folder(self.transcript)
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        return {name: settings_file.read_bytes(os.path.join(folder, name)) or b"" for name in names}

    def complaints(self) -> list[str]:
        """What the hooks have written into their log: they exit 0 whatever happens."""
        content = settings_file.read_bytes(os.path.join(self.data, log.NAME)) or b""
        return content.decode("utf-8", "replace").splitlines()

    def after_bash(self, words: Sequence[str], command: str, shown: Shown) -> Ran:
        """The event that follows a Bash call, to the handler for it."""
        return self.hook(
            words, self.bash_event(command, shown.code, shown.output.decode("utf-8", "replace"), shown.task)
        )

    def bash_event(self, command: str, code: int, text: str, task: str) -> bytes:
        """PostToolUse or PostToolUseFailure of a Bash call."""
        call = {"tool_name": "Bash", "tool_input": {"command": command}, "tool_use_id": f"toolu_{task}"}
        if code:
            return self.event("PostToolUseFailure", **call, error=f"Exit code {code}\n{text}")
        response = {"stdout": text, "stderr": "", "interrupted": False, "isImage": False, "noOutputExpected": False}
        return self.event("PostToolUse", **call, tool_response=response)

    def _script(self, command: str) -> str:
        try:
            with open(self._environ["CLAUDE_ENV_FILE"], encoding="utf-8") as file:
                lines = file.read().rstrip("\n")
        except FileNotFoundError:
            lines = ":"
        cwd_file = shlex.quote(os.path.join(self.root, "cwd"))
        return _WRAPPER.format(lines=lines or ":", command=shlex.quote(command), cwd_file=cwd_file)

    def _folder(self, *names: str) -> str:
        path = os.path.join(self.root, *names)
        os.makedirs(path, mode=0o700, exist_ok=True)
        return path

    def _as_the_client_sets_it(self, environ: Mapping[str, str]) -> dict[str, str]:
        passed_on = {name: environ[name] for name in _PASSED_ON if name in environ}
        return {
            **passed_on,
            "PATH": self.programs + os.pathsep + environ.get("PATH", os.defpath),
            "HOME": os.path.join(self.root, "home"),
            "TMPDIR": self._folder("tmp"),
            "SCRIMP_HOME": self.data,
            "CLAUDECODE": "1",
            "CLAUDE_CODE_SESSION_ID": SESSION_ID,
            "CLAUDE_CODE_CHILD_NOTES_DIR": os.path.join(self._session_folder, "started"),
            "CLAUDE_PROJECT_DIR": self.project,
            "CLAUDE_ENV_FILE": os.path.join(self.root, "sessionstart-hook-0.sh"),
        }


def own_handler(event: str) -> list[str]:
    """The words that start this bundle's own hook for `event` (`post_tool_use`)."""
    return [sys.executable, "-I", "-S", os.path.join(bundle_root(), "hooks", "main.py"), event]
