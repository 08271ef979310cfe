"""A scripted Messages API on loopback: streams SSE, answers from a script, bills and records every request."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core.tokens import estimate
from tests.client.billing import PromptCache
from tests.client.clock import Clock
from tests.client.script import Call, Request

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Generator, Iterator

    from tests.client.script import Reply, Script

    Site = Callable[[str], tuple[str, str] | None]

Body = dict[str, Any]

AFTER_THE_SCRIPT = "Done."
WITHOUT_TOOLS = "A short text."
"""The answer to a title, a summary and the like: requests that offer no tools are not the agent's."""


class Pace(NamedTuple):
    """How slowly an answer comes, in seconds: before its first byte, and before each block."""

    first_s: float = 0.0
    block_s: float = 0.0


AT_ONCE = Pace()


class Api(ThreadingHTTPServer):
    """The server. `listener` is a listening TCP socket; the server owns it from here on.

    `requests` holds the agents' requests in the order of their arrival, `side_requests` those without tools. What a
    script raises ends that agent's conversation and is kept in `errors`. `headers` go out with every streamed answer.
    `side_answer` is what requests without tools are answered with. `site` gives a page (its content type and text) for
    the path of a GET: in its namespace a client reaches no other server. `{port}` in a scripted call is this server's.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, listener: socket.socket, script: Script, pace: Pace = AT_ONCE) -> None:
        super().__init__(listener.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.pace = pace
        self.clock = Clock()
        self.requests: list[Request] = []
        self.side_requests: list[Request] = []
        self.errors: list[Exception] = []
        self.headers: dict[str, str] = {}
        self.side_answer = WITHOUT_TOOLS
        self.site: Site = lambda _path: None
        self._script = script
        self._playing: dict[str, Generator[Reply, Request, None]] = {}
        self._calls: Counter[str] = Counter()
        self._cache = PromptCache()
        self._lock = threading.Lock()

    @property
    def pico_usd(self) -> int:
        """Everything billed so far."""
        return sum(request.pico_usd for request in [*self.requests, *self.side_requests])

    def answer(self, body: Body) -> Iterator[Body]:
        """The events of the answer to one request, billed and recorded before the first is handed out."""
        with self._lock:
            request = Request(body, self._script.name_of(body), self.clock.now())
            has_tools = bool(body.get("tools"))
            (self.requests if has_tools else self.side_requests).append(request)
            blocks = self._blocks(request, self._reply(request) if has_tools else self.side_answer)
            charge = self._cache.charge(body, request.at_s)
            output_tokens = estimate(json.dumps(blocks))
            request.usage = charge.usage(output_tokens)
            request.pico_usd = charge.pico_usd(output_tokens)
        time.sleep(self.pace.first_s)
        with self._lock:
            self._cache.store(charge)
        yield from _events(request, blocks, self.pace)
        request.ended_s = self.clock.now()

    def _reply(self, request: Request) -> Reply:
        """The script's next reply of the request's agent."""
        name = request.agent
        try:
            if name in self._playing:
                return self._playing[name].send(request)
            self._playing[name] = self._script.agent(name)(request)
            return next(self._playing[name])
        except StopIteration:
            return AFTER_THE_SCRIPT
        except Exception as error:  # noqa: BLE001  the driver raises it in the test's own thread
            self.errors.append(error)
            return "The script failed."

    def _blocks(self, request: Request, reply: Reply) -> list[Body]:
        """The content blocks of a reply."""
        if isinstance(reply, str):
            return [{"type": "text", "text": reply}]
        return [self._tool_use(request.agent, call) for call in reply]

    def _tool_use(self, agent: str, call: Call) -> Body:
        self._calls[agent] += 1
        name = call.name or f"{agent} {self._calls[agent]}"
        given = json.loads(json.dumps(call.input).replace("{port}", str(self.server_address[1])))
        return {"type": "tool_use", "id": "toolu_" + name.replace(" ", "_"), "name": call.tool, "input": given}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Api  # pyright: ignore[reportIncompatibleVariableOverride]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing: the driver keeps the requests."""

    def do_POST(self) -> None:
        """Answer one request of the client."""
        body: Body = json.loads(self.rfile.read(int(self.headers["content-length"])) or b"{}")
        if "count_tokens" in self.path:
            self._send_json({"input_tokens": estimate(json.dumps(body))})
        elif body.get("stream"):
            self._stream(body)
        else:
            self._send_json(_message_of(self.server.answer(body)))

    def do_GET(self) -> None:
        """A page of the site."""
        page = self.server.site(self.path)
        if page is None:
            self.send_error(404)
        else:
            self._send(page[0], page[1].encode())

    def do_HEAD(self) -> None:
        """There is nothing to get here."""
        self.send_error(404)

    def _send_json(self, body: Body) -> None:
        self._send("application/json", json.dumps(body).encode())

    def _send(self, kind: str, payload: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _stream(self, body: Body) -> None:
        events = self.server.answer(body)
        self.close_connection = True
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("request-id", f"req_{time.time_ns()}")
        self.send_header("connection", "close")
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        for event in events:
            self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()


def _events(request: Request, blocks: list[Body], pace: Pace) -> Iterator[Body]:
    """The events of a streamed answer, in the API's order."""
    message: Body = {"id": f"msg_{time.time_ns()}", "type": "message", "role": "assistant", "model": request.model}
    message |= {"content": [], "stop_reason": None, "stop_sequence": None}
    yield {"type": "message_start", "message": {**message, "usage": {**request.usage, "output_tokens": 1}}}
    for index, block in enumerate(blocks):
        time.sleep(pace.block_s)
        yield from _block_events(index, block)
    stop = "tool_use" if blocks[-1]["type"] == "tool_use" else "end_turn"
    delta = {"stop_reason": stop, "stop_sequence": None}
    yield {"type": "message_delta", "delta": delta, "usage": request.usage}
    yield {"type": "message_stop"}


def _block_events(index: int, block: Body) -> Iterator[Body]:
    if block["type"] == "text":
        empty: Body = {**block, "text": ""}
        delta: Body = {"type": "text_delta", "text": block["text"]}
    else:
        empty = {**block, "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
    yield {"type": "content_block_start", "index": index, "content_block": empty}
    yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _message_of(events: Iterator[Body]) -> Body:
    """The answer in one piece, for a request that did not ask for a stream (those offer no tools)."""
    message: Body = {}
    for event in events:
        if event["type"] == "message_start":
            message = event["message"]
        elif event["type"] == "content_block_delta":
            message["content"].append({"type": "text", "text": event["delta"]["text"]})
        elif event["type"] == "message_delta":
            message |= {**event["delta"], "usage": event["usage"]}
    return message
