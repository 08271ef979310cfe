"""Models that answer a question by a script: the user's own Claude Code, and the Messages API on loopback."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.mcp_server.session import Place

MODEL = "claude-haiku-5-5"


def reply(answer: str, *quotes: tuple[int, str]) -> str:
    """A model's words: its answer, and what it quotes from which source."""
    return json.dumps({"answer": answer, "quotes": [{"source": one, "quote": text} for one, text in quotes]})


def result(words: str, session: str = "session-of-the-question") -> str:
    """What `claude -p --output-format=json` prints, for 1,000 tokens in and 100 out."""
    used = {MODEL: {"inputTokens": 1_000, "outputTokens": 100, "cacheReadInputTokens": 0, "costUSD": 0.0015}}
    said = {"type": "result", "subtype": "success", "is_error": False, "result": words, "modelUsage": used}
    return json.dumps({**said, "session_id": session})


def with_client(place: Place, script: str) -> None:
    """Let a shell script be the user's own Claude Code."""
    program = place.folder / "bin" / "claude"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    place.environ["PATH"] = f"{program.parent}:/usr/bin:/bin"


@contextlib.contextmanager
def with_api(place: Place, words: str) -> Generator[list[dict[str, Any]]]:
    """Give the user a key, for an API that always answers in these words; the requests that it gets."""
    sent: list[dict[str, Any]] = []
    usage = {"input_tokens": 1_000, "output_tokens": 100}
    message = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": MODEL, "usage": usage,
        "content": [{"type": "text", "text": words}], "stop_reason": "end_turn", "stop_sequence": None,
    }  # fmt: skip

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            body = json.dumps(message).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    place.environ["ANTHROPIC_API_KEY"] = "not-a-key"
    place.environ["ANTHROPIC_BASE_URL"] = f"http://127.0.0.1:{server.server_port}"
    try:
        yield sent
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
