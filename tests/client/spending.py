"""Runs the real client on prompts whose replies say what usage a test wants; and what the ledger makes of its home."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp import cli
from scrimp.core.prices import PICO, canonical
from tests.client import driver
from tests.client.api import Api
from tests.client.driver import ClientError, Setup
from tests.client.script import Call, Script, play

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.client.script import Agent

Body = dict[str, Any]

TOOLS = "Bash,Agent,WebSearch"
TIMEOUT_S = 60.0
BILLED_AS = "claude-opus-5-5"
"""What the simulated cache takes every request for: what it reckons is not used here."""


class Said(NamedTuple):
    """What a reply says of itself: its usage, and, where it is not as usual, which model gave it and how it ended."""

    usage: Body
    model: str = ""
    stop_reason: str = ""


def usage(count: int = 0, **others: object) -> Body:
    """A usage with every class of token, its counts a little larger with each `count`; `others` are its other keys."""
    minutes, hour = 2_000 + 11 * count, 3_000 + 13 * count
    return {
        "input_tokens": 1_000 + count,
        "cache_read_input_tokens": 10_000 + 7 * count,
        "cache_creation_input_tokens": minutes + hour,
        "cache_creation": {"ephemeral_5m_input_tokens": minutes, "ephemeral_1h_input_tokens": hour},
        "output_tokens": 100 + 3 * count,
        "server_tool_use": {"web_search_requests": count % 3, "web_fetch_requests": 0},
        **others,
    }


def only(fresh: int = 0, output: int = 0, **others: object) -> Body:
    """A usage, or one of its iterations, that neither reads nor writes a cache."""
    return {
        "input_tokens": fresh,
        "output_tokens": output,
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 0,
        **others,
    }


class SpendingApi(Api):
    """The scripted API with replies that say what `say` says; `answered` is the model and usage of each, in order."""

    def __init__(self, listener: socket.socket, script: Script, say: Callable[[Body], Said]) -> None:
        super().__init__(listener, script)
        self.answered: list[tuple[str, Body]] = []
        self._say = say

    def answer(self, body: Body) -> Iterator[Body]:
        """The events of the reply to one request."""
        said = self._say(body)
        self.answered.append((body["model"], said.usage))
        played: Body = {**body, "model": BILLED_AS}
        if searches(body):
            played["tools"] = []  # no agent's own request, which the script would answer
        for event in super().answer(played):
            if event["type"] == "message_start":
                event["message"] |= {"model": said.model or body["model"], "usage": said.usage}
            elif event["type"] == "message_delta":
                event["usage"] = said.usage
                event["delta"]["stop_reason"] = said.stop_reason or event["delta"]["stop_reason"]
            yield event


def searches(body: Body) -> bool:
    """Whether a request is the one that the client's WebSearch makes: its only tool is the API's own search."""
    return [tool.get("name") for tool in body.get("tools", [])] == ["web_search"]


class Answer(NamedTuple):
    """What the client says that a session has cost by now, in pico-dollars; and what the API answered this time."""

    session_id: str
    pico: int
    by_model: dict[str, int]
    answered: list[tuple[str, Body]]


class Home:
    """A home and a project of the client's, and a ledger that follows it."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._setup = Setup()
        self._project, self._home = driver.prepare(self._folder, self._setup)

    def ask(self, prompt: str, script: Script, say: Callable[[Body], Said], *arguments: str) -> Answer:
        """Give the client one prompt; ClientError when it does not end."""
        command = [driver.client_program(os.environ), "-p", prompt, "--output-format", "json", "--allowedTools", TOOLS]
        environ = driver.environment(self._home, self._setup)
        with open(os.path.join(self._folder, "out.json"), "w+b") as out, open(os.devnull, "wb") as nowhere:
            files = (out.fileno(), nowhere.fileno())
            process, listener = driver.start([*command, *arguments], self._project, environ, files)
            api = SpendingApi(listener, script, say)
            with driver.serving(api):
                try:
                    process.wait(TIMEOUT_S)
                finally:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            out.seek(0)
            said = out.read()
        if not said:
            raise ClientError(f"no result for {prompt!r}")
        return _answer(json.loads(said), api)

    def report(self, by: str) -> dict[str, int]:
        """Pico-dollars by what `scrimp report --by` tells apart, of all that the home holds by now."""
        where = ["--projects", self.projects, "--ledger", self.ledger]
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            code = cli.main(["report", "--by", by, "--json", *where], {"HOME": self._folder})
        assert code == cli.OK
        rows = json.loads(printed.getvalue())
        return {row[_KEYS[by]]: int(Decimal(row["cost_usd"]) * PICO) for row in rows}

    @property
    def projects(self) -> str:
        """Where the client left its transcripts."""
        return os.path.join(self._home, ".claude", "projects")

    @property
    def ledger(self) -> str:
        """The ledger that the reports keep."""
        return os.path.join(self._folder, "ledger.db")


_KEYS = {"session": "session_id", "model": "model"}


def pico_of(usd: float) -> int:
    """The client's figure, a sum of floating numbers, in whole pico-dollars.

    A double carries 15 decimal digits and more: of sums below $100 the twelfth decimal is right once it is rounded.
    """
    return int((Decimal(repr(usd)) * PICO).to_integral_value())


def a_part_for_each_model(cases: Mapping[str, Said]) -> tuple[Script, Callable[[Body], Said], tuple[str, ...]]:
    """A run whose main agent starts a subagent on each of these models: its script, what is said, the arguments."""
    types = {f"part{place}": model for place, model in enumerate(cases)}
    agents = {name: {"description": "Does a part", "prompt": "Do it.", "model": types[name]} for name in types}
    calls = [agent(f"PART {name}.", subagent_type=name) for name in types]
    parts: dict[str, Agent] = {f"PART {name}.": play() for name in types}

    def say(body: Body) -> Said:
        return cases[body["model"]] if "PART part" in json.dumps(body["messages"][0]) else Said(usage())

    return Script(play(calls), parts), say, ("--agents", json.dumps(agents))


def agent(prompt: str, *, background: bool = False, **others: object) -> Call:
    """A subagent that is given `prompt`; others: `subagent_type`, `model`."""
    details = {"description": "Do a part", "prompt": prompt, "subagent_type": "general-purpose", **others}
    return Call("Agent", {**details, "run_in_background": background})


def named(by_model: Mapping[str, int]) -> dict[str, int]:
    """Sums by model under the names that prices are filed under, those of nothing left out."""
    summed: dict[str, int] = {}
    for model, pico in by_model.items():
        name, _ = canonical(model)
        summed[name] = summed.get(name, 0) + pico
    return {name: pico for name, pico in summed.items() if pico}


def _answer(result: Body, api: SpendingApi) -> Answer:
    if api.errors:
        raise api.errors[0]
    by_model = {model: pico_of(spent["costUSD"]) for model, spent in result["modelUsage"].items()}
    return Answer(result["session_id"], pico_of(result["total_cost_usd"]), by_model, api.answered)
