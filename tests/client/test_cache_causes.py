"""Each cause of a break, made to happen in the real client: named rightly, at the price worked out from its usage."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.cache import attribution
from scrimp.reports import source
from tests.client.cached import Sessions
from tests.client.script import Script, bash, play

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.client, pytest.mark.usefixtures("client")]

SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "batch_server.py")
EXTRA = json.dumps({"mcpServers": {"extra": {"command": sys.executable, "args": [SERVER]}}})
NO_SEARCH = {"ENABLE_TOOL_SEARCH": "false"}
HOUR = {"ENABLE_PROMPT_CACHING_1H": "1"}
SONNET = ("--model", "claude-sonnet-4-6")
OPUS_RATES, SONNET_RATES = (5_000_000, 8_000_000, 200_000), (3_750_000, 6_000_000, 300_000)
"""Pico-dollars a token: written for five minutes, for an hour, read."""


def _model(sessions: Sessions) -> None:
    _again(sessions, _begun(sessions), "--model", "claude-sonnet-5-5")


def _tools(sessions: Sessions) -> None:
    _again(sessions, _begun(sessions, env=NO_SEARCH), "--mcp-config", EXTRA, env=NO_SEARCH)


def _effort(sessions: Sessions) -> None:
    _again(sessions, _begun(sessions, *SONNET), *SONNET, "--effort", "low")


def _thinking(sessions: Sessions) -> None:
    _again(sessions, _begun(sessions, *SONNET), *SONNET, env={"MAX_THINKING_TOKENS": "0"})


def _speed(sessions: Sessions) -> None:
    _again(sessions, _begun(sessions), "--settings", json.dumps({"fastMode": True}))


def _five_minutes(sessions: Sessions) -> None:
    begun = _begun(sessions)
    sessions.pause(600)
    _again(sessions, begun)


def _an_hour(sessions: Sessions) -> None:
    begun = _begun(sessions, env=HOUR)
    sessions.pause(4_000)
    _again(sessions, begun, env=HOUR)


def _compaction(sessions: Sessions) -> None:
    begun = _begun(sessions)
    sessions.ask("/compact", Script(play("<summary>Numbers were counted.</summary>")), "--resume", begun)
    _again(sessions, begun)


def _resume(sessions: Sessions) -> None:
    begun = _begun(sessions)
    sessions.edit('"content":"go"', '"content":"went"')
    _again(sessions, begun)


def _server(sessions: Sessions) -> None:
    begun = _begun(sessions)
    sessions.forget()
    _again(sessions, begun)


CASES: dict[str, tuple[Callable[[Sessions], None], str, str, tuple[int, int, int]]] = {
    "model": (_model, "model", "claude-opus-5-5 to claude-sonnet-5-5", (2_500_000, 4_000_000, 100_000)),
    "tools": (
        _tools,
        "tools",
        "came: mcp__extra__batch_fetch mcp__extra__batch_read mcp__extra__batch_run",
        OPUS_RATES,
    ),
    "effort": (_effort, "effort", "high to low", SONNET_RATES),
    "thinking": (_thinking, "thinking", "adaptive display omitted to disabled", SONNET_RATES),
    "speed": (_speed, "speed", "standard to fast; fast-mode-2026-02-01", OPUS_RATES),
    "five minutes": (_five_minutes, "ttl_expired_5m", "after 10 min", OPUS_RATES),
    "an hour": (_an_hour, "ttl_expired_1h", "after 66 min", OPUS_RATES),
    "compaction": (_compaction, "compaction", "", OPUS_RATES),
    "resume": (_resume, "resume", "from message 1 of 4 on", OPUS_RATES),
    "the server": (_server, "server_side", "a resume", OPUS_RATES),
}


@pytest.mark.parametrize("name", CASES)
def test_what_broke_the_cache_is_named_and_priced(name: str, tmp_path: Path) -> None:
    happen, cause, detail, (write_5m, write_1h, read) = CASES[name]
    sessions = Sessions(tmp_path)
    happen(sessions)
    before, now = sessions.usages[1:3]
    prompt = now["input_tokens"] + now["cache_creation_input_tokens"] + now["cache_read_input_tokens"]
    expected = min(before["cache_creation_input_tokens"] + before["cache_read_input_tokens"], prompt)
    anew = expected - now["cache_read_input_tokens"]
    write = write_1h if now["cache_creation"]["ephemeral_1h_input_tokens"] else write_5m
    [one] = _found(sessions)
    assert (one.why.causes[0], one.why.detail, one.rewritten_tokens) == (cause, detail, anew)
    assert one.pico == anew * (write - read)


def test_a_plain_resume_breaks_nothing(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path)
    _again(sessions, _begun(sessions))
    assert _found(sessions) == []


def _begun(sessions: Sessions, *arguments: str, env: dict[str, str] | None = None) -> str:
    return sessions.ask("go", Script(play([bash("seq 1 2500")])), *arguments, env=env)


def _again(sessions: Sessions, begun: str, *arguments: str, env: dict[str, str] | None = None) -> None:
    sessions.ask("go on", Script(play()), "--resume", begun, *arguments, env=env)


def _found(sessions: Sessions) -> list[attribution.Break]:
    empty: dict[str, Any] = dict.fromkeys(("ledger", "since", "until", "project", "model", "timezone"), "")
    arguments = argparse.Namespace(projects=[sessions.projects], **empty)
    with source.opened(arguments, {"HOME": sessions.project}) as opened:
        return attribution.found(opened)
