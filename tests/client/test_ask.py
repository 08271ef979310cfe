"""A question asked through the user's own client: what that sends, what it costs, what it leaves behind."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from scrimp.core import limits, prices, tokens
from scrimp.core.usage import Usage
from tests.client import driver
from tests.client.api import Api
from tests.client.script import Script, play

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.client

HOOK = {"hooks": [{"type": "command", "command": "echo HOOK-TEXT"}]}


def test_it_sends_the_brief_and_the_content_and_leaves_no_session(tmp_path: Path) -> None:
    files = {
        "CLAUDE.md": "MEMORY-TEXT",
        ".claude/skills/one/SKILL.md": "---\nname: one\ndescription: SKILL-TEXT\n---\n",
    }
    settings = {"hooks": {"SessionStart": [HOOK], "UserPromptSubmit": [HOOK]}}
    setup = driver.Setup(files=files, settings=settings, env={"PYTHONPATH": os.pathsep.join(sys.path)})
    project, home = driver.prepare(str(tmp_path), setup)
    command = [sys.executable, "-m", "tests.client.asking", driver.client_program(os.environ)]
    with open(tmp_path / "out", "w+b") as out, open(tmp_path / "err", "w+b") as err:
        process, listener = driver.start(
            command, project, driver.environment(home, setup), (out.fileno(), err.fileno())
        )
        with driver.serving(Api(listener, Script(play()))) as api:
            api.side_answer = json.dumps({"answer": "8471", "quotes": [{"source": 1, "quote": "PORT = 8471"}]})
            assert process.wait(driver.TIMEOUT_S) == 0, (tmp_path / "err").read_text()

    said = json.loads((tmp_path / "out").read_text())
    assert said["text"] == "8471\n- src/app.py:3: PORT = 8471\n[asked haiku: $0.0000, 1 call]"
    (request,) = api.side_requests
    sent = json.dumps({name: request.body.get(name) for name in ("system", "tools", "messages")})
    assert not api.requests
    assert request.body["model"] == "claude-haiku-5-5"
    assert [word for word in ("MEMORY-TEXT", "HOOK-TEXT", "SKILL-TEXT") if word in sent] == []
    assert tokens.estimate(sent) < limits.ASK_OVERHEAD_TOKENS
    ((model, *usage),) = said["used"]
    price = prices.lookup(model, at="2026-11-22", prompt_tokens=0)
    assert price is not None
    assert prices.cost(Usage(*usage), price) == request.pico_usd
    assert not list((tmp_path / "home").rglob("*.jsonl"))
