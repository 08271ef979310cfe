"""A home of the client's whose person has set limits, wired as `scrimp budget set --scope user` wires it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.cli.wiring import entries
from scrimp.core import bundle_root, ledger, prices
from scrimp.core.untrusted import as_object
from scrimp.core.usage import Usage
from tests.client import driver
from tests.client.api import AT_ONCE, Api, Pace
from tests.client.driver import ClientError, Setup
from tests.client.spending import Said, SpendingApi

if TYPE_CHECKING:
    import socket
    import sqlite3
    from collections.abc import Generator, Mapping

    from tests.client.script import Request, Script

Body = dict[str, Any]

TIMEOUT_S = 90.0
ANSWER_NOW = "Give your final answer now"
"""What a landing agent is told, among other words."""

MODEL = "claude-opus-5-5"
READ_TOKENS, WRITTEN_TOKENS, REPLY_TOKENS = 100_000, 3_200, 3_200
DIME = {
    "input_tokens": 0,
    "cache_read_input_tokens": READ_TOKENS,
    "cache_creation_input_tokens": WRITTEN_TOKENS,
    "cache_creation": {"ephemeral_5m_input_tokens": WRITTEN_TOKENS, "ephemeral_1h_input_tokens": 0},
    "output_tokens": REPLY_TOKENS,
}
DIME_PICO = prices.PICO // 10
"""What a request of MODEL with this usage costs: $0.02 read, $0.016 written, $0.064 for the reply.

Each writes the reply before it, so that it costs what a forecast can tell.
"""


class Asked(NamedTuple):
    """What came of a prompt: the client's result, what was sent for it, what that costs in pico-dollars."""

    session_id: str
    result: str
    said: Body
    requests: list[Request]
    pico: int

    @property
    def agents(self) -> set[str]:
        """Who sent anything."""
        return {request.agent for request in self.requests}


class Budgeted:
    """The home and the project in `folder`, with these limits as the person's own. `ask` may run in many threads."""

    def __init__(self, folder: str, limits: Mapping[str, Any], *, pace: Pace = AT_ONCE) -> None:
        self._folder = folder
        self._setup = Setup(pace=pace)
        self.project, self.home = driver.prepare(folder, self._setup)
        self.own = os.path.join(self.home, ".claude", "scrimp.json")
        self.settings = os.path.join(self.home, ".claude", "settings.json")
        os.makedirs(os.path.dirname(self.own), exist_ok=True)
        _write(self.own, {"budget": dict(limits)})
        _write(self.settings, {"hooks": entries.for_budget(bundle_root(), sys.executable)})

    @property
    def environ(self) -> dict[str, str]:
        """What a program of this person's sees, outside the client."""
        return {"HOME": self.home, "PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": os.getcwd()}

    @contextlib.contextmanager
    def ledger(self) -> Generator[sqlite3.Connection]:
        """The ledger that the gate keeps."""
        with ledger.opened(ledger.path_of(self.environ)) as db:
            yield db

    def ask(self, prompt: str, script: Script, *arguments: str, usage: Body | None = None) -> Asked:
        """Give the client one prompt and wait until it has ended; ClientError where it does not.

        usage: what each reply says it used; else what the API's own simulated cache makes of the prompt.
        """
        command = [driver.client_program(os.environ), "-p", prompt, "--output-format", "json"]
        command += ["--dangerously-skip-permissions", *arguments]
        environ = driver.environment(self.home, self._setup)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process, listener = driver.start(command, self.project, environ, (out.fileno(), err.fileno()))
            api = _api(listener, script, self._setup.pace, usage)
            with driver.serving(api):
                _wait(process)
            out.seek(0)
            err.seek(0)
            said = out.read()
            if not said:
                raise ClientError(f"no result for {prompt!r}: {err.read()!r}")
        if api.errors:
            raise api.errors[0]
        return _asked(as_object(json.loads(said)), api)

    def last_stop(self) -> tuple[str, str]:
        """The name and the span of the limit that stopped a thread last, as `raises.add` takes them."""
        with self.ledger() as db:
            query = "SELECT name, span_key FROM stops WHERE kind = 'stop' ORDER BY at_ms DESC LIMIT 1"
            name, span_key = db.execute(query).fetchone()
        return name, span_key


def is_told_to_answer(request: Request) -> bool:
    """Whether the latest that this request brings tells its agent to answer."""
    for message in reversed(request.messages):
        if message["role"] == "assistant":
            return False
        if ANSWER_NOW in json.dumps(message["content"]):
            return True
    return False


def now_ms() -> int:
    """The clock that the gate goes by."""
    return int(time.time() * 1_000)


def _api(listener: socket.socket, script: Script, pace: Pace, usage: Body | None) -> Api:
    if usage is None:
        return Api(listener, script, pace)
    return SpendingApi(listener, script, lambda _: Said(usage))


def _asked(said: Body, api: Api) -> Asked:
    said_costs = [_pico(*one) for one in api.answered] if isinstance(api, SpendingApi) else [api.pico_usd]
    return Asked(said["session_id"], said["result"], said, api.requests, sum(said_costs))


def _pico(model: str, usage: Body) -> int:
    split = usage["cache_creation"]
    read, minutes, hour = usage["cache_read_input_tokens"], *split.values()
    used = Usage(usage["input_tokens"], usage["output_tokens"], read, minutes, hour, write_unsplit=0, searches=0)
    price = prices.lookup(model, at="2026-11-22", prompt_tokens=read + minutes + hour + usage["input_tokens"])
    assert price is not None
    return prices.cost(used, price)


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise ClientError(f"the client had not ended after {TIMEOUT_S:.0f} s") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _write(path: str, value: object) -> None:
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file)
