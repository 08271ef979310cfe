"""A client's first questions are answered before the libraries are loaded, in the server's own words, and no others."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from mcp_server import handshake
from scripts import record_handshake
from scripts.record_handshake import META, question
from tests.mcp_server import stdio

if TYPE_CHECKING:
    from pathlib import Path

DISCOVER, LIST = (question(method, number) for number, method in enumerate(record_handshake.QUESTIONS))
CALL = (
    json.dumps(
        {
            "method": "tools/call",
            "jsonrpc": "2.0",
            "id": 7,
            "params": {"name": "recall", "arguments": {"handle": "none"}, "_meta": META},
        }
    ).encode()
    + b"\n"
)


def on_record() -> dict[str, Any]:
    with open(handshake.RECORD, encoding="utf-8") as file:
        return json.load(file)


class Wire:
    """A pipe with a client at the other end that has said all it will say, and perhaps gone."""

    def __init__(self, said: bytes, *, has_gone: bool = True) -> None:
        reading, self._writing = os.pipe()
        os.write(self._writing, said)
        self.reading = open(reading, "rb")  # noqa: SIM115 - closed by close()
        if has_gone:
            os.close(self._writing)
            self._writing = -1

    def close(self) -> bytes:
        """What was left unread."""
        if self._writing >= 0:
            os.close(self._writing)
        with self.reading:
            return self.reading.read()


def answers(wire: Wire, rest_s: float = 0.0) -> tuple[bool, list[dict[str, Any]]]:
    written = io.BytesIO()
    goes_on = handshake.answered(wire.reading, written.write, on_record(), rest_s)
    return goes_on, [json.loads(line) for line in written.getvalue().splitlines()]


def test_the_record_is_word_for_word_what_the_server_answers() -> None:
    """`make handshake` writes it anew, after a change of a tool, the instructions or the version."""
    assert json.dumps(record_handshake.record()) == json.dumps(on_record()), "`make handshake` writes it anew"


def test_both_questions_are_answered_and_a_client_that_goes_then_never_makes_us_load_the_server() -> None:
    wire = Wire(DISCOVER + LIST)
    results = on_record()["results"]
    assert answers(wire, 60.0) == (
        False,
        [
            {"jsonrpc": "2.0", "id": 0, "result": results["server/discover"]},
            {"jsonrpc": "2.0", "id": 1, "result": results["tools/list"]},
        ],
    )
    assert wire.close() == b""


def test_a_call_that_follows_at_once_stays_unread_for_the_server() -> None:
    wire = Wire(DISCOVER + LIST + CALL + LIST, has_gone=False)
    goes_on, said = answers(wire, 60.0)
    assert (goes_on, [one["id"] for one in said]) == (True, [0, 1])
    assert wire.close() == CALL + LIST


def test_when_the_tools_are_told_and_nothing_comes_the_server_is_loaded_meanwhile() -> None:
    wire = Wire(LIST, has_gone=False)
    assert answers(wire)[0]
    assert wire.close() == b""


@pytest.mark.parametrize(
    "said",
    [
        question("initialize", 0),
        question("tools/call", 0),
        LIST.replace(b"2026-07-28", b"2027-01-01"),
        LIST.replace(b'"params": {', b'"params": {"cursor": "x", '),
        LIST.replace(b'"id": 1', b'"id": null'),
        LIST.replace(b'"id": 1', b'"id": true'),
        LIST.replace(b'"tools/list"', b'["tools/list"]'),
        b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n',
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}\n',
        b"[" * 50_000 + b"\n",
        b"\xff\xfe\n",
        b"[]\n",
        b"\n",
        LIST[:-1],
        LIST[:40],
    ],
    ids=lambda said: said[:60].decode(errors="replace"),
)
def test_whatever_is_not_on_record_stays_unread_for_the_server(said: bytes) -> None:
    wire = Wire(said)
    assert answers(wire) == (True, [])
    assert wire.close() == said


def test_the_process_answers_without_the_libraries_and_goes_when_the_client_goes() -> None:
    words = [sys.executable, "-I", "-X", "importtime", stdio.SERVER]
    done = subprocess.run(words, input=DISCOVER + LIST, capture_output=True, check=True)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [0, 1]
    loaded = {line.rpartition(b"|")[2].strip().decode() for line in done.stderr.splitlines()}
    assert "mcp_server.handshake" in loaded
    assert not loaded & {"mcp", "mcp_types", "anyio", "pydantic", "asyncio", "mcp_server.server"}


def test_where_the_libraries_are_not_there_no_tools_are_told_that_would_all_fail() -> None:
    done = subprocess.run([sys.executable, "-I", "-S", stdio.SERVER], input=LIST, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"No module named 'mcp'" in done.stderr


def test_a_call_after_the_recorded_answers_is_the_servers(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-I", stdio.SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path)},
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(DISCOVER + LIST + CALL)
        process.stdin.flush()
        said = [json.loads(process.stdout.readline()) for _ in range(3)]
        process.communicate()
    assert [one["id"] for one in said] == [0, 1, 7]
    assert said[2]["result"]["isError"]
    assert "none" in said[2]["result"]["content"][0]["text"]
    assert process.returncode == 0
