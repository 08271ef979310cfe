"""The scripted API answers as the real one does, and records and bills what it was asked."""

from __future__ import annotations

import json
import socket
import threading
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.api import AFTER_THE_SCRIPT, WITHOUT_TOOLS, Api
from tests.client.script import Request, Script, bash, play

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tests.client.script import Reply

    Post = Callable[..., list[dict[str, Any]]]

TOOLS = [{"name": "Bash", "description": "Run a command. " * 200}]


@pytest.fixture
def api() -> Generator[Api]:
    def main(request: Request) -> Generator[Reply, Request, None]:
        request = yield [bash("make", "make it"), bash("make test")]
        yield f"The model was {request.model} and was sent: {request.text('make it')}"

    server = Api(socket.create_server(("127.0.0.1", 0)), Script(main, {"SUB": play("I am the subagent.")}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def post(api: Api, *messages: dict[str, Any], **more: object) -> list[dict[str, Any]]:
    """The events that a request gets."""
    body = {"model": "claude-opus-5-5", "stream": True, "tools": TOOLS, "messages": list(messages), **more}
    host, port = api.server_address[:2]
    request = urllib.request.Request(f"http://{host!s}:{port}/v1/messages", json.dumps(body).encode())
    with urllib.request.urlopen(request) as answer:  # noqa: S310  loopback
        lines = answer.read().decode().splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


def user(content: object) -> dict[str, Any]:
    """A message of the user."""
    return {"role": "user", "content": content}


def text_in(events: list[dict[str, Any]]) -> str:
    """The text that the events stream."""
    return "".join(event["delta"]["text"] for event in events if event["type"] == "content_block_delta")


def test_several_tool_calls_are_streamed_in_one_reply(api: Api) -> None:
    events = post(api, user("go"))
    blocks = [event["content_block"] for event in events if event["type"] == "content_block_start"]
    assert [event["type"] for event in events] == [
        "message_start",
        *["content_block_start", "content_block_delta", "content_block_stop"] * 2,
        "message_delta",
        "message_stop",
    ]
    assert [(block["name"], block["id"]) for block in blocks] == [("Bash", "toolu_make_it"), ("Bash", "toolu_main_2")]
    assert events[-2]["delta"]["stop_reason"] == "tool_use"


def test_a_step_sees_the_results_that_came_back(api: Api) -> None:
    post(api, user("go"))
    result = {"type": "tool_result", "tool_use_id": "toolu_make_it", "content": [{"type": "text", "text": "made"}]}
    assert text_in(post(api, user("go"), user([result]))) == "The model was claude-opus-5-5 and was sent: made"
    assert text_in(post(api, user("go"))) == AFTER_THE_SCRIPT


def test_a_subagent_is_told_by_its_own_prompt(api: Api) -> None:
    assert text_in(post(api, user("SUB do it"))) == "I am the subagent."
    assert [request.agent for request in api.requests] == ["SUB"]


def test_a_request_without_tools_is_not_the_agents(api: Api) -> None:
    assert text_in(post(api, user("a title for this"), tools=[])) == WITHOUT_TOOLS
    assert (len(api.requests), len(api.side_requests)) == (0, 1)


def test_usage_is_what_the_simulated_cache_says_and_time_can_pass_without_waiting(api: Api) -> None:
    system = [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]
    usages = [post(api, user("go"), system=system)[-2]["usage"] for _ in range(2)]
    api.clock.advance(301)
    usages.append(post(api, user("go"), system=system)[-2]["usage"])
    written = usages[0]["cache_creation_input_tokens"]
    assert written > 512
    assert [usage["cache_read_input_tokens"] for usage in usages] == [0, written, 0]
    assert api.pico_usd == sum(request.pico_usd for request in api.requests) > 0


def test_what_the_script_raises_is_kept_for_the_test(api: Api) -> None:
    post(api, user("go"))
    post(api, user("go"))  # the script looks for a result that is not there
    assert [type(error) for error in api.errors] == [LookupError]
