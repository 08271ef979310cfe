"""Sessions of the real client over several runs against one prompt cache: each cause of a break, made to happen.

The cache is simulated (`billing.PromptCache`), and outlives the runs. What the client sends decides what it finds;
`Sessions.pause` lets its time pass, and sets the transcript's times back by as much.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import signal
from typing import TYPE_CHECKING, Any

from scrimp.core import times
from tests.client import driver
from tests.client.api import Api
from tests.client.billing import PromptCache
from tests.client.clock import Clock
from tests.client.driver import ClientError, Setup

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.client.billing import Charge
    from tests.client.script import Script

Body = dict[str, Any]

TIMEOUT_S = 60.0
_MS = 1000
_AS_LONG_AS = ("output_config", "thinking", "speed")
"""What of a request keeps the cache of its messages, beside the prompt: on models that take no effort a message."""


class KeyedCache(PromptCache):
    """A cache whose entries after the tools hold only for the effort, thinking and speed that they were made with."""

    def charge(self, body: Body, at_s: float) -> Charge:
        """As for a prompt whose system text begins with these."""
        key = json.dumps({name: body.get(name) for name in _AS_LONG_AS}, sort_keys=True)
        return super().charge({**body, "system": [{"type": "text", "text": key}, *body.get("system", [])]}, at_s)


class Sessions:
    """A home and a project of the client's, and the cache that its requests meet.

    `usages` is what the API said of each request, in order; those of commands, which no transcript has, are left out.
    """

    def __init__(self, folder: Path, setup: Setup | None = None) -> None:
        self._folder = str(folder)
        self._setup = setup or Setup()
        self.project, self._home = driver.prepare(self._folder, self._setup)
        self._clock = Clock()
        self.cache: PromptCache = KeyedCache()
        self.usages: list[Body] = []

    @property
    def projects(self) -> str:
        """Where the client leaves its transcripts."""
        return os.path.join(self._home, ".claude", "projects")

    def ask(self, prompt: str, script: Script, *arguments: str, env: Body | None = None) -> str:
        """Give the client one prompt; the session's id. ClientError when it does not end."""
        command = [driver.client_program(os.environ), "-p", prompt, "--output-format", "json", *driver.ALLOW_BASH]
        environ = {**driver.environment(self._home, self._setup), **(env or {})}
        with open(os.path.join(self._folder, "out.json"), "w+b") as out, open(os.devnull, "wb") as nowhere:
            files = (out.fileno(), nowhere.fileno())
            process, listener = driver.start([*command, *arguments], self.project, environ, files)
            api = Api(listener, script)
            api._cache, api.clock = self.cache, self._clock  # pyright: ignore[reportPrivateUsage]
            with driver.serving(api):
                _wait(process)
            out.seek(0)
            said = out.read()
        if api.errors:
            raise api.errors[0]
        if prompt[0] != "/":
            self.usages += [request.usage for request in api.requests]
        if not said:
            raise ClientError(f"no result for {prompt!r}")
        return json.loads(said)["session_id"]

    def pause(self, seconds: float) -> None:
        """Let so much time pass: for the cache, and between what the transcripts hold and what comes."""
        self._clock.advance(seconds)
        for path in self._transcripts():
            set_back(path, seconds)

    def _transcripts(self) -> list[str]:
        return glob.glob(os.path.join(self.projects, "**", "*.jsonl"), recursive=True)

    def edit(self, old: str, new: str) -> None:
        """Put other words into the transcripts, as long as nobody looks."""
        for path in self._transcripts():
            with open(path, encoding="utf-8") as file:
                text = file.read()
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace(old, new))

    def forget(self) -> None:
        """Let the cache lose everything, as a server may."""
        self.cache = KeyedCache()


def set_back(path: str, seconds: float) -> None:
    """Make every line of a transcript so much older."""
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    with open(path, "w", encoding="utf-8") as file:
        for line in lines:
            if "timestamp" in line:
                line["timestamp"] = times.iso(times.epoch_ms(line["timestamp"]) - seconds * _MS)
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(TIMEOUT_S)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
