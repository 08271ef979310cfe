"""What a scripted agent is made of: calls, replies, and the request it answers.

An agent is a generator function: it gets the first request, yields a reply (a text, or the tool calls of one reply),
and is handed the next request of the same agent for it. When it returns, the conversation ends.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, NamedTuple, cast

Body = dict[str, Any]


class Call(NamedTuple):
    """One tool call. `name` (letters, digits, spaces) is what the results know it by; the server numbers the others."""

    tool: str
    input: Body
    name: str = ""


class ToolResult(NamedTuple):
    """One tool's result as the model was sent it."""

    name: str
    text: str
    is_error: bool


class Request:
    """One request as the model was sent it, and what it was billed."""

    def __init__(self, body: Body, agent: str, at_s: float) -> None:
        self.body = body
        self.agent = agent
        self.at_s = at_s
        self.ended_s = at_s
        self.usage: Body = {}
        self.pico_usd = 0

    @property
    def model(self) -> str:
        """The model that was asked for."""
        return str(self.body["model"])

    @property
    def messages(self) -> list[Body]:
        """The conversation so far."""
        return list(self.body["messages"])

    @property
    def all_results(self) -> list[ToolResult]:
        """Every tool result in the conversation, oldest first."""
        return [result for message in self.messages for result in _results(message)]

    @property
    def results(self) -> list[ToolResult]:
        """The results of the latest batch of calls, in the order of the message that brings them."""
        for message in reversed(self.messages):
            if message["role"] == "assistant":
                break
            found = _results(message)
            if found:
                return found
        return []

    def text(self, name: str) -> str:
        """The latest batch's result of the call with this name; LookupError when there is none."""
        texts = {result.name: result.text for result in self.results}
        if name not in texts:
            raise LookupError(f"no result of a call named {name!r}, there are {sorted(texts)}")
        return texts[name]

    @property
    def latest(self) -> str:
        """The text of the latest results together."""
        return "\n".join(result.text for result in self.results)


Reply = str | Sequence[Call]
Agent = Callable[[Request], Generator[Reply, Request, None]]
Step = Reply | Callable[[Request], Reply]


class Script(NamedTuple):
    """The agents of a run: main, and each subagent under a text that only its own prompt contains."""

    main: Agent
    subagents: Mapping[str, Agent] = {}

    def name_of(self, body: Body) -> str:
        """Which agent the request `body` belongs to: a subagent's key, or 'main'."""
        first = text_of(body["messages"][0]["content"])
        return next((key for key in self.subagents if key in first), "main")

    def agent(self, name: str) -> Agent:
        """The agent called `name`."""
        return self.subagents.get(name, self.main)


def play(*steps: Step) -> Agent:
    """An agent that takes the steps one after the other; a callable step sees the request that it answers."""

    def agent(request: Request) -> Generator[Reply, Request, None]:
        for step in steps:
            request = yield step(request) if callable(step) else step

    return agent


def bash(command: str, name: str = "", **options: object) -> Call:
    """A Bash call; options are the tool's own (`timeout` in ms, `run_in_background`)."""
    return Call("Bash", {"command": command, "description": "Run the command", **options}, name)


def read(path: str, name: str = "", **window: int) -> Call:
    """A Read call; `offset` (a line, from 1) and `limit` (lines) as the tool takes them."""
    return Call("Read", {"file_path": path, **window}, name)


def task(prompt: str, name: str = "") -> Call:
    """A subagent in the foreground, given `prompt`."""
    details = {"description": "Do a part", "prompt": prompt, "subagent_type": "general-purpose"}
    return Call("Agent", {**details, "run_in_background": False}, name)


def text_of(content: object) -> str:
    """The text of a message or of a tool result, whichever way it is spelt."""
    if isinstance(content, str):
        return content
    parts = cast("list[Body]", content or [])
    return "\n".join(str(part.get("text", "")) for part in parts if part.get("type") == "text")


def _results(message: Body) -> list[ToolResult]:
    if isinstance(message["content"], str):
        return []
    return [
        ToolResult(
            block["tool_use_id"].removeprefix("toolu_").replace("_", " "),
            text_of(block.get("content")),
            bool(block.get("is_error")),
        )
        for block in message["content"]
        if block["type"] == "tool_result"
    ]
