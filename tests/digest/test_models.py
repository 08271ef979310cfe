"""The Messages API is asked with a stable prefix; what it used is told to the last token."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from scrimp.core import callers, ledger
from scrimp.core.errors import DigestError
from scrimp.core.usage import Usage
from scrimp.digest import api, brief, claude_code, worlds
from scrimp.digest.api import MessagesApi
from scrimp.digest.models import Used
from scrimp.settings_schema import AskSettings

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

USAGE = {
    "input_tokens": 12, "output_tokens": 34, "cache_read_input_tokens": 56, "cache_creation_input_tokens": 78,
    "cache_creation": {"ephemeral_5m_input_tokens": 78, "ephemeral_1h_input_tokens": 0},
}  # fmt: skip


@contextmanager
def answering(text: str, stop_reason: str = "end_turn", status: int = 200) -> Generator[tuple[str, list[Any]]]:
    """A Messages API on loopback that always answers alike: its address, and what it was sent."""
    sent: list[Any] = []
    message = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-5-5", "usage": USAGE,
        "content": [{"type": "text", "text": text}], "stop_reason": stop_reason, "stop_sequence": None,
    }  # fmt: skip

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            body = json.dumps(message if status == 200 else {"type": "error", "error": {"message": text}}).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", sent
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def environ_of(address: str) -> dict[str, str]:
    return {api.KEY: "not-a-key", "ANTHROPIC_BASE_URL": address}


def test_the_content_is_a_cached_prefix_and_the_question_comes_last() -> None:
    with answering('{"answer": "4", "quotes": []}') as (address, sent):
        said = anyio.run(MessagesApi("haiku", environ_of(address)).ask, "CONTENT", "how many?", 0.1)
    (body,) = sent
    assert body["model"] == "claude-haiku-5-5"
    assert body["system"] == brief.SYSTEM
    first, last = body["messages"][0]["content"]
    assert first == {"type": "text", "text": "CONTENT", "cache_control": {"type": "ephemeral"}}
    assert last == {"type": "text", "text": "The question: how many?"}
    assert said.text == '{"answer": "4", "quotes": []}'
    assert [(one.message_id, one.usage) for one in said.used] == [("msg_1", Usage(12, 34, 56, 78, 0, 0, 0))]


def test_an_answer_that_was_cut_off_is_paid_for_and_not_believed() -> None:
    with answering('{"answer": "4', "max_tokens") as (address, _):
        said = anyio.run(MessagesApi("haiku", environ_of(address)).ask, "CONTENT", "how many?", 0.1)
    assert said.problem == "claude-haiku-5-5 gave no whole answer (max_tokens)"
    assert len(said.used) == 1


def test_a_key_that_is_refused_is_said_in_the_api_s_words() -> None:
    with (
        answering("invalid x-api-key", status=401) as (address, _),
        pytest.raises(DigestError, match="invalid x-api-key"),
    ):
        anyio.run(MessagesApi("haiku", environ_of(address)).ask, "CONTENT", "how many?", 0.1)


def test_the_user_s_own_client_comes_before_a_key_and_a_client_of_ours_asks_nobody(tmp_path: Path) -> None:
    program = tmp_path / "claude"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    both = {"PATH": str(tmp_path), api.KEY: "not-a-key"}

    def chosen(environ: dict[str, str], backend: str = "auto") -> type | None:
        wanted = AskSettings.model_validate({"backend": backend})
        found = worlds.model(wanted, environ, str(tmp_path))
        return None if found is None else type(found)

    assert chosen(both) is claude_code.ClaudeCode
    assert chosen(both, "api") is MessagesApi
    assert chosen({api.KEY: "not-a-key", "PATH": ""}) is MessagesApi
    assert chosen({"PATH": ""}) is None
    assert chosen(both, "extractive") is None
    assert chosen({**both, claude_code.MARK: "1"}) is None


def test_a_client_that_gives_no_result_is_an_error_in_its_own_words(tmp_path: Path) -> None:
    program = tmp_path / "claude"
    program.write_text("#!/bin/sh\necho 'Invalid API key · Please run /login' >&2\nexit 1\n")
    program.chmod(0o755)
    model = claude_code.ClaudeCode(str(program), "haiku", {"PATH": "/usr/bin:/bin"}, str(tmp_path / "data"))
    with pytest.raises(DigestError, match="claude -p gave no result: Invalid API key · Please run /login"):
        anyio.run(model.ask, "CONTENT", "how many?", 0.1)


def test_what_was_asked_is_in_the_ledger_once_as_ours_and_counts_for_the_session(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path / "data"), "PATH": ""}
    caller = callers.Caller("session-1", "prompt-1", "", "", str(tmp_path), "default", "0", is_judged=True)
    record = worlds.of(environ, caller).record
    used = [Used("msg_1", "claude-haiku-5-5", Usage(1_000, 100, 0, 0, 0, 0, 0))]
    assert record(used) == record(used) == 150_000_000
    with ledger.opened(ledger.path_of(environ)) as db:
        rows = db.execute("SELECT session_id, prompt_id, agent_type, flags, cost_pico FROM requests").fetchall()
    assert rows == [("session-1", "prompt-1", "scrimp ask", "ours", 150_000_000)]


def test_questions_of_one_reply_hold_back_from_each_other_what_they_may_cost(tmp_path: Path) -> None:
    """$1 a session, questions of at most $0.60: the second fits once the first was cheap."""
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude/scrimp.json").write_text('{"budget": {"sessionUsd": 1}}')
    environ = {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path / "data"), "PATH": ""}
    caller = callers.Caller("session-1", "prompt-1", "", "", str(tmp_path), "default", "0", is_judged=True)
    first, second = worlds.of(environ, caller), worlds.of(environ, caller)
    assert first.refusal(600_000_000_000) == ""
    assert "$0.00 of $1.00 used, $0.60 under way" in second.refusal(600_000_000_000)
    first.record([Used("msg_1", "claude-haiku-5-5", Usage(1_000, 100, 0, 0, 0, 0, 0))])
    assert second.refusal(600_000_000_000) == ""
    with ledger.opened(ledger.path_of(environ)) as db:
        held = db.execute("SELECT pico FROM reservations").fetchall()
    assert held == [(600_000_000_000,)]
