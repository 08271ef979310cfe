"""In the real client: a question of a batch tool, answered by the user's own client; what it costs and who pays."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING

import pytest

from scrimp.core import ledger, prices
from scrimp.core.budget import wording
from scrimp.core.budget.rules import USD
from scrimp.core.ledger import own
from tests.client import driver
from tests.client.driver import Run, Setup
from tests.client.script import play
from tests.client.served import PLUGIN, environ, permissions, session

if TYPE_CHECKING:
    from pathlib import Path

    from tests.client.script import Request

pytestmark = pytest.mark.client

QUESTION = "Which port does it listen on?"
ANSWER = json.dumps({"answer": "8471", "quotes": [{"source": 1, "quote": "PORT = 8471"}]})
FILES = {
    "app.py": "import os\n\nPORT = 8471\n",
    "much.txt": "".join(f"Line {number} of what the service listens to, port by port.\n" for number in range(20_000)),
}


def asked(folder: Path, items: list[str], model: str, session_usd: float) -> Run:
    """A session in which one call asks one question of these files."""
    calls = [PLUGIN.call("batch_read", {"items": items, "ask": QUESTION}, "ask")]
    path = os.pathsep.join([os.path.dirname(driver.client_program(os.environ)), os.environ["PATH"]])
    setup = Setup(
        settings=permissions(PLUGIN.allowed()),
        files=FILES,
        env={"PATH": path},
        side_answer=ANSWER,
        own={"budget": {"sessionUsd": session_usd}, "ask": {"maxUsd": 1, "model": model}},
    )
    return session(folder, PLUGIN, play(calls, [PLUGIN.call("budget", {}, "budget")], "Done."), setup)


def questions(run: Run) -> list[Request]:
    """The requests that ask it, apart from the session's own."""
    return [request for request in run.side_requests if QUESTION in json.dumps(request.messages)]


def test_it_is_answered_by_the_users_own_client_and_is_in_the_ledger_once_as_ours(client: str, tmp_path: Path) -> None:
    assert client
    run = asked(tmp_path, ["app.py"], "haiku", session_usd=5)
    assert run.text("ask") == "8471\n- app.py:3: PORT = 8471\n[asked haiku: $0.0001, 1 call]"
    (request,) = questions(run)
    with contextlib.closing(ledger.connect(ledger.path_of(environ(tmp_path)))) as db:
        rows = db.execute(
            "SELECT session_id, prompt_id <> '', agent_type, model, flags, cost_pico FROM requests"
        ).fetchall()
    ours = [row for row in rows if row[2]]
    assert ours == [(run.result["session_id"], 1, own.AGENT_TYPE, "claude-haiku-5-5", own.F_OURS, request.pico_usd)]
    spent = sum(row[-1] for row in rows) / prices.PICO
    assert spent == run.usd
    by_then = wording.amount(USD, sum(one.pico_usd for one in [*run.requests[:2], request]))
    assert f"{by_then} of $5.00 used" in run.text("budget")


def test_it_is_not_asked_where_the_sessions_limit_leaves_no_room_for_it(client: str, tmp_path: Path) -> None:
    """There is room for the session's own next requests, but not for so much content read by a dear model."""
    assert client
    run = asked(tmp_path, ["app.py", "much.txt"], "opus", session_usd=0.2)
    assert questions(run) == []
    *_, why = run.text("ask").split("\n")
    spent = wording.amount(USD, run.requests[0].pico_usd)
    assert f"no model was asked: scrimp: the limit for this session is reached: {spent} of $0.20 used, " in why
    assert run.text("ask").startswith("much.txt:1-")
    assert run.result["result"] == "Done."
